"""What tests of the audit trail share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from rapport.platform.audit import guard
from rapport.platform.audit.write import _brake


@pytest.fixture(autouse=True)
def _no_brake() -> None:
    """Other tests of this process were refused a lot."""
    _brake.release()


@pytest.fixture
def guarded(db: None) -> Iterator[None]:
    """The triggers that the migrations put in place; rolled back with the test."""
    guard.install(connection)
    yield
