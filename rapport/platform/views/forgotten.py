"""A forgotten password: ask for a link; choose a password by one. So do invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import house
from rapport.platform.accounts import attempts, links, passwords, resets
from rapport.platform.views import entering, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.http import Request, page, render, toast
from rapport.platform.views.visitor import address_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.accounts.links import Purpose
    from rapport.ui.shapes import FieldError, FormField


@page(methods=("GET", "POST"), open=True)
def forgotten(request: Request) -> HttpResponse:
    """Ask for a way back in. The answer is the same for every address, and says what happens now."""
    email = request.POST.get("email", "")[:254].strip()
    if request.method == "POST" and email:
        address = address_of(request)
        here = f"forgotten:{address}"
        if attempts.locked_until(here, address) is None:
            attempts.failed(here, address)
            resets.ask(email)
        return render(request, "platform/security/asked.html", {"email": email, "brand": house.name()})
    fields: list[FormField] = [
        {
            "name": "email",
            "label": _("Your e-mail address"),
            "widget": "email",
            "required": True,
            "autocomplete": "username",
            "autofocus": True,
        }
    ]
    context = {"fields": fields, "brand": house.name(), "action": reverse("forgotten")}
    return render(request, "platform/security/forgotten.html", context)


@page(methods=("GET", "POST"), open=True)
def welcome(request: Request, secret: str) -> HttpResponse:
    """Choose the first password by the link of an invitation."""
    return _choose(request, secret, "invitation")


@page(methods=("GET", "POST"), open=True)
def reset(request: Request, secret: str) -> HttpResponse:
    """Choose another password by a link; a second factor is asked for as always."""
    return _choose(request, secret, "reset")


def _choose(request: Request, secret: str, purpose: Purpose) -> HttpResponse:
    found: list[FieldError] = []
    link = links.find(secret, purpose)
    if link is None:
        return errors.not_found(request)
    user = link.user
    if request.method == "POST":
        new = request.POST.get("new", "")
        try:
            passwords.check(new, user)
        except ValidationError as error:
            found = [{"text": text, "field": "new"} for text in error.messages]
        else:
            with transaction.atomic():
                if not links.use(link):
                    return errors.not_found(request)
                passwords.change(entering.person(request, user), user, new)
            return entering.enter(
                request, user, "link", "/", message=toast(_("Welcome, {name}.").format(name=user.name))
            )
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
        "first": purpose == "invitation",
    }
    return render(request, "platform/settings/welcome.html", context, status=422 if found else 200)


urlpatterns = [
    path("forgotten", forgotten, name="forgotten"),
    path("welcome/<str:secret>", welcome, name="welcome"),
    path("reset/<str:secret>", reset, name="reset"),
]
