"""Export: what is seen, to whom it may go, safe in a spreadsheet."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from rapport.base.money import Money
from rapport.platform.transfer import export as engine
from tests.platform.views.site import make_toys, make_user, visit, visit_as

pytestmark = pytest.mark.django_db


def taken(url: str, *roles: str, client: Client | None = None) -> tuple[Any, bytes]:
    answer: Any = (client or visit_as(*(roles or ("owner",)))).get(url)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, content


def test_csv_holds_the_columns_rows_and_order_that_are_seen() -> None:
    make_toys(3)
    answer, content = taken("/toys/export?view=all&sort=-name&columns=name,price&format=csv")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "uid,Name,Price,Price (currency)"
    assert [line.partition(",")[2] for line in lines[1:]] == ["Toy 0003,10,EUR", "Toy 0002,10,EUR", "Toy 0001,10,EUR"]
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"])
def test_no_cell_is_a_formula(name: str) -> None:
    make_toys(1, name=name)
    _answer, content = taken("/toys/export?view=all&columns=name&format=csv")
    assert content.decode("utf-8-sig").splitlines()[1].partition(",")[2].lstrip('"').startswith("'")


def test_xlsx_opens_with_numbers_as_numbers_and_formulas_as_text() -> None:
    make_toys(2, name="=1+1 <&>", price=Money(Decimal("1234.5"), "EUR"))
    _answer, content = taken("/toys/export?view=all&columns=name,price&format=xlsx")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("uid", "Name", "Price", "Price (currency)")
    assert rows[1][1:4] == ("=1+1 <&>", 1234.5, "EUR")
    assert sheet["B2"].data_type == "s"


def test_json_lines_hold_plain_values() -> None:
    make_toys(1, price=Money(Decimal(5), "GBP"))
    _answer, content = taken("/toys/export?view=all&columns=name,price,stage&format=jsonl")
    row = json.loads(content.splitlines()[0])
    assert (row["name"], row["price"], row["stage"]) == ("Toy 0001", {"amount": "5", "currency": "GBP"}, "built")


def test_every_row_comes_out_however_many() -> None:
    make_toys(1_203)
    _answer, content = taken("/toys/export?view=all&columns=name&format=csv")
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1_204
    assert len(set(lines)) == 1_204


def test_who_may_read_but_not_export_gets_nothing() -> None:
    make_toys(1)
    answer, content = taken("/toys/export?view=all", "read_only")
    assert answer.status_code == 403
    assert b"Toy 0001" not in content


def test_the_file_is_written_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    languages: set[str | None] = set()
    real = engine._cell

    def cell(field: Any, value: Any, **rest: Any) -> Any:
        languages.add(translation.get_language())
        return real(field, value, **rest)

    monkeypatch.setattr(engine, "_cell", cell)
    make_toys(1)
    taken("/toys/export?view=all&columns=name&format=csv", client=visit(make_user("owner", language="de")))
    assert languages == {"de"}


def test_a_wrong_filter_is_told_before_a_file_begins() -> None:
    answer, _content = taken("/toys/export?view=all&q=stagge+%3D+1")
    assert answer.status_code == 422
