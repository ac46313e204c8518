"""The second step: codes once, grace of half a minute, recovery codes, and nobody around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform.access.models import Role
from rapport.platform.accounts import factors, recovery, sealing, totp
from rapport.platform.accounts.factors import RecoveryCode, Totp
from tests.platform.accounts.door import SYSTEM, code, entries, is_in, knock, signed_in, trail, with_app
from tests.platform.views.site import make_user, visit

pytestmark = pytest.mark.django_db


def test_the_password_alone_leads_to_the_second_step_and_no_further() -> None:
    user = make_user("owner")
    with_app(user)
    client = Client()
    assert knock(client, user).headers["Location"] == "/sign-in/second"
    assert not is_in(client)
    assert "_auth_user_id" not in client.session


def test_a_code_opens_once_and_its_neighbours_within_half_a_minute() -> None:
    user = make_user("owner")
    secret = with_app(user)
    with clock.freeze(clock.now()):
        for steps, opens in ((-2, False), (-1, True), (0, True), (0, False), (-1, False), (1, True), (2, False)):
            client = Client()
            knock(client, user)
            client.post("/sign-in/second", {"code": code(secret, steps)})
            assert is_in(client) is opens, steps


def test_two_with_the_same_code_at_once_only_one_comes_in() -> None:
    user = make_user("owner")
    secret = with_app(user)
    with clock.freeze(clock.now()):
        assert [totp.take(user.pk, code(secret)) for _ in range(2)] == [True, False]


def test_the_secret_is_sealed_and_opens_nowhere_else() -> None:
    first, second = make_user("owner"), make_user("owner")
    secret = with_app(first)
    sealed = Totp.objects.get(user=first).sealed
    assert secret not in sealed
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed, f"totp:{second.pk}")
    for place in range(2, len(sealed) - 2, 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(sealing.Unsealable):
            sealing.unseal(changed, f"totp:{first.pk}")


def test_a_recovery_code_opens_once_however_it_is_typed() -> None:
    user = make_user("owner")
    with_app(user)
    codes = recovery.make(SYSTEM, user)
    assert len(set(codes)) == recovery.COUNT
    assert not RecoveryCode.objects.filter(hashed__in=codes).exists()
    for given, opens in ((codes[3].lower().replace("-", " "), True), (codes[3], False), (codes[4], True)):
        client = Client()
        knock(client, user)
        client.post("/sign-in/second", {"code": given})
        assert is_in(client) is opens
    assert recovery.left(user.pk) == recovery.COUNT - 2


def test_new_codes_make_the_old_ones_void() -> None:
    user = make_user("owner")
    old = recovery.make(SYSTEM, user)
    recovery.make(SYSTEM, user)
    assert not recovery.take(user.pk, old[0])


def test_guessing_the_second_step_is_slow_and_told() -> None:
    user = make_user("owner")
    secret = with_app(user)
    client = Client()
    with clock.freeze(clock.now()) as still:
        knock(client, user)
        for _try in range(5):
            assert client.post("/sign-in/second", {"code": "000000"}).status_code == 422
        client.post("/sign-in/second", {"code": code(secret)})
        assert not is_in(client)
        still.advance(timedelta(minutes=16))
        knock(client, user)
        client.post("/sign-in/second", {"code": code(secret)})
        assert is_in(client)
    assert len(entries("sign_in_failed")) == 5


def test_the_first_step_does_not_wait_for_ever_and_dies_with_the_password() -> None:
    user = make_user("owner")
    secret = with_app(user)
    with clock.freeze(clock.now()) as still:
        client = Client()
        knock(client, user)
        still.advance(timedelta(minutes=16))
        assert client.post("/sign-in/second", {"code": code(secret)}).headers["Location"] == "/sign-in"
        knock(client, user)
        user.set_password("changed in the meantime")
        user.save(update_fields=["password"])
        assert client.post("/sign-in/second", {"code": code(secret)}).headers["Location"] == "/sign-in"


# --- demanded by a role -----------------------------------------------------------------------------------------------


def test_who_needs_a_factor_sets_one_up_and_can_do_nothing_else() -> None:
    user = make_user("owner")
    Role.objects.filter(key="owner").update(needs_factor=True)
    client = signed_in(user)
    for address in ("/", "/toys", "/settings/people", "/settings/profile", "/import", "/toys/export"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/security/demanded"), address
    assert client.post("/settings/people/invite", {}).headers["Location"] == "/settings/security/demanded"
    assert client.get("/settings/security/demanded").status_code == 200
    client.post("/settings/security/app/begin")
    secret = client.session["new_app"]
    page = client.get("/settings/security/app").content.decode()
    assert 'class="qr"' in page
    assert secret[:4] in page
    answer = client.post("/settings/security/app", {"code": code(secret)})
    assert answer.status_code == 200
    assert answer.content.decode().count("<li><code>") == recovery.COUNT
    assert client.get("/toys").status_code == 200


def test_a_role_that_demands_it_from_now_on_acts_on_the_next_click() -> None:
    keeper, other = make_user("owner"), make_user("sales")
    there = signed_in(other)
    assert there.get("/toys").status_code == 200
    role = Role.objects.get(key="sales")
    assert visit(keeper).post(f"/settings/roles/{role.pk}/factor", {"needs_factor": "on"}).status_code == 303
    assert there.get("/toys").headers["Location"] == "/settings/security/demanded"
    visit(keeper).post(f"/settings/roles/{role.pk}/factor")
    assert there.get("/toys").status_code == 200


def test_the_last_factor_stays_where_a_role_demands_one() -> None:
    user = make_user("owner")
    client = visit(user)
    with_app(user)
    client = visit(user)
    Role.objects.filter(key="owner").update(needs_factor=True)
    assert client.post("/settings/security/app/remove").status_code == 422
    Role.objects.filter(key="owner").update(needs_factor=False)
    assert client.post("/settings/security/app/remove").status_code == 303
    assert not factors.has(user.pk)


def test_adding_and_taking_away_a_factor_ends_the_sessions_elsewhere() -> None:
    user = make_user("owner")
    here, there = signed_in(user), signed_in(user)
    here.post("/settings/security/app/begin")
    here.post("/settings/security/app", {"code": code(here.session["new_app"])})
    assert (is_in(here), is_in(there)) == (True, False)
    assert [event.changes["sessions"] for event in trail("factor_added")] == [[None, 1]]


def test_a_keeper_takes_the_factors_of_somebody_away_who_lost_them() -> None:
    keeper, user = make_user("owner"), make_user("sales")
    with_app(user)
    recovery.make(SYSTEM, user)
    assert visit(keeper).post(f"/settings/people/{user.pk}/factors/remove").status_code == 303
    assert not factors.has(user.pk)
    assert recovery.left(user.pk) == 0
    assert is_in(signed_in(user))


def test_an_administrator_does_not_open_the_account_of_an_owner() -> None:
    owner, administrator = make_user("owner"), make_user("administrator")
    with_app(owner)
    client = visit(administrator)
    for act in ("factors/remove", "sessions/end", "link"):
        assert client.post(f"/settings/people/{owner.pk}/{act}").status_code == 403
    assert factors.has(owner.pk)


# --- proving it again -------------------------------------------------------------------------------------------------

SENSITIVE = ("/settings/tokens", "/settings/roles/new", "/settings/people/invite", "/settings/security/passkeys/new")


@pytest.mark.parametrize("address", [*SENSITIVE, "/settings/sign-in"])
def test_what_opens_a_lot_asks_again_after_a_quarter_of_an_hour(address: str) -> None:
    user = make_user("owner")
    with clock.freeze(clock.now()) as still:
        client = signed_in(user)
        assert client.get(address).status_code == 200
        still.advance(timedelta(minutes=16))
        assert client.get(address).headers["Location"].startswith("/confirm?next=")
        assert client.post("/confirm", {"password": "wrong", "next": address}).status_code == 422
        before = client.session.session_key
        answer = client.post("/confirm", {"password": "a long sentence 1", "next": address})
        assert answer.headers["Location"] == address
        assert client.session.session_key != before
        assert client.get(address).status_code == 200


def test_who_has_a_factor_proves_it_with_the_factor_not_the_password() -> None:
    user = make_user("owner")
    secret = with_app(user)
    with clock.freeze(clock.now()) as still:
        client = Client()
        knock(client, user)
        client.post("/sign-in/second", {"code": code(secret)})
        still.advance(timedelta(minutes=16))
        client.post("/confirm", {"password": "a long sentence 1", "next": "/"})
        assert client.get("/settings/tokens").status_code == 303
        client.post("/confirm", {"code": code(secret), "next": "/"})
        assert client.get("/settings/tokens").status_code == 200


def test_an_act_whose_proof_is_old_changes_nothing() -> None:
    user = make_user("owner")
    with clock.freeze(clock.now()) as still:
        client = signed_in(user)
        still.advance(timedelta(minutes=16))
        for address in ("/settings/roles/new", "/settings/tokens", f"/settings/people/{user.pk}/roles"):
            answer = client.post(address, {"name": "New role", "may": "read", "expires": "30", "roles": ["sales"]})
            assert answer.headers["Location"].startswith("/confirm")
    assert not Role.objects.filter(name="New role").exists()
    assert list(user.roles.values_list("key", flat=True)) == ["owner"]
