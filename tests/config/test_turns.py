"""Writers of one SQLite database take turns: who works in many small steps keeps nobody out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.config.sqlite.base import Connection, Cursor, Database
from rapport.config.sqlite.turns import Turnstile

pytestmark = pytest.mark.once

Open = Callable[[], Any]
# Longer than SQLite's longest pause, so that who looks again after a pause finds the next step begun.
STEP_S = 0.3


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Open]:
    opened: list[Any] = []
    path = str(tmp_path / "turns.sqlite3")

    def new() -> Any:
        found = Database.connect(path, timeout=20, isolation_level=None, check_same_thread=False, factory=Connection)
        found.turnstile = Turnstile(path, 20)
        found.execute("PRAGMA journal_mode = WAL")
        opened.append(found)
        return found

    first = new().cursor(factory=Cursor)
    first.execute("CREATE TABLE step (who text)")
    yield new
    for one in opened:
        one.close()


def write(connection: Any, who: str, seconds: float) -> None:
    cursor = connection.cursor(factory=Cursor)
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute("INSERT INTO step VALUES (%s)", [who])
    time.sleep(seconds)
    cursor.execute("COMMIT")


@pytest.fixture
def busy(connect: Open) -> Iterator[threading.Event]:
    """Somebody who begins the next transaction as soon as the last one is over."""
    connection, over, begun = connect(), threading.Event(), threading.Event()

    def work() -> None:
        while not over.is_set():
            write(connection, "busy", STEP_S)
            begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(10)
    yield begun
    over.set()
    thread.join(30)


def test_a_transaction_and_a_single_statement_come_in_between(busy: threading.Event, connect: Open) -> None:
    connection = connect()
    taken = []
    for _ in range(4):
        begun = time.monotonic()
        write(connection, "transaction", 0)
        connection.cursor(factory=Cursor).execute("INSERT INTO step VALUES (%s)", ["statement"])
        taken.append(time.monotonic() - begun)
    # Two turns, each after at most one step of the other and one pause of SQLite's. Without turns it takes 20 s.
    assert sorted(taken)[2] < 8 * STEP_S, taken
    count = connection.execute("SELECT COUNT(*) FROM step WHERE who <> 'busy'").fetchone()[0]
    assert count == 8


def test_who_does_not_get_a_turn_in_time_is_told_by_the_database(connect: Open, tmp_path: Path) -> None:
    holder, late = connect(), connect()
    cursor = holder.cursor(factory=Cursor)
    cursor.execute("BEGIN IMMEDIATE")
    late.execute("PRAGMA busy_timeout = 100")
    late.turnstile = Turnstile(str(tmp_path / "turns.sqlite3"), 0.1)
    with pytest.raises(Database.OperationalError, match="locked"):
        write(late, "late", 0)
    cursor.execute("COMMIT")
    write(late, "late", 0)


def test_a_folder_that_takes_no_file_has_no_turnstile(tmp_path: Path) -> None:
    with Turnstile(str(tmp_path / "missing" / "x.sqlite3"), 1).passing():
        pass
