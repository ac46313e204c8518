"""Kinds: what an entry can tell. A module that has a new thing to tell registers its kind where it tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """`label` names it in a list of kinds; `sentence` tells one: {who}, {what} and the keys of its detail."""

    key: str
    label: str | _StrPromise
    sentence: str | _StrPromise


def register(key: str, label: str | _StrPromise, sentence: str | _StrPromise) -> Kind:
    """Make a kind known. The same key twice is a mistake."""
    if key in KINDS:
        raise ValueError(f"There is a kind of entry {key!r} already.")
    kind = KINDS[key] = Kind(key, label, sentence)
    return kind


# Showing and giving out.
register("read", _("Sensitive values seen"), _("{who} saw {fields} of {what}"))
register("export", _("Export begun"), _("{who} began to export {what} as {form}"))
register("exported", _("Export"), _("{who} exported {count} {what} as {form}"))
register("report", _("Report"), _("{who} opened the report {what}"))
# Coming in.
register("sign_in", _("Sign-in"), _("{who} signed in"))
register("sign_in_failed", _("Failed sign-in"), _("{who} tried to sign in and failed"))
register("sign_out", _("Sign-out"), _("{who} signed out"))
register("session_ended", _("Session ended"), _("{who} ended a session of {what}"))
register("password_changed", _("Password changed"), _("{who} changed the password of {what}"))
register("factor_changed", _("Second factor changed"), _("{who} changed the second factor of {what}"))
register("token_used", _("Token used"), _("{who} used the token {token} for the first time today from this address"))
register("token_refused", _("Token refused"), _("A token of {who} was refused"))
# What was not allowed.
register("denied", _("Denied"), _("{who} was refused: {method} {route}"))
register("break_glass", _("Break-glass"), _("{who} took rights for an emergency: {reason}"))
# The trail about itself.
register("audit_read", _("Audit searched"), _("{who} searched the audit trail"))
register("key_rotated", _("Audit key changed"), _("{who} changed the key of the audit trail"))
register("restored", _("Anchors begun anew"), _("A backup was restored: the anchors of the audit trail begin anew"))
register("verified", _("Audit verified"), _("The audit trail was verified: {count} entries"))
register("tampered", _("Audit broken"), _("The audit trail does not hold: {problem}"))
# Values of persons that were taken out of Events (erasure), each with what stood there as a keyed digest.
register("redacted", _("Values erased"), _("{who} erased values from {count} entries of the history"))
