"""People and teams: invite, roles, let go, come back. An invitation is a link that sets the first password, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, records
from rapport.platform.access import roles as role_rights
from rapport.platform.access.models import Role
from rapport.platform.accounts.models import Membership, Team, User
from rapport.platform.objects import registry
from rapport.platform.views import addresses, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import keeps_house, require_keeper, tabs
from rapport.platform.views.signin import BACKEND, LONGEST_PASSWORD
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FieldError, FormField

DAYS = 7
SALT = "rapport.invitation"
MOST = 1_000


@page
def people(request: Request) -> HttpResponse:
    """Everybody of the house: roles, teams, whether they may sign in. Three queries."""
    access.require(request.actor, registry.get("user"), "read")
    keeper = keeps_house(request.actor)
    names = _roles_of_users()
    teams = _teams_of_users()
    seen = access.visible(request.actor, registry.get("user")).filter(archived_at=None).exclude(email=None)
    shown = seen.order_by("-is_active", "name").values("pk", "name", "email", "is_active", "last_login", "password")[
        :MOST
    ]
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
            "roles_url": reverse("settings_person_roles", args=(row["pk"],)),
            "switch_url": reverse("settings_person_switch", args=(row["pk"],)),
            "invite_url": reverse("settings_person_link", args=(row["pk"],)),
            "me": row["pk"] == request.actor.user_id,
        }
        for row in shown
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
    for user, name in Role.objects.order_by("name").values_list("users", "name"):
        found.setdefault(user, []).append(name)
    return found


def _teams_of_users() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for user, name in Membership.objects.order_by("-main", "team__name").values_list("user", "team__name"):
        found.setdefault(user, []).append(name)
    return found


# --- invite -----------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def invite(request: Request) -> HttpResponse:
    """Make an account, and a link by which its owner chooses the password."""
    require_keeper(request.actor)
    if request.method != "POST":
        return _ask(request, {}, [])
    try:
        user = _create(request)
    except ValidationError as error:
        return _ask(request, request.POST.dict(), errors.messages(error))
    return _show_link(request, user)


def _create(request: Request) -> User:
    email = request.POST.get("email", "").strip()[:254]
    if not email:
        raise ValidationError({"email": [_("Enter an e-mail address; one signs in with it.")]})
    keys = _known_roles(request)
    obj = registry.get("user")
    raw = {
        "name": request.POST.get("name", ""),
        "email": email,
        "is_active": True,
        "team": request.POST.get("team", ""),
    }
    with transaction.atomic():
        user: User = records.create(
            request.actor, obj, records.parse(request.actor, obj, raw, request.actor.culture), reason=_("Invited")
        )
        role_rights.give(user.pk, *keys)
    return user


def _known_roles(request: Request) -> list[str]:
    asked = request.POST.getlist("roles")
    known = set(Role.objects.values_list("key", flat=True))
    if not asked:
        raise ValidationError({"roles": [_("Choose at least one role; without any, nothing can be seen.")]})
    if "owner" in asked and "owner" not in request.actor.roles:
        raise ValidationError({"roles": [_("Only an owner makes another owner.")]})
    return [key for key in asked if key in known]


def _ask(request: Request, given: dict[str, Any], found: list[FieldError]) -> HttpResponse:
    teams: list[Choice] = [
        {"value": str(pk), "label": name}
        for pk, name in Team.objects.filter(archived_at=None).order_by("name").values_list("pk", "name")[:500]
    ]
    fields: list[FormField] = [
        {
            "name": "name",
            "label": _("Name"),
            "widget": "text",
            "required": True,
            "value": given.get("name", ""),
            "autofocus": True,
            "max_length": 120,
        },
        {"name": "email", "label": _("E-mail"), "widget": "email", "required": True, "value": given.get("email", "")},
        {
            "name": "roles",
            "label": _("Roles"),
            "widget": "multi",
            "required": True,
            "choices": _role_choices(request, request.POST.getlist("roles") or ["sales"]),
        },
        {"name": "team", "label": _("Team"), "widget": "select", "choices": teams, "value": given.get("team", "")},
    ]
    context = {
        "title": _("Invite somebody"),
        "fields": with_errors(fields, found),
        "errors": found,
        "action": request.get_full_path(),
        "submit": _("Invite"),
        "back": reverse("settings_people"),
    }
    return render(request, "platform/dialog_form.html", context, status=422 if found else 200)


def _role_choices(request: Request, chosen: list[str]) -> list[Choice]:
    known = Role.objects.order_by("pk").values_list("key", "name")
    return [
        {"value": key, "label": name, "chosen": key in chosen}
        for key, name in known
        if key != "owner" or "owner" in request.actor.roles
    ]


def _show_link(request: Request, user: User) -> HttpResponse:
    token = signing.dumps([user.pk, user.password[-12:]], salt=SALT, compress=False)
    link = request.build_absolute_uri(reverse("welcome", args=(token,)))
    context = {
        "title": _("{name} is invited").format(name=user.name),
        "link": link,
        "days": DAYS,
        "name": user.name,
        "back": reverse("settings_people"),
    }
    return render(request, "platform/settings/invited.html", context)


@page(methods=("POST",))
def person_link(request: Request, pk: int) -> HttpResponse:
    """A new link to choose a password: for who lost theirs, or whose invitation ran out."""
    require_keeper(request.actor)
    return _show_link(request, _person(request, pk))


@page(methods=("GET", "POST"), open=True)
def welcome(request: Request, token: str) -> HttpResponse:
    """Choose a password by the link of an invitation. It works once: the next password makes it void."""
    user = _invited(token)
    if user is None:
        return errors.not_found(request)
    found: list[FieldError] = []
    if request.method == "POST":
        new = request.POST.get("new", "")[:LONGEST_PASSWORD]
        try:
            validate_password(new, user)
        except ValidationError as error:
            found = [{"text": text, "field": "new"} for text in error.messages]
        else:
            user.set_password(new)
            user.save(update_fields=["password"])
            login(request, user, backend=BACKEND)
            return go(request, "/", toast(_("Welcome, {name}.").format(name=user.name)))
    fields: list[FormField] = [
        {
            "name": "new",
            "label": _("Choose a password"),
            "widget": "password",
            "required": True,
            "autocomplete": "new-password",
            "autofocus": True,
            "help": _("At least 10 characters; a sentence is easy to remember."),
        }
    ]
    context = {
        "name": user.name,
        "email": user.email,
        "fields": with_errors(fields, found),
        "errors": found,
        "action": request.path,
    }
    return render(request, "platform/settings/welcome.html", context, status=422 if found else 200)


def _invited(token: str) -> User | None:
    try:
        pk, ending = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user: User | None = User.objects.filter(pk=pk, is_active=True, archived_at=None).first()
    return user if user is not None and user.password[-12:] == ending else None


# --- roles and leave --------------------------------------------------------------------------------------------------


def _person(request: Request, pk: int) -> User:
    user: User = access.find(request.actor, registry.get("user"), pk, "edit")
    if not user.email:
        raise access.NotFound(_("There is no such person."))
    return user


@page(methods=("GET", "POST"))
def person_roles(request: Request, pk: int) -> HttpResponse:
    """Which roles somebody has; acts on their next click."""
    require_keeper(request.actor)
    user = _person(request, pk)
    has = list(Role.objects.filter(users=user).values_list("key", flat=True))
    if request.method != "POST":
        return _ask_roles(request, user, has, [])
    try:
        wanted = _known_roles(request)
        with transaction.atomic():
            if "owner" in has and "owner" not in wanted:
                _ensure_another_owner(request, user)
            role_rights.take(user.pk, *(key for key in has if key not in wanted))
            role_rights.give(user.pk, *(key for key in wanted if key not in has))
    except ValidationError as error:
        return _ask_roles(request, user, request.POST.getlist("roles"), errors.messages(error))
    return go(request, reverse("settings_people"), toast(_("The roles of {name} are changed.").format(name=user.name)))


def _ensure_another_owner(request: Request, user: User) -> None:
    if "owner" not in request.actor.roles:
        raise ValidationError({"roles": [_("Only an owner takes this role from an owner.")]})
    others = (
        User.objects.select_for_update()
        .filter(roles__key="owner", is_active=True, archived_at=None)
        .exclude(pk=user.pk)
    )
    if not others.exists():
        raise ValidationError({"roles": [_("A house needs an owner. Make somebody else owner first.")]})


def _ask_roles(request: Request, user: User, chosen: list[str], found: list[FieldError]) -> HttpResponse:
    fields: list[FormField] = [
        {
            "name": "roles",
            "label": _("Roles"),
            "widget": "multi",
            "choices": _role_choices(request, chosen),
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
def person_switch(request: Request, pk: int) -> HttpResponse:
    """Nobody signs in as them any more, or they may again. Their records stay theirs."""
    require_keeper(request.actor)
    user = _person(request, pk)
    if user.pk == request.actor.user_id:
        raise ValidationError(_("You cannot shut yourself out. Another administrator can."))
    with transaction.atomic():
        if user.is_active and Role.objects.filter(users=user, key="owner").exists():
            _ensure_another_owner(request, user)
        records.update(request.actor, user, {"is_active": not user.is_active})
    words = _("{name} may sign in again.") if not user.is_active else _("{name} can no longer sign in.")
    return go(request, reverse("settings_people"), toast(words.format(name=user.name)))


# --- teams ------------------------------------------------------------------------------------------------------------


@page
def teams(request: Request) -> HttpResponse:
    """The tree of teams with who is in them. Two queries."""
    access.require(request.actor, registry.get("team"), "read")
    rows = list(
        access.visible(request.actor, registry.get("team"))
        .filter(archived_at=None)
        .order_by("name")
        .values("pk", "name", "parent", "lead__name")[:MOST]
    )
    members: dict[int | None, list[str]] = {}
    for team, name in (
        Membership.objects.filter(user__is_active=True).order_by("user__name").values_list("team", "user__name")
    ):
        members.setdefault(team, []).append(name)
    context = {
        "rows": _tree(rows, members, None, 0, set()),
        "tabs": tabs(request, "settings_teams"),
        "new_url": f"{addresses.list_url(registry.get('team'))}/new"
        if request.actor.may(registry.get("team"), "create") != "none"
        else "",
    }
    return render(request, "platform/settings/teams.html", context)


def _tree(
    rows: list[dict[str, Any]], members: dict[int | None, list[str]], parent: int | None, depth: int, seen: set[int]
) -> list[dict[str, Any]]:
    """The teams in order of the tree, each with its depth; what hangs under an invisible team stands at the top."""
    known = {row["pk"] for row in rows}
    found = []
    for row in rows:
        above = row["parent"] if row["parent"] in known else None
        if above == parent and row["pk"] not in seen:
            seen.add(row["pk"])
            found.append(
                {
                    "name": row["name"],
                    "depth": min(depth, 6),
                    "lead": row["lead__name"],
                    "members": members.get(row["pk"], []),
                    "href": addresses.record_url("team", row["pk"]),
                }
            )
            found += _tree(rows, members, row["pk"], depth + 1, seen)
    return found


urlpatterns = [
    path("settings/people", people, name="settings_people"),
    path("settings/people/invite", invite, name="settings_invite"),
    path("settings/people/<int:pk>/roles", person_roles, name="settings_person_roles"),
    path("settings/people/<int:pk>/switch", person_switch, name="settings_person_switch"),
    path("settings/people/<int:pk>/link", person_link, name="settings_person_link"),
    path("settings/teams", teams, name="settings_teams"),
    path("welcome/<str:token>", welcome, name="welcome"),
]
