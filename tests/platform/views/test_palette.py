"""The palette finds what one may see and do, and nothing else."""

from __future__ import annotations

import pytest

from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
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
