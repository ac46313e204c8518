"""What the tests of the query language share: an actor with every right and the toy nouns; no database needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rapport.base import clock
from rapport.platform import access
from rapport.platform.access import Actor
from rapport.platform.objects import Object, registry
from tests import toys
from tests.toys import NOW


@pytest.fixture
def actor() -> Actor:
    return access.system("a test")


@pytest.fixture
def toy() -> Object:
    return registry.get("toy")


@pytest.fixture
def still_clock() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@pytest.fixture
def world() -> toys.ToyWorld:
    found = toys.make_world(11)
    toys.store(found)
    return found


@pytest.fixture
def boss(world: toys.ToyWorld) -> Actor:
    return toys.actors(world)[0]
