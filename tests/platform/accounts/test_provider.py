"""Signing in through a real provider: whom it lets in, and what of its answers is not believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from rapport.base import clock
from rapport.platform.access.models import Role
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc import protocol
from rapport.platform.accounts.oidc.models import Identity, Provider
from tests.platform.accounts import provider as there
from tests.platform.accounts.door import code, entries, is_in, knock, signed_in, with_app
from tests.platform.views.site import PASSWORD, make_user, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with there.running() as address:
        yield address


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> Iterator[None]:
    settings.EGRESS_ALLOW = ["localhost", "127.0.0.0/8", "[::1]"]
    protocol.forget()
    yield
    protocol.forget()


def ana(**more: Any) -> User:
    return make_user("sales", name="Ana Berg", email="ana@house.example", **more)


# --- who comes in -----------------------------------------------------------------------------------------------------


def test_somebody_of_ours_is_recognised_by_a_verified_address_when_the_keeper_says_so(issuer: str) -> None:
    user, provider = ana(), there.make(issuer)
    client = Client()
    there.come_in(client, provider)
    assert not is_in(client)
    Provider.objects.update(links_by_email=True)
    assert there.come_in(client, provider, next="/toys").headers["Location"] == "/toys"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert [identity.subject for identity in Identity.objects.all()] == ["ana"]
    assert json.loads(entries("sign_in")[-1].detail)["by"] == "provider"


@pytest.mark.parametrize("sub", ["unverified", "silent", "somebody@else.example"])
def test_an_address_that_is_not_verified_recognises_and_makes_nobody(issuer: str, sub: str) -> None:
    ana()
    client = Client()
    role = Role.objects.get(key="read_only")
    there.come_in(client, there.make(issuer, links_by_email=True, new_people_get=role), sub)
    assert not is_in(client)
    assert not Identity.objects.exists()
    assert User.objects.count() == 1


def test_new_people_get_an_account_with_the_role_the_keeper_chose_and_no_password(issuer: str) -> None:
    make_user("owner")
    role = Role.objects.get(key="read_only")
    client = Client()
    there.come_in(client, there.make(issuer, new_people_get=role))
    user = User.objects.get(email="ana@house.example")
    assert is_in(client)
    assert (user.name, user.has_usable_password()) == ("Ana Berg", False)
    assert list(user.roles.values_list("key", flat=True)) == ["read_only"]


def test_the_subject_counts_afterwards_whatever_address_it_has(issuer: str) -> None:
    user, provider = ana(), there.make(issuer, links_by_email=True)
    there.come_in(Client(), provider)
    User.objects.filter(pk=user.pk).update(email="ana.new@house.example")
    make_user("sales", email="ana@house.example")
    client = Client()
    there.come_in(client, provider)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_who_was_let_go_stays_out(issuer: str) -> None:
    user, provider = ana(), there.make(issuer, links_by_email=True)
    there.come_in(Client(), provider)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    there.come_in(client, provider)
    assert not is_in(client)


def test_a_second_factor_is_asked_for_unless_the_provider_asks(issuer: str) -> None:
    user, provider = ana(), there.make(issuer, links_by_email=True)
    secret = with_app(user)
    client = Client()
    assert there.come_in(client, provider).headers["Location"] == "/sign-in/second"
    client.post("/sign-in/second", {"code": code(secret)})
    assert is_in(client)
    Provider.objects.update(proves_factor=True)
    assert there.come_in(Client(), provider).headers["Location"] == "/"


def test_one_connects_ones_own_account(issuer: str) -> None:
    user, provider = make_user("sales"), there.make(issuer)
    client = signed_in(user)
    there.come_in(client, provider, start=f"/settings/security/providers/{provider.pk}/connect")
    assert Identity.objects.get().user == user
    fresh = Client()
    there.come_in(fresh, provider)
    assert fresh.session["_auth_user_id"] == str(user.pk)
    client.post(f"/settings/security/providers/{Identity.objects.get().pk}/remove")
    assert not Identity.objects.exists()


def test_only_through_the_provider_but_for_one_owner(issuer: str) -> None:
    owner, user = make_user("owner"), ana()
    there.make(issuer, links_by_email=True)
    given = {"idle_hours": "12", "longest_days": "14", "only_provider": "on"}
    client = visit(owner)
    assert client.post("/settings/sign-in", given).status_code == 422
    assert client.post("/settings/sign-in", {**given, "break_glass": str(user.pk)}).status_code == 422
    assert client.post("/settings/sign-in", {**given, "break_glass": str(owner.pk)}).status_code == 303
    assert knock(Client(), user).status_code == knock(Client(), user, "wrong").status_code == 422
    assert knock(Client(), owner).status_code == 303
    came = Client()
    there.come_in(came, Provider.objects.get())
    assert is_in(came)
    assert client.post(f"/settings/sign-in/providers/{Provider.objects.get().pk}/remove").status_code == 422


# --- setting it up ----------------------------------------------------------------------------------------------------


def test_a_keeper_sets_a_provider_up_once_it_answers_and_its_secret_is_never_seen_again(issuer: str) -> None:
    client = visit(make_user("owner"))
    given = {"name": "Work", "issuer": f"{issuer}/", "client_id": "rapport", "secret": "hush hush", "is_on": "on"}
    wrong = client.post("/settings/sign-in/providers/new", given)
    assert wrong.status_code == 422
    assert b"calls itself" in wrong.content
    assert client.post("/settings/sign-in/providers/new", {**given, "issuer": issuer}).status_code == 303
    found = Provider.objects.get()
    assert "hush hush" not in found.sealed_secret
    assert found.secret() == "hush hush"
    page = client.get(f"/settings/sign-in/providers/{found.pk}").content.decode()
    assert "hush hush" not in page
    address = f"/settings/sign-in/providers/{found.pk}"
    assert client.post(address, {**given, "issuer": issuer, "secret": "", "name": "Office"}).status_code == 303
    assert Provider.objects.get().secret() == "hush hush"
    assert "Office" in Client().get("/sign-in").content.decode()


@pytest.mark.parametrize("key", ["owner", "administrator"])
def test_nobody_becomes_a_keeper_by_being_let_in(issuer: str, key: str) -> None:
    client = visit(make_user("owner"))
    given = {"name": "Work", "issuer": issuer, "client_id": "x", "secret": "y", "is_on": "on", "new_people_get": key}
    assert client.post("/settings/sign-in/providers/new", given).status_code == 422
    assert not Provider.objects.exists()


def test_only_who_keeps_the_house_sets_it_up() -> None:
    client = visit(make_user("sales_manager"))
    for address in ("/settings/sign-in", "/settings/sign-in/providers/new"):
        assert client.get(address).status_code == client.post(address).status_code == 403


def test_a_provider_inside_the_network_is_not_asked(issuer: str, settings: Any) -> None:
    settings.EGRESS_ALLOW = []
    client = visit(make_user("owner"))
    given = {"name": "Work", "issuer": issuer, "client_id": "x", "secret": "y", "is_on": "on"}
    assert client.post("/settings/sign-in/providers/new", given).status_code == 422


# --- what is not believed ---------------------------------------------------------------------------------------------


def test_what_is_asked_for_carries_state_nonce_and_a_hashed_verifier(issuer: str) -> None:
    make_user("owner")
    asked = parse_qs(urlsplit(there.leave(Client(), there.make(issuer))).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len({*asked["state"], *asked["nonce"], *asked["code_challenge"]}) == 3
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_an_answer_is_for_the_browser_that_asked_once_and_soon(issuer: str) -> None:
    ana()
    provider = there.make(issuer, links_by_email=True)
    with clock.freeze(clock.now()) as still:
        mine, foreign = Client(), Client()
        answer = there.answer_of(there.leave(mine, provider), "ana")
        foreign.get(answer)
        assert not is_in(foreign)
        there.leave(foreign, provider)
        foreign.get(answer)
        assert not is_in(foreign)
        mine.get(answer)
        assert is_in(mine)
        mine.post("/sign-out")
        mine.get(answer)
        assert not is_in(mine)
        late = there.answer_of(there.leave(mine, provider), "ana")
        still.advance(timedelta(minutes=16))
        mine.get(late)
        assert not is_in(mine)


@pytest.mark.parametrize(
    "change",
    [{"state": "x"}, {"state": None}, {"code": "x"}, {"error": "access_denied"}, {"iss": "https://evil.example"}],
)
def test_a_changed_answer_opens_nothing(issuer: str, change: dict[str, str | None]) -> None:
    ana()
    client, provider = Client(), there.make(issuer, links_by_email=True)
    address, _mark, query = there.answer_of(there.leave(client, provider), "ana").partition("?")
    given = {key: values[0] for key, values in parse_qs(query).items()} | change
    kept = {key: value for key, value in given.items() if value is not None}
    assert client.get(f"{address}?{urlencode(kept)}").status_code == 303
    assert not is_in(client)


KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
NONCE = "the nonce of this request"


def listed(*named: tuple[str, rsa.RSAPrivateKey], **more: str) -> dict[str, Any]:
    keys = [
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": kid, **more} for kid, key in named
    ]
    return {"keys": keys}


def token(key: Any = KEY, algorithm: str = "RS256", kid: str = "one", typ: str = "JWT", **change: Any) -> str:
    moment = int(clock.now().timestamp())
    claims = {
        "iss": "https://idp.example", "aud": "rapport", "sub": "ana", "nonce": NONCE, "iat": moment, "exp": moment + 300
    }  # fmt: skip
    claims = {name: value for name, value in {**claims, **change}.items() if value is not None}
    return jwt.encode(claims, key, algorithm, headers={"kid": kid, "typ": typ})


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the provider lists as its keys; a test may turn them over."""
    now: dict[str, Any] = listed(("one", KEY))
    asked: list[float] = []

    def kept(address: str, longest: float) -> dict[str, Any]:
        asked.append(longest)
        return dict(now)

    monkeypatch.setattr(protocol, "_kept", kept)
    return now


