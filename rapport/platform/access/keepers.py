"""Keepers: who may change who does what. A house is never left without one, nor without an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.platform.access.actor import Rights
from rapport.platform.access.models import FieldRule, Grant, RightsEpoch, Role
from rapport.platform.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

    from rapport.platform.access.actor import Actor

OWNER = "owner"
# Keeping the house is asked like a right on an Object of this name; "*" covers it too.
HOUSE = "role"
# Reading the audit trail is asked in the same way, but "*" does not cover it: who may read all records is no auditor.
AUDIT = "audit"
# So is answering people about what is held of them: to give it out whole, to restrict and to erase.
PRIVACY = "privacy"
# Rows of a role's table that "*" says nothing about.
APART = (AUDIT, PRIVACY)


def keeps_house(actor: Actor) -> bool:
    """Whether somebody may change who does what: who may do everything with everything, as owner and administrator."""
    return _keeps(actor.rights)


def require_keeper(actor: Actor) -> None:
    """Raises PermissionDenied for everybody else."""
    if not keeps_house(actor):
        raise PermissionDenied(_("Only an owner or administrator of this house may do this."))


def reads_audit(actor: Actor) -> bool:
    """Whether somebody may search the audit trail: who keeps the house, and roles that name it."""
    return keeps_house(actor) or _is_named(actor, AUDIT)


def require_auditor(actor: Actor) -> None:
    """Raises PermissionDenied for everybody else."""
    if not reads_audit(actor):
        raise PermissionDenied(_("Only who has the right to the audit trail may do this."))


def handles_privacy(actor: Actor) -> bool:
    """Whether somebody answers requests of people about their data: who keeps the house, and roles that name it."""
    return keeps_house(actor) or _is_named(actor, PRIVACY)


def require_privacy(actor: Actor) -> None:
    """Raises PermissionDenied for everybody else."""
    if not handles_privacy(actor):
        raise PermissionDenied(_("Only who handles privacy in this house may do this."))


def _is_named(actor: Actor, key: str) -> bool:
    """Whether a role says so by this very name, within the limits of a token."""
    named = any(role.get(key, {}).get("read") == "all" for role in actor.rights.grants)
    return named and actor.rights.scope(key, "read") == "all"


def _keeps(rights: Rights) -> bool:
    return rights.scope(HOUSE, "delete") == "all" and rights.scope(HOUSE, "assign") == "all"


def rights_of_roles(role_ids: Iterable[int]) -> Rights:
    """What these roles give together. Two queries."""
    wanted = list(role_ids)
    grants: dict[int, dict[str, dict[str, str]]] = {}
    rows = Grant.objects.filter(role__in=wanted).values_list("role", "object", "action", "scope")
    for role, key, action, scope in rows:
        grants.setdefault(role, {}).setdefault(key, {})[action] = scope
    classes: dict[int, dict[str, dict[str, str]]] = {}
    rules = FieldRule.objects.filter(role__in=wanted).values_list("role", "object", "sensitivity", "level")
    for role, key, sensitivity, level in rules:
        classes.setdefault(role, {}).setdefault(key, {})[sensitivity] = level
    return Rights(tuple(grants.values()), tuple(classes.values()))


def take_turn() -> None:
    """Wait for whoever changes rights at this moment: two people must not take each other's last key away."""
    RightsEpoch.objects.select_for_update().filter(pk=1).first()


def keepers() -> frozenset[int]:
    """Everybody who may sign in and keeps the house. Three queries, whatever their number."""
    roles: dict[int, set[int]] = {}
    for role, user in _held().values_list("pk", "users"):
        roles.setdefault(user, set()).add(role)
    together = {frozenset(held) for held in roles.values()}
    keeping = {held for held in together if _keeps(rights_of_roles(held))}
    return frozenset(user for user, held in roles.items() if frozenset(held) in keeping)


def would_keep(roles: models.QuerySet[Role]) -> bool:
    """Whether these roles together keep the house."""
    return _keeps(rights_of_roles(roles.values_list("pk", flat=True)))


def owners() -> frozenset[int]:
    """Everybody who may sign in and owns the house."""
    return frozenset(_held().filter(key=OWNER).values_list("users", flat=True))


def _held() -> models.QuerySet[Role]:
    return Role.objects.filter(users__in=User.objects.filter(is_active=True, archived_at=None).exclude(email=None))


def ensure_kept(before: frozenset[int], owning: frozenset[int]) -> None:
    """Raises ValidationError when those who kept or owned the house are now nobody. Call it after the change."""
    if owning and not owners():
        raise ValidationError({"roles": [_("A house needs an owner. Make somebody else owner first.")]})
    if before and not keepers():
        raise ValidationError(
            {"roles": [_("Nobody could change roles any more. Make somebody else administrator first.")]}
        )
