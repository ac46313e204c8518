"""My account, Security: password, second factors, the devices one is signed in with, providers one is known to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import HASH_SESSION_KEY
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access
from rapport.platform.accounts import attempts, devices, factors, passkeys, passwords, recovery, sessions, totp, trail
from rapport.platform.accounts.factors import Passkey, Totp
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc.models import Identity, providers_in_use
from rapport.platform.accounts.rules import rules
from rapport.platform.views import entering, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.visitor import address_of
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import FieldError, FormField


@page
def security(request: Request) -> HttpResponse:
    """How one signs in, and from where."""
    return show(request)


def show(request: Request, found: list[FieldError] | None = None) -> HttpResponse:
    user = me(request)
    app = Totp.objects.filter(user=user).first()
    limits = rules()
    context = {
        "email": user.email,
        "password_fields": _password_fields(user, found or []),
        "password_errors": found,
        "passkeys": [_passkey(key) for key in Passkey.objects.filter(user=user).order_by("added_at")],
        "app": {"added": formats.relative(app.added_at), "used": _used(app.used_at)} if app else None,
        "codes_left": recovery.left(user.pk),
        "has_factor": factors.has(user.pk),
        "demanded": factors.is_demanded(user.pk),
        "sessions": _sessions(request, user.pk),
        "idle_hours": limits.idle_hours,
        "longest_days": limits.longest_days,
        "identities": _identities(user.pk),
        "ways": _ways(user.pk),
    }
    return render(request, "platform/security/security.html", context, status=422 if found else 200)


def me(request: Request) -> User:
    """The reader's own account."""
    user: User = User.objects.get(pk=request.actor.user_id)
    return user


def _used(at: Any) -> str:
    return formats.relative(at) if at else _("never")


def _passkey(key: Passkey) -> dict[str, Any]:
    return {
        "name": key.name,
        "added": formats.relative(key.added_at),
        "used": _used(key.used_at),
        "remove": reverse("passkey_remove", args=(key.pk,)),
    }


def _sessions(request: Request, user_id: int) -> list[dict[str, Any]]:
    here = sessions.digest(request.session.session_key or "")
    found = [
        {
            "row": row.session_key,
            "device": devices.words(row.device),
            "address": row.address,
            "since": formats.relative(row.started_at),
            "seen": formats.relative(row.seen_at),
            "here": row.session_key == here,
        }
        for row in sessions.of(user_id)
    ]
    return sorted(found, key=lambda row: not row["here"])


def _identities(user_id: int) -> list[dict[str, Any]]:
    rows = Identity.objects.filter(user=user_id).select_related("provider").order_by("provider__name")
    return [
        {
            "name": row.provider.name,
            "email": row.email,
            "used": _used(row.used_at),
            "remove": reverse("identity_remove", args=(row.pk,)),
        }
        for row in rows
    ]


def _ways(user_id: int) -> list[dict[str, str]]:
    """Providers that do not know the reader yet."""
    known = set(Identity.objects.filter(user=user_id).values_list("provider", flat=True))
    return [
        {"name": one.name, "href": reverse("provider_connect", args=(one.pk,))}
        for one in providers_in_use()
        if one.pk not in known
    ]


# --- password ---------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
def password(request: Request) -> HttpResponse:
    """A new password; every other session ends, and the tokens if asked."""
    user = me(request)
    try:
        _check_present(request, user)
        try:
            passwords.check(request.POST.get("new", ""), user)
        except ValidationError as error:
            raise ValidationError({"new": error.messages}) from error
    except ValidationError as error:
        return show(request, errors.messages(error))
    request.session.cycle_key()
    tokens = request.POST.get("tokens") == "on"
    passwords.change(request.actor, user, request.POST["new"], keep=request.session.session_key, tokens=tokens)
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    words = _("Your password is changed. Other devices have been signed out.")
    return go(request, reverse("security"), toast(words))


def _check_present(request: Request, user: User) -> None:
    """Who sits at an open screen must not be able to try passwords without end either."""
    if not user.has_usable_password() or not user.password:
        if not entering.is_fresh(request):
            raise ValidationError(_("You signed in a while ago. Sign in again, then choose a password."))
        return
    email, address = user.email or "", address_of(request)
    device = entering.device_of(request, email)
    if attempts.locked_until(email, address, device) is not None:
        raise ValidationError({"current": [_("Too many tries. Wait a quarter of an hour.")]})
    if not passwords.is_right(user, request.POST.get("current", "")):
        attempts.failed(email, address, device)
        trail.refused(user.pk, "password")
        raise ValidationError({"current": [_("This is not your present password.")]})
    attempts.succeeded(email, address, device)


def _password_fields(user: User, found: list[FieldError]) -> list[FormField]:
    fields: list[FormField] = [
        {
            "name": "current",
            "label": _("Present password"),
            "widget": "password",
            "required": True,
            "autocomplete": "current-password",
        },
        {
            "name": "new",
            "label": _("New password"),
            "widget": "password",
            "required": True,
            "autocomplete": "new-password",
            "help": _("At least 10 characters; a sentence is easy to remember."),
        },
        {"name": "tokens", "label": _("Revoke my API tokens as well"), "widget": "checkbox", "wide": True},
    ]
    if not user.password or not user.has_usable_password():
        fields = fields[1:]
    return with_errors(fields, found)


