"""See Rapport as …: what somebody else sees, nothing changed, nothing of theirs alone, ended in time, in the trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from rapport.base import clock
from rapport.platform import policies, records, saved_views
from rapport.platform.access import actor_for, administer
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.accounts.models import User
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.write import _brake
from rapport.platform.events.cursor import horizon
from rapport.platform.live.news import Wish
from rapport.platform.live.stream import Stream, news_of
from rapport.platform.objects import registry
from tests.contract.routes import filled
from tests.fingerprint import Watched
from tests.platform.views.site import SYSTEM, make_toys, make_user, visit
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db
BANNER = "You only look"


@pytest.fixture
def theirs() -> User:
    """Somebody with two toys of their own, who sees no others."""
    role = Role.objects.create(key="own", name="Their own")
    Grant.objects.bulk_create(Grant(role=role, object="*", action=action, scope="own") for action in ACTIONS)
    FieldRule.objects.bulk_create(
        FieldRule(role=role, object="*", sensitivity=name, level="write") for name in CLASSES[:2]
    )
    user = make_user(name="Vera")
    role.users.add(user)
    make_toys(5)
    Toy.objects.filter(name__in=("Toy 0001", "Toy 0002")).update(owner=user)
    rights_changed()
    return user


@pytest.fixture
def keeper() -> User:
    return make_user("owner", name="Olga")


@pytest.fixture
def browser(keeper: User, theirs: User) -> Client:
    found = visit(keeper)
    answer = found.post(f"/settings/people/{theirs.pk}/look")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    return found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_shows_what_the_other_sees_and_says_so(browser: Client) -> None:
    page = text(browser.get("/toys"))
    assert "You see Rapport as Vera." in page
    assert {f"Toy 000{n}" for n in range(1, 6) if f"Toy 000{n}" in page} == {"Toy 0001", "Toy 0002"}
    mine, foreign = (Toy.objects.get(name=name) for name in ("Toy 0001", "Toy 0003"))
    assert browser.get(f"/toys/{mine.pk}").status_code == 200
    assert browser.get(f"/toys/{foreign.pk}").status_code == 404
    assert "secret recipe" not in text(browser.get(f"/toys/{mine.pk}")).lower()


def test_nothing_at_all_can_be_changed(browser: Client) -> None:
    """Every address, every method that could: refused, and the database is byte for byte as it was."""
    toy = Toy.objects.get(name="Toy 0001")
    values = {"obj": "toys", "pk": toy.pk, "key": "buy"}
    visitor = Watched(browser)
    asked = 0
    for address in policies.addresses():
        if address.route.startswith("api/") or address.route in ("settings/looking/end", "sign-out", "csp-reports"):
            continue
        for method, policy in address.policies():
            if method != "GET" and policy is not None and not policy.is_open:
                url = filled(address.route, values)
                answer = visitor.ask(method, url, b"", content_type="application/x-www-form-urlencoded")
                assert answer.status_code == 403, (method, url, answer.status_code)
                asked += 1
    visitor.nothing_was_missed()
    assert asked > 100
    assert "only look" in text(browser.post(f"/toys/{toy.pk}/archive"))


def test_what_is_theirs_alone_and_files_of_records_are_no_part_of_it(browser: Client, theirs: User) -> None:
    for url in ("/settings/security", "/settings/tokens", "/settings/profile", "/notifications", "/import", "/runs"):
        assert browser.get(url).status_code == 403, url
    assert browser.get("/toys/export?format=csv").status_code == 403
    actor = actor_for(theirs.pk, "web")
    assert actor is not None
    saved_views.save(actor, registry.get("toy"), "Vera alone", text="stage = built")
    assert "Vera alone" not in text(browser.get("/toys"))


def test_it_ends_by_its_button(browser: Client, theirs: User) -> None:
    answer = browser.post("/settings/looking/end")
    assert answer.headers["Location"] == f"/settings/people/{theirs.pk}/access"
    page = text(browser.get("/toys"))
    assert BANNER not in page
    assert "Toy 0005" in page


def test_it_ends_by_itself_after_an_hour(browser: Client) -> None:
    with clock.freeze(clock.now() + timedelta(minutes=59)):
        assert BANNER in text(browser.get("/toys"))
    with clock.freeze(clock.now() + timedelta(minutes=61)):
        assert BANNER not in text(browser.get("/toys"))


def test_it_ends_with_the_account_it_looks_through(browser: Client, theirs: User) -> None:
    records.update(SYSTEM, theirs, {"is_active": False})
    page = text(browser.get("/toys"))
    assert BANNER not in page
    assert "Toy 0005" in page


def test_it_ends_with_the_right_to_keep_the_house(browser: Client, keeper: User) -> None:
    make_user("owner")
    administer.change_roles(SYSTEM, keeper.pk, give=["read_only"], take=["owner"])
    assert BANNER not in text(browser.get("/toys"))


def test_it_never_shows_more_than_ones_own_rights(theirs: User) -> None:
    """A keeper of few rights looks as an owner, and sees no toy and no field that they do not see themselves."""
    role = Role.objects.create(key="porter", name="Porter")
    house = {"role": ("delete", "assign", "read"), "user": ACTIONS}
    Grant.objects.bulk_create(
        Grant(role=role, object=key, action=action, scope="all") for key, actions in house.items() for action in actions
    )
    porter, owner = make_user(name="Paul"), make_user("owner", name="Olga")
    role.users.add(porter)
    rights_changed()
    browser = visit(porter)
    assert browser.get("/toys").status_code == 403
    browser.post(f"/settings/people/{owner.pk}/look")
    assert browser.get("/toys").status_code == 403
    assert browser.get(f"/toys/{Toy.objects.first().pk}").status_code == 404  # type: ignore[union-attr]  # there are five


def test_a_role_is_seen_with_ones_own_records(keeper: User, theirs: User) -> None:
    Toy.objects.filter(name="Toy 0004").update(owner=keeper)
    browser = visit(keeper)
    browser.post(f"/settings/roles/{Role.objects.get(key='own').pk}/look")
    page = text(browser.get("/toys"))
    assert "You see Rapport as Their own." in page
    assert {f"Toy 000{n}" for n in range(1, 6) if f"Toy 000{n}" in page} == {"Toy 0004"}


def test_the_trail_names_who_really_looked(browser: Client, keeper: User, theirs: User) -> None:
    _brake.release()
    begun = AuditEntry.objects.get(kind="looked_as")
    assert (begun.actor_id, begun.object, begun.record_id) == (keeper.pk, "user", theirs.pk)
    browser.get(f"/toys/{Toy.objects.get(name='Toy 0003').pk}")
    refused = AuditEntry.objects.filter(kind="denied").latest("pk")
    assert refused.actor_id == keeper.pk
    assert f'"seen_as":{theirs.pk}' in refused.detail
    browser.post("/settings/looking/end")
    assert AuditEntry.objects.filter(kind="looked_as_self", actor_id=keeper.pk).exists()


def test_only_keepers_see_the_button_and_nobody_looks_as_themselves(keeper: User, theirs: User) -> None:
    browser = visit(keeper)
    assert "See Rapport as they do" in text(browser.get(f"/settings/people/{theirs.pk}/access"))
    assert "See Rapport as they do" not in text(browser.get(f"/settings/people/{keeper.pk}/access"))
    assert browser.post(f"/settings/people/{keeper.pk}/look").status_code == 422
    records.update(SYSTEM, theirs, {"is_active": False})
    assert browser.post(f"/settings/people/{theirs.pk}/look").status_code == 422
    assert visit(make_user("sales")).post(f"/settings/people/{keeper.pk}/look").status_code == 403


# On PostgreSQL an Event is told when its transaction has ended, and every earlier one of the server.
@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_only_of_what_the_other_sees_too(browser: Client, theirs: User) -> None:
    before = horizon()
    mine, foreign = (Toy.objects.get(name=name) for name in ("Toy 0001", "Toy 0003"))
    for toy in (mine, foreign):
        records.update(SYSTEM, toy, {"stage": "won"})
    stream = Stream(browser.cookies[settings.SESSION_COOKIE_NAME].value, Wish("toy"), before)
    told = news_of(stream)
    assert told is not None
    assert told.ids == (str(mine.uid),)
    browser.post("/settings/looking/end")
    told = news_of(stream)
    assert told is not None
    assert set(told.ids) == {str(mine.uid), str(foreign.uid)}
