"""API tokens: one's own, with scopes and expiry; for administrators those of everybody, with owner and last use."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now, today
from rapport.platform import access
from rapport.platform.access.models import ACTIONS
from rapport.platform.accounts import scopes, tokens
from rapport.platform.accounts.models import Token, User
from rapport.platform.api import about
from rapport.platform.views import errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import keeps_house, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from rapport.ui.shapes import Choice, FieldError, FormField

PERIODS = (30, 90, 365)
USUAL = "90"
SHOWN = 500


@page(methods=("GET", "POST"))
@proven
def settings_tokens(request: Request) -> HttpResponse:
    """One's own tokens, and a form for another; its secret is on the answer and nowhere again."""
    if request.method != "POST":
        return _page(request)
    user = User.objects.get(pk=request.actor.user_id)
    try:
        token, secret = tokens.give(
            request.actor,
            user,
            request.POST.get("name", ""),
            scopes=_scopes(request.POST),
            expires_at=_expiry(request, request.POST.get("expires", USUAL)),
        )
    except ValidationError as error:
        return _page(request, found=errors.messages(error), given=request.POST, status=422)
    return _page(request, secret=secret, secret_name=token.name)


@page(methods=("POST",))
@proven
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """The very next request with it is refused. One's own, or anybody's for those who keep the house."""
    found = Token.objects.filter(pk=pk, revoked_at=None).select_related("user").first()
    if found is None or (found.user_id != request.actor.user_id and not keeps_house(request.actor)):
        raise access.NotFound(_("There is no such token."))
    tokens.revoke(found, request.actor)
    return go(request, reverse("settings_tokens"), toast(_("The token “{name}” is revoked.").format(name=found.name)))


def _scopes(given: QueryDict) -> list[str]:
    may = given.get("may", "")
    verbs = given.getlist("actions") if may == "some" else {"read": ["read"], "write": ["read", "write"]}.get(may, [])
    kinds = given.getlist("objects")
    return [f"{verb}:{kind}" for verb in verbs for kind in kinds] if kinds else list(verbs)


def _expiry(request: Request, chosen: str) -> datetime | None:
    """The end of the last day, in the reader's zone. Raises ValidationError."""
    if chosen == "never":
        return None
    if chosen not in map(str, PERIODS):
        raise ValidationError({"expires": [_("Choose how long it is valid.")]})
    zone = request.actor.culture.tz
    last = today(zone) + timedelta(days=int(chosen))
    return datetime.combine(last, time(23, 59, 59), tzinfo=zone)


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(
    request: Request, *, found: list[FieldError] | None = None, given: QueryDict | None = None, status: int = 200,
    **secret: str,
) -> HttpResponse:  # fmt: skip
    me = request.actor.user_id or 0
    mine = Token.objects.filter(user_id=me, revoked_at=None)
    keeper = keeps_house(request.actor)
    others = Token.objects.filter(revoked_at=None).exclude(user_id=me) if keeper else None
    context = {
        "tabs": tabs(request, "settings_tokens"),
        "fields": with_errors(_fields(request, given), found or []),
        "errors": found,
        "mine": _rows(mine),
        "keeper": keeper,
        "others": _rows(others) if others is not None else [],
        **secret,
    }
    return render(request, "platform/settings/tokens.html", context, status=status)


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": token.name,
            "owner": token.user.name,
            "prefix": f"{token.prefix}…",
            "may": scopes.words(token.scopes),
            "made": formats.relative(token.created_at),
            "used": formats.relative(token.last_used_at) if token.last_used_at else _("never"),
            "ends": formats.relative(token.expires_at) if token.expires_at else _("never"),
            "over": token.expires_at is not None and token.expires_at <= now(),
            "revoke": reverse("token_revoke", args=(token.pk,)),
        }
        for token in rows.select_related("user").order_by("-created_at")[:SHOWN]
    ]


def _fields(request: Request, given: QueryDict | None) -> list[FormField]:
    def has(name: str, value: str, otherwise: str = "") -> bool:
        return value in given.getlist(name) if given is not None else value == otherwise

    names = scopes.verb_names()
    may: list[Choice] = [
        {"value": "read", "label": _("read"), "chosen": has("may", "read", "read")},
        {"value": "write", "label": _("read and change"), "chosen": has("may", "write", "read")},
        {"value": "some", "label": _("only what is ticked below"), "chosen": has("may", "some", "read")},
    ]
    actions: list[Choice] = [{"value": verb, "label": names[verb], "chosen": has("actions", verb)} for verb in ACTIONS]
    kinds: list[Choice] = [
        {"value": obj.key, "label": str(obj.plural), "chosen": has("objects", obj.key)}
        for obj in sorted(about.objects(request.actor), key=lambda obj: str(obj.plural))
        if not obj.of
    ]
    periods: list[Choice] = [
        {"value": str(days), "label": _("{n} days").format(n=days), "chosen": has("expires", str(days), USUAL)}
        for days in PERIODS
    ]
    periods.append({"value": "never", "label": _("until it is revoked"), "chosen": has("expires", "never", USUAL)})
    return [
        {
            "name": "name",
            "label": _("What is it for?"),
            "widget": "text",
            "required": True,
            "max_length": 100,
            "value": given.get("name", "") if given is not None else "",
        },
        {"name": "expires", "label": _("Valid for"), "widget": "select", "required": True, "choices": periods},
        {
            "name": "may",
            "label": _("It may"),
            "widget": "radio",
            "wide": True,
            "choices": may,
            "help": _("Never more than you may yourself."),
        },
        {"name": "actions", "label": _("What exactly"), "widget": "multi", "wide": True, "choices": actions},
        {
            "name": "objects",
            "label": _("Only with these"),
            "widget": "multi",
            "wide": True,
            "choices": kinds,
            "help": _("Nothing ticked: with every kind of record."),
        },
    ]


urlpatterns = [
    path("settings/tokens", settings_tokens, name="settings_tokens"),
    path("settings/tokens/<int:pk>/revoke", token_revoke, name="token_revoke"),
]