def check(raw: str) -> dict[str, Any]:
    provider = Provider(name="Work", issuer="https://idp.example", client_id="rapport")
    return protocol.checked(provider, {"jwks_uri": "https://idp.example/keys"}, raw, NONCE)


def test_a_token_that_is_right_is_believed(keys: dict[str, Any]) -> None:
    assert check(token())["sub"] == "ana"
    assert check(token(aud=["rapport"]))["sub"] == "ana"


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "somebody else"},
    "several, none of them the party": {"aud": ["rapport", "other"], "azp": "other"},
    "several, no party named": {"aud": ["rapport", "other"]},
    "another party": {"azp": "other"},
    "over": {"exp": 1_700_000_000},
    "not yet": {"nbf": 4_000_000_000},
    "made later": {"iat": 4_000_000_000},
    "no end": {"exp": None},
    "no subject": {"sub": None},
    "no nonce": {"nonce": None},
    "another nonce": {"nonce": "of another request"},
    "another key": {"key": OTHER},
    "an unknown key": {"kid": "two"},
    "an access token": {"typ": "at+jwt"},
    "signed with the public key as a secret": {"algorithm": "HS256", "key": "x" * 64},
    "not signed": {"algorithm": "none", "key": None},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_wrong_is_not_believed(keys: dict[str, Any], what: str) -> None:
    with pytest.raises(protocol.ProviderError):
        check(token(**WRONG[what]))


