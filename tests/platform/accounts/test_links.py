"""Links: an hour or a week, once, for one purpose, and only while their account and no newer link lives."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any, cast

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform import records
from rapport.platform.accounts import links, passwords, resets
from rapport.platform.accounts.links import AccountLink
from rapport.platform.accounts.models import User
from rapport.platform.jobs.models import Job
from rapport.platform.notifications.models import Notification
from tests.platform.accounts.door import code, is_in, knock, signed_in, trail, with_app
from tests.platform.views.pages import words
from tests.platform.views.site import SYSTEM, make_user, visit

pytestmark = pytest.mark.django_db
NEW = "another long sentence"


def link_for(user: User) -> str:
    page = unescape(visit(make_user("owner")).post(f"/settings/people/{user.pk}/link").content.decode())
    found = re.search(r"http://localhost:8000(/(?:welcome|reset)/[\w-]+)", page)
    assert found, page
    return found[1]


def invited() -> User:
    user = make_user("sales")
    User.objects.filter(pk=user.pk).update(password="")
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(("kind", "life"), [("welcome", timedelta(days=7)), ("reset", timedelta(hours=1))])
def test_a_link_lives_its_time_and_opens_once(kind: str, life: timedelta) -> None:
    user = invited() if kind == "welcome" else make_user("sales")
    with clock.freeze(clock.now()) as still:
        late = link_for(user)
        assert late.startswith(f"/{kind}/")
        still.advance(life + timedelta(seconds=1))
        assert Client().get(late).status_code == 404
        link = link_for(user)
        still.advance(life - timedelta(seconds=1))
        client = Client()
        assert client.post(link, {"new": NEW}).status_code == 303
        assert is_in(client)
        assert Client().get(link).status_code == Client().post(link, {"new": NEW}).status_code == 404


def test_every_changed_letter_and_the_other_purpose_open_nothing() -> None:
    link = link_for(make_user("sales"))
    start, secret = link[:7], link[7:]
    assert Client().get(link).status_code == 200
    for place in range(len(secret)):
        other = "A" if secret[place] != "A" else "B"
        assert Client().get(start + secret[:place] + other + secret[place + 1 :]).status_code == 404
    assert Client().get(f"/welcome/{secret}").status_code == 404


def test_the_table_holds_no_secret() -> None:
    link = link_for(make_user("sales"))
    assert not AccountLink.objects.filter(digest__contains=link[7:30]).exists()


def test_the_next_link_a_new_password_and_leaving_end_it() -> None:
    user = make_user("sales")
    first = link_for(user)
    second = link_for(user)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    passwords.change(SYSTEM, user, NEW)
    assert Client().get(second).status_code == 404
    third = link_for(user)
    user = User.objects.get(pk=user.pk)
    records.archive(SYSTEM, user)
    assert Client().get(third).status_code == 404
    assert not AccountLink.objects.filter(user=user, used_at=None).exists()


def test_a_link_goes_not_around_the_second_factor() -> None:
    user = make_user("sales")
    secret = with_app(user)
    client = Client()
    assert client.post(link_for(user), {"new": NEW}).headers["Location"] == "/sign-in/second"
    assert not is_in(client)
    client.post("/sign-in/second", {"code": code(secret)})
    assert is_in(client)


def test_a_reset_ends_every_session() -> None:
    user = make_user("sales")
    there = signed_in(user)
    Client().post(link_for(user), {"new": NEW})
    assert not is_in(there)
    assert knock(Client(), user, NEW).headers["Location"] == "/"


def test_links_begin_with_the_address_of_the_house_whatever_the_browser_asked_for() -> None:
    user = make_user("sales")
    page = visit(make_user("owner")).post(
        f"/settings/people/{user.pk}/link", headers={"Host": "127.0.0.1", "X-Forwarded-Host": "evil.example"}
    )
    assert "http://localhost:8000/reset/" in unescape(page.content.decode())
    assert b"evil.example" not in page.content


# --- forgotten --------------------------------------------------------------------------------------------------------


def ask(email: str) -> Any:
    return Client().post("/forgotten", {"email": email})


def work() -> None:
    """What the worker does with the requests."""
    for job in Job.objects.filter(key="accounts.bring_reset").order_by("pk"):
        resets.bring(SYSTEM, cast("Any", None), **job.arguments)


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work() -> None:
    user = make_user("sales")
    known, unknown = ask(str(user.email)), ask("nobody@house.example")
    assert known.status_code == unknown.status_code == 200
    assert words(known).replace(str(user.email), "X") == words(unknown).replace("nobody@house.example", "X")
    assert Job.objects.filter(key="accounts.bring_reset").count() == 2


def test_keepers_are_told_once_and_nobody_else() -> None:
    keeper, user = make_user("owner"), make_user("sales")
    for email in (str(user.email).upper(), str(user.email), "nobody@house.example", ""):
        ask(email)
    work()
    assert list(Notification.objects.values_list("user", "kind", "record_id")) == [(keeper.pk, "reset", user.pk)]
    assert len(trail("reset_asked")) == 1
    assert "Forgot the password" in visit(keeper).get("/notifications").content.decode()


def test_mail_can_take_the_place_of_the_keepers() -> None:
    user = make_user("sales")
    make_user("owner")
    sent: list[str] = []

    def by_mail(actor: Any, who: User) -> None:
        sent.append(links.make(actor, who)[1])

    resets.carry_by(by_mail)
    try:
        ask(str(user.email))
        work()
    finally:
        resets._carriers.remove(by_mail)
    assert Client().get(f"/reset/{sent[0]}").status_code == 200
    assert not Notification.objects.exists()


def test_asking_is_braked_for_an_address() -> None:
    make_user("owner")
    for _try in range(8):
        ask("nobody@house.example")
    assert Job.objects.filter(key="accounts.bring_reset").count() == 5
