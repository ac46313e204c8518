"""What somebody may and why, roles side by side, and who may see a record: as read on the page."""

from __future__ import annotations

import pytest

from rapport.platform import records
from rapport.platform.access import rights_changed
from rapport.platform.objects import registry
from tests.platform.views.site import SYSTEM, make_toys, make_user, queries_of, visit, visit_as

pytestmark = pytest.mark.django_db


def said(client, url: str) -> str:  # type: ignore[no-untyped-def]  # the test client has no type of its own
    answer = client.get(url)
    assert answer.status_code == 200, answer.content[:300]
    return str(answer.content.decode())


def test_the_table_of_a_person_names_the_role_behind_each_right() -> None:
    asking, other = make_user("owner"), make_user("read_only", "marketing", name="Mia")
    page = said(visit(asking), f"/settings/people/{other.pk}/access")
    assert "What Mia may, and why" in page
    assert "Read only" in page and "Marketing" in page
    assert "Sales manager" not in page


def test_who_may_not_see_a_person_is_not_told_what_they_may() -> None:
    other = make_user("owner")
    stranger = visit(make_user(name="Nora"))
    known, unknown = (stranger.get(f"/settings/people/{pk}/access") for pk in (other.pk, 10**9))
    assert known.status_code == unknown.status_code == 404
    assert stranger.get("/settings/roles/compare").status_code == 403


def test_roles_stand_side_by_side() -> None:
    client = visit(make_user("sales"))
    page = said(client, "/settings/roles/compare?show=may.edit")
    assert "Sales manager" in page and "of the team" in page
    # What cannot be compared shows the first comparison instead.
    assert 'aria-label="see"' in said(client, "/settings/roles/compare?show=nonsense")


def test_a_record_says_who_may_see_it_and_why() -> None:
    owner = make_user("owner", name="Olga")
    make_user(name="Nora without roles")
    sam = make_user("read_only", name="Sam")
    (toy,) = make_toys(1)
    records.update(SYSTEM, toy, {"owner": sam.pk})
    page = said(visit(owner), f"/{registry.get('toy').url}/{toy.pk}/share")
    assert "Olga" in page and "sees and changes: sees all of this kind" in page
    assert "Sam" in page and "Nora" not in page


def test_who_sees_a_record_costs_the_same_whatever_the_number_of_colleagues() -> None:
    browser, (toy,) = visit_as("owner"), make_toys(1)
    for _number in range(3):
        make_user("sales")
    few = queries_of(browser, f"/toys/{toy.pk}/share")
    for _number in range(30):
        make_user("sales", "service")
    rights_changed()
    queries_of(browser, f"/toys/{toy.pk}/share")  # the visitor's own rights are read anew once
    rights_changed()
    many = queries_of(browser, f"/toys/{toy.pk}/share")
    assert len(many) <= len(few) + 6
