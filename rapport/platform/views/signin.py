"""Signing in and out, and the very first start. Unknown addresses get the same answer after the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.base.clock import now, today
from rapport.base.money import current_currencies
from rapport.platform import audit, house
from rapport.platform.access import actor_for
from rapport.platform.accounts import attempts
from rapport.platform.accounts.models import LANGUAGES, User
from rapport.platform.culture import LOCALES
from rapport.platform.views import errors
from rapport.platform.views.http import Request, go, page, render, safe_next, toast
from rapport.platform.views.visitor import address_of
from rapport.ui import language

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from rapport.ui.shapes import Choice, FormField

BACKEND = "django.contrib.auth.backends.ModelBackend"
LONGEST_PASSWORD = 200
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
    password = request.POST.get("password", "")[:LONGEST_PASSWORD]
    address = address_of(request)
    until = attempts.locked_until(email, address)
    if until is not None:
        return _refused(request, email, wanted, _too_often(until), 429)
    user = who(email, password)
    if user is None:
        attempts.failed(email, address)
        audit.braked(None, "sign_in_failed", object="user", record=_account(email))
        return _refused(request, email, wanted, _("E-mail address and password do not belong together."), 422)
    attempts.succeeded(email, address)
    login(request, user, backend=BACKEND)
    audit.record(actor_for(user.pk, "web"), "sign_in", object="user", record=user.pk)
    return go(request, wanted)


def _account(email: str) -> int | None:
    """Whose account was tried, where there is one: an address that somebody mistyped is not kept."""
    return User.objects.filter(email__iexact=email).values_list("pk", flat=True).first() if email else None


def who(email: str, password: str) -> User | None:
    """The user, if the password is theirs and they may sign in. Costs one hash whether the account exists or not."""
    user: User | None = User.objects.filter(email__iexact=email).first() if email else None
    if user is None or not user.has_usable_password():
        make_password(password)
        return None
    right = user.check_password(password)
    return user if right and user.is_active and not user.is_archived else None


@page(methods=("POST",), open=True)
def sign_out(request: Request) -> HttpResponse:
    """Out; the session ends on the server as well."""
    if request.actor is not None:
        audit.record(request.actor, "sign_out", object="user", record=request.actor.user_id)
    logout(request)
    return go(request, "/sign-in")


@page(methods=("GET", "POST"), open=True)
def first_start(request: Request) -> HttpResponse:
    """Nobody is here yet: the first visitor names the house and becomes its owner. Once only."""
    if house.is_started():
        return go(request, "/sign-in")
    if request.method != "POST":
        return render(request, "platform/first_start.html", {"fields": _first_fields({}, {}), "errors": []})
    given = {key: str(value)[:254].strip() for key, value in request.POST.items()}
    given["password"] = request.POST.get("password", "")[:LONGEST_PASSWORD]
    with language.speaking(_language(given)):
        try:
            owner = _begin(given)
        except house.AlreadyStarted:
            return go(request, "/sign-in", toast(_("This house has been started in the meantime. Sign in."), "info"))
        except ValidationError as error:
            found = errors.messages(error)
            fields = _first_fields(given, {item["field"]: item["text"] for item in found if "field" in item})
            return render(request, "platform/first_start.html", {"fields": fields, "errors": found}, status=422)
        login(request, owner, backend=BACKEND)
        return go(request, "/", toast(_("Welcome. This house is yours now.")))


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
        validate_password(given["password"], User(name=given.get("name", ""), email=given.get("email")))
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
    return {"fields": fields, "wanted": wanted, "brand": house.name()}


def _refused(request: Request, email: str, wanted: str, words: str, status: int) -> HttpResponse:
    return render(request, "platform/sign_in.html", _door(wanted, email, words), status=status)


def _too_often(until: datetime) -> str:
    minutes = max(1, round((until - now()).total_seconds() / 60))
    return ngettext(
        "Too many tries. Try again in {n} minute.", "Too many tries. Try again in {n} minutes.", minutes
    ).format(n=minutes)


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("first-start", first_start, name="first_start"),
]
