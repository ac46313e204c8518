"""A formula as an own field: read-only and alike on every surface, computed or stored, never around a right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rapport.base.money import Money
from rapport.platform import query, records
from rapport.platform.access import Actor, Rights
from rapport.platform.events.models import Event
from rapport.platform.fields import DecimalNumber, MoneyField
from rapport.platform.formula import field as formulas
from rapport.platform.formula import stored
from rapport.platform.jobs.models import Job
from rapport.platform.objects import registry
from tests.platform.custom.make import SYSTEM, own_field

pytestmark = pytest.mark.django_db


def formula(text: str, label: str = "Figure", obj: str = "toy", **values: Any) -> Any:
    return own_field(obj, label, values.pop("type", "formula"), formula=text, **values)


def toy(name: str = "Bear", **values: Any) -> Any:
    return records.create(SYSTEM, registry.get("toy"), {"name": name, **values})


def play(toy: Any, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get("play"), {"subject": "Play", "toy": toy.pk, **values})


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def reader() -> Actor:
    """Somebody who sees toys, and of them what is standard."""
    rights = Rights(({"toy": {"read": "all"}},), ({"*": {"public": "read", "standard": "read"}},))
    return Actor(None, "Reader", "web", rights)


def listed(text: str = "", *keys: str, sort: str = "", actor: Any = SYSTEM) -> list[tuple[Any, ...]]:
    plan = query.plan(actor, registry.get("toy"), text, select=keys or ("figure",), sort=sort)
    return [tuple(row.values) for row in query.rows(actor, plan).rows]


def kept(record: Any, key: str = "figure", obj: str = "toy") -> Any:
    found = registry.get(obj)
    return found.field(key).read(found.model._default_manager.get(pk=record.pk))


def refused(**values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        formula(values.pop("text"), **values)
    return dict(caught.value.message_dict)


# --- computed --------------------------------------------------------------------------------------------------------


def test_a_formula_is_listed_filtered_sorted_grouped_and_summed() -> None:
    formula("price - 5")
    assert isinstance(registry.get("toy").field("figure"), MoneyField)
    toy("Ball", price=eur("10"))
    toy("Kite", price=eur("30"))
    toy("None")
    assert listed("figure > 4 sort by -figure", "name", "figure") == [("Kite", eur("25")), ("Ball", eur("5"))]
    assert listed("figure is empty", "name") == [("None",)]
    plan = query.plan(SYSTEM, registry.get("toy"), "")
    assert query.aggregates(SYSTEM, plan, ["figure"])["figure"].sum == 30
    formula('if price > 20 then "dear" else "cheap"', "Class")
    groups = query.groups(SYSTEM, query.plan(SYSTEM, registry.get("toy"), "group by class show sum figure"))
    assert [(row.values, row.count, row.shown) for row in groups] == [(("cheap",), 2, (5,)), (("dear",), 1, (25,))]
    page = query.plain_rows(SYSTEM, query.plan(SYSTEM, registry.get("toy"), "name = Ball", select=["figure", "class"]))
    assert page.rows[0]["figure"] == {"amount": "5", "currency": "EUR"} and page.rows[0]["class"] == "cheap"


def test_pages_follow_each_other_when_sorted_by_a_formula() -> None:
    formula("pieces * 2", places=0)
    for number in (3, 1, None, 2, 1):
        toy(f"T{number}", pieces=number)
    found: list[Any] = []
    cursor = ""
    while True:
        plan = query.plan(SYSTEM, registry.get("toy"), "", select=["figure"], sort="figure", limit=2, cursor=cursor)
        page = query.rows(SYSTEM, plan)
        found += [row.values[0] for row in page.rows]
        if not (cursor := page.next):
            break
    assert found == [2, 2, 4, 6, None]


def test_formulas_add_no_statement_to_a_page(django_assert_num_queries: Any) -> None:
    formula("price - 5")
    formula("count plays", "Plays")
    formula("maker.people + plays", "Total")
    play(toy(price=eur("10")))
    with django_assert_num_queries(1):
        listed("figure > 1 and total is empty", "name", "figure", "plays", "total", sort="-figure")


def test_a_formula_over_another_formula() -> None:
    formula("price - 5", "Yield")
    formula("yield / price", "Share", places=4)
    one = toy(price=eur("20"))
    values = formulas.of_record(SYSTEM, registry.get("toy"), one.pk, registry.get("toy").fields)
    assert values == {"gain": None, "yield": eur("15"), "share": Decimal("0.7500")}


def test_a_formula_is_never_written() -> None:
    formula("pieces + 1")
    formula("pieces + 2", "Kept", kept=True)
    obj = registry.get("toy")
    one = toy(pieces=1)
    for key in ("figure", "kept"):
        assert key not in obj.editable
        with pytest.raises(ValidationError):
            records.parse(SYSTEM, obj, {key: "5"}, SYSTEM.culture)
        with pytest.raises(ValidationError):
            records.update(SYSTEM, one, {key: Decimal(5)})
        with pytest.raises(ValidationError):
            records.create(SYSTEM, obj, {"name": "X", key: Decimal(5)})
        with pytest.raises(ValidationError):
            records.load(SYSTEM, obj, [{"name": "X", key: Decimal(5)}])
    assert kept(one, "kept") == 3


# --- rights ----------------------------------------------------------------------------------------------------------


def test_a_formula_is_seen_by_no_more_people_than_what_it_reads() -> None:
    assert "sensitivity" in refused(text="secret_recipe & name")
    assert "sensitivity" in refused(text='if maker.tax_number = "DE1" then 1 else 0')
    assert "sensitivity" in refused(text="count plays where toy.secret_recipe is not empty")
    formula("length(secret_recipe)", sensitivity="sensitive")
    toy(secret_recipe="honey")
    clerk = reader()
    with pytest.raises(query.QueryError, match="There is no field"):
        listed("", "figure", actor=clerk)


def test_what_a_reader_may_not_see_is_unknown_in_a_computed_formula() -> None:
    formula("people + 1", "Size", "maker")
    formula("maker.people + 1")
    formula("count plays", "Plays")
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Käthe", "people": 3})
    play(toy(maker=maker.pk))
    assert listed("", "figure", "plays") == [(4, 1)]
    blind = reader()
    assert listed("", "figure", "plays", actor=blind) == [(None, None)]


# --- stored ----------------------------------------------------------------------------------------------------------


def test_a_stored_formula_follows_its_own_record_and_those_it_points_at() -> None:
    formula('maker.name & " " & pieces', kept=True)
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Käthe"})
    one = toy(maker=maker.pk, pieces=2)
    assert kept(one) == "Käthe 2"
    records.update(SYSTEM, one, {"pieces": 3})
    assert kept(one) == "Käthe 3"
    before = Event.objects.count()
    records.update(SYSTEM, maker, {"name": "Margarete"})
    assert kept(one) == "Margarete 3"
    assert Event.objects.count() == before + 1, "nobody did anything to the toy"
    assert listed('figure = "margarete 3"') == [("Margarete 3",)]


def test_a_stored_roll_up_follows_old_and_new_parent_and_the_archive() -> None:
    formula("sum plays.score where kind = call", type="roll_up", kept=True)
    one, other = toy("One"), toy("Other")
    first = play(one, score=3, kind="call")
    play(one, score=4, kind="visit")
    assert (kept(one), kept(other)) == (3, 0)
    records.update(SYSTEM, first, {"toy": other.pk})
    assert (kept(one), kept(other)) == (0, 3)
    records.update(SYSTEM, first, {"kind": "letter"})
    assert kept(other) == 0
    second = records.update(SYSTEM, first, {"kind": "call"})
    records.archive(SYSTEM, second)
    assert kept(other) == 0
    records.restore(SYSTEM, second)
    assert kept(other) == 3


def test_stored_formulas_are_calculated_in_order_in_a_batch_too() -> None:
    formula("count plays", "Second", kept=True)
    formula("second * 10", "Third", kept=True)
    formula("max toys.third", "Best", "maker", kept=True)
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Käthe"})
    one, other = toy(maker=maker.pk), toy(maker=maker.pk)
    rows = [{"subject": f"P{n}", "toy": (one if n % 3 else other).pk} for n in range(6)]
    records.load(SYSTEM, registry.get("play"), rows)
    assert (kept(one, "third"), kept(other, "third")) == (40, 20)
    assert kept(maker, "best", "maker") == 40


def test_a_stored_formula_survives_a_write_of_an_old_copy() -> None:
    formula("count plays", kept=True)
    own_field("toy", "Colour")
    one = toy()
    stale = registry.get("toy").model._default_manager.get(pk=one.pk)
    play(one)
    assert kept(one) == 1
    records.write(SYSTEM, stale, {"colour": "red"})
    assert kept(one) == 1 and kept(one, "colour") == "red"


def test_making_and_changing_a_stored_formula_calculates_every_record() -> None:
    one = toy(price=eur("10"), launched_on=date(2024, 2, 29), sold_at=datetime(2024, 3, 2, 12, tzinfo=UTC))
    made = formula("price * 2", kept=True)
    assert kept(one) == eur("20")
    assert query.count(SYSTEM, query.plan(SYSTEM, registry.get("toy"), "figure = 20")) == 1
    records.update(SYSTEM, made, {"formula": "price * 3"})
    assert kept(one) == eur("30")
    assert stored.recalculate_now(registry.get("toy"), "figure") == 0


def test_every_type_of_result_is_kept() -> None:
    texts = {
        "Words": 'name & "!"',
        "Whole": "pieces + 0.25",
        "Share": "margin * 2%",
        "Money": "price + 1",
        "Day": "launched_on + 1 day",
        "Moment": "sold_at + 1 hour",
        "Length": "sold_at - sold_at + 2 days",
        "Many": "pieces > 1",
    }
    for label, text in texts.items():
        formula(text, label, kept=True)
    one = toy(
        pieces=2,
        margin=Decimal(50),
        price=eur("1"),
        launched_on=date(2024, 2, 29),
        sold_at=datetime(2024, 3, 2, 12, 0, 0, 5, tzinfo=UTC),
    )
    assert [str(kept(one, label.lower())) for label in texts] == [
        "Bear!",
        "2.25",
        "1.00",
        "2 EUR",
        "2024-03-01",
        "2024-03-02 13:00:00.000005+00:00",
        "2 days, 0:00:00",
        "True",
    ]
    obj = registry.get("toy")
    records.update(SYSTEM, one, {"pieces": None, "price": None, "margin": None, "launched_on": None, "sold_at": None})
    assert [obj.field(label.lower()).is_empty(kept(one, label.lower())) for label in texts][1:7] == [True] * 6


@pytest.mark.parametrize(
    "text", ["today - launched_on", "sold_at > 3 days ago", "price > 10 USD", 'convert(price, "USD")']
)
def test_what_changes_by_itself_is_not_stored(text: str) -> None:
    assert "kept" in refused(text=text, kept=True)
    formula(text)


def test_what_depends_on_the_reader_is_not_stored() -> None:
    assert "kept" in refused(text="owner = me", kept=True)
    formula("today - launched_on", "Age")
    assert "kept" in refused(text="age / 1 day", label="Days", kept=True)


# --- definitions -----------------------------------------------------------------------------------------------------


def test_a_cycle_is_refused_with_its_path() -> None:
    first = formula("pieces + 1", "First")
    formula("first + 1", "Second")
    formula("second + 1", "Third", kept=True)
    with pytest.raises(ValidationError, match="first → third → second → first"):
        records.update(SYSTEM, first, {"formula": "third + 1"})
    with pytest.raises(ValidationError, match=r"maker\.size → toy\.figure → maker\.size"):
        size = formula("people + 1", "Size", "maker")
        formula("maker.size + 1")
        records.update(SYSTEM, size, {"formula": "sum toys.figure"})


def test_a_mistake_is_told_at_the_field() -> None:
    assert refused(text="prise + 1")["formula"] == ["There is no field “prise”. Did you mean “price”?"]
    assert "formula" in refused(text="")
    assert "counts or sums" in refused(text="price + 1", type="roll_up")["formula"][0]


def test_a_field_that_is_retired_leaves_its_formulas_unknown_not_broken() -> None:
    base = own_field("toy", "Base", "number")
    formula("base + 1")
    formula("base + 1", "Kept", kept=True)
    one = toy(base=1)
    records.archive(SYSTEM, base)
    assert listed("", "figure", "kept") == [(None, 2)]
    records.update(SYSTEM, one, {"pieces": 1})


def test_numbers_are_rounded_as_the_field_says() -> None:
    made = formula("pieces / 3", places=4)
    toy(pieces=2)
    assert listed() == [(Decimal("0.6667"),)]
    assert isinstance(registry.get("toy").field("figure"), DecimalNumber)
    records.update(SYSTEM, made, {"places": 0})
    assert listed() == [(1,)]


# --- jobs ------------------------------------------------------------------------------------------------------------


class Steps:
    """A run of a job as its function sees it; remembers how far it said it was."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    @contextmanager
    def step(self, done: int, total: int) -> Iterator[None]:
        yield
        self.told.append((done, total))


def test_a_large_table_is_calculated_by_a_job_with_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "SMALL", 2)
    monkeypatch.setattr(stored, "STEP", 2)
    many = [toy(f"T{n}", pieces=n) for n in range(5)]
    formula("pieces + 1", kept=True)
    assert [kept(one) for one in many] == [None] * 5
    waiting = Job.objects.get(key="formula.recalculate")
    run: Any = Steps()
    stored.recalculate(SYSTEM, run, **waiting.arguments)
    assert run.told == [(2, 5), (4, 5), (5, 5)]
    assert [kept(one) for one in many] == [1, 2, 3, 4, 5]


def test_what_changed_without_a_write_is_found_every_day() -> None:
    formula("pieces + 1", kept=True)
    one = toy(pieces=1)
    registry.get("toy").model._default_manager.filter(pk=one.pk).update(pieces=5)
    assert kept(one) == 2
    run: Any = Steps()
    stored.renew(SYSTEM, run)
    assert kept(one) == 6
