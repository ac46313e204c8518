"""What is given out comes back unchanged, runs no formula, and goes only to those who may have it."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rapport.base.csv_safe import formula_safe
from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.base.text import clean_line, clean_text
from rapport.platform import query, records
from rapport.platform.objects import registry
from rapport.platform.transfer import run, suggest
from rapport.platform.transfer.export import Form, everything, export
from rapport.platform.transfer.models import ImportRow
from tests import sizes
from tests.make import actor_as, make
from tests.platform.transfer.bring import SYSTEM, kept
from tests.toyshop.models import Maker, Toy

pytestmark = pytest.mark.django_db
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "=1+1",
            "'=1",
            "''+x",
            " -2",
            "@SUM(A1)",
            "+49 30 1234",
            "a;b",
            'say "hi"',
            "1,5",
            "#12",
            "Müller\u2028x",
            "x\ty",
            "'",
            "-",
            "00123",
        ]
    ),
)
MONEY = st.builds(
    Money,
    st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(["EUR", "USD", "JPY"]),
)
TOYS = st.fixed_dictionaries(
    {
        "name": TEXTS.map(lambda text: clean_line(text, 100)).filter(bool),
        "stage": st.sampled_from(["", "idea", "won"]),
        "uses": st.lists(st.sampled_from(["indoor", "bath"]), unique=True),
        "price": st.none() | MONEY,
        "margin": st.none() | st.decimals(0, 100, places=2),
        "weight": st.none() | st.decimals(0, 10**6, places=3),
        "pieces": st.none() | st.integers(-(2**53), 2**53),
        "build_time": st.none() | st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
        "launched_on": st.none() | st.dates(date(1000, 1, 1), date(9998, 12, 31)),
        "sold_at": st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds are naive, the values are not
        "open": st.booleans(),
        "note": TEXTS.map(clean_text),
        "tags": st.lists(TEXTS.map(lambda text: clean_line(text, 30)).filter(bool), max_size=3),
    }
)


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@settings(
    max_examples=sizes.cases("export and import"),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(toys=st.lists(TOYS, min_size=1, max_size=4))
def test_bringing_an_export_in_again_changes_nothing(form: Form, toys: list[dict[str, object]]) -> None:
    Toy.objects.all().delete()
    Maker.objects.all().delete()
    maker = make("maker", name="Twin", address=PostalAddress("=Street 1", "", "01067", "Köln", "", "DE"))
    make("maker", name="Twin")
    for toy in toys:
        records.create(SYSTEM, registry.get("toy"), {**toy, "maker": maker.pk, "resellers": [maker.pk]})
    for key in ("toy", "workshop"):
        obj = registry.get(key)
        brought = kept(b"".join(export(SYSTEM, everything(SYSTEM, obj), form, whole=True)))
        found = run.begin(SYSTEM, brought)
        run.set_mapping(found, suggest.mapping_for(SYSTEM, key, brought.facts), SYSTEM)
        done = run.go(found, SYSTEM)
        fates = [(row.outcome, row.reason) for row in ImportRow.objects.filter(run=done)]
        assert {outcome for outcome, _reason in fates} == {"unchanged"}, fates
        assert {"name"} < set(found.mapping["record"][0]["fields"])


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_list_as_it_is_seen_comes_back_unchanged_too(form: Form) -> None:
    """Heads and values are what people read; the uid finds the record."""
    maker = make("maker", name="Acme", address=PostalAddress("Street 1", "", "01067", "Köln", "", "DE"))
    price = Money(Decimal("12.50"), "EUR")
    values = {"stage": "won", "uses": ["indoor", "bath"], "price": price, "margin": Decimal("12.5"), "pieces": 7}
    times = {"launched_on": date(2024, 2, 29), "sold_at": datetime(2024, 5, 6, 7, 8, tzinfo=UTC), "open": False}
    more = {"build_time": timedelta(minutes=90), "weight": Decimal("1.250"), "tags": ["a, b", "c"], "maker": maker.pk}
    for name in ("Train", "=1+1"):
        records.create(SYSTEM, registry.get("toy"), {"name": name, **values, **times, **more})
    obj = registry.get("toy")
    plan = query.plan(SYSTEM, obj, select=["name", *values, *times, *more])
    brought = kept(b"".join(export(SYSTEM, plan, form)))
    found = run.begin(SYSTEM, brought)
    run.set_mapping(found, suggest.mapping_for(SYSTEM, "toy", brought.facts), SYSTEM)
    done = run.go(found, SYSTEM)
    fates = [(row.outcome, row.reason) for row in ImportRow.objects.filter(run=done)]
    assert {outcome for outcome, _reason in fates} == {"unchanged"}, fates


@settings(max_examples=sizes.cases("spreadsheet cells"))
@given(cell=TEXTS)
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    from rapport.platform.transfer.export import _csv_cell

    told = _csv_cell(cell)
    plain = told[1:-1].replace('""', '"') if told.startswith('"') else told
    assert plain == formula_safe(cell)


def rows_of(pieces: Iterator[bytes]) -> list[str]:
    return b"".join(pieces).decode("utf-8-sig").splitlines()


def test_a_list_is_given_out_as_it_is_seen() -> None:
    maker = make("maker", name="=Acme")
    make("toy", name="Train", maker=maker, price=Money(Decimal("12.50"), "EUR"), stage="won")
    make("toy", name="Ball", stage="idea")
    plan = query.plan(SYSTEM, registry.get("toy"), "stage = won", select=("name", "maker", "price", "stage"))
    head, line = rows_of(export(SYSTEM, plan, "csv"))
    assert head == "uid,Name,Maker,Price,Price (currency),Stage"
    assert line.partition(",")[2] == 'Train,"\'=Acme",12.5,EUR,Closed won'


def test_text_in_a_workbook_is_text_and_numbers_are_numbers() -> None:
    make("toy", name="=1+1", pieces=7, note="x" * 40_000)
    plan = query.plan(SYSTEM, registry.get("toy"), select=("name", "pieces", "note"))
    sheet = load_workbook(io.BytesIO(b"".join(export(SYSTEM, plan, "xlsx")))).active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["C2"].value) == ("=1+1", "s", 7)
    assert (sheet["D2"].value, sheet["E2"].value) == (None, "Note")


def test_json_lines_hold_plain_values() -> None:
    make("toy", name="Train", price=Money(Decimal(5), "USD"))
    plan = query.plan(SYSTEM, registry.get("toy"), select=("name", "price"))
    row = json.loads(b"".join(export(SYSTEM, plan, "jsonl")))
    assert (row["name"], row["price"]) == ("Train", {"amount": "5", "currency": "USD"})


def test_more_than_a_page_comes_out_once_each_in_order() -> None:
    records.load(SYSTEM, registry.get("maker"), [{"name": f"M{n:04}"} for n in range(2_300)])
    plan = query.plan(SYSTEM, registry.get("maker"), sort="name", select=("name",))
    names = [line.rpartition(",")[2] for line in rows_of(export(SYSTEM, plan, "csv"))[1:]]
    assert names == [f"M{n:04}" for n in range(2_300)]


def test_who_may_not_export_gets_nothing_and_who_may_gets_their_rows_alone() -> None:
    make("maker", name="Hidden")
    with pytest.raises(PermissionDenied):
        export(actor_as("read_only"), everything(SYSTEM, registry.get("maker")), "csv")
    seller = actor_as("sales")
    records.create(seller, registry.get("maker"), {"name": "Mine"})
    lines = rows_of(export(seller, everything(seller, registry.get("maker")), "csv"))
    assert len(lines) == 2 and "Mine" in lines[1]


def test_the_command_writes_a_file_and_reads_it_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make("maker", name="Acme")
    make("maker", name="Bolt")
    out = tmp_path / "makers.xlsx"
    call_command("export", "workshop", query="name = Acme", output=out)
    assert load_workbook(out).active.max_row == 2  # type: ignore[union-attr]  # a workbook has an active sheet
    call_command("import", out, object="workshop", dry_run=True)
    call_command("import", out, object="workshop", report=tmp_path / "report.csv")
    said = capsys.readouterr().out
    assert "Tried 1 of 1 rows; nothing was changed." in said and "1 unchanged" in said
    assert (tmp_path / "report.csv").read_text("utf-8-sig").splitlines()[1].startswith("2,Unchanged")
    assert Maker.objects.count() == 2
