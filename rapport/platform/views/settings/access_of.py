"""What somebody may, and why: each right with the role that gives it; roles side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access
from rapport.platform.access import explain, rules
from rapport.platform.access.keepers import keeps_house
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.access.rules import OTHERS
from rapport.platform.accounts.models import Membership
from rapport.platform.objects import registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs
from rapport.platform.views.settings.role_table import TONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from rapport.platform.access.explain import Given, Standing


@page
def person_access(request: Request, pk: int) -> HttpResponse:
    """Everything one person may, with the roles behind it. For whoever may see that person."""
    user = access.find(request.actor, registry.get("user"), pk)
    found = sorted(explain.standing(user.pk), key=lambda row: rules.row_words(row.key).lower())
    teams = Membership.objects.filter(user_id=user.pk).order_by("team__name").values_list("team__name", flat=True)
    context = {
        "title": _("What {name} may, and why").format(name=user.name),
        "signs_in": user.is_active and not user.is_archived,
        "teams": list(teams),
        "actions": [rules.action_words(action) for action in ACTIONS],
        "classes": [rules.class_words(name) for name in CLASSES],
        "rights": [_row(row, row.actions, rules.action_words) for row in found],
        "fields": [_row(row, row.classes, rules.class_words) for row in found if registry.has(row.key)],
        "tabs": tabs(request, "settings_people"),
        "look_url": _look_url(request, user),
    }
    return render(request, "platform/settings/access_of.html", context)


def _look_url(request: Request, user: Any) -> str:
    """Where who keeps the house begins to see as this person does; "" for others, and for oneself."""
    able = keeps_house(request.actor) and user.pk != request.actor.user_id and user.is_active and not user.is_archived
    return reverse("settings_person_look", args=(user.pk,)) if able else ""


def _row(row: Standing, given: Mapping[str, Given], words: Any) -> dict[str, Any]:
    cells = [
        {
            "column": words(name),
            "text": rules.value_words(one.value),
            "tone": TONES.get(one.value, ""),
            "by": ", ".join(one.by),
        }
        for name, one in given.items()
    ]
    return {"label": rules.row_words(row.key), "cells": cells}


@page
def compare(request: Request) -> HttpResponse:
    """Every role beside the others: one action, or one class of fields, by kind of record."""
    access.require(request.actor, registry.get("user"), "read")
    columns = {
        **{f"may.{action}": rules.action_words(action) for action in ACTIONS},
        **{f"fields.{name}": _("{kind} fields").format(kind=rules.class_words(name)) for name in CLASSES},
    }
    asked = request.GET.get("show", "")
    shown = asked if asked in columns else "may.read"
    roles = list(Role.objects.order_by("pk"))
    tables = [rules.read_rules(role) for role in roles]
    kind, _dot, name = shown.partition(".")
    kept = [found.grants if kind == "may" else found.classes for found in tables]
    keys = sorted({key for table in kept for key in table} - {OTHERS}, key=lambda key: rules.row_words(key).lower())
    none = "none" if kind == "may" else "hidden"
    context = {
        "roles": [{"name": role.label, "href": reverse("settings_role", args=(role.pk,))} for role in roles],
        "rows": [
            {
                "label": rules.row_words(key),
                "cells": [_compared(role, table, key, name, none) for role, table in zip(roles, kept, strict=True)],
            }
            for key in (OTHERS, *keys)
        ],
        "choices": [{"label": label, "current": key == shown, "href": _showing(key)} for key, label in columns.items()],
        "shown": columns[shown],
        "tabs": tabs(request, "settings_roles"),
    }
    return render(request, "platform/settings/roles_compare.html", context)


def _showing(key: str) -> str:
    return addresses.with_query(reverse("settings_roles_compare"), {"show": key})


def _compared(role: Role, table: rules.Table, key: str, name: str, none: str) -> dict[str, Any]:
    value = table.get(key, table.get(OTHERS, {})).get(name, none)
    return {
        "column": role.label,
        "text": rules.value_words(value),
        "tone": TONES.get(value, ""),
        "own": key == OTHERS or key in table,
    }


urlpatterns = [
    path("settings/people/<int:pk>/access", person_access, name="settings_person_access"),
    path("settings/roles/compare", compare, name="settings_roles_compare"),
]
