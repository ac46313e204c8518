"""Formulas that a noun declares in Python: `gain` of a toy is computed, `played` is stored."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.base.money import Money
from rapport.platform import query, records
from rapport.platform.fields import Calculated, DecimalNumber, MoneyField
from rapport.platform.formula.field import Formula
from rapport.platform.formula.proof import problems
from rapport.platform.objects import registry
from tests.platform.custom.make import SYSTEM
from tests.platform.formula.test_own import play, toy

pytestmark = pytest.mark.django_db


def test_a_declared_formula_is_a_field_of_its_class_without_a_column() -> None:
    obj = registry.get("toy")
    gain = obj.field("gain")
    assert isinstance(gain, MoneyField) and isinstance(gain, Calculated)
    assert "gain" not in {field.name for field in obj.model._meta.get_fields()}
    assert "gain" not in obj.editable and "played" not in obj.editable


def test_declared_formulas_are_read_and_kept() -> None:
    one = toy(price=Money(Decimal(200), "EUR"), margin=Decimal(25))
    play(one)
    play(one)
    plan = query.plan(SYSTEM, registry.get("toy"), "played = 2 and gain > 40", select=["gain", "played"])
    assert [tuple(row.values) for row in query.rows(SYSTEM, plan).rows] == [(Money(Decimal(50), "EUR"), 2)]
    assert one.gain == Money(Decimal(50), "EUR")


def test_a_declaration_is_proved_at_start() -> None:
    obj = registry.get("toy")
    assert list(problems(obj)) == []

    def told(text: str, result: type = DecimalNumber, *, stored: bool = False) -> str:
        wrong = Formula("Wrong", text, result, stored=stored)
        wrong.key = "wrong"
        return " ".join(problems(obj, {"wrong": wrong}))

    assert "There is no field “prise”" in told("prise + 1")
    assert "comes to a text" in told("name")
    assert "cannot be stored" in told("today - launched_on", stored=True) or "comes to" in told("today - launched_on")
    assert "fewer people may see" in told("length(secret_recipe)")


def test_records_are_not_written_through_a_formula() -> None:
    with pytest.raises(Exception, match="calculated"):
        records.create(SYSTEM, registry.get("toy"), {"name": "Bear", "played": 4})