def test_a_changed_token_is_not_believed(keys: dict[str, Any]) -> None:
    head, body, signature = token().split(".")
    for changed in (f"{head}.{body[:-2]}AA.{signature}", f"{head}.{body}.", f"{head}.{body}", ""):
        with pytest.raises(protocol.ProviderError):
            check(changed)


def test_a_new_key_is_asked_for_and_an_old_one_no_longer_opens(keys: dict[str, Any]) -> None:
    keys.clear()
    keys.update(listed(("two", OTHER)))
    assert check(token(OTHER, kid="two"))["sub"] == "ana"
    with pytest.raises(protocol.ProviderError):
        check(token())


def test_a_key_for_another_use_or_algorithm_is_none(keys: dict[str, Any]) -> None:
    for more in ({"use": "enc"}, {"alg": "PS256"}, {"kty": "oct"}):
        keys.clear()
        keys.update(listed(("one", KEY), **more))
        with pytest.raises(protocol.ProviderError):
            check(token())


def test_what_is_not_reached_over_tls_is_not_used() -> None:
    for address in ("http://idp.example/keys", "ftp://idp.example/", "", "javascript:alert(1)"):
        with pytest.raises(protocol.ProviderError):
            protocol._endpoint({"jwks_uri": address}, "jwks_uri")


def test_the_password_is_not_asked_of_who_has_none(issuer: str) -> None:
    make_user("owner")
    client = Client()
    there.come_in(client, there.make(issuer, new_people_get=Role.objects.get(key="read_only")))
    user = User.objects.get(email="ana@house.example")
    for given in ("", "!", PASSWORD):
        assert knock(Client(), user, given).status_code == 422
    assert client.post("/settings/security/password", {"new": "my very first sentence"}).status_code == 303
    assert knock(Client(), user, "my very first sentence").status_code == 303
