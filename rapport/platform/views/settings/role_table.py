"""What a role may, as a table that is read and changed: rows are kinds of record, columns what one does with them.

A row without rules of its own shows, greyed, what holds for all others. What a change means is shown before it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.access import administer, rules
from rapport.platform.access.keepers import APART, HOUSE
from rapport.platform.access.models import ACTIONS, CLASSES, LEVELS, SCOPES, Role
from rapport.platform.access.rules import OTHERS, ROLE, Rules
from rapport.platform.views import errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, toast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse, QueryDict

    from rapport.ui.shapes import FieldError

TONES = {"all": "good", "team": "info", "own": "accent", "write": "good", "read": "info"}


def table(found: Rules, *, editable: bool) -> dict[str, Any]:
    """Both tables of a role for the page: rights by action, fields by class."""
    keys = sorted((obj.key for obj in rules.objects()), key=lambda key: rules.row_words(key).lower())
    return {
        "editable": editable,
        "actions": [rules.action_words(action) for action in ACTIONS],
        "classes": [rules.class_words(name) for name in CLASSES],
        "rights": [_row("may", key, found.grants, ACTIONS, SCOPES) for key in (OTHERS, *keys, HOUSE, *APART)],
        "fields": [_row("fields", key, found.classes, CLASSES, LEVELS) for key in (OTHERS, *keys)],
    }


def _row(name: str, key: str, found: rules.Table, columns: tuple[str, ...], values: tuple[str, ...]) -> dict[str, Any]:
    """One line; `own` says whether it has rules of its own."""
    own = key == OTHERS or key in found
    # What holds for all others does not reach the audit trail, nor privacy.
    shown = found.get(key if own or key in APART else OTHERS, {})
    words = rules.action_words if name == "may" else rules.class_words
    label = rules.row_words(key)
    cells = []
    for column in columns:
        value = shown.get(column, values[0])
        cells.append(
            {
                "name": f"{name}:{key}:{column}",
                "label": f"{label}: {words(column)}",
                "column": words(column),
                "text": rules.value_words(value),
                "tone": TONES.get(value, ""),
                "choices": [{"value": one, "label": rules.value_words(one), "chosen": one == value} for one in values],
            }
        )
    return {"key": f"{name}:{key}", "label": label, "own": own, "fixed": key == OTHERS, "cells": cells}


@page(methods=("POST",))
@proven
def role_rules(request: Request, pk: int) -> HttpResponse:
    """Give a row rules of its own or take them away (`do`), show what would change, and with `do=apply` change it."""
    role = administer.find(request.actor, pk)
    wanted = _read(request.POST)
    do, _colon, row = request.POST.get("do", "").partition(":")
    found: list[FieldError] = []
    changes: list[dict[str, str]] = []
    try:
        wanted.check()
        if do in ("own", "others"):
            wanted = _rearranged(wanted, row, own=do == "own")
        elif do == "apply":
            return _apply(request, role, wanted)
        else:
            changes = _in_words(rules.differences(rules.read_rules(role), wanted))
    except ValidationError as error:
        found = errors.messages(error)
    except PermissionDenied as error:
        found = [{"text": str(error)}]
    context = {
        "role": {"name": role.label, "id": role.pk},
        "rules_url": reverse("settings_role_rules", args=(pk,)),
        "table": table(wanted, editable=True),
        "checked": do == "check" and not found,
        "changes": changes,
        "concerned": _concerned(role),
        "errors": found,
        "focus": request.POST.get("do", ""),
        "back": reverse("settings_role", args=(pk,)),
    }
    return render(request, "platform/settings/role_rules.html", context, status=422 if found else 200)


def _apply(request: Request, role: Role, wanted: Rules) -> HttpResponse:
    changes = administer.set_rules(request.actor, role, wanted)
    words = _("“{name}” has other rights from now on.") if changes else _("Nothing differs; “{name}” stays as it is.")
    return go(request, reverse("settings_role", args=(role.pk,)), toast(words.format(name=role.label)))


def _read(given: QueryDict) -> Rules:
    """The table as it was sent; a row that is not sent follows all others."""
    found: dict[str, dict[str, dict[str, str]]] = {"may": {}, "fields": {}}
    for name, value in given.items():
        kind, _first, rest = name.partition(":")
        key, _second, column = rest.rpartition(":")
        if kind in found and key:
            found[kind].setdefault(key, {})[column] = str(value)
    return Rules(found["may"], found["fields"])


def _rearranged(wanted: Rules, row: str, *, own: bool) -> Rules:
    """A row gets rules of its own (beginning with those of all others), or follows all others again."""
    kind, _colon, key = row.partition(":")
    tables = {"may": dict(wanted.grants), "fields": dict(wanted.classes)}
    if kind in tables and key != OTHERS:
        if own:
            tables[kind].setdefault(key, dict(tables[kind].get(OTHERS, {})))
        else:
            tables[kind].pop(key, None)
    return Rules(tables["may"], tables["fields"])


def _in_words(changes: Mapping[str, tuple[Any, Any]]) -> list[dict[str, str]]:
    return [
        {"label": ROLE.heading(key), "before": rules.value_words(before), "after": rules.value_words(after)}
        for key, (before, after) in changes.items()
    ]


def _concerned(role: Role) -> str:
    number = role.users.filter(is_active=True, archived_at=None).count()
    if not number:
        return _("Nobody has this role at present.")
    return ngettext("{n} person has this role.", "{n} people have this role.", number).format(n=number)


urlpatterns = [path("settings/roles/<int:pk>/rules", role_rules, name="settings_role_rules")]
