"""A field that is filtered often has an index, and both databases use it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection

from rapport.platform import query, records
from rapport.platform.access import Actor
from rapport.platform.custom import indexes
from rapport.platform.custom.models import OwnField
from rapport.platform.jobs import GiveUp
from rapport.platform.jobs.models import Job
from rapport.platform.objects import Object, registry
from rapport.platform.query.compile import compile
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import piece
from tests.platform.custom.make import SYSTEM, own_field, own_object

pytestmark = pytest.mark.django_db
ROWS = 3_000
QUESTIONS = {
    "text": 'my_text = "word17"',
    "choice": "my_choice = gold",
    "number": "my_number = 17",
    "decimal": "my_decimal > 2990",
    "date": "my_date = 2024-03-01",
    "datetime": "my_datetime > 2024-12-30",
    "money": "my_money > 2990",
    "reference": "my_reference = #17",
    "email": 'my_email = "a17@example.org"',
}


def explained(actor: Actor, plan: query.Plan, table: str) -> str:
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
    word = "EXPLAIN" if postgresql else "EXPLAIN QUERY PLAN"
    return "\n".join(str(row[-1]) for row in fetch(piece(f"{word} {{}}", compile(actor, plan).statements[0])))


def fill(obj: Object) -> None:
    chance = random.Random(1)
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "M"})
    from datetime import UTC, date, datetime, timedelta
    from decimal import Decimal

    from rapport.base.money import Money

    rows: list[dict[str, Any]] = [
        {
            "name": f"N{number}",
            "my_text": f"word{number}",
            "my_choice": "gold" if number % 300 == 0 else "silver",
            "my_number": number,
            "my_decimal": Decimal(number),
            "my_date": date(2024, 1, 1) + timedelta(days=number % 366),
            "my_datetime": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(8_760)),
            "my_money": Money(Decimal(number), "EUR"),
            "my_reference": maker.pk if number % 300 == 0 else None,
            "my_email": f"a{number}@example.org",
        }
        for number in range(ROWS)
    ]
    records.load(SYSTEM, obj, rows)


def define(key: str) -> dict[str, OwnField]:
    more = {"reference": {"target": "maker"}}
    return {kind: own_field(key, f"My {kind}", kind, filterable=True, **more.get(kind, {})) for kind in QUESTIONS}


@pytest.mark.parametrize("own", [False, True], ids=["declared", "own object"])
def test_the_planner_takes_the_index(own: bool) -> None:
    obj = own_object("Parcel") if own else registry.get("toy")
    fields = define(obj.key)
    obj = registry.get(obj.key)
    fill(obj)
    for kind, question in QUESTIONS.items():
        field = OwnField.objects.get(pk=fields[kind].pk)
        assert field.index_state == "ready", kind
        # A range alone may be half of the table: it is asked for in its own order.
        sort = question.split()[0] if ">" in question else "id"
        text = explained(SYSTEM, query.plan(SYSTEM, obj, question, sort=sort, limit=1_000), obj.table)
        assert f"own_{field.pk}" in text, f"{question}\n{text}"


def test_a_list_sorted_by_an_own_field_walks_its_index() -> None:
    obj = own_object("Parcel")
    field = define(obj.key)["number"]
    obj = registry.get(obj.key)
    fill(obj)
    text = explained(SYSTEM, query.plan(SYSTEM, obj, "", sort="my_number", limit=20), obj.table)
    assert f"own_{field.pk}" in text and "TEMP B-TREE" not in text, text


def exists(name: str) -> bool:
    catalogue = "pg_indexes WHERE indexname" if connection.vendor == "postgresql" else "sqlite_master WHERE name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {catalogue} = %s", [name])  # noqa: S608  # two constants
        return bool(cursor.fetchone()[0])


def test_the_index_goes_with_the_field_and_comes_back_with_it() -> None:
    field = own_field("toy", "Grade", filterable=True, unique=True)
    assert exists(f"own_{field.pk}") and exists(f"own_{field.pk}_once")
    records.archive(SYSTEM, field)
    assert not exists(f"own_{field.pk}") and not exists(f"own_{field.pk}_once")
    records.restore(SYSTEM, field)
    assert exists(f"own_{field.pk}") and exists(f"own_{field.pk}_once")
    records.update(SYSTEM, OwnField.objects.get(pk=field.pk), {"filterable": False})
    assert not exists(f"own_{field.pk}")


def test_a_large_table_gets_its_index_from_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "SMALL", 1)
    for name in "ab":
        records.create(SYSTEM, registry.get("toy"), {"name": name})
    field = own_field("toy", "Grade", filterable=True)
    assert OwnField.objects.get(pk=field.pk).index_state == "waiting" and not exists(f"own_{field.pk}")
    assert Job.objects.get(key="own_field.index").arguments == {"field": field.pk}
    indexes.build(SYSTEM, None, field=field.pk)  # type: ignore[arg-type]  # it tells no progress
    assert OwnField.objects.get(pk=field.pk).index_state == "ready" and exists(f"own_{field.pk}")


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_writers_are_not_held_up_and_doubles_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "SMALL", 1)
    toys = [records.create(SYSTEM, registry.get("toy"), {"name": name}) for name in "abc"]
    field = own_field("toy", "Grade", filterable=True, unique=True)
    indexes.build(SYSTEM, None, field=field.pk)  # type: ignore[arg-type]  # it tells no progress
    assert OwnField.objects.get(pk=field.pk).index_state == "ready"
    assert exists(f"own_{field.pk}") and exists(f"own_{field.pk}_once")
    indexes._run([indexes.Index(f"own_{field.pk}_once", "", "").drop()])
    for toy in toys:
        records.update(SYSTEM, toy, {"grade": "same"})
    with pytest.raises(GiveUp):
        indexes.build(SYSTEM, None, field=field.pk)  # type: ignore[arg-type]  # as above
    told = OwnField.objects.get(pk=field.pk)
    assert (told.index_state, told.index_note) == ("failed", "Some values stand in more than one record.")
    records.update(SYSTEM, toys[0], {"grade": "a"})
    records.update(SYSTEM, toys[1], {"grade": "b"})
    indexes.build(SYSTEM, None, field=field.pk)  # type: ignore[arg-type]  # as above
    assert OwnField.objects.get(pk=field.pk).index_state == "ready"
    records.archive(SYSTEM, field)
