"""How one signs in here: how long sessions last, which providers are trusted, whether they are the only way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access
from rapport.platform.access import keepers
from rapport.platform.access.models import Role
from rapport.platform.accounts import rules
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc import keep, people
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.views import errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, number_of, page, render, toast
from rapport.platform.views.provider import back_address
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FieldError, FormField


@page(methods=("GET", "POST"))
@proven
def doors(request: Request) -> HttpResponse:
    """The rules of sign-in and the providers."""
    keepers.require_keeper(request.actor)
    found: list[FieldError] = []
    if request.method == "POST":
        try:
            rules.change(request.actor, **_given(request))
        except ValidationError as error:
            found = errors.messages(error)
        else:
            return go(request, reverse("settings_doors"), toast(_("How one signs in is set.")))
    demanding = Role.objects.filter(needs_factor=True).order_by("pk")
    context = {
        "fields": with_errors(_fields(request, rules.rules()), found),
        "errors": found,
        "providers": [
            {
                "name": one.name,
                "issuer": one.issuer,
                "is_on": one.is_on,
                "href": reverse("settings_provider", args=(one.pk,)),
                "people": one.identities.count(),
            }
            for one in Provider.objects.order_by("name")
        ],
        "new_url": reverse("settings_provider_new"),
        "demanding": [{"name": role.label, "href": reverse("settings_role", args=(role.pk,))} for role in demanding],
        "tabs": tabs(request, "settings_doors"),
    }
    return render(request, "platform/settings/doors.html", context, status=422 if found else 200)


def _given(request: Request) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    given: dict[str, Any] = {}
    for key in ("idle_hours", "longest_days"):
        number = number_of(request.POST.get(key, "").strip())
        if number is None:
            wrong[key] = [_("Enter a whole number.")]
        given[key] = number
    if wrong:
        raise ValidationError(wrong)
    glass = number_of(request.POST.get("break_glass"))
    return {**given, "only_provider": request.POST.get("only_provider") == "on", "break_glass_id": glass}


def _fields(request: Request, now: rules.SignInRules) -> list[FormField]:
    posted = request.method == "POST"
    glass = number_of(request.POST.get("break_glass")) if posted else now.break_glass_id
    owners: list[Choice] = [
        {"value": str(pk), "label": name, "chosen": pk == glass}
        for pk, name in User.objects.filter(pk__in=keepers.owners()).order_by("name").values_list("pk", "name")
    ]
    return [
        {
            "name": "idle_hours",
            "label": _("A session ends without use after"),
            "widget": "number",
            "unit": _("hours"),
            "required": True,
            "value": request.POST.get("idle_hours", str(now.idle_hours)),
            "help": _("1 to 720."),
        },
        {
            "name": "longest_days",
            "label": _("And in any case after"),
            "widget": "number",
            "unit": _("days"),
            "required": True,
            "value": request.POST.get("longest_days", str(now.longest_days)),
            "help": _("1 to 90."),
        },
        {
            "name": "only_provider",
            "label": _("People sign in through a provider only"),
            "widget": "checkbox",
            "wide": True,
            "value": request.POST.get("only_provider") == "on" if posted else now.only_provider,
            "help": _("Passwords and passkeys of this house open nothing then, but for one owner."),
        },
        {
            "name": "break_glass",
            "label": _("The owner who may always use a password"),
            "widget": "select",
            "wide": True,
            "choices": owners,
            "help": _("For the day the provider does not answer. Give them a second factor."),
        },
    ]


# --- providers --------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
@proven
def provider_new(request: Request) -> HttpResponse:
    """Set up a provider."""
    keepers.require_keeper(request.actor)
    return _edit(request, Provider())


@page(methods=("GET", "POST"))
@proven
def provider(request: Request, pk: int) -> HttpResponse:
    """Change a provider."""
    return _edit(request, _find(request, pk))


@page(methods=("POST",))
@proven
def provider_remove(request: Request, pk: int) -> HttpResponse:
    """Take a provider away."""
    found = _find(request, pk)
    keep.remove(request.actor, found)
    return go(request, reverse("settings_doors"), toast(_("{name} is taken away.").format(name=found.name)))


def _find(request: Request, pk: int) -> Provider:
    keepers.require_keeper(request.actor)
    found = Provider.objects.filter(pk=pk).first()
    if found is None:
        raise access.NotFound(_("There is no such provider."))
    return found


def _edit(request: Request, found: Provider) -> HttpResponse:
    wrong: list[FieldError] = []
    is_new = found.pk is None
    if request.method == "POST":
        given: dict[str, Any] = {
            key: request.POST.get(key, "").strip()
            for key in ("name", "issuer", "client_id", "secret", "new_people_get")
        }
        given |= {key: request.POST.get(key) == "on" for key in ("is_on", "links_by_email", "proves_factor")}
        try:
            saved = keep.save(request.actor, found, given)
        except ValidationError as error:
            wrong = errors.messages(error)
        else:
            return go(
                request, reverse("settings_provider", args=(saved.pk,)), toast(_("The provider answers, and is saved."))
            )
    context = {
        "title": found.name or _("A provider of sign-in"),
        "fields": with_errors(_provider_fields(found, is_new), wrong),
        "errors": wrong,
        "back": "" if is_new else back_address(found),
        "remove": "" if is_new else reverse("settings_provider_remove", args=(found.pk,)),
        "action": request.get_full_path(),
        "tabs": tabs(request, "settings_doors"),
    }
    return render(request, "platform/settings/provider.html", context, status=422 if wrong else 200)


def _provider_fields(found: Provider, is_new: bool) -> list[FormField]:
    chosen = found.new_people_get.key if found.new_people_get else ""
    roles: list[Choice] = [
        {"value": role.key, "label": role.label, "chosen": role.key == chosen}
        for role in Role.objects.order_by("pk")
        if people.may_be_given(role.key)
    ]
    return [
        {
            "name": "name",
            "label": _("Name on the button"),
            "widget": "text",
            "required": True,
            "value": found.name,
            "max_length": 60,
        },
        {
            "name": "issuer",
            "label": _("Address of the provider (issuer)"),
            "widget": "url",
            "required": True,
            "value": found.issuer,
            "help": _("Exactly as the provider names itself, such as https://login.example.org/realms/house."),
        },
        {"name": "client_id", "label": _("Client id"), "widget": "text", "required": True, "value": found.client_id},
        {
            "name": "secret",
            "label": _("Client secret"),
            "widget": "password",
            "required": is_new,
            "autocomplete": "off",
            "help": _("Kept sealed, never shown.") if is_new else _("Leave it empty to keep the present one."),
        },
        {
            "name": "is_on",
            "label": _("Shown on the sign-in page"),
            "widget": "checkbox",
            "wide": True,
            "value": found.is_on,
        },
        {
            "name": "links_by_email",
            "label": _("Recognise people of ours by an e-mail address that the provider has verified"),
            "widget": "checkbox",
            "wide": True,
            "value": found.links_by_email,
            "help": _("Only for a provider that gives nobody the address of somebody else."),
        },
        {
            "name": "proves_factor",
            "label": _("The provider asks for a second factor itself"),
            "widget": "checkbox",
            "wide": True,
            "value": found.proves_factor,
            "help": _("Then ours is not asked for as well."),
        },
        {
            "name": "new_people_get",
            "label": _("People we do not know get an account with the role"),
            "widget": "select",
            "wide": True,
            "choices": roles,
            "help": _("Empty: only who has an account comes in."),
        },
    ]


urlpatterns = [
    path("settings/sign-in", doors, name="settings_doors"),
    path("settings/sign-in/providers/new", provider_new, name="settings_provider_new"),
    path("settings/sign-in/providers/<int:pk>", provider, name="settings_provider"),
    path("settings/sign-in/providers/<int:pk>/remove", provider_remove, name="settings_provider_remove"),
]
