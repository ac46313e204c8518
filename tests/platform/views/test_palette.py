"""The palette finds what one may see and do, and nothing else."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.custom.addresses import PAGES
from rapport.platform.install import install
from rapport.platform.objects import registry
from tests.make import make
from tests.platform.views.site import make_user, visit, visit_as

pytestmark = pytest.mark.django_db


def test_a_record_is_found_by_the_beginning_of_its_name() -> None:
    toy = make("toy", name="Wooden horse")
    text = visit_as("sales").get("/palette?q=wood").content.decode()
    assert "Wooden horse" in text
    assert f"toys&#x2f;{toy.pk}" in text or f"/toys/{toy.pk}" in text


def test_a_record_out_of_reach_is_not_found() -> None:
    user = make_user("sales")
    Grant.objects.update_or_create(
        role=Role.objects.get(key="sales"), object="toy", action="read", defaults={"scope": "own"}
    )
    rights_changed()
    make("toy", name="Wooden horse")
    assert "Wooden horse" not in visit(user).get("/palette?q=wood").content.decode()


def test_actions_only_where_they_are_allowed() -> None:
    assert "New Opportunity" in visit_as("sales").get("/palette?q=>new").content.decode()
    assert "New Opportunity" not in visit_as("read_only").get("/palette?q=>new").content.decode()


@pytest.mark.parametrize(
    "q", ["", ">", "@", "#", "?", "'", "%", "\\", "🦄", "x" * 5_000, "<script>", "a b c d e f g h i j"]
)
def test_no_text_breaks_it(q: str) -> None:
    answer = visit_as("owner").get("/palette", {"q": q})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_the_last_records_opened_come_first_by_the_name_they_have_now() -> None:
    toy = make("toy", name="Wooden horse")
    client = visit_as("sales")
    client.get(f"/toys/{toy.pk}")
    assert "Wooden horse" in client.get("/palette?q=").content.decode()


def test_the_record_in_view_can_be_pinned_and_its_actions_are_offered() -> None:
    install()
    deal = make("opportunity", name="Line 4")
    client = visit_as("owner")
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/opportunities/{deal.pk}?in=x"}
    text = unescape(client.get("/palette?q=", headers=here).content.decode())
    assert f"/opportunities/{deal.pk}/actions/win" in text
    assert "reopen" not in text
    url = re.search(r'href="(/favourites[^"]+)"', text)
    assert url
    client.post(url[1])
    assert "Line 4" in client.get("/toys").content.decode()
    assert "Unpin" in client.get("/palette?q=", headers=here).content.decode()


def test_no_kind_of_record_stands_where_a_page_of_the_engine_is() -> None:
    taken = {obj.url for obj in registry.all()} & PAGES
    assert not taken, "these kinds could never be opened"


def test_a_forged_list_of_recent_records_shows_nothing_new() -> None:
    user = make_user("sales")
    Grant.objects.update_or_create(
        role=Role.objects.get(key="sales"), object="toy", action="read", defaults={"scope": "own"}
    )
    rights_changed()
    toy = make("toy", name="Wooden horse")
    client = visit(user)
    client.cookies["rapport_recent"] = f"toy.{toy.pk}+unicorn.1+toy.99999999999999999999"
    answer = client.get("/palette?q=")
    assert answer.status_code == 200
    assert "Wooden horse" not in answer.content.decode()
