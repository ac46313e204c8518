"""Every address has a policy, and each policy is what happens: who may not come is refused, who may is let in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rapport.platform import checks, policies
from rapport.platform.access import actor_for
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.policies import Address, Policy
from tests.contract.alike import learned
from tests.contract.people import Somebody, two_with_their_own
from tests.contract.routes import filled
from tests.contract.things import THINGS, never
from tests.fingerprint import Watched
from tests.platform.views.site import make_toys, make_user, visit

FORM = "application/x-www-form-urlencoded"
ADDRESSES = policies.addresses()
PLACES = {"obj": "toys", "plural": "toys"}


def asked(*kinds: str) -> list[tuple[str, str, Policy]]:
    """(address, method, policy) of every address with a policy of these kinds; of all, where none is named."""
    return [
        (address.route, method, policy)
        for address in ADDRESSES
        for method, policy in address.policies()
        if policy is not None and (not kinds or policy.kind in kinds)
    ]


def is_api(route: str) -> bool:
    return route.startswith(("api/v1", "api/^v1"))


def asks(who: Somebody, visitor: Watched, method: str, route: str, values: dict[str, Any]) -> Any:
    """One request at an address, with what it needs to be understood."""
    url = filled(route, {**PLACES, **values})
    if not is_api(route):
        return visitor.ask(method, url, b"", writes=True, content_type=FORM)
    headers = {"Authorization": f"Bearer {who.secret}", "If-Match": '"1"'}
    return visitor.ask(method, url, b"{}", writes=True, content_type="application/json", headers=headers)


def role_without(key: str, action: str) -> Role:
    """Everything with everything, but not this with that kind; the house is not kept either."""
    role = Role.objects.create(key=f"no_{key}_{action}", name=f"No {action} of {key}")
    rows = {"*": set(ACTIONS), key: set(ACTIONS) - {action}, "role": {"read"}}
    Grant.objects.bulk_create(
        Grant(role=role, object=at, action=one, scope="all") for at, row in rows.items() for one in row
    )
    FieldRule.objects.bulk_create(FieldRule(role=role, object="*", sensitivity=name, level="write") for name in CLASSES)
    rights_changed()
    return role


def somebody_without(key: str, action: str) -> Somebody:
    user = make_user()
    role_without(key, action).users.add(user)
    rights_changed()
    return Somebody(user)


# --- every address is declared ----------------------------------------------------------------------------------------


def test_every_address_has_a_policy_and_every_policy_an_address() -> None:
    assert [str(error.msg) for error in checks.addresses()] == []
    assert len(ADDRESSES) > 200
    assert len(asked()) > 260


def test_an_address_without_a_policy_stops_the_start_and_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {route: policy for route, policy in policies.declared().items() if route != "settings/outgoing"}
    monkeypatch.setattr(policies, "_declared", {**left, "settings/long-gone": policies.KEEPER})
    told = [str(error.msg) for error in checks.addresses()]
    assert any("settings/outgoing" in words for words in told)
    assert any("settings/long-gone" in words for words in told)


@pytest.mark.django_db
def test_at_an_address_without_a_policy_even_an_owner_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {route: policy for route, policy in policies.declared().items() if route != "settings/outgoing"}
    browser = visit(make_user("owner"))
    assert browser.get("/settings/outgoing").status_code == 200
    monkeypatch.setattr(policies, "_declared", left)
    assert browser.get("/settings/outgoing").status_code == 403


def test_every_thing_that_belongs_to_somebody_is_tried() -> None:
    assert {policy.of for _route, _method, policy in asked("own")} == THINGS.keys()


# --- each is what happens ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stranger_comes_only_where_everybody_may() -> None:
    make_user("owner")
    visitor = Watched(Client())
    for route, method, policy in asked():
        answer = visitor.ask(method, filled(route, PLACES), writes=True, content_type=FORM)
        if is_api(route):
            assert answer.status_code == 401, (method, route)
        elif policy.is_open:
            assert not _is_sent_to_sign_in(route, answer), (method, route)
        else:
            assert answer.status_code == 303, (method, route)
            assert answer.headers["Location"].startswith("/sign-in"), (method, route)
    visitor.nothing_was_missed()


def _is_sent_to_sign_in(route: str, answer: Any) -> bool:
    """Besides what belongs to signing in itself, and leads back to its beginning."""
    apart = ("sign-", "first-start", "reset", "welcome")
    return answer.headers.get("Location", "").startswith("/sign-in") and not route.startswith(apart)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["keeper", "auditor", "privacy"])
def test_who_does_not_keep_the_house_is_refused(kind: str) -> None:
    toy = make_toys(1)[0]
    other = somebody_without("role", "delete")
    visitor = Watched(other.browser)
    for route, method, _policy in asked(kind):
        answer = asks(other, visitor, method, route, {"pk": toy.pk})
        assert answer.status_code == 403, (method, route, answer.status_code)
    visitor.nothing_was_missed()


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["read", "create", "export", "mass"])
def test_who_has_every_right_but_one_is_refused_where_it_is_asked(action: str) -> None:
    make_toys(1)
    rows = [row for row in asked("kind") if row[2].action == action]
    assert rows
    for key in sorted({policy.of or "toy" for _route, _method, policy in rows}):
        other = somebody_without(key, action)
        visitor = Watched(other.browser)
        for route, method, policy in rows:
            if (policy.of or "toy") == key:
                answer = asks(other, visitor, method, route, {"pk": 1})
                assert answer.status_code == 403, (method, route, answer.status_code)
        visitor.nothing_was_missed()


@pytest.mark.django_db
def test_who_may_is_not_refused() -> None:
    """An owner, at every address that asks for a right; what is sent is empty, so much of it is no use (422)."""
    toy = make_toys(1)[0]
    owner = Somebody(make_user("owner"))
    visitor = Watched(owner.browser)
    for route, method, _policy in asked("person", "kind", "record", "keeper", "auditor", "privacy"):
        values = {"pk": toy.pk, "uuid:uid": toy.uid, "key": "buy", "action": "buy"}
        answer = asks(owner, visitor, method, route, values)
        assert answer.status_code not in (401, 403), (method, route, answer.status_code)
        assert "/sign-in" not in answer.headers.get("Location", "")[:8], (method, route)


@pytest.mark.django_db
@pytest.mark.parametrize("thing", sorted(THINGS))
def test_what_belongs_to_somebody_is_to_others_as_if_it_did_not_exist(thing: str) -> None:
    holder, other = (Somebody(user) for user in two_with_their_own())
    actor = actor_for(holder.user.pk, "web")
    assert actor is not None
    values = THINGS[thing](actor)
    missing = never(values)
    visitor = Watched(other.browser)
    owned, told_apart = Watched(holder.browser), []
    for route, method, policy in asked("own"):
        if policy.of != thing:
            continue
        foreign, unknown = (asks(other, visitor, method, route, one) for one in (values, missing))
        assert learned(foreign, values.values()) == learned(unknown, missing.values()), (method, route)
        assert foreign.status_code in (404, 422, 200), (method, route, foreign.status_code)
        found, gone = asks(holder, owned, method, route, values), asks(holder, owned, method, route, missing)
        told_apart.append(learned(found, values.values()) != learned(gone, missing.values()))
    visitor.nothing_was_missed()
    assert any(told_apart), "its holder finds it"


def test_of_an_address_with_two_policies_each_method_has_its_own() -> None:
    address = Address("settings/currencies", ("GET", "POST"))
    assert dict(address.policies()) == {"GET": policies.PERSON, "POST": policies.KEEPER}
    assert policies.of("settings/currencies", "HEAD") == policies.PERSON
    assert policies.of("settings/currencies", "DELETE") is None
