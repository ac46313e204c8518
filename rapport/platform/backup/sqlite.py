"""Backups of SQLite: the online backup in one step, inside a read transaction, so that writers go on meanwhile."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.base.crash import point
from rapport.base.disk import flush_folder
from rapport.platform.backup import parts
from rapport.platform.backup.databases import Rows, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from rapport.platform.backup.parts import Opener

NAME = "database.sqlite3.age"
FETCHED = 1_000


class Sqlite:
    """One file, with what its log holds."""

    vendor = "sqlite"

    def take(self, work: Path, scratch: Path, recipients: Sequence[str]) -> Taken:
        copy = scratch / "copy.sqlite3"
        with closing(_open(connection.settings_dict["NAME"])) as live:
            live.execute("BEGIN")  # its first question fixes the moment
            taken = Taken(rows=_rows(live))
            taken.files = [row[0].decode() for row in live.execute("SELECT DISTINCT sha256 FROM platform_storedfile")]
            taken.migrations = (
                [
                    (app.decode(), name.decode())
                    for app, name in live.execute("SELECT app, name FROM django_migrations ORDER BY id")
                ]
                if "django_migrations" in taken.rows
                else []
            )
            with closing(_open(str(copy))) as target:
                live.backup(target)
            live.rollback()
        point("backup.copied")
        with copy.open("rb") as source, parts.writing(work / NAME, recipients) as out:
            parts.copy(source, out)
        copy.unlink()
        taken.written = [out]
        return taken

    def size(self) -> int:
        path = Path(connection.settings_dict["NAME"])
        return path.stat().st_size if path.is_file() else 0

    @contextmanager
    def restored(
        self, parts_folder: Path, told: Mapping[str, Any], opener: Opener, scratch: Path
    ) -> Iterator[BaseDatabaseWrapper]:
        path = scratch / "restored.sqlite3"
        with parts.reading(parts_folder / NAME, opener) as source, path.open("wb") as out:
            parts.copy(source, out)
            out.flush()
            os.fsync(out.fileno())
        made = _wrapper(path)
        try:
            yield made
        finally:
            made.close()

    def rows(self, database: BaseDatabaseWrapper) -> dict[str, Rows]:
        with closing(_open(database.settings_dict["NAME"])) as raw:
            return _rows(raw)

    def broken(self, database: BaseDatabaseWrapper) -> list[str]:
        with database.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(20)")
            said = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            return said + [f"{table} {row}: → {other}" for table, row, other, _key in cursor.fetchmany(20)]

    def busy(self) -> str:
        """Taking the file out of its log mode needs it alone; it also puts the log back into the file."""
        if not Path(connection.settings_dict["NAME"]).is_file():
            return ""
        connection.close()
        raw = _open(connection.settings_dict["NAME"], timeout=1)
        try:
            raw.execute("PRAGMA journal_mode = DELETE").fetchall()
        except _library().OperationalError:
            return _("Rapport is running on this database.")
        finally:
            raw.close()
        return ""

    def put_in_place(self, database: BaseDatabaseWrapper, stamp: str) -> str:
        made, place = Path(database.settings_dict["NAME"]), Path(connection.settings_dict["NAME"])
        _fold(database, made)
        beside = place.with_name(f"{place.name}.restored")
        _move(made, beside)
        kept = place.with_name(f"{place.name}.before-{stamp}")
        if place.exists():
            kept.hardlink_to(place)
        beside.replace(place)
        for log in ("-wal", "-shm"):
            place.with_name(place.name + log).unlink(missing_ok=True)
        flush_folder(place.parent)
        return str(kept) if kept.exists() else ""


def _fold(database: BaseDatabaseWrapper, path: Path) -> None:
    """One file that holds everything, on the disk."""
    with database.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with closing(_open(str(path))) as raw:
        raw.execute("PRAGMA journal_mode = DELETE").fetchall()


def _move(made: Path, target: Path) -> None:
    """To another disk too: written beside the place it is for, so that the last step is a rename."""
    with made.open("rb") as source, target.open("wb") as out:
        parts.copy(source, out)
        out.flush()
        os.fsync(out.fileno())


def _library() -> Any:
    """The module the connection in use is made of: the newest SQLite at hand."""
    return connection.Database  # type: ignore[attr-defined]  # each backend names its own


def _open(name: str, timeout: float = 20) -> Any:
    """A connection of its own that gives bytes as they are: no converters, no text that cannot be read."""
    name = str(name)
    raw = _library().connect(name, uri=name.startswith("file:"), timeout=timeout, isolation_level=None)
    raw.text_factory = bytes
    return raw


def _wrapper(path: Path) -> BaseDatabaseWrapper:
    made = connection.copy()
    made.settings_dict["NAME"] = str(path)
    return made


def _rows(raw: Any) -> dict[str, Rows]:
    named = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {name.decode(): _hashed(raw, name.decode()) for (name,) in named}


def _hashed(raw: Any, table: str) -> Rows:
    count, digest = 0, hashlib.sha256()
    # NOT INDEXED: in the order of the table itself, whatever the statistics say.
    cursor = raw.execute(f'SELECT * FROM "{table}" NOT INDEXED')  # a name of its own catalogue
    while rows := cursor.fetchmany(FETCHED):
        count += len(rows)
        digest.update(repr(rows).encode())
    return Rows(count, digest.hexdigest())
