"""Refusals: in words, in the look, telling what was kept, never more than the visitor may know."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, RequestFactory

from rapport.platform import records
from rapport.platform.objects import registry
from rapport.platform.views import errors
from rapport.platform.views.http import came_from, safe_next
from tests.platform.views.site import SYSTEM, make_toys, make_user, visit_as

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def test_a_page_that_does_not_exist_says_so_in_the_look() -> None:
    answer = visit_as("owner").get("/no/such/page/at/all")
    assert answer.status_code == 404
    assert "Back to the start" in answer.content.decode()


def test_a_missing_record_and_a_foreign_one_look_the_same() -> None:
    client = visit_as("owner")
    missing = client.get("/toys/424242").content.decode()
    assert "you may not see it" in missing


def test_a_fragment_gets_a_fragment() -> None:
    answer = visit_as("owner").get("/unicorns", headers=FRAGMENT)
    assert answer.status_code == 404
    assert "<html" not in answer.content.decode()


def test_what_is_forbidden_tells_nothing_about_what_exists() -> None:
    [toy] = make_toys(1, name="Wooden horse")
    text = visit_as().get(f"/toys/{toy.pk}").content.decode()
    assert "Wooden horse" not in text


def test_methods_that_a_page_does_not_know_are_refused() -> None:
    client = visit_as("owner")
    assert client.post("/toys").status_code == 405
    assert client.get("/sign-out").status_code == 405
    assert client.delete("/settings").status_code == 405


def test_each_error_page_can_be_drawn_without_a_user_or_database() -> None:
    request = RequestFactory().get("/x")
    for draw, code in (
        (errors.bad_request, 400),
        (errors.broken, 500),
        (errors.too_large, 413),
        (errors.stale_form, 403),
    ):
        answer = draw(request)
        assert answer.status_code == code
        assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(ValidationError({"name": ["No"]}), 422), (PermissionDenied("No"), 403), (ValidationError("No"), 422)],
)
def test_refusals_have_their_codes(refusal: Exception, code: int) -> None:
    request = RequestFactory().get("/x", headers=FRAGMENT)
    answer = errors.refusal(request, refusal)
    assert (answer.status_code, "No" in answer.content.decode()) == (code, True)


def test_a_conflict_offers_both_values() -> None:
    [toy] = make_toys(1)
    records.update(SYSTEM, toy, {"name": "Theirs"})
    toy.refresh_from_db()
    clash = records.Conflict(toy, {"name": "Theirs"}, {"name": "Mine"})
    request = RequestFactory().post("/x", {"name": "Mine"}, headers=FRAGMENT)
    answer = errors.refusal(request, clash)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine" in text and "Theirs" in text and f'value="{toy.version}"' in text
    assert registry.get("toy").field("name").label in text


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "https://testserver//evil.example",
        "https://testserver/\\evil.example",
    ],
)
def test_back_never_leads_to_another_house(source: str) -> None:
    request = RequestFactory().get("/x", headers={"Referer": source})
    assert came_from(request) == "/"


def test_next_is_checked_on_both_ways() -> None:
    assert safe_next(RequestFactory().get("/x?next=/toys")) == "/toys"
    assert safe_next(RequestFactory().post("/x", {"next": "http://evil.example"})) == "/"


def test_a_signed_out_post_is_not_repeated_after_signing_in() -> None:
    make_user("owner")
    assert Client().post("/theme", {"theme": "dark"}).headers["Location"] == "/sign-in"
