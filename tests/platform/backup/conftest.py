"""A house with a place for its backups, on a database that other processes can open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from rapport.platform.backup import keys
from rapport.platform.backup.parts import Opener
from tests.platform.jobs.database import shared


@pytest.fixture
def places(tmp_path: Path, settings: object) -> Path:
    """Data folder and backups of this test alone."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"  # type: ignore[attr-defined]  # Django's own fixture
    settings.BACKUP_DIR, settings.BACKUP_KEYS = tmp_path / "backups", []  # type: ignore[attr-defined]  # as above
    settings.KEY_RING = ""  # type: ignore[attr-defined]  # as above
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.fixture
def address(places: Path, transactional_db: None) -> Iterator[str]:
    with shared(places) as found:
        yield found
        if connection.vendor == "postgresql":
            _forget_what_was_before()


def _forget_what_was_before() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def secret(address: str) -> str:
    """The secret key of this house's backups."""
    return keys.make()[1]


@pytest.fixture
def opener(secret: str) -> Opener:
    return Opener(secret)
