"""Roles over the API: what each grants and who has it. The same rules, guards and trail as the settings.

Only who keeps the house comes in; a token that was narrowed keeps less than its user and gives no more than it holds.
A role is named by its key, which never changes; its rules are replaced as a table, not cell by cell, so that what is
sent is what holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.platform.access import NotFound, administer, find, keepers
from rapport.platform.access.models import Role
from rapport.platform.access.rules import Rules, read_rules
from rapport.platform.accounts.models import User
from rapport.platform.api import check, incoming, outgoing, parts
from rapport.platform.api.problems import missing
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.api.door import Call

Json = dict[str, Any]


def every(call: Call) -> HttpResponse:
    """Every role with its rules and people; of one person only, where `person` names them."""
    keepers.require_keeper(call.actor)
    rows = Role.objects.order_by("name", "pk")
    if "person" in call.given:
        rows = rows.filter(users=_person(call.actor, call.given["person"], "read"))
    return outgoing.answer({"items": _told(call.actor, list(rows))})


def one(call: Call) -> HttpResponse:
    """A role: what it grants and who has it."""
    return _answer(call.actor, _role(call))


def create(call: Call) -> HttpResponse:
    """Make a role; what it grants you must hold yourself."""
    sent = _sent(call, parts.ROLE_NEW)
    with transaction.atomic():
        made = administer.make(call.actor, sent["name"], sent.get("description", ""))
        administer.set_rules(call.actor, made, Rules(sent.get("grants", {}), sent.get("classes", {})))
    return _answer(call.actor, made, status=201, headers={"Location": f"/api/v1/roles/{made.key}"})


def change(call: Call) -> HttpResponse:
    """Another name, description or rules; a table that is sent stands in place of the one before."""
    role, sent = _role(call), _sent(call, parts.ROLE_CHANGE)
    with transaction.atomic():
        if sent.keys() & {"name", "description"}:
            name, text = sent.get("name", role.name), sent.get("description", role.description)
            administer.describe(call.actor, role, name, text)
        if sent.keys() & {"grants", "classes"}:
            now = read_rules(role)
            wanted = Rules(sent.get("grants", now.grants), sent.get("classes", now.classes))
            administer.set_rules(call.actor, role, wanted)
    return _answer(call.actor, role)


def remove(call: Call) -> HttpResponse:
    """Take the role away, from everybody who has it; answers with what it was. Its trail stays."""
    role = _role(call)
    told = _told(call.actor, [role])[0]
    administer.delete(call.actor, role)
    return outgoing.answer(told)


def give(call: Call) -> HttpResponse:
    """Put a person into the role."""
    role = _role(call)
    administer.give(call.actor, role, _person(call.actor, call.address["uid"], "edit").pk)
    return _answer(call.actor, role)


def take(call: Call) -> HttpResponse:
    """Take a person out of the role."""
    role = _role(call)
    administer.take(call.actor, role, _person(call.actor, call.address["uid"], "edit").pk)
    return _answer(call.actor, role)


# --- steps ------------------------------------------------------------------------------------------------------------


def _role(call: Call) -> Role:
    """Raises PermissionDenied before it says whether there is one."""
    keepers.require_keeper(call.actor)
    found = Role.objects.filter(key=call.address["role"]).first()
    if found is None:
        raise missing()
    return found


def _person(actor: Actor, uid: Any, action: str) -> User:
    try:
        found: User = find(actor, registry.get("user"), uid, action)
    except NotFound as error:
        raise missing() from error
    return found


def _sent(call: Call, schema: Json) -> Json:
    keepers.require_keeper(call.actor)
    sent = incoming.body(call.request)
    incoming.refuse(list(check.errors(schema, sent)))
    return sent


def _answer(actor: Actor, role: Role, **more: Any) -> HttpResponse:
    return outgoing.answer(_told(actor, [role])[0], **more)


def _told(actor: Actor, roles: list[Role]) -> list[Json]:
    """Roles as they are sent. People whom the caller may not see are counted, not named."""
    people = {role.pk: list(role.users.order_by("name", "pk").values_list("pk", flat=True)) for role in roles}
    known = names(actor, [Ref("user", pk) for ids in people.values() for pk in ids])
    told = []
    for role in roles:
        rules, refs = read_rules(role), [Ref("user", pk) for pk in people[role.pk]]
        told.append(
            {
                "key": role.key,
                "name": role.label,
                "description": role.description,
                "grants": rules.grants,
                "classes": rules.classes,
                "people": [link for ref in refs if (link := outgoing.link(known.get(ref)))],
                "count": len(refs),
            }
        )
    return told
