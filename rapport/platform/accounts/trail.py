"""The trail of sign-in: who came in, how and from where, who was refused, and what changed about how somebody does.

What changed is an Event of the part `sign_in`, whose number is that of the user, or 0 for what holds for all. Coming,
going and being refused change nothing; they are entries of the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import audit
from rapport.platform.events import setup
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from rapport.platform.access import Actor

NOBODY = 0


def _names(numbers: Iterable[int]) -> Mapping[int, str]:
    from rapport.platform.accounts.models import User

    return dict(User.objects.filter(pk__in=list(numbers)).values_list("pk", "name"))


def _heading(key: str) -> str:
    return {
        "by": _("How"),
        "from": _("From"),
        "device": _("Device"),
        "name": _("Name"),
        "sessions": _("Sessions ended"),
        "left": _("Recovery codes left"),
        "idle_hours": _("Ends without use after (hours)"),
        "longest_days": _("Ends at the latest after (days)"),
        "only_provider": _("Only through a provider"),
        "break_glass": _("Who may always use a password"),
        "needs_factor": _("Second factor demanded"),
        "client_id": _("Client"),
        "issuer": _("Address"),
        "is_on": _("In use"),
    }.get(key, key)


def method_words(key: str) -> str:
    """How somebody signed in, in words."""
    return {
        "password": _("password"),
        "passkey": _("passkey"),
        "totp": _("code of an app"),
        "recovery": _("recovery code"),
        "provider": _("provider"),
        "link": _("link"),
        "start": _("first start"),
    }.get(key, key)


def _words(key: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if key == "by":
        return method_words(str(value))
    if key == "break_glass":
        return _names([value]).get(value, str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


SIGN_IN = setup.register(
    setup.Part(
        key="sign_in",
        label=gettext_lazy("Sign-in"),
        plural=gettext_lazy("Sign-in"),
        kinds={
            "sessions_ended": "Sessions of somebody were ended.",
            "password_changed": "Somebody has a new password.",
            "reset_asked": "Somebody asked for a new password.",
            "link_made": "A link was made by which somebody chooses a password.",
            "factor_added": "Somebody added a way to prove who they are.",
            "factor_removed": "A way to prove who somebody is was taken away.",
            "codes_made": "Somebody has new recovery codes.",
            "connected": "Somebody is known to a provider from now on.",
            "disconnected": "Somebody no longer signs in through a provider.",
            "rules_changed": "How one signs in was set.",
            "provider_changed": "A provider of sign-in was set up, changed or taken away.",
        },
        names=_names,
        heading=_heading,
        words=_words,
    )
)


def append(actor: Actor, user_id: int, kind: str, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    """Store what happened to the sign-in of one person."""
    setup.append(actor, SIGN_IN, user_id, kind, changes or {})


def note(actor: Actor, user_id: int, kind: str, **facts: object) -> None:
    """Store what happened, with facts that replace nothing."""
    append(actor, user_id, kind, {key: (None, value) for key, value in facts.items() if value})


# --- coming, going, being refused -------------------------------------------------------------------------------------

audit.register("proved_again", gettext_lazy("Proved again"), gettext_lazy("{who} proved again who they are"))


def came(actor: Actor, by: str, device: str, *, known: bool) -> None:
    """Somebody signed in."""
    detail = {"by": by, "device": device, "known": known}
    audit.record(actor, "sign_in", object="user", record=actor.user_id, detail=detail)


def went(actor: Actor) -> None:
    """Somebody signed out."""
    audit.record(actor, "sign_out", object="user", record=actor.user_id)


def proved(actor: Actor, by: str) -> None:
    """Somebody proved again who they are."""
    audit.record(actor, "proved_again", object="user", record=actor.user_id, detail={"by": by})


def refused(user_id: int | None, by: str) -> None:
    """A password, code or passkey was refused. An address that nobody has is not kept."""
    audit.braked(None, "sign_in_failed", object="user", record=user_id, detail={"by": by})
