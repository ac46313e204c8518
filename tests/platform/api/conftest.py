"""Callers that the tests of the API share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platform.api.caller import Caller, caller


@pytest.fixture
def owner(db: Any) -> Caller:
    return caller("Olga", "owner")


@pytest.fixture
def reader(db: Any) -> Caller:
    """Reads public and standard fields of everything, writes nothing."""
    return caller("Rita", "read_only")
