"""Saved views: kept, shared, opened first, and never a way around rights."""

from __future__ import annotations

import pytest

from rapport.platform import saved_views
from rapport.platform.access import roles
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from rapport.platform.saved_views.models import SavedView
from tests.make import make_team
from tests.platform.views.site import make_toys, make_user, visit, visit_as

pytestmark = pytest.mark.django_db


def test_what_is_on_the_screen_is_kept_and_opens_again() -> None:
    make_toys(2)
    client = visit_as("sales")
    here = "view=all&q=name+%3D+%22Toy+0002%22&sort=-name&columns=name,stage"
    answer = client.post(f"/toys/views/new?{here}", {"label": "Second toy", "audience": "own"})
    view = SavedView.objects.get()
    assert answer.headers["Location"] == f"/toys?view={view.pk}"
    assert (view.query, view.sort, view.columns) == ('name = "Toy 0002"', "-name", ["name", "stage"])
    text = client.get(f"/toys?view={view.pk}").content.decode()
    assert "Second toy" in text
    assert text.count("data-row=") == 1


def test_a_view_without_a_name_is_asked_for_one() -> None:
    answer = visit_as("sales").post("/toys/views/new?view=all", {"label": " ", "audience": "own"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_own_views_stay_private_team_views_stay_in_the_team() -> None:
    north, south = make_team("North"), make_team("South")
    ana, ben, cleo = (make_user("sales", team=team.pk) for team in (north, north, south))
    for audience in ("own", "team", "all"):
        visit(ana).post("/toys/views/new?view=all&q=open", {"label": f"for {audience}", "audience": audience})

    def seen(user: User) -> set[str]:
        text = visit(user).get("/toys").content.decode()
        return {audience for audience in ("own", "team", "all") if f"for {audience}" in text}

    assert (seen(ana), seen(ben), seen(cleo)) == ({"own", "team", "all"}, {"team", "all"}, {"all"})


def test_a_foreign_private_view_is_not_there() -> None:
    ana, ben = make_user("sales"), make_user("sales")
    visit(ana).post("/toys/views/new?view=all&q=open", {"label": "Secret plan", "audience": "own"})
    pk = SavedView.objects.get().pk
    assert "Secret plan" not in visit(ben).get(f"/toys?view={pk}").content.decode()
    assert visit(ben).get(f"/toys/views/{pk}").status_code == 404
    assert visit(ben).post(f"/toys/views/{pk}/delete").status_code == 404
    assert SavedView.objects.exists()


def test_only_who_made_a_common_view_or_keeps_the_house_changes_it() -> None:
    ana, ben, chief = make_user("sales"), make_user("sales"), make_user("administrator")
    visit(ana).post("/toys/views/new?view=all&q=open", {"label": "Common", "audience": "all"})
    pk = SavedView.objects.get().pk
    assert visit(ben).post(f"/toys/views/{pk}", {"label": "Mine now", "audience": "own"}).status_code == 403
    assert visit(chief).post(f"/toys/views/{pk}", {"label": "Better name", "audience": "all"}).status_code == 303
    assert SavedView.objects.get().label == "Better name"


def test_a_changed_list_offers_to_keep_the_change() -> None:
    client = visit_as("sales")
    client.post("/toys/views/new?view=all&q=open", {"label": "Mine", "audience": "own"})
    pk = SavedView.objects.get().pk
    text = client.get(f"/toys?view={pk}&q=not+open").content.decode()
    assert "Not what “Mine” keeps" in text
    assert client.post(f"/toys/views/{pk}/save?view={pk}&q=not+open").status_code == 303
    assert SavedView.objects.get().query == "not open"


def test_a_view_chosen_first_opens_where_none_is_named() -> None:
    client = visit_as("sales")
    client.post("/toys/views/first?view=all")
    assert 'value=""' in client.get("/toys").content.decode().split("query-ink")[1]


def test_a_stored_filter_gives_each_reader_only_what_they_may_see() -> None:
    make_toys(1, secret_recipe="honey")
    owner = make_user("owner")
    visit(owner).post("/toys/views/new?view=all&q=secret_recipe+%3D+honey", {"label": "Sweet", "audience": "all"})
    pk = SavedView.objects.get().pk
    assert visit(owner).get(f"/toys?view={pk}").content.decode().count("data-row=") == 1
    text = visit_as("sales").get(f"/toys?view={pk}").content.decode()
    assert "query-error" in text
    assert text.count("data-row=") == 0


def test_a_deleted_view_leaves_its_records() -> None:
    make_toys(2)
    client = visit_as("sales")
    client.post("/toys/views/new?view=all&q=open", {"label": "Mine", "audience": "own"})
    pk = SavedView.objects.get().pk
    client.post(f"/toys/views/{pk}/delete")
    assert not SavedView.objects.exists()
    assert client.get(f"/toys?view={pk}").content.decode().count("data-row=") == 2


def test_columns_are_chosen_moved_and_left_out() -> None:
    client = visit_as("sales")
    asked = {"view": "all", "column": ["name", "stage", "price"]}
    up = client.get("/toys/columns", {**asked, "do": "up:price"}).content.decode()
    assert up.index('value="price"') < up.index('value="stage"')
    out = client.get("/toys/columns", {**asked, "do": "out:stage"}).content.decode()
    assert 'name="column" value="stage"' not in out
    done = client.get("/toys/columns", {**asked, "do": "apply"})
    assert "columns=name%2Cstage%2Cprice" in done.headers["Location"]
    added = client.get("/toys/columns", {**asked, "do": "add", "add": "maker.industry"}).content.decode()
    assert 'value="maker.industry"' in added


def test_a_pinned_address_stands_in_the_navigation_and_foreign_ones_are_refused() -> None:
    client = visit_as("sales")
    client.post("/favourites", {"href": "/toys?view=all", "label": "All toys"})
    assert "All toys" in client.get("/toys").content.decode()
    assert client.post("/favourites", {"href": "//evil.example/", "label": "Look"}).status_code == 422
    client.post("/favourites", {"href": "/toys?view=all", "label": "All toys"})
    assert "All toys" not in client.get("/toys").content.decode()


def test_views_refuse_a_filter_nobody_understands() -> None:
    from rapport.platform.query import QueryError
    from tests.make import actor_as

    roles.install()
    with pytest.raises(QueryError):
        saved_views.save(actor_as("sales"), registry.get("toy"), "Broken", text="stagge = 1")
