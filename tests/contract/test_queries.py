"""Every field of every Object is filtered by each of its operators, sorted by, grouped by, without an error."""

from __future__ import annotations

import pytest

from rapport.platform import query
from rapport.platform.objects import registry
from rapport.platform.query.check import GROUPABLE, operators_of
from rapport.platform.query.run import ids
from rapport.platform.query.totals import groups
from tests.contract import values
from tests.contract.conftest import KEYS
from tests.contract.test_records import as_actor, created
from tests.contract.yard import Yard


@pytest.mark.parametrize("key", KEYS)
def test_every_operator_of_every_field_answers(yard: Yard, key: str) -> None:
    obj, actor = registry.get(key), as_actor(yard.caller)
    created(yard, obj)
    for name, field in obj.fields.items():
        for text in values.comparisons(name, field, operators_of(field)):
            plan = query.plan(actor, obj, text, sort="id")
            found, others = set(ids(actor, plan)), set(ids(actor, query.plan(actor, obj, f"not ({text})", sort="id")))
            assert not found & others, text
            every = set(ids(actor, query.plan(actor, obj, "archived or not archived", sort="id")))
            assert found | others == every, text
            assert query.parse(actor, obj, str(plan.query)) == plan.query


@pytest.mark.parametrize("key", KEYS)
def test_every_sortable_field_sorts_both_ways(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    created(yard, obj)
    for name, field in obj.fields.items():
        if not field.sortable:
            assert yard.caller("GET", f"/{obj.url}?sort={name}").status == 400
            continue
        for sort in (name, f"-{name}"):
            reply = yard.caller("GET", f"/{obj.url}?sort={sort}&limit=1")
            assert reply.status == 200, (sort, reply.json)
            assert len(reply.json["items"]) == 1
            if reply.json["next"]:
                assert yard.caller("GET", f"/{obj.url}?sort={sort}&limit=1&cursor={reply.json['next']}").status == 200


@pytest.mark.parametrize("key", KEYS)
def test_every_groupable_field_groups(yard: Yard, key: str) -> None:
    obj, actor = registry.get(key), as_actor(yard.caller)
    created(yard, obj)
    for name, field in obj.fields.items():
        if field.family in GROUPABLE and field.sortable:
            found = groups(actor, query.plan(actor, obj, f"group by {name} show count"))
            assert sum(row.count for row in found) >= 1, name
