"""Mappings as files: read, written, read again; suggestions by name and content."""

from pathlib import Path

import pytest

from rapport.platform.objects import registry
from rapport.platform.transfer import suggest
from rapport.platform.transfer.errors import BadMapping
from rapport.platform.transfer.mapping import read_mapping, read_mapping_file, read_mapping_text, toml
from tests.platform.transfer.bring import SYSTEM, facts_of

GUIDES = sorted((Path(__file__).parents[3] / "docs" / "guides" / "maven").glob("*.toml"))


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_mapping_written_and_read_again_is_the_same(path: Path) -> None:
    mapping = read_mapping_file(path)
    assert read_mapping_text(toml(mapping)) == mapping == read_mapping(mapping.plain())


@pytest.mark.parametrize(
    "hostile",
    [
        "[]",
        "1",
        '{"record": 5}',
        '{"record": [{"object": "team", "fields": 7}]}',
        '{"record": [{"object": "team", "keys": "name"}]}',
        '{"version": 9, "record": []}',
    ],
)
def test_whatever_stands_in_it_the_answer_is_words(hostile: str) -> None:
    with pytest.raises(BadMapping):
        read_mapping_text(hostile, is_json=True)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadMapping):
        read_mapping_text('{"record": ' + "[" * 100_000 + "]" * 100_000 + "}", is_json=True)


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        (
            "account,sector,revenue,employees,subsidiary_of",
            "Acme,retail,12.5,7,Bolt",
            {
                "account": "name",
                "sector": "industry",
                "revenue": "revenue",
                "employees": "employees",
                "subsidiary_of": "parent",
            },
        ),
        (
            "Firma;Branche;Mitarbeiterzahl;PLZ;Ort",
            "Acme;Handel;7;50667;Köln",
            {
                "Firma": "name",
                "Branche": "industry",
                "Mitarbeiterzahl": "employees",
                "PLZ": "address.postal_code",
                "Ort": "address.city",
            },
        ),
        (
            "Company,Contact,Reach",
            "Acme,info@acme.example,+49 30 1234567",
            {"Company": "name", "Contact": "email", "Reach": "phone"},
        ),
    ],
)
def test_columns_are_recognised_by_name_and_by_content(head: str, row: str, expected: dict[str, str]) -> None:
    facts = facts_of(f"{head}\n{row}\n{row.replace('Acme', 'Cone').replace('7', '9')}\n")
    found = {
        column: path
        for column, (path, _score) in suggest.suggest(SYSTEM, registry.get("organisation"), facts.columns).items()
    }
    assert {column: found.get(column) for column in expected} == expected


def test_nearest_values_are_offered() -> None:
    assert suggest.nearest_values("technolgy", ["Technology", "Retail", "Medical"]) == ["Technology"]
