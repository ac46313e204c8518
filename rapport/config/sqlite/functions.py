"""SQL functions that SQLite lacks and PostgreSQL has, under names of ours."""

from typing import Any

from rapport.base.lower import lower


def register(connection: Any) -> None:
    """Make them known to one connection; deterministic, so that an index may use them."""
    from rapport.platform.formula import sqlite  # the engine is not there yet when Django reads the settings

    connection.create_function("rapport_lower", 1, _lower, deterministic=True)
    sqlite.register(connection)


def _lower(text: object) -> object:
    """Lower case of every alphabet; SQLite's own LOWER knows the 26 letters of English."""
    return lower(text) if isinstance(text, str) else text
