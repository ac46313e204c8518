"""One's own: profile, theme, density, favourites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import today
from rapport.base.text import clean_line
from rapport.platform import access, records
from rapport.platform.accounts.models import LANGUAGES, THEMES, User
from rapport.platform.objects import registry
from rapport.platform.views import errors, habits
from rapport.platform.views.http import Request, came_from, go, page, render, toast
from rapport.ui import formats, reader
from rapport.ui.language import speaking

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FieldError, FormField

LOCALES = (
    "en_GB",
    "en_US",
    "en_IE",
    "de_DE",
    "de_AT",
    "de_CH",
    "fr_FR",
    "fr_CH",
    "es_ES",
    "it_IT",
    "nl_NL",
    "pl_PL",
    "pt_PT",
    "da_DK",
    "sv_SE",
    "nb_NO",
    "fi_FI",
    "cs_CZ",
)


@page(methods=("GET", "POST"))
def profile(request: Request) -> HttpResponse:
    """Name, language, format, zone, theme of the reader themself."""
    user = _me(request)
    found: list[FieldError] = []
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in ("name", "language", "locale", "time_zone", "theme")}
        try:
            _change_profile(request, user, given)
        except ValidationError as error:
            found = errors.messages(error)
        else:
            with speaking(given["language"]):
                return go(request, reverse("profile"), toast(_("Your profile is saved.")))
    values = request.POST.dict() if found else {}
    return _page(request, user, profile_fields=_profile_fields(user, values, found), profile_errors=found)


def _change_profile(request: Request, user: User, given: dict[str, str]) -> None:
    """Everybody may change their own habits, whatever their roles say about users."""
    wrong: dict[str, list[str]] = {}
    if given["locale"] and not is_locale(given["locale"]):
        wrong["locale"] = [_("This region format is not known.")]
    if given["time_zone"] not in available_timezones():
        wrong["time_zone"] = [_("This time zone is not known.")]
    if wrong:
        raise ValidationError(wrong)
    obj = registry.get("user")
    own = access.system(request.actor.name)
    values = records.parse(own, obj, given, request.actor.culture)
    records.write(request.actor, user, values)


def is_locale(name: str) -> bool:
    """Whether dates and numbers can be written in this locale."""
    try:
        Locale.parse(name[:20].replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return False
    return True


# --- habits -----------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
def theme(request: Request) -> HttpResponse:
    """Light, dark or as the system."""
    wanted = request.POST.get("theme", "")
    if wanted in dict(THEMES):
        User.objects.filter(pk=request.actor.user_id).update(theme=wanted)
    return go(request, came_from(request))


@page(methods=("POST",))
def density(request: Request) -> HttpResponse:
    """Dense rows, or roomy ones again."""
    dense = request.about["settings"].get("density") == "compact"
    habits.set_density(request.actor.user_id, "cosy" if dense else "compact")
    return go(request, came_from(request))


@page(methods=("POST",))
def favourite(request: Request) -> HttpResponse:
    """Pin an address of ours to the navigation, or take it away."""
    given = {**request.GET.dict(), **request.POST.dict()}
    href = given.get("href", "")[:2_000]
    label = clean_line(given.get("label", ""), 80)
    if not href.startswith("/") or href.startswith("//") or not label:
        raise ValidationError(_("Only pages of this house can be pinned."))
    item = {"href": href, "label": label, "icon": clean_line(given.get("icon", "star"), 40)}
    pinned = habits.toggle_favourite(request.actor.user_id, item)
    return go(
        request, came_from(request), toast(_("Pinned to the navigation.") if pinned else _("No longer pinned."), "info")
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def _me(request: Request) -> User:
    user: User = User.objects.get(pk=request.actor.user_id)
    return user


def _page(request: Request, user: User, *, status: int | None = None, **parts: Any) -> HttpResponse:
    wrong = any(key.endswith("_errors") and value for key, value in parts.items())
    context = {
        "profile_fields": _profile_fields(user, {}, []),
        "email": user.email,
        **parts,
    }
    return render(request, "platform/profile.html", context, status=status or (422 if wrong else 200))


def _profile_fields(user: User, values: dict[str, Any], found: list[FieldError]) -> list[FormField]:
    def value(key: str) -> str:
        return str(values.get(key, getattr(user, key)))

    locales = sorted({*LOCALES, value("locale")}, key=lambda name: (name[:2] != value("language"), locale_name(name)))
    fields: list[FormField] = [
        {
            "name": "name",
            "label": _("Name"),
            "widget": "text",
            "required": True,
            "value": value("name"),
            "autocomplete": "name",
            "max_length": 120,
        },
        {
            "name": "language",
            "label": _("Language"),
            "widget": "select",
            "required": True,
            "choices": _choices(LANGUAGES, value("language")),
        },
        {
            "name": "locale",
            "label": _("How dates and numbers are written"),
            "widget": "select",
            "wide": True,
            "required": True,
            "choices": [
                {"value": name, "label": f"{locale_name(name)}: {example(name)}", "chosen": name == value("locale")}
                for name in locales
            ],
        },
        {
            "name": "time_zone",
            "label": _("Time zone"),
            "widget": "select",
            "required": True,
            "choices": _choices([(zone, zone.replace("_", " ")) for zone in zones()], value("time_zone")),
        },
        {"name": "theme", "label": _("Theme"), "widget": "radio", "choices": _choices(THEMES, value("theme"))},
    ]
    return with_errors(fields, found)


def zones() -> list[str]:
    return [
        *sorted(
            zone
            for zone in available_timezones()
            if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))
        ),
        "UTC",
    ]


def locale_name(name: str) -> str:
    """ "Deutsch (Deutschland)" for de_DE; the name itself when it is none."""
    try:
        return Locale.parse(name).get_display_name() or name
    except (ValueError, UnknownLocaleError):
        return name


def example(name: str) -> str:
    """How a day and a sum are written there: "31.12.26 · 1.234,50 €"."""
    with reader.reading_as(replace(reader.current(), locale=name)):
        return f"{formats.date_text(date(today().year, 12, 31), 'short')} · {formats.money('1234.50')}"


def _choices(pairs: Any, chosen: str) -> list[Choice]:
    return [{"value": key, "label": str(label), "chosen": key == chosen} for key, label in pairs]


def with_errors(fields: list[FormField], found: list[FieldError]) -> list[FormField]:
    """The fields with the messages that belong to them."""
    wrong = {item["field"]: item["text"] for item in found if "field" in item}
    for field in fields:
        if field["name"] in wrong:
            field["error"] = wrong[field["name"]]
    return fields


urlpatterns = [
    path("settings/profile", profile, name="profile"),
    path("theme", theme, name="theme"),
    path("settings/density", density, name="density"),
    path("favourites", favourite, name="favourite"),
]
