"""The yard of the contract tests, and the Objects it is tried on."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.objects import registry
from tests.contract.yard import Yard
from tests.platform.api.caller import Caller, caller

# A file is made of bytes, not of values; its way is tried in tests/platform/api.
KEYS = [obj.key for obj in registry.all() if obj.key != "file"]


@pytest.fixture
def owner(db: Any) -> Caller:
    return caller("Olga", "owner")


@pytest.fixture
def yard(owner: Caller) -> Yard:
    return Yard(owner)
