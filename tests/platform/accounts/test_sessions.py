"""Sessions: a new key at the door, seen and ended, with limits; kept so that a copy of the table opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from rapport.base import clock
from rapport.platform import records
from rapport.platform.access import actor_for
from rapport.platform.accounts import devices, rules, sessions
from rapport.platform.accounts.models import Token, User
from rapport.platform.accounts.sessions import Session
from rapport.platform.accounts.tokens import make
from tests.platform.accounts.door import entries, is_in, knock, signed_in, trail
from tests.platform.views.site import PASSWORD, SYSTEM, make_user, visit

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_the_door_gives_a_new_key_and_the_table_knows_none() -> None:
    user = make_user("owner")
    client = Client()
    client.post("/sign-in/passkey/challenge")
    before = client.session.session_key
    knock(client, user)
    key = client.session.session_key
    assert key
    assert key != before
    assert Session.objects.get(user=user).session_key == sessions.digest(key) != key
    assert not Session.objects.filter(session_key=sessions.digest(before or "")).exists()


def test_a_row_of_the_table_is_no_key() -> None:
    user = make_user("owner")
    signed_in(user)
    thief = Client()
    thief.cookies["rapport_session"] = Session.objects.get(user=user).session_key
    assert not is_in(thief)


def test_one_sees_where_one_is_signed_in_and_ends_one_or_all_others() -> None:
    user = make_user("owner")
    here = signed_in(user)
    fox, third = Client(), signed_in(user)
    knock(fox, user, headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.9")
    page = here.get("/settings/security").content.decode()
    assert "Firefox on Windows" in page
    assert "203.0.113.9" in page
    row = Session.objects.get(user=user, address="203.0.113.9").session_key
    here.post("/settings/security/sessions/end", {"row": row})
    assert [is_in(client) for client in (here, fox, third)] == [True, False, True]
    here.post("/settings/security/sessions/end")
    assert [is_in(client) for client in (here, third)] == [True, False]
    assert len(trail("sessions_ended")) == 2


def test_nobody_ends_the_sessions_of_somebody_else_by_their_row() -> None:
    user, other = make_user("sales"), make_user("sales")
    there = signed_in(other)
    row = Session.objects.get(user=other).session_key
    signed_in(user).post("/settings/security/sessions/end", {"row": row})
    assert is_in(there)


def test_a_keeper_signs_somebody_out_everywhere() -> None:
    keeper, user = make_user("owner"), make_user("sales")
    there = signed_in(user)
    visit(user).post(f"/settings/people/{keeper.pk}/sessions/end")
    assert is_in(there)
    visit(keeper).post(f"/settings/people/{user.pk}/sessions/end")
    assert not is_in(there)


def test_a_session_ends_without_use_and_in_any_case() -> None:
    user = make_user("owner")
    with clock.freeze(clock.now()) as still:
        client = signed_in(user)
        still.advance(timedelta(hours=11))
        assert is_in(client)
        still.advance(timedelta(hours=11))
        assert is_in(client)
        still.advance(timedelta(hours=12, minutes=1))
        assert not is_in(client)
        client = signed_in(user)
        for _step in range(14 * 3 - 1):
            still.advance(timedelta(hours=8))
            assert is_in(client)
        still.advance(timedelta(hours=8))
        assert not is_in(client)


def test_the_limits_are_set_by_who_keeps_the_house_and_hold_at_once() -> None:
    owner, other = make_user("owner"), make_user("sales")
    with pytest.raises(PermissionDenied):
        rules.change(actor_for(other.pk, "web"), idle_hours=1)  # type: ignore[arg-type]  # they exist
    with pytest.raises(ValidationError):
        rules.change(actor_for(owner.pk, "web"), idle_hours=0)  # type: ignore[arg-type]  # as above
    answer = visit(owner).post("/settings/sign-in", {"idle_hours": "1", "longest_days": "2"})
    assert answer.status_code == 303
    with clock.freeze(clock.now()) as still:
        client = signed_in(other)
        still.advance(timedelta(minutes=61))
        assert not is_in(client)
    assert trail("rules_changed")[0].changes == {"idle_hours": [12, 1], "longest_days": [14, 2]}


def test_a_new_password_ends_the_other_sessions_and_tokens_if_asked() -> None:
    user = make_user("owner")
    make(user, "robot")
    here, there = signed_in(user), signed_in(user)
    given = {"current": PASSWORD, "new": "quite another sentence"}
    here.post("/settings/security/password", given)
    assert (is_in(here), is_in(there)) == (True, False)
    assert Token.objects.get().revoked_at is None
    here.post("/settings/security/password", {"current": given["new"], "new": "a third one of them", "tokens": "on"})
    assert Token.objects.get().revoked_at is not None


def test_who_is_let_go_is_out_and_stays_out_when_they_come_back() -> None:
    user = make_user("sales")
    client = signed_in(user)
    user = User.objects.get(pk=user.pk)
    records.update(SYSTEM, user, {"is_active": False})
    assert not Session.objects.filter(user=user).exists()
    records.update(SYSTEM, user, {"is_active": True})
    assert not is_in(client)


def test_signing_out_ends_it_on_the_server() -> None:
    user = make_user("owner")
    client = signed_in(user)
    key = client.cookies["rapport_session"].value
    client.post("/sign-out")
    client.cookies["rapport_session"] = key
    assert not is_in(client)
    assert len(entries("sign_out")) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge on Linux"),
        ("curl/8", "Unknown device"),
        ("<script>alert(1)</script>" * 50, "Unknown device"),
    ],
)
def test_a_device_has_words(agent: str, words: str) -> None:
    assert devices.words(devices.named(agent)) == words
