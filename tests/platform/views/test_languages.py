"""Each reader is answered in their own language and writes figures as they are used to."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from rapport.base import clock
from rapport.base.money import Money
from rapport.platform import query, records, saved_views
from rapport.platform.access import roles
from rapport.platform.access.actor import actor_for
from rapport.platform.access.models import Role
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.jobs import enqueue, job, queue
from rapport.platform.jobs.run import perform
from rapport.platform.objects import registry
from rapport.platform.words import reason_said
from rapport.ui import language
from tests.platform.api.caller import caller
from tests.platform.views.site import make_toys, make_user, visit
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db
heard: list[tuple[str, str]] = []


def german(*role_keys: str, **values: Any) -> User:
    return make_user(*(role_keys or ("owner",)), **{"language": "de", "locale": "de_DE", **values})


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def test_a_page_is_in_the_language_of_its_reader() -> None:
    make_toys(1)
    page = visit(german()).get("/toys")
    assert 'lang="de-DE" dir="ltr"' in text_of(page)
    assert "Benachrichtigungen" in text_of(page)
    assert page.headers["Content-Language"] == "de"


def test_the_language_does_not_stay_for_the_next_reader() -> None:
    visit(german()).get("/settings")
    assert "Notifications" in text_of(visit(make_user("owner")).get("/settings"))
    assert language.current() == "en"


def test_language_and_figures_are_chosen_apart() -> None:
    make_toys(1, price=Money(Decimal("1234.5"), "EUR"))
    page = text_of(visit(make_user("owner", language="en", locale="de_DE")).get("/toys"))
    assert 'lang="en"' in page
    assert "1.234,50 €" in page


@pytest.mark.parametrize(
    ("accept", "word"), [("de-CH,de;q=0.8", "Anmelden"), ("fr, en;q=0.4", "Sign in"), ("", "Sign in")]
)
def test_before_sign_in_the_browser_says_the_language(accept: str, word: str) -> None:
    make_user("owner")
    page = Client(headers={"Accept-Language": accept}).get("/sign-in")
    assert word in text_of(page)
    assert "Accept-Language" in page.headers["Vary"]


def test_a_refusal_is_in_the_language_of_its_reader() -> None:
    make_toys(1)
    answer = visit(german()).post("/toys/new", {"name": "Bär", "weight": "viel", "launched_on": "gestern früh"})
    assert answer.status_code == 422
    assert "„viel“ ist keine Zahl." in text_of(answer)
    assert "„gestern früh“ ist kein Datum" in text_of(answer)


@pytest.mark.parametrize(("locale", "typed"), [("de_DE", "1.234,50"), ("en_GB", "1,234.50"), ("de_CH", "1’234.50")])
def test_figures_are_read_as_they_are_typed(locale: str, typed: str) -> None:
    sent = {"name": "Bär", "price": typed, "price_currency": "EUR", "weight": typed}
    answer = visit(german(locale=locale)).post("/toys/new", sent)
    assert answer.status_code == 303
    toy = Toy.objects.get(name="Bär")
    assert toy.price is not None
    assert (toy.price.amount, toy.weight) == (Decimal("1234.5"), Decimal("1234.5"))


def test_a_form_shows_what_it_would_read() -> None:
    toy = make_toys(1, weight=Decimal("1234.5"), price=Money(Decimal("1234.5"), "EUR"))[0]
    client = visit(german())
    page = text_of(client.get(f"/toys/{toy.pk}/edit"))
    assert re.findall(r'value="([^"]*)" id="f-(weight|price)"', page) == [("1234,5", "price"), ("1234,5", "weight")]


def test_the_api_answers_in_the_language_asked_for() -> None:
    olga = caller("Olga", "owner", language="de", locale="de_DE")
    problem = olga("POST", "/toys", {"name": "Bär", "contact": "a b@c.de"})
    assert problem.json["errors"][0]["message"].startswith("„a b@c.de“ ist keine einzelne E-Mail-Adresse")
    problem = olga("POST", "/toys", {"name": "Bär", "contact": "a b@c.de"}, Accept_Language="en-US,en")
    assert problem.json["errors"][0]["message"].startswith("“a b@c.de” is not a single e-mail address")
    refused = Client(headers={"Accept-Language": "de"}).get("/api/v1/toys")
    assert "gültiges Token" in refused.json()["detail"]


@job("tests.speak")
def speak(actor: Any, run: Any) -> None:
    """Say a word."""
    heard.append((language.current(), language.gettext("Customer")))


def test_a_job_speaks_the_language_of_who_wanted_it() -> None:
    heard.clear()
    for who in (german(), make_user("owner")):
        actor = actor_for(who.pk, "web")
        assert actor is not None
        enqueue(actor, speak)
        claimed = queue.claim("worker")
        assert claimed is not None
        perform(claimed)
    assert heard == [("de", "Kunde"), ("en", "Customer")]


def test_starting_roles_are_shown_in_the_language_of_the_reader_and_stored_once() -> None:
    with language.speaking("de"):
        roles.install()
    role = Role.objects.get(key="sales_manager")
    assert role.name == "Sales manager"
    with language.speaking("de"):
        assert role.label == "Vertriebsleitung"
    role.name = "Chefin"
    with language.speaking("de"):
        assert role.label == "Chefin"


def test_a_view_that_somebody_wrote_in_german_opens_for_everybody() -> None:
    theme = registry.get("user")
    writer = actor_for(german().pk, "web")
    assert writer is not None
    with language.speaking("de"):
        view = saved_views.save(writer, theme, "Dunkle", text="theme = Dunkel", audience="all")
    assert view.query == "theme = dark"
    reader = actor_for(make_user("owner").pk, "web")
    assert reader is not None
    with language.speaking("en"):
        assert query.parse(reader, theme, view.query) == query.parse(reader, theme, "theme = Dark")


def test_a_view_that_somebody_wrote_in_english_opens_in_german() -> None:
    theme = registry.get("user")
    actor = actor_for(german().pk, "web")
    assert actor is not None
    with language.speaking("de"):
        asked = query.parse(actor, theme, 'theme = "As the system"')
        assert asked == query.parse(actor, theme, "theme = system")
        assert [item.text for item in query.complete(actor, theme, "theme = Dunk").items][:1] == ["dark"]


def test_events_hold_no_translated_text() -> None:
    actor = actor_for(german().pk, "web")
    assert actor is not None
    with language.speaking("de"):
        user = records.create(actor, registry.get("user"), {"name": "Ana", "theme": "dark"})
        records.write(actor, user, {"theme": "light"})
    told = Event.objects.filter(object="user", record_id=user.pk).order_by("pk").last()
    assert told is not None
    assert "Hell" not in str(told.changes)


def test_the_profile_offers_ways_of_writing_with_examples() -> None:
    page = text_of(visit(german()).get("/settings/profile"))
    assert "Deutsch (Deutschland): 31.12." in page
    assert "1.234,50 €" in page


@pytest.mark.parametrize(("locale", "first"), [("de_DE", 0), ("en_GB", 0), ("en_US", 6)])
def test_a_week_begins_when_the_reader_s_does(locale: str, first: int) -> None:
    actor = actor_for(make_user("owner", locale=locale).pk, "web")
    assert actor is not None
    today = clock.now().astimezone(actor.culture.tz).date()
    begins = today - timedelta((today.weekday() - first) % 7)
    toys = make_toys(2)
    Toy.objects.filter(pk=toys[0].pk).update(launched_on=begins)
    Toy.objects.filter(pk=toys[1].pk).update(launched_on=begins - timedelta(1))
    toy = registry.get("toy")
    assert query.ids(actor, query.plan(actor, toy, "launched_on in this week")) == [toys[0].pk]


def test_why_the_program_did_something_is_kept_once_and_said_to_each() -> None:
    first = actor_for(german().pk, "web")
    assert first is not None
    toy = make_toys(1)[0]
    with language.speaking("de"):
        records.write(first, Toy.objects.get(pk=toy.pk), {"name": "Anders"})
        records.undo(first, Event.objects.filter(object="toy", record_id=toy.pk).latest("pk"))
        assert reason_said("Undone") == "Rückgängig gemacht"
        assert reason_said("Done because I liked it") == "Done because I liked it"
    assert Event.objects.filter(object="toy", record_id=toy.pk).latest("pk").reason == "Undone"
