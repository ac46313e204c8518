"""A few values of a few records: only what the reader may see, in one statement whatever the order."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.platform import query, records
from rapport.platform.access import Actor, Rights
from rapport.platform.objects import registry
from tests.make import SYSTEM, make, make_user

pytestmark = pytest.mark.django_db


def reader(scope: str = "all", hidden: tuple[str, ...] = ()) -> Actor:
    shown = [name for name in ("public", "standard", "personal", "sensitive") if name not in hidden]
    grants = {"*": {"read": "all"}, "toy": {"read": scope}}
    return Actor(make_user("Ana").pk, "Ana", "web", Rights((grants,), ({"*": dict.fromkeys(shown, "read")},)))


def look(actor: Actor, maker: Any, *names: str, sort: str = "", limit: int = 50) -> list[query.Glance]:
    toy = registry.get("toy")
    return query.glance(actor, toy, names, query.points(toy, "maker", maker.pk), sort=sort, limit=limit)


def test_it_reads_what_points_there_in_the_order_asked_and_no_more_than_asked() -> None:
    maker, other = make("maker", name="Holz"), make("maker", name="Blech")
    for number in (3, 1, None, 2):
        make("toy", name=f"Toy {number}", maker=maker, pieces=number)
    make("toy", name="Elsewhere", maker=other)
    records.archive(SYSTEM, make("toy", name="Put away", maker=maker))
    with CaptureQueriesContext(connection) as asked:
        found = look(SYSTEM, maker, "name", "maker", sort="-pieces", limit=9)
    assert [one["name"] for one in found] == ["Toy 3", "Toy 2", "Toy 1", "Toy None"]
    assert found[0]["maker"].label == "Holz"
    assert len(asked) == 1
    assert [one["name"] for one in look(SYSTEM, maker, "name", sort="name", limit=2)] == ["Toy 1", "Toy 2"]


def test_a_foreign_record_is_left_out_and_a_hidden_field_is_nothing() -> None:
    maker = make("maker", name="Holz")
    make("toy", name="Foreign", maker=maker, secret_recipe="linseed")
    ana, own = reader(hidden=("sensitive",)), reader("own")
    make("toy", name="Mine", maker=maker, owner=own.user_id)
    assert [one["name"] for one in look(own, maker, "name")] == ["Mine"]
    found = look(ana, maker, "name", "secret_recipe", sort="secret_recipe, name")
    assert [(one["name"], one["secret_recipe"]) for one in found] == [("Foreign", None), ("Mine", None)]
    assert look(SYSTEM, maker, "secret_recipe", sort="-name")[1]["secret_recipe"] == "linseed"
