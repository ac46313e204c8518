"""The yard of the contract tests, and the Objects it is tried on."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.objects import registry
from tests.contract.yard import Yard
from tests.platform.api.caller import Caller, caller
from tests.platform.custom import make

# A file is made of bytes, not of values; its way is tried in tests/platform/api.
# An own Object with a field of every type, and a toy with one of every type beside its declared ones.
OWN_OBJECT, EXTENDED = "own_workpiece", "toy"
KEYS = [*(obj.key for obj in registry.all() if obj.key != "file"), OWN_OBJECT]


@pytest.fixture(autouse=True)
def _own_fields(request: pytest.FixtureRequest) -> None:
    """What an administrator added, for the tests of the Objects that it was added to."""
    key = getattr(request.node, "callspec", None) and request.node.callspec.params.get("key")
    if key in (OWN_OBJECT, EXTENDED):
        request.getfixturevalue("db")
        if key == OWN_OBJECT:
            assert make.own_object("Workpiece").key == OWN_OBJECT
        make.at_once(key)


@pytest.fixture
def owner(db: Any) -> Caller:
    return caller("Olga", "owner")


@pytest.fixture
def yard(owner: Caller) -> Yard:
    return Yard(owner)
