"""Who may do what, as a table one can read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.objects import registry
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def roles(request: Request) -> HttpResponse:
    """Every role with its grants and the fields it sees. Four queries."""
    access.require(request.actor, registry.get("user"), "read")
    people: dict[int, list[str]] = {}
    for role, name in (
        Role.objects.filter(users__is_active=True).order_by("users__name").values_list("pk", "users__name")
    ):
        people.setdefault(role, []).append(name)
    grants: dict[int, dict[str, dict[str, str]]] = {}
    for role, key, action, scope in Grant.objects.values_list("role", "object", "action", "scope"):
        grants.setdefault(role, {}).setdefault(key, {})[action] = scope
    levels: dict[int, dict[str, str]] = {}
    for role, sensitivity, level in FieldRule.objects.filter(object="*").values_list("role", "sensitivity", "level"):
        levels.setdefault(role, {})[sensitivity] = level
    found = [
        {
            "name": role.name,
            "people": people.get(role.pk, []),
            "rows": _rows(grants.get(role.pk, {})),
            "classes": [
                {"name": _class(name), "level": _level(levels.get(role.pk, {}).get(name, "hidden"))} for name in CLASSES
            ],
        }
        for role in Role.objects.order_by("pk")
    ]
    return render(
        request,
        "platform/settings/roles.html",
        {"roles": found, "actions": [_action(action) for action in ACTIONS], "tabs": tabs(request, "settings_roles")},
    )


def _rows(grants: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Single kinds of record first, then what holds for all others."""
    keys = sorted(grants, key=lambda key: (key == "*", _object(key)))
    only = keys == ["*"]
    return [
        {
            "label": _("Everything") if only else _object(key),
            "scopes": [_scope(grants[key].get(action, "none")) for action in ACTIONS],
        }
        for key in keys
    ]


def _object(key: str) -> str:
    if key == "*":
        return _("Everything else")
    return str(registry.get(key).plural) if registry.has(key) else key


def _action(key: str) -> str:
    return {
        "read": _("see"),
        "create": _("make"),
        "edit": _("change"),
        "delete": _("archive"),
        "export": _("export"),
        "assign": _("assign"),
        "mass": _("change many"),
    }[key]


def _scope(key: str) -> dict[str, str]:
    words = {"none": "–", "own": _("own"), "team": _("of the team"), "all": _("all")}
    return {"text": words.get(key, key), "tone": {"all": "good", "team": "info", "own": "accent"}.get(key, "")}


def _class(key: str) -> str:
    return {"public": _("public"), "standard": _("ordinary"), "personal": _("personal"), "sensitive": _("sensitive")}[
        key
    ]


def _level(key: str) -> str:
    return {"hidden": _("hidden"), "read": _("seen"), "write": _("seen and changed")}.get(key, key)


urlpatterns = [path("settings/roles", roles, name="settings_roles")]
