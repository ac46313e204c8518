"""How a file is written is recognised from the file."""

import pytest

from rapport.platform.transfer import store
from rapport.platform.transfer.tables import body
from tests.platform.transfer.bring import facts_of, kept

NAMES = "name,city\nJürgen Groß,Köln\nKäthe Böll,Lübeck\n"


def cells(data: str | bytes) -> list[list[str]]:
    found: store.Kept = kept(data)
    return [line.cells for line in body(found.path, found.facts)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_makes_a_table(separator: str) -> None:
    text = "\n".join(separator.join(row) for row in (["name", "note", "value"], ["A", "x y", "1"], ["B", "z", "2"]))
    assert facts_of(text).separator == separator


def test_a_semicolon_file_may_have_decimal_commas() -> None:
    facts = facts_of("Firma;Umsatz\nA;1.234,50\nB;99,90\n")
    assert (facts.separator, facts.columns[1].decimal_comma) == (";", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_is_found_and_nothing_is_garbled(encoding: str) -> None:
    assert cells(NAMES.encode(encoding)) == [["Jürgen Groß", "Köln"], ["Käthe Böll", "Lübeck"]]


def test_an_umlaut_after_megabytes_of_ascii_still_decides_the_encoding() -> None:
    data = b"name,note\n" + b"Anna,plain\n" * 200_000 + "Jürgen,späte Überraschung\n".encode("cp1252")
    assert cells(data)[-1] == ["Jürgen", "späte Überraschung"]


def test_one_windows_line_in_a_utf8_file_is_repaired_and_said_so() -> None:
    data = "name,city\nJürgen,Köln\n".encode() + "Günther,Münster\n".encode("cp1252") + "Zoë,Malmö\nÉva,Győr\n".encode()
    found = kept(data)
    lines = list(body(found.path, found.facts))
    assert [line.cells[0] for line in lines] == ["Jürgen", "Günther", "Zoë", "Éva"]
    assert [bool(line.warnings) for line in lines] == [False, True, False, False]
    assert found.facts.remarks


def test_the_order_of_day_and_month_is_proved_by_the_column() -> None:
    european = facts_of("name,on\nA,03/04/2024\nB,25/04/2024\n")
    american = facts_of("name,on\nA,03/04/2024\nB,04/25/2024\n")
    assert (european.columns[1].date_order, american.columns[1].date_order) == ("dmy", "mdy")


def test_titles_above_the_header_are_passed_over() -> None:
    facts = facts_of("Report of March,,\n,,\nname,city,value\nA,X,1\nB,Y,2\n")
    assert (facts.header_row, facts.names) == (3, ("name", "city", "value"))


def test_a_file_without_header_gets_column_numbers() -> None:
    facts = facts_of("anna@example.org,12\nbert@example.org,13\n")
    assert (facts.header_row, facts.names) == (0, ("Column 1", "Column 2"))


def test_columns_of_the_same_name_are_told_apart() -> None:
    assert facts_of("name,phone,phone\nA,1,2\n").names == ("name", "phone", "phone (2)")


def test_kinds_are_seen_by_content() -> None:
    facts = facts_of(
        "a,b,c,d,e\nx@y.org,+49 30 1234567,https://example.org,12.5,2024-01-31\n"
        "z@y.org,+49 30 765432,acme.com,13,2024-02-01\n"
    )
    assert [column.kind for column in facts.columns] == ["email", "phone", "domain", "number", "date"]


def test_quoted_cells_may_hold_separators_and_line_breaks() -> None:
    assert cells('name,note\n"Acme, Inc.","two\nlines"\nB,plain\n') == [["Acme, Inc.", "two\nlines"], ["B", "plain"]]
