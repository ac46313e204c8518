"""Rules: what one role may, as a table; what differs between two of them; and how the trail words it.

A row of the table is "*" (what holds for every kind of record without a row of its own), the base key of an Object, or
`role`, which stands for keeping the house. A row of its own replaces "*" as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform.access.actor import Rights
from rapport.platform.access.keepers import APART, AUDIT, HOUSE, PRIVACY
from rapport.platform.access.models import ACTIONS, CLASSES, LEVELS, SCOPES, FieldRule, Grant, Role
from rapport.platform.accounts.models import User
from rapport.platform.events import setup
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from rapport.platform.objects import Object

OTHERS = "*"
Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Rules:
    """`grants` {row: {action: scope}}, `classes` {row: {class of fields: level}}; what is missing in a row is none."""

    grants: Table = field(default_factory=dict)
    classes: Table = field(default_factory=dict)

    def rights(self) -> Rights:
        return Rights((self.grants,), (self.classes,))

    def check(self) -> None:
        """Raises ValidationError for a row, action, scope, class or level that there is not."""
        known = {OTHERS, HOUSE, *APART, *(obj.key for obj in objects())}
        for table, names, values in ((self.grants, ACTIONS, SCOPES), (self.classes, CLASSES, LEVELS)):
            for key, row in table.items():
                if key not in known or not set(row) <= set(names) or not set(row.values()) <= set(values):
                    raise ValidationError(_("This table of rights cannot be read. Nothing was changed."))


def objects() -> list[Object]:
    """The kinds of record that a row can be about."""
    return [obj for obj in registry.all() if not obj.of]


def read_rules(role: Role) -> Rules:
    """What a role may now. Two queries."""
    grants: dict[str, dict[str, str]] = {}
    for key, action, scope in Grant.objects.filter(role=role).values_list("object", "action", "scope"):
        grants.setdefault(key, {})[action] = scope
    classes: dict[str, dict[str, str]] = {}
    rows = FieldRule.objects.filter(role=role).values_list("object", "sensitivity", "level")
    for key, sensitivity, level in rows:
        classes.setdefault(key, {})[sensitivity] = level
    return Rules(grants, classes)


def differences(old: Rules, new: Rules) -> dict[str, tuple[Any, Any]]:
    """{"may.toy.read": (old scope, new scope), "fields.*.personal": …}; None for a row that is as for all others."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, names, none, tables in (
        ("may", ACTIONS, "none", (old.grants, new.grants)),
        ("fields", CLASSES, "hidden", (old.classes, new.classes)),
    ):
        for key in sorted({*tables[0], *tables[1]}):
            rows = [table.get(key) for table in tables]
            for one in names:
                before, after = (None if row is None else row.get(one, none) for row in rows)
                # A new row that says what no row at all says is no news.
                if before != after and not (key == OTHERS and {before, after} == {None, none}):
                    found[f"{name}.{key}.{one}"] = (before, after)
    return found


def asked_of(*tables: Table, of: Literal["actions", "classes"]) -> Iterator[tuple[str, str]]:
    """Every (row, action or class) in which tables could differ: those named, and every kind there is."""
    keys = dict.fromkeys(chain((OTHERS, HOUSE, *APART), (obj.key for obj in objects()), *tables))
    return ((key, name) for key in keys for name in (ACTIONS if of == "actions" else CLASSES))


# --- in words ---------------------------------------------------------------------------------------------------------


def row_words(key: str) -> str:
    if key == OTHERS:
        return _("All others")
    if key == HOUSE:
        return _("Keeping the house")
    if key == AUDIT:
        return _("The audit trail")
    if key == PRIVACY:
        return _("Privacy of people")
    return str(registry.get(key).plural) if registry.has(key) else key


def action_words(key: str) -> str:
    words = {
        "read": _("see"),
        "create": _("make"),
        "edit": _("change"),
        "delete": _("archive"),
        "export": _("export"),
        "assign": _("assign"),
        "mass": _("change many"),
    }
    return words.get(key, key)


def class_words(key: str) -> str:
    words = {"public": _("public"), "standard": _("ordinary"), "personal": _("personal"), "sensitive": _("sensitive")}
    return words.get(key, key)


def value_words(value: str | None) -> str:
    """A scope or a level; None is a row that follows all others."""
    words = {
        None: _("as for all others"),
        "none": _("none"),
        "own": _("own"),
        "team": _("of the team"),
        "all": _("all"),
        "hidden": _("hidden"),
        "read": _("seen"),
        "write": _("seen and changed"),
    }
    return words.get(value, str(value))


def _heading(key: str) -> str:
    kind, _dot, rest = key.partition(".")
    row, _dot, name = rest.rpartition(".")
    if kind == "may":
        return f"{row_words(row)}: {action_words(name)}"
    if kind == "fields":
        return _("{row}: {kind} fields").format(row=row_words(row), kind=class_words(name))
    words = {
        "name": _("Name"),
        "description": _("What it is for"),
        "copy_of": _("Copy of"),
        "member": _("Person"),
        "members": _("People"),
        "needs_factor": _("Second factor demanded"),
    }
    return words.get(key, key)


def _words(key: str, value: Any) -> str:
    if key in ("member", "members"):
        wanted = value if isinstance(value, list) else [value]
        names = dict(User.objects.filter(pk__in=[one for one in wanted if one]).values_list("pk", "name"))
        return ", ".join(names.get(one, f"#{one}") for one in wanted if one) or "–"
    if key.startswith(("may.", "fields.")):
        return value_words(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value else "–"


def _names(numbers: Iterable[int]) -> dict[int, str]:
    return dict(Role.objects.filter(pk__in=list(numbers)).values_list("pk", "name"))


ROLE = setup.register(
    setup.Part(
        key="role",
        label=gettext_lazy("Role"),
        plural=gettext_lazy("Roles"),
        kinds={
            "created": "A role was made, or copied.",
            "renamed": "Its name or its description changed.",
            "deleted": "A role was taken away, from everybody who had it.",
            "rules_changed": "What a role may changed.",
            "factor_demanded": "Whether who has a role needs a second factor changed.",
            "given": "Somebody was put into a role.",
            "taken": "Somebody was taken out of a role.",
        },
        names=_names,
        heading=_heading,
        words=_words,
        page="settings_role",
    )
)
