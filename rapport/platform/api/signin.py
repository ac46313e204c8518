"""Who asks: the user of the Bearer token, with their rights within the token's limits. One query while rights stand.

Plain SQL, because the look-up is in front of every request: through the ORM it costs as much as reading fifty rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.access.actor import actor_of
from rapport.platform.accounts.models import Token
from rapport.platform.accounts.tokens import digest
from rapport.platform.api.problems import unauthorised
from rapport.platform.custom.current import STAMP
from rapport.platform.fields import DateTime
from rapport.ui.language import asked_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from rapport.platform.access import Actor, Rights

# Token, user, number of the rights and stamp of the own fields, in one row or none.
# Grain: the token. Expected time: 0.05 ms.
FIND = f"""
SELECT t.id, t.name, t.scopes, t.expires_at, t.last_used_at, t.revoked_at, u.is_active AND u.archived_at IS NULL,
       u.id, u.name, u.locale, u.time_zone, u.language, (SELECT e.number FROM platform_rightsepoch e WHERE e.id = 1),
       {STAMP}
FROM platform_token t JOIN platform_user u ON u.id = t.user_id
WHERE t.digest = %s
"""  # noqa: S608  # STAMP is a constant
SCHEME = "Bearer "
LONGEST = 200
_moment = DateTime("moment").from_row


@dataclass(frozen=True, slots=True)
class Credentials:
    """The token a request came with, without its secret."""

    token_id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    # The mark of the own fields and Objects that this request works with.
    stamp: int = 0


def secret_of(request: HttpRequest) -> str:
    """The secret of the Authorization header; "" where there is none of our kind."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    secret = header[len(SCHEME) :].strip() if header[: len(SCHEME)].lower() == SCHEME.lower() else ""
    return secret if len(secret) <= LONGEST and secret.isascii() else ""


def actor_of_secret(secret: str) -> tuple[Actor, Credentials] | None:
    """The actor of a token; marks its use, at most once a minute. None for one that nobody was ever given.

    Raises Problem 401, which says why, for one that has expired, was revoked, or whose user may no longer sign in.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIND, [digest(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    moment, expires_at, last_used_at = now(), _moment(row[3]), _moment(row[4])
    if why := _why_not(moment, expires_at, _moment(row[5]), able=bool(row[6])):
        raise unauthorised(given=True, why=why)
    if last_used_at is None or moment - last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=row[0]).update(last_used_at=moment)
    about = dict(zip(("id", "name", "locale", "time_zone", "language", "epoch"), row[7:13], strict=True))
    scopes = tuple(orjson.loads(row[2]) if isinstance(row[2], str) else row[2])
    actor = replace(actor_of(about, "api", request=uuid4().hex), token_id=row[0])
    ends = expires_at.astimezone(UTC) if expires_at else None
    return _narrowed(actor, scopes), Credentials(row[0], row[1], scopes, ends, stamp=row[13] or 0)


def _why_not(moment: datetime, expires_at: datetime | None, revoked_at: datetime | None, *, able: bool) -> str:
    if revoked_at is not None:
        return _("This token was revoked on %(day)s.") % {"day": revoked_at.date().isoformat()}
    if expires_at is not None and expires_at <= moment:
        return _("This token expired on %(day)s. Make a new one.") % {"day": expires_at.date().isoformat()}
    return "" if able else _("The user of this token may no longer sign in.")


_limited: dict[tuple[int | None, frozenset[str]], tuple[Rights, Rights]] = {}


def _narrowed(actor: Actor, scopes: tuple[str, ...]) -> Actor:
    """The same actor within a token's limits; the same Rights object each time, so what hangs on it is remembered."""
    if not scopes:
        return actor
    limits = frozenset(scopes)
    known = _limited.get((actor.user_id, limits))
    if known is None or known[0] is not actor.rights:
        if len(_limited) > 5_000:
            _limited.clear()
        known = _limited[actor.user_id, limits] = (actor.rights, actor.rights.narrowed(limits))
    return replace(actor, rights=known[1])


def language_of(actor: Actor, request: HttpRequest) -> str:
    """The language messages are written in: the one the program asks for, else its user's."""
    return asked_for(request.headers.get("Accept-Language", "")) or actor.culture.language
