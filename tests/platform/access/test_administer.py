"""Changing roles: the next request knows, nobody climbs, the house keeps its owner, and the trail says it all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.platform import access, records
from rapport.platform.access import administer, roles
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.access.rules import Rules, differences, read_rules
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_user
from tests.platform.views.site import make_toys, visit

pytestmark = pytest.mark.django_db
TOY = registry.get("toy")
ALL = dict.fromkeys(ACTIONS, "all")
NONE = dict.fromkeys(ACTIONS, "none")


def again(actor: Any) -> Any:
    """The same person with their next request."""
    return access.actor_for(actor.user_id, "web")


def make_role(actor: Any, name: str = "Helpers", **rows: dict[str, str]) -> Role:
    role = administer.make(actor, name)
    if rows:
        classes = {"*": dict.fromkeys(CLASSES, "read")}
        administer.set_rules(
            actor, role, Rules({key.replace("others", "*"): row for key, row in rows.items()}, classes)
        )
    return role


# --- it acts ----------------------------------------------------------------------------------------------------------


def test_a_change_acts_on_the_very_next_request() -> None:
    chief, worker = actor_as("administrator"), make_user()
    make_toys(1)
    role = make_role(chief, others={**NONE, "read": "all"})
    administer.give(chief, role, worker.pk)
    client = visit(worker)
    assert "Toy 0001" in client.get("/toys").content.decode()
    administer.set_rules(chief, role, Rules({"*": {**NONE, "read": "all"}, "toy": NONE}, {}))
    assert client.get("/toys").status_code == 403
    administer.delete(chief, role)
    assert again(actor_as(worker)).roles == ()


def test_a_copy_has_the_same_rights_and_nobody_in_it() -> None:
    chief = actor_as("administrator")
    old = Role.objects.get(key="sales")
    made = administer.copy(chief, old, "Junior sales")
    assert differences(read_rules(old), read_rules(made)) == {}
    assert (made.key, made.users.count()) == ("junior_sales", 0)


def test_a_row_of_its_own_replaces_all_others_and_can_be_taken_back() -> None:
    chief = actor_as("administrator")
    role = make_role(chief, others=ALL, toy={**NONE, "read": "own"})
    assert read_rules(role).rights().scope("toy", "edit") == "none"
    administer.set_rules(chief, role, Rules({"*": ALL}, {}))
    assert read_rules(role).rights().scope("toy", "edit") == "all"


# --- nobody climbs ----------------------------------------------------------------------------------------------------


def test_only_who_keeps_the_house_changes_roles() -> None:
    climber = actor_as("sales_manager")
    role = Role.objects.get(key="sales_manager")
    for attempt in (
        lambda: administer.make(climber, "Mine"),
        lambda: administer.copy(climber, role, "Mine"),
        lambda: administer.describe(climber, role, "Mine", ""),
        lambda: administer.delete(climber, role),
        lambda: administer.set_rules(climber, role, Rules({"*": ALL}, {})),
        lambda: administer.change_roles(climber, climber.user_id or 0, give=["owner"]),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert again(climber).roles == ("sales_manager",)
    assert not Role.objects.filter(name="Mine").exists()


def narrow_keeper(**grants: dict[str, str]) -> Any:
    """Somebody who keeps the house, but may not do everything with toys, nor see sensitive fields."""
    chief = actor_as("administrator")
    rows = {"*": ALL, "toy": {**NONE, "read": "team"}, **grants}
    role = administer.make(chief, "Office")
    administer.set_rules(chief, role, Rules(rows, {"*": {"public": "write", "standard": "write", "personal": "read"}}))
    user = make_user()
    administer.give(chief, role, user.pk)
    return actor_as(user)


@pytest.mark.parametrize(
    "wanted",
    [
        Rules({"*": NONE, "toy": {**NONE, "read": "all"}}, {}),
        Rules({"*": NONE, "toy": {**NONE, "export": "own"}}, {}),
        Rules({"*": ALL}, {}),  # all others cover toys too
        Rules({}, {"*": {"sensitive": "read"}}),
        Rules({}, {"toy": {"personal": "write"}}),
    ],
)
def test_nobody_gives_what_they_do_not_hold(wanted: Rules) -> None:
    keeper = narrow_keeper()
    role = administer.make(keeper, "Friends")
    with pytest.raises(PermissionDenied):
        administer.set_rules(keeper, role, wanted)
    assert read_rules(role) == Rules()


def test_nobody_hands_out_or_copies_a_role_beyond_their_own() -> None:
    keeper, friend = narrow_keeper(), make_user()
    chief = Role.objects.get(key="administrator")
    for attempt in (
        lambda: administer.copy(keeper, chief, "Twin"),
        lambda: administer.give(keeper, chief, friend.pk),
        lambda: administer.give(keeper, chief, keeper.user_id),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert friend.roles.count() == 0
    assert again(keeper).roles == ("office",)


def test_narrowing_and_leaving_as_it_is_need_no_right_of_ones_own() -> None:
    keeper = narrow_keeper()
    role = make_role(actor_as("administrator"), others=NONE, toy=ALL)
    administer.set_rules(keeper, role, Rules({"*": NONE, "toy": {**ALL, "export": "none"}}, {}))
    assert read_rules(role).rights().scope("toy", "export") == "none"


def test_a_token_that_only_reads_changes_no_role() -> None:
    chief = actor_as("administrator")
    reading = replace(chief, rights=chief.rights.narrowed(frozenset({"read"})))
    with pytest.raises(PermissionDenied):
        administer.make(reading, "Mine")


@pytest.mark.parametrize(
    "wrong",
    [
        Rules({"no_such": ALL}, {}),
        Rules({"*": {"read": "everything"}}, {}),
        Rules({"*": {"steal": "all"}}, {}),
        Rules({}, {"*": {"secret": "read"}}),
    ],
)
def test_a_table_that_names_what_there_is_not_is_refused(wrong: Rules) -> None:
    chief = actor_as("administrator")
    with pytest.raises(ValidationError):
        administer.set_rules(chief, administer.make(chief, "X"), wrong)


# --- the house stays kept ---------------------------------------------------------------------------------------------


def test_the_owners_role_is_complete_theirs_alone_and_stays() -> None:
    chief, owner, friend = actor_as("administrator"), actor_as("owner"), make_user()
    role = Role.objects.get(key="owner")
    for attempt in (
        lambda: administer.delete(owner, role),
        lambda: administer.set_rules(owner, role, Rules({"*": NONE}, {})),
        lambda: administer.give(chief, role, friend.pk),
        lambda: administer.take(chief, role, owner.user_id or 0),
        lambda: administer.describe(chief, role, "Nobody", ""),
        lambda: administer.take(owner, role, owner.user_id or 0),
    ):
        with pytest.raises(ValidationError):
            attempt()
    assert role.users.get().pk == owner.user_id


def test_the_last_who_keeps_the_house_cannot_lock_the_door_behind_them() -> None:
    chief = actor_as("administrator")
    role = Role.objects.get(key="administrator")
    for attempt in (
        lambda: administer.delete(chief, role),
        lambda: administer.set_rules(chief, role, Rules({"*": {**ALL, "assign": "team"}}, {})),
        lambda: administer.set_rules(chief, role, Rules({"*": ALL, "role": NONE}, {})),
        lambda: administer.take(chief, role, chief.user_id or 0),
    ):
        with pytest.raises(ValidationError):
            attempt()
    assert again(chief).roles == ("administrator",)
    second = actor_as("administrator")
    administer.take(second, role, chief.user_id or 0)
    assert again(chief).roles == ()


@pytest.mark.parametrize("values", [{"is_active": False}, {"email": None}])
def test_no_way_of_closing_an_account_takes_the_last_owner_away(values: dict[str, Any]) -> None:
    owner = make_user(roles=("owner",))
    with pytest.raises(ValidationError):
        records.update(SYSTEM, owner, values)
    with pytest.raises(ValidationError):
        records.archive(SYSTEM, owner)
    make_user(roles=("owner",))
    records.archive(SYSTEM, owner)


# --- the trail --------------------------------------------------------------------------------------------------------


def test_every_change_leaves_an_event_with_who_and_from_what_to_what() -> None:
    chief, worker = actor_as("administrator"), make_user("Ana Berg")
    role = make_role(chief, others={**NONE, "read": "own"})
    administer.set_rules(chief, role, Rules({"*": {**NONE, "read": "team"}}, {"*": dict.fromkeys(CLASSES, "read")}))
    administer.give(chief, role, worker.pk)
    administer.describe(chief, role, "Good helpers", "They help.")
    administer.take(chief, role, worker.pk)
    administer.delete(chief, role)
    events = list(Event.objects.filter(object="role").order_by("id"))
    assert [event.kind for event in events] == [
        f"role.{kind}" for kind in ("created", "rules_changed", "rules_changed", "given", "renamed", "taken", "deleted")
    ]
    assert {event.actor_id for event in events} == {chief.user_id}
    assert events[2].changes == {"may.*.read": ["own", "team"]}
    assert events[3].changes == {"member": [None, worker.pk]}


def test_what_changes_nothing_leaves_nothing() -> None:
    chief = actor_as("administrator")
    role = make_role(chief, others={**NONE, "read": "own"})
    before = Event.objects.count()
    assert administer.set_rules(chief, role, read_rules(role)) == {}
    administer.describe(chief, role, role.name, role.description)
    assert Event.objects.count() == before


def test_the_trail_page_says_it_in_words() -> None:
    owner = make_user(roles=("owner",))
    chief = actor_as(owner)
    role = make_role(chief, "Night watch", others={**NONE, "read": "own"})
    administer.give(chief, role, make_user("Ana Berg").pk)
    text = visit(owner).get("/settings/events?object=role").content.decode()
    for words in ("role.given", "Night watch", "Ana Berg", "All others: see", "own"):
        assert words in text
    assert roles.STARTING  # the starting roles are told by no Event: nobody changed anything
    assert Event.objects.filter(object="role").count() == 3
