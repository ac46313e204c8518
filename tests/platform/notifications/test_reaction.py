"""From Events to notifications: who is told, once, and never what they may not read."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform import access, records
from rapport.platform.access import administer
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.access.rules import Rules
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.notifications import actions, follow
from rapport.platform.notifications.models import Notice, Notification
from rapport.platform.notifications.reaction import notify
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_team
from tests.platform.notifications.telling import TOY, actor, bell, bundles, change, make_toy, said, tell
from tests.platform.views.site import make_user

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(ACTIONS, "all")


def people(number: int = 3) -> list[User]:
    return [make_user("sales_manager", name=name) for name in ("Ana Berg", "Ben Dahl", "Cleo Ek", "Dora Falk")[:number]]


def limit(user: User, grants: dict[str, dict[str, str]], classes: dict[str, str] | None = None) -> None:
    """Give somebody a role of their own instead of theirs."""
    chief = actor_as("administrator")
    role = administer.make(chief, f"Limits of {user.pk} {Role.objects.count()}")
    every = dict.fromkeys(CLASSES, "write")
    administer.set_rules(chief, role, Rules(grants, {"*": classes if classes is not None else every}))
    old = list(user.roles.values_list("key", flat=True))
    administer.change_roles(chief, user.pk, give=[role.key], take=old)


# --- who is told ------------------------------------------------------------------------------------------------------


def test_the_owner_hears_what_others_change_and_not_what_they_change_themselves() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana)
    change(ana, toy, pieces=3)
    tell()
    assert said(ana) == []
    change(ben, toy, pieces=4)
    tell()
    assert said(ana) == [("followed", "Robot")]
    [line] = bundles(ana)[0].lines
    assert (line.who, [(one.label, one.before, one.after) for one in line.changes]) == (
        "Ben Dahl",
        [("Pieces", "3", "4")],
    )
    assert said(cleo) == []


def test_whoever_may_read_may_follow_and_stop() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana)
    follow.follow(actor(cleo), TOY, toy.pk)
    follow.unfollow(actor(ana), TOY, toy.pk)
    change(ben, toy, pieces=4)
    tell()
    assert (bell(ana), bell(cleo)) == (0, 1)
    follow.unfollow(actor(cleo), TOY, toy.pk)
    actions.mark_all_read(actor(cleo))
    change(ben, toy, pieces=5)
    tell()
    assert bell(cleo) == 0


def test_nobody_follows_what_they_may_not_read() -> None:
    ana, _ben, cleo = people()
    toy = make_toy(ana)
    limit(cleo, {"*": ALL, "toy": dict.fromkeys(ACTIONS, "own")})
    with pytest.raises(access.NotFound):
        follow.follow(actor(cleo), TOY, toy.pk)


def test_who_gets_a_record_is_told_that_and_nothing_else_about_the_same_change() -> None:
    ana, ben, _cleo = people()
    toy = make_toy(ana)
    change(ana, toy, owner=ben.pk, pieces=9)
    tell()
    assert said(ben) == [("assigned", "Robot")]


def test_who_is_named_is_told_and_follows_from_then_on() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana, note="For @Cleo Ek: please look, and mail x@cleo ek.example")
    tell()
    assert (said(cleo), said(ben)) == ([("mention", "Robot")], [])
    actions.mark_all_read(actor(cleo))
    change(ben, toy, pieces=1)
    tell()
    assert said(cleo) == [("followed", "Robot")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ben Dahl!", True),
        ("(@ben dahl)", True),
        ("so @Ben\nDahl", True),
        ("@BEN@HOUSE.EXAMPLE,", True),
        ("@Ben", False),
        ("@Ben Dahlberg", False),
        ("info@Ben Dahl", False),
        ("Ben Dahl", False),
        ("@", False),
    ],
)
def test_names_and_addresses_name(text: str, named: bool) -> None:
    ana = make_user("sales_manager", name="Ana Berg")
    ben = make_user("sales_manager", name="Ben Dahl", email="ben@house.example")
    make_toy(ana, note=text)
    tell()
    assert bool(said(ben)) is named


def test_a_name_that_two_share_names_neither() -> None:
    ana, ben, _cleo = people()
    twin = make_user("sales_manager", name="ben dahl")
    make_toy(ana, note="@Ben Dahl")
    tell()
    assert (bell(ben), bell(twin)) == (0, 0)


def test_naming_somebody_again_in_the_same_text_is_no_news() -> None:
    ana, ben, _cleo = people()
    toy = make_toy(ana, note="@Ben Dahl look")
    tell()
    actions.mark_all_read(actor(ben))
    follow.unfollow(actor(ben), TOY, toy.pk)
    change(ana, toy, note="@Ben Dahl look here")
    tell()
    assert bell(ben) == 0


def test_what_is_written_about_a_record_is_told_to_its_followers() -> None:
    ana, ben, _cleo = people()
    toy = make_toy(ana)
    records.create(actor(ben), registry.get("play"), {"subject": "First play", "toy": toy.pk})
    tell()
    assert said(ana) == [("followed", "Robot")]
    assert bundles(ana)[0].lines[0].of_name == "First play"


def test_changes_of_a_run_drown_nobody() -> None:
    ana, ben, _cleo = people()
    toys = [make_toy(ana, f"Toy {number}") for number in range(5)]
    running = actor(ben).during(77)
    for toy in toys:
        records.update(running, toy, {"pieces": 5})
        records.update(running, toy, {"owner": ben.pk})
        records.update(running, toy, {"owner": ana.pk})
    tell()
    assert [(bundle.kind, len(bundle.lines)) for bundle in bundles(ana)] == [("assigned", 5)]


def test_many_changes_of_one_record_are_one_bundle_until_it_is_read() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana)
    for number in range(4):
        change((ben, cleo)[number % 2], toy, pieces=number)
    tell()
    [bundle] = bundles(ana)
    assert len(bundle.lines) == 4
    actions.mark_read(actor(ana), bundle.id)
    change(ben, toy, pieces=50)
    tell()
    assert [len(one.lines) for one in bundles(ana)] == [1]
    assert len(bundles(ana, "all")) == 2


# --- once -------------------------------------------------------------------------------------------------------------


def test_a_repeat_makes_no_duplicates() -> None:
    ana, ben, _cleo = people()
    change(ben, make_toy(ana, note="@Ben Dahl"), pieces=2)
    for _ in range(3):
        tell()
    for event in Event.objects.order_by("-id"):
        notify(event)
    assert (Notification.objects.filter(user=ana).count(), Notice.objects.filter(user=ana).count()) == (1, 1)
    assert Notice.objects.filter(user=ben).count() == 1


def test_an_event_of_a_record_that_is_gone_and_of_the_setup_harm_nothing() -> None:
    administer.make(actor_as("administrator"), "Helpers")
    Event.objects.create(
        kind="toy.updated", action="update", object="toy", record_id=999, surface="web", changes={"pieces": [1, 2]},
        at="2026-01-01T00:00:00Z", recorded_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    tell()
    assert not Notification.objects.exists()


# --- never what they may not read -------------------------------------------------------------------------------------


def test_nothing_is_delivered_to_who_may_not_read_the_record() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana)
    follow.follow(actor(cleo), TOY, toy.pk)
    limit(cleo, {"*": ALL, "toy": dict.fromkeys(ACTIONS, "own")})
    change(ben, toy, pieces=4, note="@Cleo Ek")
    tell()
    assert not Notification.objects.filter(user=cleo).exists()


def test_a_change_of_hidden_fields_alone_is_not_told() -> None:
    ana, ben, cleo = people()
    limit(cleo, {"*": ALL}, {"public": "write", "standard": "write", "personal": "write"})
    limit(ben, {"*": ALL})
    toy = make_toy(ana)
    follow.follow(actor(cleo), TOY, toy.pk)
    change(ben, toy, secret_recipe="honey")
    tell()
    assert not Notification.objects.filter(user=cleo).exists()
    change(ben, toy, secret_recipe="sugar", pieces=4)
    tell()
    assert [one.field for one in bundles(cleo)[0].lines[0].changes] == ["pieces"]


def test_who_loses_the_right_after_delivery_is_shown_and_counted_nothing() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana)
    follow.follow(actor(cleo), TOY, toy.pk)
    change(ben, toy, pieces=4)
    tell()
    assert bell(cleo) == 1
    limit(cleo, {"*": ALL, "toy": dict.fromkeys(ACTIONS, "own")})
    assert (bell(cleo), said(cleo), said(cleo, "all")) == (0, [], [])
    limit(cleo, {"*": ALL})
    assert bell(cleo) == 1


def test_a_field_hidden_after_delivery_takes_its_news_along() -> None:
    ana, ben, cleo = people()
    for user in (ben, cleo):
        limit(user, {"*": ALL})
    toy = make_toy(ana)
    follow.follow(actor(cleo), TOY, toy.pk)
    change(ben, toy, secret_recipe="honey")
    tell()
    assert bell(cleo) == 1
    limit(cleo, {"*": ALL}, {"public": "write", "standard": "write", "personal": "write"})
    assert (bell(cleo), said(cleo, "all")) == (0, [])


def test_what_is_written_about_a_record_is_told_only_to_who_may_read_that_too() -> None:
    ana, ben, _cleo = people()
    limit(ana, {"*": ALL, "play": dict.fromkeys(ACTIONS, "own")})
    toy = make_toy(ana)
    records.create(actor(ben), registry.get("play"), {"subject": "Secret play", "toy": toy.pk})
    tell()
    assert not Notification.objects.filter(user=ana).exists()


def test_a_record_pointed_at_that_may_not_be_read_is_not_named() -> None:
    ana, ben, _cleo = people()
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Hidden & Co"})
    toy = make_toy(ana)
    limit(ana, {"*": ALL, "maker": dict.fromkeys(ACTIONS, "own")})
    change(ben, toy, maker=maker.pk)
    tell()
    words: Any = [change.after for bundle in bundles(ana) for line in bundle.lines for change in line.changes]
    assert words
    assert "Hidden" not in str(words)


def test_who_may_no_longer_sign_in_gets_nothing() -> None:
    ana, ben, cleo = people()
    toy = make_toy(ana, owner=cleo.pk)
    records.update(SYSTEM, cleo, {"is_active": False})
    change(ben, toy, pieces=4)
    tell()
    assert not Notification.objects.filter(user=cleo, kind="followed").exists()


def test_team_scopes_count_at_reading_time() -> None:
    north, south = make_team("North"), make_team("South")
    ana, ben, cleo = people()
    records.update(SYSTEM, cleo, {"team": north.pk})
    toy = make_toy(ana, team=north.pk)
    limit(cleo, {"*": ALL, "toy": dict.fromkeys(ACTIONS, "team")})
    follow.follow(actor(cleo), TOY, toy.pk)
    change(ben, toy, pieces=4)
    tell()
    assert bell(cleo) == 1
    records.update(SYSTEM, cleo, {"team": south.pk})
    assert bell(cleo) == 0
