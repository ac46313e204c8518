"""API tokens: made once, shown once, kept as a digest. Making and revoking one is told on its user's story."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.text import clean_line
from rapport.platform.accounts import scopes as known_scopes
from rapport.platform.accounts.models import Token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

MOST = 50


def digest(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make(
    user: User, name: str, *, scopes: tuple[str, ...] = (), expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which nobody can read again."""
    secret = f"rpt_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        user=user,
        name=name,
        prefix=secret[:10],
        digest=digest(secret),
        scopes=list(scopes),
        created_at=now(),
        expires_at=expires_at,
    )
    return token, secret


def give(
    actor: Actor, user: User, name: str, *, scopes: Iterable[str], expires_at: datetime | None
) -> tuple[Token, str]:
    """A token as somebody asks for one. Raises ValidationError {field: messages}."""
    wrong: dict[str, list[str]] = {}
    called = clean_line(name, 100)
    if not called:
        wrong["name"] = [_("Say what the token is for.")]
    if expires_at is not None and expires_at <= now():
        wrong["expires"] = [_("Choose a day that is still to come.")]
    allowed = known_scopes.check(scopes)
    if not allowed:
        wrong["may"] = [_("Choose what the token may do.")]
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        if Token.objects.filter(user=user, revoked_at=None).count() >= MOST:
            raise ValidationError(_("There are {n} tokens already; revoke one first.").format(n=MOST))
        token, secret = make(user, called, scopes=allowed, expires_at=expires_at)
        _tell(actor, token, "make_token", "token_made")
    return token, secret


def revoke(token: Token, actor: Actor | None = None) -> None:
    """The very next request with it is refused."""
    with transaction.atomic():
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        if actor is not None:
            _tell(actor, token, "revoke_token", "token_revoked")


def _tell(actor: Actor, token: Token, action: str, kind: str) -> None:
    from rapport.platform.events.append import append
    from rapport.platform.objects import registry

    obj = registry.get("user")
    append(actor, obj, token.user, kind=kind, action=action, before={}, after={}, reason=str(token))
