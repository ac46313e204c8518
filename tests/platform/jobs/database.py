"""A database that other processes can open: the test's own on PostgreSQL, a file on SQLite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def shared(folder: Path) -> Iterator[str]:
    """Make the default connection one that other processes share for the time of the block; its address."""
    if connection.vendor == "postgresql":
        with _effects():
            yield postgres_address()
        return
    file = folder / "shared.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    memory = connections["default"]
    before = connections.databases["default"]
    # A dictionary of its own: the connection in memory goes on looking into the one it was made from.
    connections.databases["default"] = {**before, "NAME": str(file)}
    connections["default"] = connections.create_connection("default")
    try:
        with _effects():
            yield f"sqlite:///{file}"
    finally:
        connections["default"].close()
        connections["default"] = memory
        connections.databases["default"] = before


def environment(address: str) -> dict[str, str]:
    return {**os.environ, "RAPPORT_TEST_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def postgres_address() -> str:
    given = connection.settings_dict
    host = given["OPTIONS"].get("host") or given["HOST"]
    account = given["USER"] + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
    return f"postgres://{account}@/{given['NAME']}?host={host}" + (f"&port={given['PORT']}" if given["PORT"] else "")


@contextmanager
def _effects() -> Iterator[None]:
    """A table that jobs of the tests write to: one row for each effect."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (job bigint NOT NULL, note text NOT NULL)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE effect")


def effects(job: int | None = None) -> list[str]:
    """Notes of the effects that hold, in order."""
    with connection.cursor() as cursor:
        if job is None:
            cursor.execute("SELECT note FROM effect ORDER BY job, note")
        else:
            cursor.execute("SELECT note FROM effect WHERE job = %s ORDER BY note", [job])
        return [note for (note,) in cursor.fetchall()]


def write_effect(job: int, note: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect VALUES (%s, %s)", [job, note])
