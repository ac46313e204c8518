"""Arranging pages: in place, for me, my team or all, put back; and never more to see than before."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from rapport.platform import layouts
from rapport.platform.events.models import Event
from rapport.platform.layouts import arranged
from rapport.platform.layouts.models import Layout
from rapport.platform.objects import registry
from tests.make import actor_as, make_team
from tests.platform.notifications.telling import actor
from tests.platform.views.site import make_toys, make_user, queries_of, visit, visit_as

pytestmark = pytest.mark.django_db
TOY = registry.get("toy")


def arrange(client: Client, items: list[str], labels: list[str], **values: object) -> int:
    """Send the page of the first toy as a browser would."""
    pk = TOY.model._default_manager.values_list("pk", flat=True)[0]
    numbers = [item.partition(":")[2] for item in items if item.startswith("section:")]
    sent = {"item": items, "label": labels, "name": labels, "open": numbers, "audience": "own", "do": "save", **values}
    return int(client.post(f"/toys/{pk}/arrange", sent).status_code)


def page_of(client: Client) -> str:
    pk = TOY.model._default_manager.values_list("pk", flat=True)[0]
    return unescape(client.get(f"/toys/{pk}").content.decode()).split('id="facts"')[1].split('id="story"')[0]


def headings(client: Client) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", page_of(client))


def test_sections_and_fields_stand_as_they_were_put_on_page_and_form() -> None:
    make_toys(1, pieces=7)
    client = visit_as("owner")
    assert arrange(client, ["section:0", "field:price", "section:1", "field:stage"], ["Money", "State"]) == 303
    assert headings(client)[:2] == ["Money", "State"]
    form = unescape(client.get("/toys/new").content.decode())
    assert form.index("Money") < form.index('name="price"') < form.index("State") < form.index('name="stage"')
    assert "Money" not in page_of(visit_as("owner"))  # it is a taste of one's own


def test_a_hidden_field_is_neither_on_the_page_nor_on_the_form_but_a_required_one_is_asked_for() -> None:
    make_toys(1, pieces=7)
    client = visit_as("owner")
    assert "Pieces" in page_of(client)
    arrange(client, ["section:0", "field:price", "hidden:", "field:pieces", "field:name"], ["Money"])
    assert "Pieces" not in page_of(client)
    form = client.get("/toys/new").content.decode()
    assert 'name="pieces"' not in form
    assert 'name="name"' in form


def test_a_layout_shows_nobody_more_than_they_may_see() -> None:
    make_toys(1, secret_recipe="honey")
    owner = make_user("owner")
    items = ["section:0", "field:secret_recipe", "field:price"]
    assert arrange(visit(owner), items, ["Kitchen"], audience="all") == 303
    assert "honey" in page_of(visit(owner))
    worker = visit_as("sales")
    assert "Recipe" not in page_of(worker)
    pk = TOY.model._default_manager.values_list("pk", flat=True)[0]
    assert "Recipe" not in worker.get(f"/toys/{pk}/arrange").content.decode()


def test_who_arranges_without_seeing_a_field_leaves_it_where_it_was() -> None:
    make_toys(1, secret_recipe="honey")
    north = make_team("North")
    lead, owner = make_user("sales", team=north.pk), make_user("owner", team=north.pk)
    type(north).objects.filter(pk=north.pk).update(lead=lead)
    arrange(visit(owner), ["section:0", "field:secret_recipe", "field:price"], ["Kitchen"], audience="team")
    arrange(visit(lead), ["section:0", "field:price", "field:stage"], ["Kitchen"], audience="team")
    content = Layout.objects.get(place="page").content
    assert content["sections"][0]["fields"][:2] == ["price", "stage"]
    assert "secret_recipe" in [key for section in content["sections"] for key in section["fields"]]


def test_the_nearest_layout_wins_and_goes_when_it_is_reset() -> None:
    make_toys(1)
    north = make_team("North")
    chief, worker = make_user("administrator", team=north.pk), make_user("sales_manager", team=north.pk)
    boss, ana = visit(chief), visit(worker)
    arrange(boss, ["section:0", "field:price"], ["For all"], audience="all")
    assert headings(ana)[0] == "For all"
    arrange(boss, ["section:0", "field:price"], ["For North"], audience="team")
    assert headings(ana)[0] == "For North"
    assert headings(visit_as("sales_manager"))[0] == "For all"
    arrange(ana, ["section:0", "field:price"], ["For me"])
    assert headings(ana)[0] == "For me"
    arrange(ana, ["section:0"], ["x"], do="reset")
    assert headings(ana)[0] == "For North"
    arrange(boss, ["section:0"], ["x"], audience="team", do="reset")
    arrange(boss, ["section:0"], ["x"], audience="all", do="reset")
    assert headings(ana)[0] == "Toy"


def test_the_team_above_arranges_for_the_teams_below() -> None:
    make_toys(1)
    region = make_team("Region")
    north = make_team("North", parent=region.pk)
    arrange(visit(make_user("administrator", team=region.pk)), ["section:0", "field:price"], ["R"], audience="team")
    assert headings(visit(make_user("sales_manager", team=north.pk)))[0] == "R"


@pytest.mark.parametrize("audience", ["team", "all"])
@pytest.mark.parametrize("do", ["save", "reset"])
def test_only_who_keeps_the_house_or_leads_the_team_arranges_for_others(audience: str, do: str) -> None:
    make_toys(1)
    worker = make_user("sales_manager", team=make_team("North").pk)
    assert arrange(visit(worker), ["section:0", "field:price"], ["X"], audience=audience, do=do) == 403
    assert not Layout.objects.exists()
    assert (
        visit_as("sales_manager").post("/toys/board/card", {"field": ["price"], "audience": "all"}).status_code == 403
    )


def test_who_begins_to_lead_a_team_may_arrange_with_the_next_click() -> None:
    from rapport.platform import records
    from tests.make import SYSTEM

    make_toys(1)
    north = make_team("North")
    worker = make_user("sales_manager", team=north.pk)
    assert arrange(visit(worker), ["section:0", "field:price"], ["X"], audience="team") == 403
    records.update(SYSTEM, north, {"lead": worker.pk})
    assert arrange(visit(worker), ["section:0", "field:price"], ["X"], audience="team") == 303


def test_a_field_that_is_gone_and_one_that_came_since_are_borne() -> None:
    chief = actor_as("administrator")
    content = {
        "sections": [{"name": "Toy", "fields": ["vanished", "price", "price", 7], "open": True}, "x"],
        "hidden": 3,
    }
    layouts.keep(chief, TOY, "page", "all", content)
    sections, hidden = arranged.sections(actor_as("sales"), TOY)
    assert [str(one.label) for one in sections] == ["Toy"]
    assert sections[0].fields == ("price", "name", "maker", "stage", "uses")  # those it does not know come after
    assert hidden == frozenset()
    make_toys(1)
    assert visit_as("sales").get("/toys").status_code == 200
    assert page_of(visit_as("sales"))


def test_a_step_without_script_passes_into_the_next_section() -> None:
    make_toys(1)
    client = visit_as("owner")
    pk = TOY.model._default_manager.values_list("pk", flat=True)[0]
    sent = {"item": ["section:0", "field:price", "section:1", "field:stage"], "label": ["A", "B"], "name": ["A", "B"]}
    text = client.post(f"/toys/{pk}/arrange", {**sent, "do": "down:field:price"}).content.decode()
    assert text.index('value="section:1"') < text.index('value="field:price"') < text.index('value="field:stage"')
    assert not Layout.objects.exists()


def test_panels_are_ordered_and_hidden() -> None:
    [toy] = make_toys(1)
    from rapport.platform import records
    from tests.make import SYSTEM

    records.create(SYSTEM, registry.get("play"), {"subject": "First play", "toy": toy.pk})
    client = visit_as("owner")
    text = client.get(f"/toys/{toy.pk}/arrange").content.decode()
    keys = re.findall(r'name="panel" value="([^"]+)"', text)
    assert keys
    assert "card-play" in client.get(f"/toys/{toy.pk}").content.decode()
    arrange(client, ["section:0", "field:price"], ["A"], panel=keys, shown_panel=[])
    assert "card-play" not in client.get(f"/toys/{toy.pk}").content.decode()
    assert "First play" not in client.get(f"/toys/{toy.pk}").content.decode().split('id="relations"')[1]


def test_the_card_of_the_board_shows_what_was_chosen_and_only_what_may_be_seen() -> None:
    make_toys(1, pieces=4711, secret_recipe="honey")
    owner = visit_as("owner")
    before = owner.get("/toys/board?view=all").content.decode()
    assert "4711" not in before
    sent = {"field": ["pieces", "secret_recipe", "gone"], "audience": "all", "do": "save"}
    assert owner.post("/toys/board/card", sent).status_code == 303
    text = owner.get("/toys/board?view=all").content.decode()
    assert "honey" in text
    assert "4,711" in text
    assert "honey" not in visit_as("sales").get("/toys/board?view=all").content.decode()
    owner.post("/toys/board/card", {"audience": "all", "do": "reset"})
    assert "honey" not in owner.get("/toys/board?view=all").content.decode()


def test_a_layout_of_others_leaves_an_event_and_costs_no_query() -> None:
    [toy] = make_toys(1)
    chief = make_user("administrator")
    client = visit(chief)
    client.get(f"/toys/{toy.pk}")
    before = len(queries_of(client, f"/toys/{toy.pk}"))
    layouts.keep(actor(chief), TOY, "page", "all", {"sections": [{"name": "A", "fields": ["price"]}], "hidden": []})
    client.get(f"/toys/{toy.pk}")
    assert len(queries_of(client, f"/toys/{toy.pk}")) == before
    event = Event.objects.get(object="layout")
    assert event.actor_id == chief.pk
    text = visit_as("owner").get("/settings/events?object=layout").content.decode()
    assert "Toys: Record page and form" in unescape(text)
