"""Bytes without a record are swept after a day; those that are needed, or just came, stay."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from rapport.base.clock import now
from rapport.platform import access, files
from rapport.platform.files import orphans, places
from rapport.platform.files.models import StoredFile

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")
DAY = 86_400


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def put(content: bytes) -> StoredFile:
    return files.store(SYSTEM, io.BytesIO(content), "a.txt")


def age(path: Path, days: float) -> None:
    moment = now().timestamp() - days * DAY
    os.utime(path, (moment, moment))


def lying() -> set[str]:
    return {path.name for path in places.folder().rglob("*") if path.is_file()}


def sweep() -> int:
    return orphans.sweep(SYSTEM, None)  # type: ignore[arg-type]  # it looks at no run


def test_bytes_of_a_transaction_that_was_rolled_back_go_after_a_day() -> None:
    with transaction.atomic():
        lost = put(b"lost").sha256
        transaction.set_rollback(True)
    kept = put(b"kept").sha256
    assert (sweep(), lying()) == (0, {lost, kept})
    for sha in (lost, kept):
        age(places.place_of(sha), 2)
    assert (sweep(), lying()) == (1, {kept})


def test_half_uploads_of_a_killed_process_go_too() -> None:
    put(b"kept")
    for name, days in (("incoming-old", 2.0), ("incoming-new", 0.1)):
        (places.folder() / name).write_bytes(b"half")
        age(places.folder() / name, days)
    assert sweep() == 1
    assert "incoming-new" in lying()
    assert "incoming-old" not in lying()


def test_equal_bytes_that_arrive_while_it_sweeps_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and moving aside somebody uploads the same bytes and makes a record of them."""
    sha = places.keep(io.BytesIO(b"same")).sha256
    age(places.place_of(sha), 2)
    rename = Path.rename

    def late(self: Path, to: Any) -> Path:
        put(b"same")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", late)
    assert sweep() == 0
    with files.open_stored(StoredFile.objects.get()) as stream:
        assert stream.read() == b"same"


def test_archived_files_keep_their_bytes() -> None:
    from rapport.platform import records

    file = put(b"put away")
    records.archive(SYSTEM, file)
    age(places.place_of(file.sha256), 400)
    assert sweep() == 0
