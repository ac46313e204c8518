"""Columns as one reader has put them: for each view, as long as the view has the same ones."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rapport.platform import saved_views
from rapport.platform.objects import registry
from tests.make import actor_as
from tests.platform.views.pages import script
from tests.platform.views.site import make_toys, make_user, visit, visit_as

pytestmark = pytest.mark.django_db


def heads(answer: Any) -> list[str]:
    return re.findall(r'data-column="([^"]*)"', answer.content.decode())


def put(client: Any, columns: str, view: str = "all", **widths: int) -> Any:
    asked = {"columns": columns, "widths": json.dumps(widths)}
    return client.post(f"/toys/columns/arrange?view={view}", asked, **script())


def test_the_order_is_kept_for_the_reader_and_the_view() -> None:
    make_toys(1)
    user = make_user("owner")
    client = visit(user)
    plain = heads(client.get("/toys?view=all"))
    assert put(client, "stage,name,price").status_code == 204
    page = client.get("/toys?view=all")
    assert heads(page) == ["stage", "name", "price"]
    assert "Not what" not in page.content.decode()
    assert heads(client.get("/toys?view=open")) == plain
    assert heads(visit_as("owner").get("/toys?view=all")) == plain
    assert heads(client.get("/toys?view=all&columns=name")) == ["name"]


def test_widths_are_drawn_where_every_column_has_one() -> None:
    make_toys(1)
    client = visit_as("owner")
    put(client, "name,stage", name=300, stage=5)
    page = client.get("/toys?view=all").content.decode()
    assert re.findall(r'<col width="(\d+)"', page) == ["52", "300", "48"]
    assert 'class="table fixed"' in page
    assert "<col " not in client.get("/toys?view=all&columns=name,price").content.decode()


def test_a_view_that_gets_other_columns_shows_those() -> None:
    make_toys(1)
    user = make_user("owner")
    actor, toys = actor_as(user), registry.get("toy")
    view = saved_views.save(actor, toys, "Mine", columns=["name", "stage"])
    client = visit(user)
    put(client, "stage,name", str(view.pk))
    assert heads(client.get(f"/toys?view={view.pk}")) == ["stage", "name"]
    saved_views.change(actor, toys, view, text="", sort="", columns=["name", "price"])
    assert heads(client.get(f"/toys?view={view.pk}")) == ["name", "price"]


def test_back_to_the_columns_of_the_view() -> None:
    make_toys(1)
    client = visit_as("owner")
    plain = heads(client.get("/toys?view=all"))
    put(client, "stage,name")
    assert "Columns as the view has them" in client.get("/toys?view=all").content.decode()
    client.post("/toys/columns/arrange?view=all")
    assert heads(client.get("/toys?view=all")) == plain


def test_hidden_columns_and_nonsense_are_not_kept() -> None:
    make_toys(1)
    client = visit_as("sales")
    put(client, "secret_recipe,name,nothing")
    assert heads(client.get("/toys?view=all")) == ["name"]
    bad = client.post("/toys/columns/arrange?view=all", {"columns": "name", "widths": '{"name": "wide"}'}, **script())
    assert bad.status_code == 422
