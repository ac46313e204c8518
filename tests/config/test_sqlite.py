"""The SQLite engine: its version, its pragmas, its transactions."""

import datetime
import decimal
from typing import Any

import pytest
from django.db import connection

from rapport.config.sqlite import library

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'")


@pytest.mark.parametrize(
    "version, race", [((3, 6, 23), False), ((3, 7, 0), True), ((3, 51, 2), True), ((3, 51, 3), False)]
)
def test_the_versions_with_the_wal_race_are_known(version: tuple[int, ...], race: bool) -> None:
    assert library.has_wal_race(version) is race


def test_the_library_in_use_has_no_wal_race() -> None:
    assert not library.has_wal_race(library.newest().sqlite_version_info)


@sqlite_only
@pytest.mark.django_db
def test_values_of_every_type_come_back_as_they_went() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kinds (b bool, d date, t datetime, n decimal)")
        noon = datetime.datetime(2024, 2, 29, 12, 0)  # noqa: DTZ001  # as SQLite keeps it
        row: list[Any] = [True, datetime.date(2024, 2, 29), noon, decimal.Decimal("1.50")]
        cursor.executemany("INSERT INTO kinds VALUES (%s, %s, %s, %s)", [row, row])
        cursor.execute("SELECT b, d, t, CAST(n AS TEXT) FROM kinds WHERE d = %(day)s", {"day": row[1]})
        assert [list(found) for found in cursor.fetchall()] == [[*row[:3], "1.5"]] * 2
