"""The whole database as one hash, and a client that holds every refusal against it.

    visitor = Watched(visit_as("sales"))
    visitor.ask("POST", "/toys/1/edit", {"name": "x"})      # AssertionError: 4xx, and something was written

A request that succeeds is rolled back, so that one world serves thousands of requests. The hash is taken where a
statement that writes was seen, and once at the end for what was not seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

# Written on purpose when something is refused; each with its reason.
WRITTEN_BY_REFUSALS = {
    "platform_signinattempt": "failed sign-ins are counted",
    "platform_auditentry": "refused tries are told",
    "django_session": "a visitor who failed to sign in may get a session",
}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE")


def fingerprint() -> str:
    """SHA-256 over every row of every table, besides those that refusals write on purpose."""
    digest = hashlib.sha256()
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - WRITTEN_BY_REFUSALS.keys()
    with connection.cursor() as cursor:
        for table in sorted(tables & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # names of our models
            rows = sorted(map(repr, cursor.fetchall()))
            digest.update(f"{table} {len(rows)}\n".encode())
            digest.update("\n".join(rows).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@dataclass
class Watched:
    """A client whose refused requests must leave the database as it was."""

    client: Client
    before: str = field(default_factory=fingerprint)

    def ask(self, method: str, url: str, data: Any = None, *, writes: bool = False, **more: Any) -> Any:
        """One request. `writes` says that a success may write; then it is rolled back. Raises AssertionError."""
        with transaction.atomic():
            with _writes_seen() as seen:
                answer: Any = self.client.generic(method, url, data or b"", **more)
            if answer.streaming:
                b"".join(answer.streaming_content)
            done = answer.status_code < 400
            if seen and not (done and writes):
                assert fingerprint() == self.before, f"{method} {url}: {answer.status_code} after {seen[:3]}"
            if done and writes:
                transaction.set_rollback(True)
        return answer

    def nothing_was_missed(self) -> None:
        """The hash at the end, for writes that went another way."""
        assert fingerprint() == self.before


@contextmanager
def _writes_seen() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            seen.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
