"""Whatever a formula says, SQL and plain Python come to the same: random expressions over random worlds, per actor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from rapport.base import clock
from rapport.platform.access import Actor
from rapport.platform.formula import parse
from rapport.platform.formula.ast import Expression
from rapport.platform.formula.compile import expression_sql
from rapport.platform.formula.evaluate import evaluate
from rapport.platform.formula.sqlite import final
from rapport.platform.objects import Object, registry
from rapport.platform.query.errors import QueryError
from rapport.platform.query.evaluate import Evaluator
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.sql import is_postgresql, piece
from tests import sizes, toys
from tests.platform.formula.expressions import KINDS, expressions

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.freeze(toys.NOW):
        yield


@pytest.mark.parametrize("seed", sizes.worlds("formula"))
def test_sql_and_python_come_to_the_same(seed: int) -> None:
    world = toys.make_world(seed, toys=12)
    toys.store(world)
    known = toys.actors(world)

    # Shrinking takes minutes here; what fails first is short enough to read.
    @settings(
        max_examples=sizes.cases("formula"),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(st.data(), st.sampled_from(known), st.sampled_from(["toy", "play", "maker"]), st.sampled_from(KINDS))
    def agree(data: st.DataObject, actor: Actor, key: str, kind: str) -> None:
        obj = registry.get(key)
        text = data.draw(expressions(actor, obj, kind))
        try:
            found = parse(actor, obj, text)
        except QueryError as error:
            # A moment equals no field and an answer is one of the list, as in a Query; and there are limits.
            assume(
                not any(
                    words in error.message
                    for words in ("too many", "too long", "is a moment", "is not one of", "Nothing is written")
                )
            )
            raise AssertionError(f"{text}: {error.message}") from error
        assert parse(actor, obj, str(found)) == found, f"the canonical text means the same: {found}"
        asked = Evaluator(actor, world.seen_by(actor))
        expected = {row["id"]: _expected(asked, found, obj, row) for row in world.records(obj)}
        assert by_sql(actor, obj, found) == expected, str(found)

    agree()


def _expected(asked: Evaluator, found: Expression, obj: Object, row: Any) -> Any:
    value = final(evaluate(asked, found, obj, row), found.type.kind, 4)
    if isinstance(value, Decimal) and not is_postgresql():
        return Decimal(repr(float(value))) if value != int(value) else value  # as a column of SQLite holds it
    return value


def by_sql(actor: Actor, obj: Object, expression: Expression) -> dict[int, Any]:
    frame = Frame(Context(actor), obj)
    column = expression_sql(frame, expression, 4)
    statement = piece("SELECT {}.id, {} FROM {}", frame.alias, column, frame.source())
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return {pk: _read(raw, expression.type.kind) for pk, raw in cursor.fetchall()}


def _read(raw: Any, kind: str) -> Any:
    if raw is None or isinstance(raw, bool):
        return raw
    match kind:
        case "number" | "percent" | "money":
            return Decimal(repr(raw) if isinstance(raw, float) else raw)
        case "date" if isinstance(raw, str):
            return date.fromisoformat(raw)
        case "datetime":
            return datetime.fromisoformat(raw).replace(tzinfo=UTC) if isinstance(raw, str) else raw.astimezone(UTC)
        case "boolean":
            return bool(raw)
    return raw


__all__ = ["by_sql", "timedelta"]
