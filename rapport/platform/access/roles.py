"""The roles an installation starts with. An administrator changes them; `install` only adds what is missing.

Written as people say it: who reads, creates, edits, ... which records, and which classes of fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, ROLE_NAMES, FieldRule, Grant, Role
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from collections.abc import Mapping

# {role: {object: {action: scope}}}; "*" is every Object.
ALL = dict.fromkeys(ACTIONS, "all")
READ_HOUSE = {key: {"read": "all"} for key in ("user", "team", "own_field", "own_object")}
WORK = {
    "read": "all",
    "create": "all",
    "edit": "team",
    "delete": "own",
    "export": "team",
    "assign": "team",
    "mass": "team",
}
STARTING: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "owner": {"*": ALL},
    "administrator": {"*": ALL},
    "sales_manager": {
        **READ_HOUSE,
        "*": {
            "read": "all",
            "create": "all",
            "edit": "all",
            "delete": "team",
            "export": "all",
            "assign": "all",
            "mass": "all",
        },
    },
    "sales": {
        **READ_HOUSE,
        "*": WORK,
        "opportunity": {**WORK, "read": "team", "create": "own", "edit": "team"},
    },
    "service": {**READ_HOUSE, "*": {**WORK, "edit": "team"}, "interaction": {**WORK, "edit": "all"}},
    "marketing": {
        **READ_HOUSE,
        "*": {"read": "all"},
        "party": {"read": "all", "create": "all", "edit": "all", "export": "all", "mass": "all"},
    },
    "read_only": {"*": {"read": "all"}},
    "api": {**READ_HOUSE, "*": {"read": "all", "create": "all", "edit": "all", "export": "all", "mass": "all"}},
}
CLASSES: Mapping[str, Mapping[str, str]] = {
    "owner": {"public": "write", "standard": "write", "personal": "write", "sensitive": "write"},
    "administrator": {"public": "write", "standard": "write", "personal": "write", "sensitive": "write"},
    "sales_manager": {"public": "write", "standard": "write", "personal": "write", "sensitive": "read"},
    "sales": {"public": "write", "standard": "write", "personal": "write"},
    "service": {"public": "write", "standard": "write", "personal": "write"},
    "marketing": {"public": "write", "standard": "write", "personal": "read"},
    "read_only": {"public": "read", "standard": "read"},
    "api": {"public": "write", "standard": "write", "personal": "write"},
}


@transaction.atomic
def install() -> None:
    """Make the starting roles that do not exist yet; what an administrator changed stays."""
    with as_written():  # each reader sees them in their own language
        names = {key: str(name) for key, name in ROLE_NAMES.items()}
    known = set(Role.objects.filter(key__in=STARTING).values_list("key", flat=True))
    made = Role.objects.bulk_create([Role(key=key, name=names[key]) for key in STARTING if key not in known])
    Grant.objects.bulk_create(
        [
            Grant(role=role, object=name, action=action, scope=scope)
            for role in made
            for name, actions in STARTING[role.key].items()
            for action, scope in actions.items()
        ]
    )
    FieldRule.objects.bulk_create(
        [
            FieldRule(role=role, object="*", sensitivity=name, level=level)
            for role in made
            for name, level in CLASSES[role.key].items()
        ]
    )
    rights_changed()


def give(user_id: int, *keys: str) -> None:
    """Add roles to a user; acts on their next request."""
    for role in Role.objects.filter(key__in=keys):
        role.users.add(user_id)
    rights_changed()


def take(user_id: int, *keys: str) -> None:
    """Take roles from a user; acts on their next request."""
    for role in Role.objects.filter(key__in=keys):
        role.users.remove(user_id)
    rights_changed()
