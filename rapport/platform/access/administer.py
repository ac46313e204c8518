"""Changing roles: make, describe, copy, delete, what they may, who has them. Acts on everybody's next request.

Only who keeps the house does it, nobody gives a right they do not hold, the house keeps an owner and somebody who can
change roles, and every change leaves an Event. The role of owners is theirs alone and always complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform.access import keepers
from rapport.platform.access.actor import RANK, rights_changed
from rapport.platform.access.door import NotFound
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.access.rules import ROLE, Rules, asked_of, differences, read_rules
from rapport.platform.events import setup
from rapport.platform.records.changes import Change, projection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rapport.platform.access.actor import Actor

MOST_ROLES = 200


def find(actor: Actor, pk: int) -> Role:
    """A role, for who keeps the house. Raises NotFound, PermissionDenied."""
    keepers.require_keeper(actor)
    role = Role.objects.filter(pk=pk).first()
    if role is None:
        raise NotFound(_("There is no such role."))
    return role


def make(actor: Actor, name: str, description: str = "") -> Role:
    """A new role that may nothing yet."""
    keepers.require_keeper(actor)
    with transaction.atomic():
        keepers.take_turn()
        role = _new(name, description)
        setup.append(actor, ROLE, role.pk, "created", _described(None, role))
    return role


def copy(actor: Actor, role: Role, name: str) -> Role:
    """A new role with the same rights and nobody in it."""
    keepers.require_keeper(actor)
    rules = read_rules(role)
    with transaction.atomic():
        keepers.take_turn()
        made = _new(name, role.description)
        _ensure_held(actor, Rules(), rules)
        _write(made, rules)
        changes = {**_described(None, made), "copy_of": (None, role.name), **differences(Rules(), rules)}
        setup.append(actor, ROLE, made.pk, "created", changes)
        rights_changed()
    return made


def describe(actor: Actor, role: Role, name: str, description: str) -> Role:
    """Another name, another sentence about it; what it may stays."""
    keepers.require_keeper(actor)
    _ensure_may_touch(actor, role)
    old = Role(name=role.name, description=role.description)
    with transaction.atomic():
        keepers.take_turn()
        role.name, role.description = _name(name, role.pk), clean_line(description, 300)
        role.save(update_fields=["name", "description"])
        if changes := _described(old, role):
            setup.append(actor, ROLE, role.pk, "renamed", changes)
    return role


def demand_factor(actor: Actor, role: Role, demanded: bool) -> None:
    """Whether who has the role signs in with a second factor; acts on their next click."""
    keepers.require_keeper(actor)
    _ensure_may_touch(actor, role)
    with transaction.atomic():
        keepers.take_turn()
        if Role.objects.filter(pk=role.pk).exclude(needs_factor=demanded).update(needs_factor=demanded):
            setup.append(actor, ROLE, role.pk, "factor_demanded", {"needs_factor": (not demanded, demanded)})
            rights_changed()


def delete(actor: Actor, role: Role) -> None:
    """Take a role away, from everybody who has it."""
    keepers.require_keeper(actor)
    if role.key == keepers.OWNER:
        raise ValidationError(_("A house always has the role of its owner."))
    with transaction.atomic():
        keepers.take_turn()
        keeping, owning = keepers.keepers(), keepers.owners()
        people = list(role.users.order_by("pk").values_list("pk", flat=True))
        gone: dict[str, tuple[Any, Any]] = {"name": (role.name, None)}
        if people:
            gone["members"] = (people, None)
        Role.objects.filter(pk=role.pk).delete()
        keepers.ensure_kept(keeping, owning)
        setup.append(actor, ROLE, role.pk, "deleted", gone)
        rights_changed()


def set_rules(actor: Actor, role: Role, rules: Rules) -> dict[str, tuple[Any, Any]]:
    """Give a role other rights; what changed, from what to what. Raises ValidationError, PermissionDenied."""
    keepers.require_keeper(actor)
    if role.key == keepers.OWNER:
        raise ValidationError(_("An owner may always do everything; this role cannot be narrowed."))
    rules.check()
    with transaction.atomic():
        keepers.take_turn()
        keeping, owning = keepers.keepers(), keepers.owners()
        old = read_rules(role)
        changes = differences(old, rules)
        if not changes:
            return {}
        _ensure_held(actor, old, rules)
        _write(role, rules)
        keepers.ensure_kept(keeping, owning)
        setup.append(actor, ROLE, role.pk, "rules_changed", changes)
        rights_changed()
    return changes


def give(actor: Actor, role: Role, user_id: int) -> None:
    """Put somebody into a role."""
    change_roles(actor, user_id, give=[role.key])


def take(actor: Actor, role: Role, user_id: int) -> None:
    """Take somebody out of a role."""
    change_roles(actor, user_id, take=[role.key])


def change_roles(actor: Actor, user_id: int, *, give: Collection[str] = (), take: Collection[str] = ()) -> None:
    """Give and take roles of one person together: either all of it holds or nothing."""
    keepers.require_keeper(actor)
    with transaction.atomic():
        keepers.take_turn()
        keeping, owning = keepers.keepers(), keepers.owners()
        held = set(Role.objects.filter(users=user_id).values_list("key", flat=True))
        for role in Role.objects.filter(key__in={*give, *take}).order_by("pk"):
            if role.key in give and role.key not in held:
                _ensure_may_give(actor, role)
                role.users.add(user_id)
                setup.append(actor, ROLE, role.pk, "given", {"member": (None, user_id)})
            elif role.key in take and role.key in held:
                _ensure_may_touch(actor, role)
                role.users.remove(user_id)
                setup.append(actor, ROLE, role.pk, "taken", {"member": (user_id, None)})
        keepers.ensure_kept(keeping, owning)
        rights_changed()


def may_give(actor: Actor, role: Role) -> bool:
    """Whether the actor holds all that the role gives."""
    if role.key == keepers.OWNER and actor.user_id is not None and keepers.OWNER not in actor.roles:
        return False
    return not list(_beyond(actor, Rules(), read_rules(role)))


@projection("user")
def keep_somebody(actor: Actor, changes: Sequence[Change]) -> None:
    """Nobody lets the last owner go, or the last who can change roles; whichever way an account is closed."""
    closed = {
        change.record_id
        for change in changes
        if not change.is_new and change.touches("is_active", "archived_at", "email") and not _may_sign_in(change.record)
    }
    if not closed:
        return
    held = Role.objects.filter(users__in=closed)
    keeping, owning = keepers.would_keep(held), held.filter(key=keepers.OWNER).exists()
    keepers.ensure_kept(frozenset(closed if keeping else ()), frozenset(closed if owning else ()))


def _may_sign_in(user: Any) -> bool:
    return bool(user.is_active and user.archived_at is None and user.email)


# --- what must hold ---------------------------------------------------------------------------------------------------


def _ensure_may_touch(actor: Actor, role: Role) -> None:
    if role.key == keepers.OWNER and actor.user_id is not None and keepers.OWNER not in actor.roles:
        raise ValidationError({"roles": [_("Only an owner gives, takes or renames the role of owners.")]})


def _ensure_may_give(actor: Actor, role: Role) -> None:
    _ensure_may_touch(actor, role)
    _ensure_held(actor, Rules(), read_rules(role))


def _ensure_held(actor: Actor, before: Rules, after: Rules) -> None:
    beyond = next(_beyond(actor, before, after), "")
    if beyond:
        raise PermissionDenied(_("You cannot give what you may not do yourself: {what}.").format(what=beyond))


def _beyond(actor: Actor, before: Rules, after: Rules) -> Iterator[str]:
    """What `after` gives more than `before`, and more than the actor has, in words."""
    old, new = before.rights(), after.rights()
    for key, action in asked_of(after.grants, before.grants, of="actions"):
        wanted = RANK[new.scope(key, action)]
        if wanted > RANK[old.scope(key, action)] and wanted > RANK[actor.rights.scope(key, action)]:
            yield ROLE.heading(f"may.{key}.{action}")
    for key, sensitivity in asked_of(after.classes, before.classes, of="classes"):
        level = new.level(key, sensitivity)
        if level > old.level(key, sensitivity) and level > actor.rights.level(key, sensitivity):
            yield ROLE.heading(f"fields.{key}.{sensitivity}")


# --- steps ------------------------------------------------------------------------------------------------------------


def _new(name: str, description: str) -> Role:
    if Role.objects.count() >= MOST_ROLES:
        raise ValidationError({"name": [_("A house has at most {n} roles.").format(n=MOST_ROLES)]})
    label = _name(name, None)
    key = stem = slugify(label)[:34].replace("-", "_") or "role"
    number = 1
    while Role.objects.filter(key=key).exists():
        number += 1
        key = f"{stem}_{number}"
    return Role.objects.create(key=key, name=label, description=clean_line(description, 300))


def _name(raw: str, pk: int | None) -> str:
    name = clean_line(raw, 80)
    if not name:
        raise ValidationError({"name": [_("Give the role a name.")]})
    if Role.objects.filter(name__iexact=name).exclude(pk=pk or 0).exists():
        raise ValidationError({"name": [_("There is a role of this name already.")]})
    return name


def _described(old: Role | None, new: Role) -> dict[str, tuple[Any, Any]]:
    pairs = {key: (getattr(old, key, None), getattr(new, key)) for key in ("name", "description")}
    return {key: pair for key, pair in pairs.items() if (pair[0] or "") != (pair[1] or "")}


def _write(role: Role, rules: Rules) -> None:
    Grant.objects.filter(role=role).delete()
    FieldRule.objects.filter(role=role).delete()
    Grant.objects.bulk_create(
        Grant(role=role, object=key, action=action, scope=scope)
        for key, row in rules.grants.items()
        for action, scope in row.items()
    )
    FieldRule.objects.bulk_create(
        FieldRule(role=role, object=key, sensitivity=name, level=level)
        for key, row in rules.classes.items()
        for name, level in row.items()
    )
