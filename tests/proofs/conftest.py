"""Somebody with a role that may do everything with every record, and who will lose it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rapport.platform.access import Actor
from rapport.platform.access import actor as actors
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.accounts.models import User
from tests.platform.views.site import make_user
from tests.proofs.losing import as_web


@pytest.fixture
def role() -> Role:
    """Everything with every toy and maker; the classes of fields too."""
    made = Role.objects.create(key="asked", name="Asked")
    Grant.objects.bulk_create(Grant(role=made, object="*", action=action, scope="all") for action in ACTIONS)
    FieldRule.objects.bulk_create(FieldRule(role=made, object="*", sensitivity=name, level="write") for name in CLASSES)
    return made


@pytest.fixture
def user(role: Role) -> User:
    make_user("owner")  # somebody else keeps the house
    found = make_user()
    role.users.add(found)
    rights_changed()
    return found


@pytest.fixture
def actor(user: User) -> Actor:
    return as_web(user)


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    yield
    actors._memory.clear()
