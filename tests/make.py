"""Ready-made records for tests: `make_person()`, `make_task(about=deal)`, …, through the write path, with all rights.

Whatever a test does not say has a sensible value. References take records. `actor_as`: the actor of a role or a user.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import models

from rapport.parties.purpose import Purpose
from rapport.platform import access, records
from rapport.platform.access import Actor
from rapport.platform.access import roles as starting_roles
from rapport.platform.accounts.models import Team, User
from rapport.platform.fields import Reference, ReferenceAny
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.interactions.interaction import Interaction
    from rapport.interactions.task import Task
    from rapport.parties.contact_point import ContactPoint
    from rapport.parties.party import Party
    from rapport.parties.relationship import Relationship

SYSTEM = access.system("test")
_numbers = count(1)


def make(key: str, **values: Any) -> Any:
    """A record of any Object, written with all rights."""
    obj = registry.get(key)
    return records.create(SYSTEM, obj, {name: _value(obj.fields.get(name), value) for name, value in values.items()})


def _value(field: object, value: Any) -> Any:
    if isinstance(value, models.Model) and isinstance(field, ReferenceAny):
        return registry.ref(value)
    return value.pk if isinstance(value, models.Model) and isinstance(field, Reference) else value


def make_person(name: str = "", **values: Any) -> Party:
    """A person; named Ana Berg 7 or so when no name is given."""
    if not name and not values.keys() & {"given", "family"}:
        name = f"Ana Berg{next(_numbers)}"
    made: Party = make("person", **({"name": name} if name else {}), **values)
    return made


def make_organisation(name: str = "", **values: Any) -> Party:
    made: Party = make("organisation", name=name or f"Firm {next(_numbers)}", **values)
    return made


def make_household(name: str = "", **values: Any) -> Party:
    made: Party = make("household", name=name or f"Household {next(_numbers)}", **values)
    return made


def make_relationship(type: str, party: Party, other: Party | User, **values: Any) -> Relationship:
    """A relationship of a party with another one or with one of us."""
    end = {"colleague": other} if isinstance(other, User) else {"other": other}
    made: Relationship = make("relationship", type=type, party=party, **end, **values)
    return made


def make_contact_point(party: Party, value: str, kind: str = "email", **values: Any) -> ContactPoint:
    made: ContactPoint = make("contact_point", party=party, kind=kind, value=value, **values)
    return made


def make_purpose(name: str = "Newsletter", **values: Any) -> Purpose:
    """The purpose of this name; made where there is none."""
    found: Purpose | None = Purpose.objects.filter(name=name).first()
    return found or make("purpose", name=name, **values)


def make_interaction(kind: str = "call", **values: Any) -> Interaction:
    """An interaction; people and colleagues as lists of records or ids."""
    for side in ("people", "colleagues"):
        if side in values:
            values[side] = [one.pk if isinstance(one, models.Model) else one for one in values[side]]
    made: Interaction = make("interaction", kind=kind, **{"subject": f"{kind} {next(_numbers)}", **values})
    return made


def make_task(subject: str = "", **values: Any) -> Task:
    made: Task = make("task", subject=subject or f"Task {next(_numbers)}", **values)
    return made


def make_team(name: str = "", **values: Any) -> Team:
    made: Team = make("team", name=name or f"Team {next(_numbers)}", **values)
    return made


def make_user(name: str = "", *, roles: tuple[str, ...] = (), **values: Any) -> User:
    """A user who may sign in; `roles` are keys of the starting roles ("sales")."""
    number = next(_numbers)
    user: User = make(
        "user",
        **{
            "name": name or f"Colleague {number}",
            "email": f"colleague{number}@house.example",
            "is_active": True,
            **values,
        },
    )
    if roles:
        starting_roles.install()
        starting_roles.give(user.pk, *roles)
    return user


def actor_as(who: User | str, **values: Any) -> Actor:
    """The actor of a user, or of a new user with this role ("sales", "read_only", …)."""
    user = make_user(roles=(who,), **values) if isinstance(who, str) else who
    actor = access.actor_for(user.pk, "web")
    assert actor is not None, "this user may not sign in"
    return actor
