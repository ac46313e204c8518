"""Views as tabs: order, pins, which opens first, for me, my team and all; and an address that opens one for others."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from rapport.platform.events.models import Event
from rapport.platform.saved_views.models import SavedView
from tests.make import make_team
from tests.platform.views.site import make_toys, make_user, visit, visit_as

pytestmark = pytest.mark.django_db


def keep(client: Client, label: str, audience: str = "own", q: str = "open") -> SavedView:
    client.post(f"/toys/views/new?view=all&q={q}", {"label": label, "audience": audience})
    return SavedView.objects.get(label=label)


def tabs(client: Client, url: str = "/toys") -> list[str]:
    text = client.get(url).content.decode()
    row = text.split('<nav class="tabs"')[1].split("</nav>")[0]
    return [unescape(name).strip() for name in re.findall(r"(?:</svg>|>)([^<>]+)</a>", row)]


def current(client: Client, url: str = "/toys") -> str:
    text = client.get(url).content.decode().split('<nav class="tabs"')[1].split("</nav>")[0]
    found = re.search(r'aria-current="page"[^>]*>(?:<svg.*?</svg>)?([^<]+)', text)
    assert found is not None
    return unescape(found[1])


def arrange(client: Client, views: list[str], **values: object) -> int:
    asked = {"view": views, "pinned": views, "first": "", "do": "save", **values}
    return int(client.post("/toys/views/arrange", asked).status_code)


def test_tabs_stand_in_the_order_and_number_one_arranged() -> None:
    client = visit_as("sales")
    mine = keep(client, "Mine")
    before = tabs(client)
    assert before[-1] == "Mine"
    assert arrange(client, [str(mine.pk), "all"]) == 303
    assert tabs(client) == ["Mine", "All"]
    assert set(tabs(visit_as("sales"))) == set(before) - {"Mine"}
    assert arrange(client, ["all"], do="reset") == 303
    assert tabs(client) == before


def test_a_view_taken_from_the_tabs_stays_in_the_menu_and_comes_back() -> None:
    client = visit_as("sales")
    mine = keep(client, "Mine")
    client.post(f"/toys/views/pin?view={mine.pk}")
    assert "Mine" not in tabs(client)
    assert f"/toys?view={mine.pk}" in unescape(client.get("/toys").content.decode())
    assert "Mine" in tabs(client, f"/toys?view={mine.pk}")  # the one that is open is always a tab
    client.post(f"/toys/views/pin?view={mine.pk}")
    assert "Mine" in tabs(client)


def test_the_last_tab_stays() -> None:
    client = visit_as("sales")
    arrange(client, ["all"])
    assert client.post("/toys/views/pin?view=all").status_code == 422
    assert arrange(client, ["all"], pinned=[]) == 422


def test_a_step_up_is_drawn_and_not_yet_kept() -> None:
    client = visit_as("sales")
    mine = keep(client, "Mine")
    keys = [*tabs(client)]
    answer = client.post("/toys/views/arrange", {"view": ["all", str(mine.pk)], "do": f"up:{mine.pk}"})
    text = answer.content.decode()
    assert text.index(f'name="view" value="{mine.pk}"') < text.index('name="view" value="all"')
    assert tabs(client) == keys


def test_what_opens_first_is_ones_own_then_the_teams_then_everybodys() -> None:
    north = make_team("North")
    chief, worker = make_user("administrator", team=north.pk), make_user("sales", team=north.pk)
    boss, ana = visit(chief), visit(worker)
    house, team = keep(boss, "House", "all"), keep(boss, "North only", "team")
    boss.post(f"/toys/views/first?view={house.pk}&audience=all")
    assert current(ana) == "House"
    boss.post(f"/toys/views/first?view={team.pk}&audience=team")
    assert current(ana) == "North only"
    ana.post("/toys/views/first?view=all")
    assert current(ana) == "All"
    assert current(visit_as("sales")) == "House"
    house.delete()
    assert visit_as("sales").get("/toys").status_code == 200


def test_only_who_keeps_the_house_or_leads_the_team_arranges_for_others() -> None:
    north = make_team("North")
    ana, lead = make_user("sales", team=north.pk), make_user("sales", team=north.pk)
    type(north).objects.filter(pk=north.pk).update(lead=lead)
    assert arrange(visit(ana), ["all"], audience="team") == 403
    assert arrange(visit(ana), ["all"], audience="all") == 403
    assert visit(ana).post("/toys/views/first?view=all&audience=all").status_code == 403
    assert arrange(visit(lead), ["all"], audience="team") == 303
    assert arrange(visit(lead), ["all"], audience="all") == 403
    assert tabs(visit(ana))[0] == "All"


def test_nobody_makes_others_open_what_they_cannot_see() -> None:
    client = visit_as("administrator")
    mine = keep(client, "Mine")
    assert client.post(f"/toys/views/first?view={mine.pk}&audience=all").status_code == 422


def test_arranging_for_others_leaves_an_event_and_for_oneself_none() -> None:
    client = visit_as("administrator")
    arrange(client, ["all"])
    assert not Event.objects.filter(object="layout").exists()
    arrange(client, ["all"], audience="all")
    event = Event.objects.get(object="layout")
    assert (event.kind, event.changes["of"]) == ("layout.arranged", [None, "toy"])
    assert visit_as("owner").get("/settings/events?object=layout").status_code == 200


# --- by address -------------------------------------------------------------------------------------------------------


def address(client: Client, view: SavedView) -> str:
    text = unescape(client.post(f"/toys/views/link?view={view.pk}", {"do": "make"}).content.decode())
    found = re.search(r'value="http://testserver(/[^"]+)"', text)
    assert found is not None
    return unescape(found[1])


def test_an_address_opens_a_private_view_for_whoever_may_read_and_shows_them_their_part() -> None:
    ana, ben = make_user("owner"), make_user("sales")
    make_toys(1, secret_recipe="honey")
    make_toys(1, name="Open to all")
    client = visit(ana)
    url = address(client, keep(client, "Sweet", q="secret_recipe+%3D+honey"))
    assert client.get(url).content.decode().count("data-row=") == 1
    text = visit(ben).get(url).content.decode()
    assert "Sweet" in text
    assert text.count("data-row=") == 0  # the field is hidden from Ben, and the filter tells nothing about it
    assert visit_as().get(url).status_code == 403


def test_an_ended_address_opens_nothing() -> None:
    client = visit_as("sales")
    view = keep(client, "Mine")
    url = address(client, view)
    assert visit_as("sales").get(url).status_code == 200
    client.post(f"/toys/views/link?view={view.pk}", {"do": "end"})
    assert visit_as("sales").get(url).status_code == 404
    assert visit_as("sales").get("/toys?view=link-").status_code == 404


def test_who_opens_a_view_by_address_cannot_change_it() -> None:
    ana, ben = visit_as("sales"), visit_as("sales")
    view = keep(ana, "Mine")
    url = address(ana, view)
    ben.get(url)
    assert ben.post(f"/toys/views/{view.pk}/delete").status_code == 404
    assert ben.post(f"/toys/views/{view.pk}/save?view=all&q=").status_code == 404
    assert SavedView.objects.get().query == "open"


def test_the_address_of_anything_else_says_the_filter_itself() -> None:
    ana, ben = visit_as("sales"), visit_as("sales")
    keep(ana, "Common", "all")
    pk = SavedView.objects.get().pk
    text = unescape(ben.get(f"/toys/views/link?view={pk}&q=not+open").content.decode())
    assert "q=not+open" in text
    assert f"view={pk}" not in re.findall(r'value="(http[^"]+)"', text)[0]


def test_changes_of_views_that_others_see_are_told_and_private_ones_not() -> None:
    client = visit_as("sales")
    view = keep(client, "Mine")
    client.post(f"/toys/views/{view.pk}/save?view={view.pk}&q=not+open")
    assert not Event.objects.filter(object="saved_view").exists()
    client.post(f"/toys/views/{view.pk}", {"label": "Ours", "audience": "all"})
    client.post(f"/toys/views/{view.pk}/save?view={view.pk}&q=open")
    client.post(f"/toys/views/{view.pk}/delete")
    kinds = list(Event.objects.filter(object="saved_view").order_by("id").values_list("kind", "changes"))
    assert [kind for kind, _changes in kinds] == ["saved_view.changed", "saved_view.changed", "saved_view.deleted"]
    assert kinds[0][1] == {"label": ["Mine", "Ours"], "audience": ["own", "all"]}
    assert kinds[1][1] == {"query": ["not open", "open"]}
    assert "Ours" in visit_as("owner").get("/settings/events?object=saved_view").content.decode()
