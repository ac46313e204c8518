"""Scopes: what a token may do of what its user may. “read”, “write”, an action, each with “:object” for one Object.

read            reads everything the user may read         read:party     reads parties only
write           creates, edits, deletes, exports, …        edit:party     edits parties, nothing else
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform.access.models import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

READ, WRITE = "read", "write"
VERBS = (READ, WRITE, *(action for action in ACTIONS if action != READ))


def check(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes, each once, in one order. Raises ValidationError for one that means nothing."""
    from rapport.platform.objects import registry

    found = set()
    for scope in scopes:
        verb, colon, key = scope.partition(":")
        known = registry.has(key) and registry.get(key).base.key == key
        if verb not in VERBS or (colon and not known):
            raise ValidationError(_("“%(scope)s” is no scope.") % {"scope": scope[:60]})
        found.add(scope)
    return tuple(sorted(found, key=lambda scope: (VERBS.index(scope.partition(":")[0]), scope)))


def words(scopes: Iterable[str]) -> str:
    """What a token may do, in words: “read; edit: Parties”."""
    from rapport.platform.objects import registry

    of: dict[str, list[str]] = {}
    for scope in scopes:
        verb, _colon, key = scope.partition(":")
        of.setdefault(verb, []).extend([str(registry.get(key).plural)] if key and registry.has(key) else [])
    if not of:
        return _("everything its user may")
    if of.get(WRITE) == []:
        of.pop(READ, None)  # said by “read and change”
    names = verb_names()
    return "; ".join(
        f"{names.get(verb, verb)}: {', '.join(sorted(keys))}" if keys else names.get(verb, verb)
        for verb, keys in of.items()
    )


def verb_names() -> dict[str, str]:
    """Each verb in the reader's language."""
    return {
        "read": _("read"),
        "write": _("read and change"),
        "create": _("create"),
        "edit": _("edit"),
        "delete": _("archive"),
        "export": _("export"),
        "assign": _("assign to others"),
        "mass": _("change many at once"),
    }
