"""Roles: who has which; make, copy, rename, delete them; put people in and take them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access
from rapport.platform.access import administer, keepers
from rapport.platform.access.models import Role
from rapport.platform.access.rules import OTHERS, read_rules, value_words
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from rapport.platform.views import addresses, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, number_of, page, render, toast
from rapport.platform.views.settings.house import tabs
from rapport.platform.views.settings.role_table import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from rapport.ui.shapes import FieldError, FormField

MOST_NAMES = 500


@page
def roles(request: Request) -> HttpResponse:
    """Every role, with who has it and what it may with most kinds of record. Four queries."""
    access.require(request.actor, registry.get("user"), "read")
    people: dict[int, list[str]] = {}
    rows = Role.objects.filter(users__is_active=True).order_by("users__name").values_list("pk", "users__name")
    for role, name in rows:
        people.setdefault(role, []).append(name)
    found = [
        {
            "name": role.label,
            "description": role.description,
            "href": reverse("settings_role", args=(role.pk,)),
            "people": people.get(role.pk, []),
            "may": _in_short(role),
        }
        for role in Role.objects.prefetch_related("grants").order_by("pk")
    ]
    context = {
        "rows": found,
        "keeper": keepers.keeps_house(request.actor),
        "new_url": reverse("settings_role_new"),
        "compare_url": reverse("settings_roles_compare"),
        "tabs": tabs(request, "settings_roles"),
    }
    return render(request, "platform/settings/roles.html", context)


def _in_short(role: Role) -> str:
    """What holds for most kinds of record: "sees all, changes of the team"; and how many have rows of their own."""
    grants = list(role.grants.all())
    others = {grant.action: grant.scope for grant in grants if grant.object == OTHERS}
    verbs = (("read", _("sees {scope}")), ("edit", _("changes {scope}")), ("export", _("exports {scope}")))
    said = [
        verb.format(scope=value_words(others[action])) for action, verb in verbs if others.get(action, "none") != "none"
    ]
    own = len({grant.object for grant in grants} - {OTHERS})
    if own:
        said.append(ngettext("{n} kind of its own", "{n} kinds of their own", own).format(n=own))
    return ", ".join(said) or _("may nothing yet")


@page
def role(request: Request, pk: int) -> HttpResponse:
    """One role: what it may, which fields it sees, who has it."""
    access.require(request.actor, registry.get("user"), "read")
    found = Role.objects.filter(pk=pk).first()
    if found is None:
        raise access.NotFound(_("There is no such role."))
    return show(request, found)


def show(request: Request, role: Role, *, found: list[FieldError] | None = None) -> HttpResponse:
    """The page of a role."""
    keeper = keepers.keeps_house(request.actor)
    editable = keeper and role.key != keepers.OWNER
    context = {
        "role": {"name": role.label, "description": role.description, "id": role.pk},
        "keeper": keeper,
        "complete": role.key == keepers.OWNER,
        "urls": _urls(role),
        "table": table(read_rules(role), editable=editable),
        "people": _people(role),
        "person_field": _person_field(found or []),
        "errors": found or [],
        "may_give": keeper and administer.may_give(request.actor, role),
        "needs_factor": role.needs_factor,
        "tabs": tabs(request, "settings_roles"),
    }
    return render(request, "platform/settings/role.html", context, status=422 if found else 200)


def _urls(role: Role) -> dict[str, str]:
    names = ("rename", "copy", "delete", "rules", "people", "factor", "look")
    found = {name: reverse(f"settings_role_{name}", args=(role.pk,)) for name in names}
    found["trail"] = addresses.with_query(reverse("settings_events"), {"object": "role", "record": str(role.pk)})
    return found


def _people(role: Role) -> list[dict[str, Any]]:
    rows = role.users.filter(archived_at=None).order_by("name").values_list("pk", "name", "email", "is_active")
    return [
        {
            "name": name,
            "email": email or "",
            "href": addresses.record_url("user", pk),
            "active": active,
            "out": f"{reverse('settings_role_people', args=(role.pk,))}?out={pk}",
        }
        for pk, name, email, active in rows[:MOST_NAMES]
    ]


def _person_field(found: list[FieldError]) -> FormField:
    field: FormField = {
        "name": "person",
        "label": _("Somebody else"),
        "widget": "user",
        "options_url": f"{addresses.list_url(registry.get('user'))}/options",
    }
    return with_errors([field], found)[0]


# --- make, copy, rename, delete ---------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
@proven
def role_new(request: Request) -> HttpResponse:
    """A role that may nothing yet, or as much as another."""
    keepers.require_keeper(request.actor)

    def do(name: str, description: str) -> Role:
        return administer.make(request.actor, name, description)

    return _named(request, _("A new role"), do, None, _("The role “{name}” is made. Say what it may."))


@page(methods=("GET", "POST"))
@proven
def role_copy(request: Request, pk: int) -> HttpResponse:
    """The same rights under another name; nobody has it yet."""
    old = administer.find(request.actor, pk)

    def do(name: str, _description: str) -> Role:
        return administer.copy(request.actor, old, name)

    copied = Role(name=_("Copy of {name}").format(name=old.name))
    title = _("Copy “{name}”").format(name=old.name)
    return _named(request, title, do, copied, _("The role “{name}” is made."), describe=False)


@page(methods=("GET", "POST"))
@proven
def role_rename(request: Request, pk: int) -> HttpResponse:
    """Another name, or another sentence about it."""
    old = administer.find(request.actor, pk)

    def do(name: str, description: str) -> Role:
        return administer.describe(request.actor, old, name, description)

    return _named(request, _("Rename"), do, old, _("The role is now called “{name}”."))


def _named(
    request: Request,
    title: str,
    do: Callable[[str, str], Role],
    old: Role | None,
    said: str,
    *,
    describe: bool = True,
) -> HttpResponse:
    found: list[FieldError] = []
    given = {"name": old.name if old else "", "description": old.description if old else ""}
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in given}
        try:
            made = do(given["name"], given["description"])
        except ValidationError as error:
            found = errors.messages(error)
        else:
            return go(request, reverse("settings_role", args=(made.pk,)), toast(said.format(name=made.name)))
    fields: list[FormField] = [
        {
            "name": "name",
            "label": _("Name"),
            "widget": "text",
            "required": True,
            "value": given["name"],
            "max_length": 80,
            "autofocus": True,
        }
    ]
    if describe:
        fields.append(
            {
                "name": "description",
                "label": _("What it is for"),
                "widget": "text",
                "value": given["description"],
                "max_length": 300,
                "wide": True,
            }
        )
    context = {
        "title": title,
        "fields": with_errors(fields, found),
        "errors": found,
        "action": request.get_full_path(),
        "back": reverse("settings_roles"),
    }
    return render(request, "platform/dialog_form.html", context, status=422 if found else 200)


@page(methods=("GET", "POST"))
@proven
def role_delete(request: Request, pk: int) -> HttpResponse:
    """Away with it; who loses it is said first."""
    found = administer.find(request.actor, pk)
    if request.method == "POST":
        administer.delete(request.actor, found)
        return go(request, reverse("settings_roles"), toast(_("The role “{name}” is deleted.").format(name=found.name)))
    names = list(found.users.filter(is_active=True).order_by("name").values_list("name", flat=True))
    words = _("Nobody has this role.")
    if names:
        words = _("They lose it with their next click: {names}.").format(names=", ".join(names[:20]))
    context = {
        "title": _("Delete the role “{name}”?").format(name=found.name),
        "intro": words,
        "fields": [],
        "errors": [],
        "action": request.get_full_path(),
        "submit": _("Delete"),
        "danger": True,
        "back": reverse("settings_role", args=(pk,)),
    }
    return render(request, "platform/dialog_form.html", context)


# --- people -----------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
@proven
def role_factor(request: Request, pk: int) -> HttpResponse:
    """Demand a second factor of everybody in the role, or no longer."""
    found = administer.find(request.actor, pk)
    demanded = request.POST.get("needs_factor") == "on"
    administer.demand_factor(request.actor, found, demanded)
    words = (
        _("Who has this role sets up a second factor with their next click.") if demanded else _("No longer demanded.")
    )
    return go(request, reverse("settings_role", args=(pk,)), toast(words))


@page(methods=("POST",))
@proven
def role_people(request: Request, pk: int) -> HttpResponse:
    """Put somebody into the role, or (`out`) take somebody out."""
    found = administer.find(request.actor, pk)
    out = number_of(request.GET.get("out"))
    ident = out if out is not None else number_of(request.POST.get("person"))
    try:
        if ident is None:
            raise ValidationError({"person": [_("Choose a person.")]})
        user: User = access.find(request.actor, registry.get("user"), ident, "edit")
        (administer.take if out is not None else administer.give)(request.actor, found, user.pk)
    except PermissionDenied as error:
        return show(request, found, found=[{"text": str(error)}])
    except ValidationError as error:
        return show(request, found, found=errors.messages(error))
    words = _("{name} no longer has this role.") if out is not None else _("{name} has this role from now on.")
    return go(request, reverse("settings_role", args=(pk,)), toast(words.format(name=user.name)))


urlpatterns = [
    path("settings/roles", roles, name="settings_roles"),
    path("settings/roles/new", role_new, name="settings_role_new"),
    path("settings/roles/<int:pk>", role, name="settings_role"),
    path("settings/roles/<int:pk>/copy", role_copy, name="settings_role_copy"),
    path("settings/roles/<int:pk>/rename", role_rename, name="settings_role_rename"),
    path("settings/roles/<int:pk>/delete", role_delete, name="settings_role_delete"),
    path("settings/roles/<int:pk>/factor", role_factor, name="settings_role_factor"),
    path("settings/roles/<int:pk>/people", role_people, name="settings_role_people"),
]
