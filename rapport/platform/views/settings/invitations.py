"""Invitations: an account, and a link by which its owner chooses the password, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import records
from rapport.platform.access import administer
from rapport.platform.access.models import Role
from rapport.platform.accounts import links
from rapport.platform.accounts.models import Team, User
from rapport.platform.objects import registry
from rapport.platform.views import errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import require_keeper
from rapport.platform.views.settings.people import known_roles, person_of, role_choices
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FieldError, FormField

INVITED = own_reason("Invited")


@page(methods=("GET", "POST"))
@proven
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
    keys = known_roles(request)
    obj = registry.get("user")
    raw = {
        "name": request.POST.get("name", ""),
        "email": email,
        "is_active": True,
        "team": request.POST.get("team", ""),
    }
    with transaction.atomic():
        user: User = records.create(
            request.actor, obj, records.parse(request.actor, obj, raw, request.actor.culture), reason=INVITED
        )
        administer.change_roles(request.actor, user.pk, give=keys)
    return user


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
            "choices": role_choices(request, request.POST.getlist("roles") or ["sales"]),
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


def _show_link(request: Request, user: User) -> HttpResponse:
    link, secret = links.make(request.actor, user)
    is_first = link.purpose == "invitation"
    way = reverse("welcome" if is_first else "reset", args=(secret,))
    title = _("{name} is invited") if is_first else _("A link for {name}")
    context = {
        "title": title.format(name=user.name),
        "link": f"{settings.BASE_URL.rstrip('/')}{way}",
        "days": links.LIFE["invitation"].days if is_first else 0,
        "name": user.name,
        "back": reverse("settings_people"),
    }
    return render(request, "platform/settings/invited.html", context)


@page(methods=("POST",))
@proven
def person_link(request: Request, pk: int) -> HttpResponse:
    """A new link to choose a password: for who lost theirs, or whose invitation ran out."""
    require_keeper(request.actor)
    user = person_of(request, pk)
    if "owner" not in request.actor.roles and Role.objects.filter(users=user, key="owner").exists():
        raise PermissionDenied(_("Only an owner makes such a link for an owner: it opens their account."))
    return _show_link(request, user)


urlpatterns = [
    path("settings/people/invite", invite, name="settings_invite"),
    path("settings/people/<int:pk>/link", person_link, name="settings_person_link"),
]
