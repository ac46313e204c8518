"""The clickable builder: what it offers, and rows that mean what the text means."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.platform import access, query
from rapport.platform.access import Actor
from rapport.platform.objects import Object, registry
from rapport.platform.query.check import OPERATORS
from tests import sizes, toys
from tests.platform.query.queries import conditions

EVERYBODY = access.system("a test")


@settings(max_examples=sizes.cases("query builder"), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["toy", "play", "maker"]), st.data())
def test_text_json_and_builder_are_the_same_thing(key: str, data: st.DataObject) -> None:
    obj = registry.get(key)
    asked = query.parse(EVERYBODY, obj, data.draw(conditions(EVERYBODY, obj)))
    for form in (query.to_json(asked), query.to_builder(asked)):
        sent = orjson.loads(orjson.dumps(form))
        read = query.from_json if "rows" not in form else query.from_builder
        assert read(EVERYBODY, obj, sent) == asked


ROWS = [
    ("", {"match": "all", "rows": []}),
    ("stage = won", {"match": "all", "rows": [{"field": "stage", "op": "=", "values": ["won"]}]}),
    (
        "open or pieces between 1 and 2",
        {
            "match": "any",
            "rows": [
                {"field": "open", "op": "=", "values": [True]},
                {"field": "pieces", "op": "between", "values": ["1", "2"]},
            ],
        },
    ),
    (
        "name is empty and (open or archived)",
        {
            "match": "all",
            "rows": [
                {"field": "name", "op": "is empty", "values": []},
                {
                    "match": "any",
                    "rows": [
                        {"field": "open", "op": "=", "values": [True]},
                        {"field": "archived", "op": "=", "values": [True]},
                    ],
                },
            ],
        },
    ),
    (
        "count plays where kind = call > 2",
        {
            "match": "all",
            "rows": [
                {
                    "related": "count",
                    "name": "plays",
                    "via": "",
                    "match": "all",
                    "rows": [{"field": "kind", "op": "=", "values": ["call"]}],
                    "op": ">",
                    "values": ["2"],
                }
            ],
        },
    ),
    ("not (open or archived)", {"match": "all", "rows": [{"text": "not (open or archived)"}]}),
]


@pytest.mark.parametrize(("text", "rows"), ROWS)
def test_a_query_as_rows(actor: Actor, toy: Object, text: str, rows: dict[str, object]) -> None:
    assert query.to_builder(query.parse(actor, toy, text)) == rows
    assert str(query.from_builder(actor, toy, rows)) == text


def test_every_field_offers_the_operators_of_its_family(actor: Actor) -> None:
    for obj in registry.all():
        for offered in query.builder_fields(actor, obj):
            known = {entry["op"] for entry in offered["operators"]}
            assert known
            assert known <= set(OPERATORS[offered["family"]])
            assert all(entry["label"] and entry["widget"] for entry in offered["operators"])
            query.path(actor, obj, offered["key"])


def test_relations_are_offered_with_what_can_be_summed(actor: Actor, toy: Object) -> None:
    offered = {(entry["name"], entry["via"]): entry for entry in query.builder_relations(actor, toy)}
    assert {"score", "fee", "length"} <= {field["key"] for field in offered["plays", ""]["sums"]}
    assert ("plays", "about") in offered
    assert ("resellers", "") in offered


def test_hidden_fields_are_not_offered(toy: Object) -> None:
    blind = toys.actors(toys.make_world(3))[3]
    keys = {entry["key"] for entry in query.builder_fields(blind, toy)}
    assert "name" in keys
    assert not {"secret_recipe", "maker.tax_number", "hotline"} & keys
