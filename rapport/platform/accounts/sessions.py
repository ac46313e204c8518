"""Sessions: one row for each browser that is signed in. The row holds a digest of its key, so a copy opens nothing.

Read with plain SQL: the look-up is in front of every page. A session ends after a time without use and, used or not,
after a longest time; both are said in `SignInRules`. Ending one deletes its row, which acts on the very next request.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models

from rapport.base.clock import now
from rapport.platform.accounts.rules import rules
from rapport.platform.fields import DateTime
from rapport.platform.records.changes import Change, projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.access import Actor

# One row or none, by primary key. Expected time: 0.05 ms.
FIND = "SELECT session_data, seen_at FROM platform_session WHERE session_key = %s AND expire_date > %s"
# How long what a visitor began before signing in is kept: a second step, the way to a provider and back.
BEFORE_SIGN_IN = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
STARTED = "started"
_moment = DateTime("moment").from_row


class Session(AbstractBaseSession):
    """Somebody signed in with one browser; without `user`, somebody on the way to it."""

    user = models.ForeignKey("platform.User", models.CASCADE, null=True, related_name="+")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    device = models.CharField(max_length=80, default="")
    address = models.CharField(max_length=45, default="")

    def __str__(self) -> str:
        return f"{self.user_id} with {self.device}"


def digest(key: str) -> str:
    """What stands in the table for a key; 160 bits of SHA-256, the key itself has 165 random ones."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's sessions in our table."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value(now())
            cursor.execute(FIND, [digest(self.session_key or ""), moment])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        self.seen_at = _moment(row[1])
        found: dict[str, Any] = self.decode(row[0])
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        moment = now()
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        if user_id is not None:
            data.setdefault(STARTED, int(moment.timestamp()))
        return Session(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # Django's own, not in its stubs
            session_data=self.encode(data),
            expire_date=expiry(data, moment),
            user_id=user_id,
            started_at=_started(data, moment),
            seen_at=moment,
            device=str(data.get("device", ""))[:80],
            address=str(data.get("address", ""))[:45],
        )

    def get_expiry_age(self, **_given: Any) -> int:
        """Seconds that the cookie is kept: the longest life. What ends sooner ends on the server."""
        moment = now()
        data = kept(self)
        if SESSION_KEY not in data:
            return int(BEFORE_SIGN_IN.total_seconds())
        return max(0, int((_started(data, moment) + rules().longest - moment).total_seconds()))

    def get_expiry_date(self, **_given: Any) -> datetime:
        return expiry(kept(self), now())


def kept(store: SessionStore) -> dict[str, Any]:
    """What a session holds."""
    return dict(store.items())


def expiry(data: dict[str, Any], moment: datetime) -> datetime:
    """When a session ends if it is not used again."""
    if SESSION_KEY not in data:
        return moment + BEFORE_SIGN_IN
    limits = rules()
    return min(moment + limits.idle, _started(data, moment) + limits.longest)


def _started(data: dict[str, Any], moment: datetime) -> datetime:
    return datetime.fromtimestamp(data[STARTED], UTC) if STARTED in data else moment


def touch(store: SessionStore) -> None:
    """Note that a session is in use, at most once a minute, and put its end off."""
    moment = now()
    if store.session_key and store.seen_at is not None and moment - store.seen_at >= SEEN_EVERY:
        ends = expiry(kept(store), moment)
        Session.objects.filter(session_key=digest(store.session_key)).update(seen_at=moment, expire_date=ends)


# --- seeing and ending them -------------------------------------------------------------------------------------------


def of(user_id: int) -> list[Session]:
    """The sessions of somebody that have not ended, the last used first."""
    return list(Session.objects.filter(user=user_id, expire_date__gt=now()).order_by("-seen_at"))


def end(user_ids: Iterable[int], *, keep: str | None = None) -> int:
    """End every session of these people, but the one with this key; how many that were."""
    rows = Session.objects.filter(user__in=list(user_ids))
    if keep:
        rows = rows.exclude(session_key=digest(keep))
    return rows.delete()[0]


def end_one(user_id: int, row: str) -> bool:
    """End one session of somebody, named as its row is; False when there is none."""
    return bool(Session.objects.filter(user=user_id, session_key=row).delete()[0])


@projection("user")
def end_of_who_left(actor: Actor, changes: Sequence[Change]) -> None:
    """Who may no longer sign in is signed out everywhere."""
    left = [
        change.record_id
        for change in changes
        if not change.is_new
        and change.touches("is_active", "archived_at", "email")
        and (not change.record.is_active or change.record.archived_at is not None or not change.record.email)
    ]
    if left:
        end(left)
