"""Which SQLite the process uses: the `pysqlite3` wheel, or the interpreter's own when it is the newer one.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when one connection commits while another resets the log
(sqlite.org/wal.html, "the WAL-reset bug"). Debian, Ubuntu and python.org all shipped such versions for years, so the
version is a matter of safety here, not of taste.
"""

import importlib
import sqlite3
from types import ModuleType

FIRST_WITH_WAL = (3, 7, 0)
FIRST_SAFE = (3, 51, 3)


def newest() -> ModuleType:
    """The DB-API module with the newest SQLite among those installed."""
    try:
        wheel = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3.dbapi2
    return wheel if wheel.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3.dbapi2


def has_wal_race(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite can corrupt a WAL database."""
    return FIRST_WITH_WAL <= version < FIRST_SAFE
