"""API tokens: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from rapport.base.clock import now
from rapport.platform.accounts.models import Token

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.platform.accounts.models import User


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


def revoke(token: Token) -> None:
    """The very next request with it is refused."""
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
