"""The door: what it says, how often it listens, whom it lets in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform import currencies, house
from rapport.platform.accounts import attempts
from rapport.platform.accounts.attempts import SignInAttempt
from rapport.platform.accounts.models import User
from rapport.platform.house import House
from tests.platform.views.site import PASSWORD, SYSTEM, make_user, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_currency() -> object:
    yield
    currencies.forget()


def knock(client: Client, email: str, password: str, **more: str) -> Any:
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_opens() -> None:
    user = make_user("owner")
    client = Client()
    assert knock(client, str(user.email).upper(), PASSWORD).status_code == 303
    assert client.get("/settings").status_code == 200


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer() -> None:
    user = make_user("owner")
    wrong = knock(Client(), str(user.email), "nothing like it")
    unknown = knock(Client(), "nobody@house.example", "nothing like it")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.content.decode().replace(str(user.email), "X").count("do not belong together") == 1
    assert unknown.content.decode().count("do not belong together") == 1


def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour() -> None:
    user = make_user("owner")
    client = Client()
    with clock.freeze(clock.now()) as still:
        for _try in range(5):
            assert knock(client, str(user.email), "wrong").status_code == 422
        assert knock(client, str(user.email), PASSWORD).status_code == 429
        still.advance(timedelta(minutes=16))
        assert knock(client, str(user.email), PASSWORD).status_code == 303


def test_the_lock_of_one_account_does_not_lock_another() -> None:
    first, second = make_user("owner"), make_user("owner")
    client = Client()
    for _try in range(5):
        knock(client, str(first.email), "wrong")
    assert knock(client, str(second.email), PASSWORD).status_code == 303


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_next_leads_only_to_pages_of_this_house(where: str) -> None:
    user = make_user("owner")
    assert knock(Client(), str(user.email), PASSWORD, next=where).headers["Location"] == "/"


def test_next_leads_back_to_where_one_wanted_to_go() -> None:
    user = make_user("owner")
    client = Client()
    assert client.get("/toys?view=all").headers["Location"] == "/sign-in?next=%2Ftoys%3Fview%3Dall"
    assert knock(client, str(user.email), PASSWORD, next="/toys?view=all").headers["Location"] == "/toys?view=all"


def test_somebody_who_was_let_go_is_out_with_the_next_click() -> None:
    user = make_user("owner")
    client = visit(user)
    assert client.get("/settings").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/settings").status_code == 303


def test_a_new_password_ends_the_sessions_elsewhere_but_not_this_one() -> None:
    user = make_user("owner")
    here, elsewhere = visit(user), visit(user)
    answer = here.post("/settings/security/password", {"current": PASSWORD, "new": "quite another sentence"})
    assert answer.status_code == 303
    assert here.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 303


def test_every_form_needs_its_token() -> None:
    client = visit(make_user("owner"), enforce_csrf_checks=True)
    answer = client.post("/theme", {"theme": "dark"})
    assert answer.status_code == 403
    assert b"no longer valid" in answer.content


def test_a_script_of_a_signed_out_page_is_sent_to_the_door() -> None:
    make_user("owner")
    answer = Client().get("/toys", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"][:8]) == (204, "/sign-in")


# --- first start ------------------------------------------------------------------------------------------------------

FIRST = {
    "house": "Nordlicht Werke",
    "name": "Mara Lind",
    "email": "mara@nordlicht.example",
    "password": PASSWORD,
    "currency": "CHF",
    "language": "de",
}


def test_the_first_visitor_becomes_the_owner_and_names_the_house() -> None:
    client = Client()
    assert client.get("/sign-in").headers["Location"] == "/first-start"
    assert client.post("/first-start", FIRST).status_code == 303
    user = User.objects.get(email="mara@nordlicht.example")
    assert list(user.roles.values_list("key", flat=True)) == ["owner"]
    assert (House.objects.get().name, currencies.base_currency()) == ("Nordlicht Werke", "CHF")
    assert "Einstellungen" in client.get("/settings").content.decode() or user.language == "de"


def test_the_second_visitor_comes_too_late() -> None:
    Client().post("/first-start", FIRST)
    late = Client().post("/first-start", {**FIRST, "email": "second@nordlicht.example"})
    assert late.headers["Location"] == "/sign-in"
    assert not User.objects.filter(email="second@nordlicht.example").exists()


def test_of_two_who_start_at_the_same_moment_one_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    Client().post("/first-start", FIRST)
    # The second one asked before the first one wrote.
    monkeypatch.setattr(house, "is_started", lambda: False)
    late = Client().post("/first-start", {**FIRST, "email": "second@nordlicht.example"})
    assert late.headers["Location"] == "/sign-in"
    assert House.objects.count() == 1
    assert not User.objects.filter(email="second@nordlicht.example").exists()


def test_a_first_start_with_a_mistake_writes_nothing_and_says_where() -> None:
    answer = Client().post("/first-start", {**FIRST, "password": "short", "name": ""})
    assert answer.status_code == 422
    assert not House.objects.exists()
    assert not User.objects.exclude(password="").exists()
    assert "Nordlicht Werke" in answer.content.decode()


def test_old_failures_are_forgotten() -> None:
    knock(Client(), "nobody@house.example", "wrong")
    assert SignInAttempt.objects.exists()
    with clock.freeze(clock.now() + timedelta(hours=1)):
        attempts.tidy(SYSTEM, cast("Any", None))
    assert not SignInAttempt.objects.exists()
