"""The database itself refuses to change or delete what was written."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from rapport.platform import audit
from rapport.platform.audit import guard
from rapport.platform.events.models import Event
from tests.make import SYSTEM, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guarded")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_auditentry SET actor_id = 7",
        "UPDATE platform_auditentry SET detail = ''",
        "UPDATE platform_auditentry SET at = at, sealed = 'x'",
        "DELETE FROM platform_auditentry",
        "UPDATE platform_event SET actor_id = NULL",
        "UPDATE platform_event SET kind = 'toy.created', changes = '{}'",
        "UPDATE platform_event SET at = recorded_at",
        "DELETE FROM platform_event",
    ],
)
def test_a_change_of_what_was_written_is_refused(statement: str) -> None:
    audit.record(SYSTEM, "export", object="user", detail={"form": "csv"})
    make_user()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_emptying_the_tables_is_refused_too() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for table in guard.GUARDED:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")


def test_what_a_restore_and_an_erasure_need_stays_possible() -> None:
    make_user()
    audit.record(SYSTEM, "export", object="user")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_event SET \"transaction\" = 0, changes = '{}'")
        cursor.execute('UPDATE platform_auditentry SET "transaction" = 0')
    assert set(Event.objects.values_list("transaction", flat=True)) == {0}


def test_a_trigger_that_is_gone_is_named_and_put_back() -> None:
    assert guard.missing() == []
    guard.remove()
    assert "platform_event_no_delete" in guard.missing()
    guard.install()
    guard.install()
    assert guard.missing() == []
