"""Signing in and out, and the very first start. Unknown addresses get the same answer after the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.base.clock import now, today
from rapport.base.money import current_currencies
from rapport.platform import house
from rapport.platform.accounts import attempts, passwords, trail
from rapport.platform.accounts.models import LANGUAGES, User
from rapport.platform.accounts.oidc.models import providers_in_use
from rapport.platform.culture import LOCALES
from rapport.platform.views import entering, errors
from rapport.platform.views.http import Request, go, page, render, safe_next, toast
from rapport.platform.views.visitor import address_of
from rapport.ui import language

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FormField

FIRST_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY")


@page(methods=("GET", "POST"), open=True)
def sign_in(request: Request) -> HttpResponse:
    """The door."""
    wanted = safe_next(request)
    if request.actor is not None:
        return go(request, wanted)
    if request.method != "POST":
        return (
            render(request, "platform/sign_in.html", _door(wanted))
            if house.is_started()
            else go(request, "/first-start")
        )
    email = request.POST.get("email", "")[:254].strip()
    address, device = address_of(request), entering.device_of(request, email)
    until = attempts.locked_until(email, address, device)
    if until is not None:
        return _refused(request, email, wanted, too_often(until), 429)
    user = who(email, request.POST.get("password", ""))
    if user is None:
        attempts.failed(email, address, device)
        trail.refused(_number_of(email), "password")
        return _refused(request, email, wanted, _("E-mail address and password do not belong together."), 422)
    attempts.succeeded(email, address, device)
    return entering.enter(request, user, "password", wanted)


def who(email: str, password: str) -> User | None:
    """The user, if the password is theirs and they may sign in with it. Costs one hash, whoever is asked for."""
    user: User | None = User.objects.filter(email=email.lower()).first() if email else None
    right = passwords.is_right(user, password)
    return user if right and user is not None and entering.may_enter(user) and entering.lets_in_here(user) else None


def _number_of(email: str) -> int | None:
    found: int | None = User.objects.filter(email=email.lower()).values_list("pk", flat=True).first()
    return found


@page(methods=("POST",), open=True)
def sign_out(request: Request) -> HttpResponse:
    """Out; the session ends on the server as well."""
    if request.actor is not None:
        trail.went(request.actor)
    logout(request)
    response = go(request, "/sign-in")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@page(methods=("GET", "POST"), open=True)
def first_start(request: Request) -> HttpResponse:
    """Nobody is here yet: the first visitor names the house and becomes its owner. Once only."""
    if house.is_started():
        return go(request, "/sign-in")
    if request.method != "POST":
        return render(request, "platform/first_start.html", {"fields": _first_fields({}, {}), "errors": []})
    given = {key: str(value)[:254].strip() for key, value in request.POST.items()}
    given["password"] = request.POST.get("password", "")
    with language.speaking(_language(given)):
        try:
            owner = _begin(given)
        except house.AlreadyStarted:
            return go(request, "/sign-in", toast(_("This house has been started in the meantime. Sign in."), "info"))
        except ValidationError as error:
            found = errors.messages(error)
            fields = _first_fields(given, {item["field"]: item["text"] for item in found if "field" in item})
            return render(request, "platform/first_start.html", {"fields": fields, "errors": found}, status=422)
        return entering.let_in(
            request, owner, "start", "/", strong=False, message=toast(_("Welcome. This house is yours now."))
        )


def _begin(given: dict[str, str]) -> User:
    wrong: dict[str, list[str]] = {}
    for key, words in (
        ("house", _("Say what your house is called.")),
        ("name", _("Enter your name.")),
        ("email", _("Enter your e-mail address.")),
    ):
        if not given.get(key):
            wrong[key] = [words]
    try:
        passwords.check(given["password"], User(name=given.get("name", ""), email=given.get("email")))
    except ValidationError as error:
        wrong["password"] = error.messages
    if wrong:
        raise ValidationError(wrong)
    code = _language(given)
    habits = {
        "language": code,
        "locale": LOCALES.get(code, "en_GB"),
        "time_zone": given.get("time_zone") or settings.TIME_ZONE,
    }
    return house.start(
        house=given["house"],
        currency=given.get("currency", ""),
        name=given["name"],
        email=given["email"],
        password=given["password"],
        habits=habits,
    )


def _language(given: dict[str, str]) -> str:
    known = [key for key, _label in LANGUAGES]
    asked = given.get("language") or language.current()
    return asked if asked in known else known[0]


def _first_fields(given: dict[str, str], wrong: dict[str, str]) -> list[FormField]:
    currency = given.get("currency") or house.default_currency()
    codes = [*FIRST_CURRENCIES, *(code for code in current_currencies(today()) if code not in FIRST_CURRENCIES)]
    currencies: list[Choice] = [{"value": code, "label": code, "chosen": code == currency} for code in codes]
    languages: list[Choice] = [
        {"value": key, "label": label, "chosen": key == _language(given)} for key, label in LANGUAGES
    ]
    fields: list[FormField] = [
        {
            "name": "house",
            "label": _("What is your house called?"),
            "widget": "text",
            "required": True,
            "autofocus": True,
            "autocomplete": "organization",
            "max_length": 120,
        },
        {
            "name": "name",
            "label": _("Your name"),
            "widget": "text",
            "required": True,
            "autocomplete": "name",
            "max_length": 120,
        },
        {
            "name": "email",
            "label": _("Your e-mail address"),
            "widget": "email",
            "required": True,
            "autocomplete": "username",
        },
        {
            "name": "password",
            "label": _("Password"),
            "widget": "password",
            "required": True,
            "autocomplete": "new-password",
            "help": _("At least 10 characters; a sentence is easy to remember."),
        },
        {
            "name": "currency",
            "label": _("Currency of the house"),
            "widget": "select",
            "choices": currencies,
            "help": _("Totals are shown in it. It cannot be changed later."),
        },
        {"name": "language", "label": _("Language"), "widget": "select", "choices": languages},
    ]
    return [_filled(field, given, wrong) for field in fields]


def _filled(field: FormField, given: dict[str, Any], wrong: dict[str, str]) -> FormField:
    if field["widget"] not in ("password", "select") and field["name"] in given:
        field["value"] = given[field["name"]]
    if field["name"] in wrong:
        field["error"] = wrong[field["name"]]
    return field


def _door(wanted: str, email: str = "", wrong: str = "") -> dict[str, Any]:
    fields: list[FormField] = [
        {
            "name": "email",
            "label": _("E-mail"),
            "widget": "email",
            "required": True,
            "autocomplete": "username",
            "value": email,
            "autofocus": not email,
        },
        {
            "name": "password",
            "label": _("Password"),
            "widget": "password",
            "required": True,
            "autocomplete": "current-password",
            "autofocus": bool(email),
        },
    ]
    if wrong:
        fields[1]["error"] = wrong
    ways = [{"name": one.name, "href": reverse("provider_start", args=(one.pk,))} for one in providers_in_use()]
    return {"fields": fields, "wanted": wanted, "brand": house.name(), "ways": ways}


def _refused(request: Request, email: str, wanted: str, words: str, status: int) -> HttpResponse:
    return render(request, "platform/sign_in.html", _door(wanted, email, words), status=status)


def too_often(until: datetime) -> str:
    """When the next try is heard, in words."""
    minutes = max(1, round((until - now()).total_seconds() / 60))
    return ngettext(
        "Too many tries. Try again in {n} minute.", "Too many tries. Try again in {n} minutes.", minutes
    ).format(n=minutes)


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("first-start", first_start, name="first_start"),
]
