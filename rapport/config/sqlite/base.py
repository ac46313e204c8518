"""The backend itself: Django's, bound to `library.newest()` instead of the interpreter's module.

Only what names the module is overridden: connecting, the cursor, the converters and the version questions.
"""

import datetime
import decimal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any

from django.db.backends.sqlite3 import base as django_sqlite
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]  # private
from django.db.backends.sqlite3.features import DatabaseFeatures as DjangoFeatures
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from rapport.config.sqlite import functions, library
from rapport.config.sqlite.turns import Turnstile

Database: Any = library.newest()


def _with_blank(moment: datetime.datetime) -> str:
    return moment.isoformat(" ")


Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", django_sqlite.decoder(parse_date))
Database.register_converter("time", django_sqlite.decoder(parse_time))
Database.register_converter("datetime", django_sqlite.decoder(parse_datetime))
Database.register_converter("timestamp", django_sqlite.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, datetime.date.isoformat)
Database.register_adapter(datetime.datetime, _with_blank)

Parameters = Sequence[Any] | Mapping[str, Any]


# What takes the write lock, or begins to.
WRITES = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "REPLACE")


class Connection(Database.Connection):  # type: ignore[misc]  # the module is chosen at run time
    """A connection that takes turns with the others of its database."""

    turnstile: Turnstile | None = None

    def turn(self, query: str) -> AbstractContextManager[None]:
        """What a statement waits in before it is run: nothing inside a transaction, which has the lock already."""
        if self.turnstile is None or self.in_transaction or not query.startswith(WRITES):
            return nullcontext()
        return self.turnstile.passing()

    def close(self) -> None:
        super().close()
        if self.turnstile is not None:
            self.turnstile.close()


class Cursor(Database.Cursor):  # type: ignore[misc]  # the module is chosen at run time
    """Django's parameter styles (`%s`, `%(name)s`) on the chosen module's cursor (`?`, `:name`)."""

    def execute(self, query: str, params: Parameters | None = None) -> Any:
        with self.connection.turn(query):
            if params is None:
                return super().execute(query)
            return super().execute(_translate(query, params), params)

    def executemany(self, query: str, param_list: Iterable[Parameters]) -> Any:
        rows = iter(param_list)
        first = next(rows, None)
        with self.connection.turn(query):
            if first is None:
                return super().executemany(_translate(query, ()), ())
            return super().executemany(_translate(query, first), chain((first,), rows))


def _translate(query: str, params: Parameters) -> str:
    if isinstance(params, Mapping):
        return query % {name: f":{name}" for name in params}
    return str(django_sqlite.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")


class DatabaseFeatures(DjangoFeatures):
    """What the chosen SQLite can do, not what the interpreter's can."""

    # SQLITE_MAX_VARIABLE_NUMBER since 3.32; Django still assumes 999, which makes bulk writes a third slower.
    max_query_params = 32_766
    can_alter_table_drop_column = True
    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True


class DatabaseWrapper(django_sqlite.DatabaseWrapper):
    """Connections of the chosen SQLite."""

    Database = Database
    features_class = DatabaseFeatures
    init_commands: list[str]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = Database.connect(**conn_params, factory=Connection)
        if not self.is_in_memory_db():
            connection.turnstile = Turnstile(str(conn_params["database"]), conn_params.get("timeout", 5.0))
        register_functions(connection)
        functions.register(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        for command in filter(None, map(str.strip, self.init_commands)):
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)
