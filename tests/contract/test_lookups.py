"""What addresses a record of a million (its keys, what matching compares) is found by an index on both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import UniqueConstraint

from rapport.platform.fields import Field
from rapport.platform.objects import Object, registry
from tests.contract.conftest import KEYS

# Few enough to be read.
FEW = {"user"}


def looked_up(obj: Object) -> list[Field[Any]]:
    """Fields with columns of their own that make a record unique."""
    return [field for field in obj.fields.values() if field.unique and not field.outside and field.attributes]


def constrained(obj: Object) -> set[str]:
    """Columns that are unique alone where they are not empty."""
    return {
        one.fields[0]
        for one in obj.model._meta.constraints
        if isinstance(one, UniqueConstraint) and len(one.fields) == 1
    }


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(set(KEYS) - FEW))
def test_a_record_is_found_by_each_of_its_keys_through_an_index(key: str) -> None:
    obj = registry.get(key)
    names = constrained(obj) | {field.attributes[0] for field in looked_up(obj)}
    columns = {str(obj.model._meta.get_field(name).column) for name in names}  # type: ignore[union-attr]  # no relation
    for column in sorted(columns):
        assert plan_of(obj.table, column), f"{obj.table}.{column} is looked up by reading the whole table"


def plan_of(table: str, column: str) -> bool:
    """Whether the planner takes an index for `column = value`."""
    question = f'SELECT id FROM "{table}" WHERE "{column}" = %s'  # noqa: S608  # names of declarations
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + question.replace("%s", "'7'"))
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + question, ["7"])
        told = "\n".join(str(row) for row in cursor.fetchall())
    return re.search(r"Seq Scan|SCAN (?!.*USING)", told) is None