# --- taking away, ending ----------------------------------------------------------------------------------------------


@page(methods=("POST",))
@proven
def passkey_remove(request: Request, pk: int) -> HttpResponse:
    """Take a passkey away."""
    _may_do_without(request, passkey=pk)
    if not passkeys.remove(request.actor, me(request), pk, keep=request.session.session_key):
        raise access.NotFound(_("There is no such passkey."))
    return go(request, reverse("security"), toast(_("The passkey is taken away.")))


@page(methods=("POST",))
@proven
def app_remove(request: Request) -> HttpResponse:
    """Take the app away."""
    _may_do_without(request, app=True)
    if not totp.remove(request.actor, me(request), keep=request.session.session_key):
        raise access.NotFound(_("No app is set up."))
    return go(request, reverse("security"), toast(_("The app is taken away.")))


def _may_do_without(request: Request, *, passkey: int = 0, app: bool = False) -> None:
    """The last factor stays where a role demands one: another is set up first."""
    user_id = request.actor.user_id or 0
    others = Passkey.objects.filter(user=user_id).exclude(pk=passkey).exists()
    others = others or (not app and Totp.objects.filter(user=user_id).exists())
    if not others and factors.is_demanded(user_id):
        raise ValidationError(_("One of your roles demands a second factor. Set up another one first."))


@page(methods=("POST",))
@proven
def sessions_end(request: Request) -> HttpResponse:
    """End one session (`row`), or every other one."""
    user_id, row = request.actor.user_id or 0, request.POST.get("row", "")
    ended = int(sessions.end_one(user_id, row)) if row else sessions.end([user_id], keep=request.session.session_key)
    if ended:
        trail.note(request.actor, user_id, "sessions_ended", sessions=ended)
    return go(request, reverse("security"), toast(_("Sessions ended: {n}.").format(n=ended)))


@page(methods=("POST",))
@proven
def identity_remove(request: Request, pk: int) -> HttpResponse:
    """No longer sign in through a provider; not when it is one's only way in."""
    user = me(request)
    row = Identity.objects.filter(user=user, pk=pk).select_related("provider").first()
    if row is None:
        raise access.NotFound(_("There is no such connection."))
    alone = Identity.objects.filter(user=user).count() == 1 and not Passkey.objects.filter(user=user).exists()
    if alone and not user.has_usable_password():
        raise ValidationError(_("This is your only way in. Choose a password or add a passkey first."))
    row.delete()
    trail.note(request.actor, user.pk, "disconnected", name=row.provider.name)
    return go(request, reverse("security"), toast(_("The connection is taken away.")))


# --- those of others, for who keeps the house -------------------------------------------------------------------------


def person_to_help(request: Request, pk: int) -> User:
    """Somebody whose sign-in a keeper may mend. Raises NotFound, PermissionDenied."""
    from django.core.exceptions import PermissionDenied

    from rapport.platform.access.models import Role
    from rapport.platform.views.settings.house import require_keeper
    from rapport.platform.views.settings.people import person_of

    require_keeper(request.actor)
    user = person_of(request, pk)
    if "owner" not in request.actor.roles and Role.objects.filter(users=user, key="owner").exists():
        raise PermissionDenied(_("Only an owner does this for an owner: it opens their account."))
    return user


@page(methods=("POST",))
@proven
def person_sessions(request: Request, pk: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    user = person_to_help(request, pk)
    mine = request.session.session_key if user.pk == request.actor.user_id else None
    ended = sessions.end([user.pk], keep=mine)
    trail.note(request.actor, user.pk, "sessions_ended", sessions=ended)
    words = _("{name} is signed out everywhere.").format(name=user.name)
    return go(request, reverse("settings_people"), toast(words))


@page(methods=("POST",))
@proven
def person_factors(request: Request, pk: int) -> HttpResponse:
    """Take away every second factor of somebody who lost theirs."""
    user = person_to_help(request, pk)
    if user.pk == request.actor.user_id:
        raise ValidationError(_("Take your own away on your security page."))
    if not factors.remove_all(request.actor, user):
        raise ValidationError(_("{name} has no second factor.").format(name=user.name))
    words = _("{name} signs in with the password alone until a new factor is set up.").format(name=user.name)
    return go(request, reverse("settings_people"), toast(words))


urlpatterns = [
    path("settings/security", security, name="security"),
    path("settings/security/password", password, name="password"),
    path("settings/security/sessions/end", sessions_end, name="sessions_end"),
    path("settings/security/passkeys/<int:pk>/remove", passkey_remove, name="passkey_remove"),
    path("settings/security/app/remove", app_remove, name="app_remove"),
    path("settings/security/providers/<int:pk>/remove", identity_remove, name="identity_remove"),
    path("settings/people/<int:pk>/sessions/end", person_sessions, name="settings_person_sessions"),
    path("settings/people/<int:pk>/factors/remove", person_factors, name="settings_person_factors"),
]
