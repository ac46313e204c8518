"""Passkeys: made and used as a device does, and refused wherever an answer lies."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform.accounts.factors import Passkey
from rapport.platform.accounts.models import User
from tests.platform.accounts.authenticator import PRESENT, VERIFIED, Device
from tests.platform.accounts.door import entries, is_in, knock, signed_in
from tests.platform.views.site import make_user

pytestmark = pytest.mark.django_db


def add(client: Client, device: Device, name: str = "My laptop") -> Any:
    options = client.post("/settings/security/passkeys/challenge").json()
    return client.post("/settings/security/passkeys/new", {"name": name, "answer": device.make(options)})


def with_passkey(user: User, **about: Any) -> Device:
    device = Device(**about)
    client = signed_in(user)
    add(client, device)
    assert Passkey.objects.filter(user=user).exists()
    return device


def enter(device: Device, client: Client | None = None) -> Client:
    client = client or Client()
    options = client.post("/sign-in/passkey/challenge").json()
    client.post("/sign-in/passkey", {"answer": device.sign(options)})
    return client


def test_one_signs_in_with_a_passkey_alone_and_without_an_address() -> None:
    user = make_user("owner")
    device = with_passkey(user)
    client = enter(device)
    assert is_in(client)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert json.loads(entries("sign_in")[-1].detail)["by"] == "passkey"


def test_the_first_passkey_brings_recovery_codes_and_the_page_shows_it() -> None:
    user = make_user("owner")
    client = signed_in(user)
    assert add(client, Device()).content.decode().count("<li><code>") == 10
    assert add(client, Device(), "Blue key").status_code == 303
    page = client.get("/settings/security").content.decode()
    assert "My laptop" in page
    assert "Blue key" in page


def test_a_passkey_is_the_second_step_too() -> None:
    user, other = make_user("owner"), make_user("owner")
    device, foreign = with_passkey(user), with_passkey(other)
    for key, opens in ((foreign, False), (device, True)):
        client = Client()
        assert knock(client, user).headers["Location"] == "/sign-in/second"
        options = client.post("/sign-in/passkey/challenge").json()
        client.post("/sign-in/second", {"answer": key.sign(options)})
        assert is_in(client) is opens


def test_a_passkey_proves_it_again() -> None:
    user = make_user("owner")
    device = with_passkey(user)
    with clock.freeze(clock.now()) as still:
        client = enter(device)
        still.advance(timedelta(minutes=16))
        assert client.get("/settings/tokens").status_code == 303
        options = client.post("/sign-in/passkey/challenge").json()
        client.post("/confirm", {"answer": device.sign(options), "next": "/settings/tokens"})
        assert client.get("/settings/tokens").status_code == 200


def lie(**about: Any) -> Callable[[Device], None]:
    def change(device: Device) -> None:
        for name, value in about.items():
            setattr(device, name, value)

    return change


def other_key(device: Device) -> None:
    device.key = Device().key


LIES = {
    "another place": lie(place="evil.example"),
    "another origin": lie(origin="https://evil.example"),
    "the origin of another port": lie(origin="http://localhost:9000"),
    "nobody verified": lie(flags=PRESENT),
    "nobody there": lie(flags=VERIFIED),
    "another key": other_key,
    "another owner": lie(handle=b"x" * 16),
    "an unknown id": lie(ident=b"y" * 32),
}


@pytest.mark.parametrize("what", LIES)
def test_an_answer_that_lies_opens_nothing(what: str) -> None:
    device = with_passkey(make_user("owner"))
    LIES[what](device)
    assert not is_in(enter(device))
    assert len(entries("sign_in_failed")) == 1


@pytest.mark.parametrize("what", ["another place", "another origin", "nobody verified"])
def test_a_new_key_that_lies_is_not_kept(what: str) -> None:
    client = signed_in(make_user("owner"))
    device = Device()
    LIES[what](device)
    assert add(client, device).status_code == 422
    assert not Passkey.objects.exists()


def test_a_challenge_is_good_once_for_its_browser_and_for_five_minutes() -> None:
    device = with_passkey(make_user("owner"))
    with clock.freeze(clock.now()) as still:
        client = Client()
        answer = device.sign(client.post("/sign-in/passkey/challenge").json())
        client.post("/sign-in/passkey", {"answer": answer})
        assert is_in(client)
        client.post("/sign-out")
        for again in (client, Client()):
            again.post("/sign-in/passkey", {"answer": answer})
            assert not is_in(again)
        answer = device.sign(client.post("/sign-in/passkey/challenge").json())
        still.advance(timedelta(minutes=6))
        client.post("/sign-in/passkey", {"answer": answer})
        assert not is_in(client)


def test_a_counter_that_does_not_grow_shows_a_copy() -> None:
    device = with_passkey(make_user("owner"), counter=5)
    for counter, opens in ((6, True), (6, False), (3, False), (0, False), (9, True)):
        device.counter = counter
        assert is_in(enter(device)) is opens, counter


def test_a_key_belongs_to_one_person() -> None:
    first, second = signed_in(make_user("owner")), signed_in(make_user("owner"))
    device = Device()
    add(first, device)
    assert add(second, device).status_code == 422
    assert Passkey.objects.count() == 1


def test_a_passkey_that_was_taken_away_opens_nothing() -> None:
    user = make_user("owner")
    device = with_passkey(user)
    client = enter(device)
    client.post(f"/settings/security/passkeys/{Passkey.objects.get().pk}/remove")
    assert not is_in(enter(device))


def test_who_was_let_go_does_not_come_in_with_a_passkey() -> None:
    user = make_user("owner")
    device = with_passkey(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(enter(device))


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", '{"id": 1}', '{"rawId": "!", "response": {}}', "x" * 30_000])
def test_nonsense_is_refused_with_a_page(answer: str) -> None:
    client = Client()
    make_user("owner")
    client.post("/sign-in/passkey/challenge")
    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 303
    assert not is_in(client)
