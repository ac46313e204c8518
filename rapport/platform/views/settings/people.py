"""People: who works here, with which roles; let go, come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, records
from rapport.platform.access import administer
from rapport.platform.access.models import Role
from rapport.platform.accounts import factors
from rapport.platform.accounts.models import Membership, User
from rapport.platform.objects import registry
from rapport.platform.views import addresses, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import keeps_house, require_keeper, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FieldError, FormField

MOST = 1_000


@page
def people(request: Request) -> HttpResponse:
    """Everybody of the house: roles, teams, whether they may sign in. Five queries."""
    access.require(request.actor, registry.get("user"), "read")
    keeper = keeps_house(request.actor)
    names = _roles_of_users()
    teams = _teams_of_users()
    seen = access.visible(request.actor, registry.get("user")).filter(archived_at=None).exclude(email=None)
    shown = seen.order_by("-is_active", "name").values("pk", "name", "email", "is_active", "last_login", "password")[
        :MOST
    ]
    listed = list(shown)
    holders = factors.holders(row["pk"] for row in listed)
    rows = [
        {
            "name": row["name"],
            "email": row["email"],
            "href": addresses.record_url("user", row["pk"]),
            "roles": names.get(row["pk"], []),
            "teams": ", ".join(teams.get(row["pk"], [])),
            "state": _("may sign in")
            if row["is_active"] and row["password"]
            else _("invited")
            if row["is_active"]
            else _("may not sign in"),
            "tone": "good" if row["is_active"] and row["password"] else "info" if row["is_active"] else "",
            "seen": formats.relative(row["last_login"]) if row["last_login"] else _("never"),
            "active": row["is_active"],
            "access_url": reverse("settings_person_access", args=(row["pk"],)),
            "roles_url": reverse("settings_person_roles", args=(row["pk"],)),
            "switch_url": reverse("settings_person_switch", args=(row["pk"],)),
            "invite_url": reverse("settings_person_link", args=(row["pk"],)),
            "sessions_url": reverse("settings_person_sessions", args=(row["pk"],)),
            "factors_url": reverse("settings_person_factors", args=(row["pk"],)) if row["pk"] in holders else "",
            "has_factor": row["pk"] in holders,
            "me": row["pk"] == request.actor.user_id,
        }
        for row in listed
    ]
    context = {
        "rows": rows,
        "keeper": keeper,
        "tabs": tabs(request, "settings_people"),
        "invite_url": reverse("settings_invite"),
    }
    return render(request, "platform/settings/people.html", context)


def _roles_of_users() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for user, key, name in Role.objects.order_by("name").values_list("users", "key", "name"):
        found.setdefault(user, []).append(Role(key=key, name=name).label)
    return found


def _teams_of_users() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for user, name in Membership.objects.order_by("-main", "team__name").values_list("user", "team__name"):
        found.setdefault(user, []).append(name)
    return found


def person_of(request: Request, pk: int) -> User:
    """Somebody who can sign in, and whom this actor may change. Raises NotFound."""
    user: User = access.find(request.actor, registry.get("user"), pk, "edit")
    if not user.email:
        raise access.NotFound(_("There is no such person."))
    return user


def known_roles(request: Request) -> list[str]:
    """The roles asked for. Raises ValidationError when there is none, or one the actor may not give."""
    asked = request.POST.getlist("roles")
    known = set(Role.objects.values_list("key", flat=True))
    if not asked:
        raise ValidationError({"roles": [_("Choose at least one role; without any, nothing can be seen.")]})
    if "owner" in asked and "owner" not in request.actor.roles:
        raise ValidationError({"roles": [_("Only an owner makes another owner.")]})
    return [key for key in asked if key in known]


def role_choices(request: Request, chosen: list[str]) -> list[Choice]:
    """The roles this actor may give."""
    return [
        {"value": role.key, "label": role.label, "chosen": role.key in chosen}
        for role in Role.objects.order_by("pk")
        if administer.may_give(request.actor, role)
    ]


# --- roles and leave --------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
@proven
def person_roles(request: Request, pk: int) -> HttpResponse:
    """Which roles somebody has; acts on their next click."""
    require_keeper(request.actor)
    user = person_of(request, pk)
    has = list(Role.objects.filter(users=user).values_list("key", flat=True))
    if request.method != "POST":
        return _ask_roles(request, user, has, [])
    try:
        wanted = known_roles(request)
        gone = [key for key in has if key not in wanted]
        administer.change_roles(request.actor, user.pk, give=wanted, take=gone)
    except ValidationError as error:
        return _ask_roles(request, user, request.POST.getlist("roles"), errors.messages(error))
    return go(request, reverse("settings_people"), toast(_("The roles of {name} are changed.").format(name=user.name)))


def _ask_roles(request: Request, user: User, chosen: list[str], found: list[FieldError]) -> HttpResponse:
    fields: list[FormField] = [
        {
            "name": "roles",
            "label": _("Roles"),
            "widget": "multi",
            "choices": role_choices(request, chosen),
            "wide": True,
            "help": _("Roles add up: the widest of them counts."),
        }
    ]
    title = _("Roles of {name}").format(name=user.name)
    context = {
        "title": title,
        "fields": with_errors(fields, found),
        "errors": found,
        "action": request.get_full_path(),
        "back": reverse("settings_people"),
    }
    return render(request, "platform/dialog_form.html", context, status=422 if found else 200)


@page(methods=("POST",))
@proven
def person_switch(request: Request, pk: int) -> HttpResponse:
    """Nobody signs in as them any more, or they may again. Their records stay theirs."""
    require_keeper(request.actor)
    user = person_of(request, pk)
    if user.pk == request.actor.user_id:
        raise ValidationError(_("You cannot shut yourself out. Another administrator can."))
    if user.is_active and "owner" not in request.actor.roles and Role.objects.filter(users=user, key="owner").exists():
        raise ValidationError(_("Only an owner shuts an owner out."))
    records.update(request.actor, user, {"is_active": not user.is_active})
    words = _("{name} may sign in again.") if not user.is_active else _("{name} can no longer sign in.")
    return go(request, reverse("settings_people"), toast(words.format(name=user.name)))


urlpatterns = [
    path("settings/people", people, name="settings_people"),
    path("settings/people/<int:pk>/roles", person_roles, name="settings_person_roles"),
    path("settings/people/<int:pk>/switch", person_switch, name="settings_person_switch"),
]
