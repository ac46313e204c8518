"""Around every request: who asks (one query after the session's), in which language and zone the answer is written."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare

from rapport.platform import culture, pace
from rapport.platform.access import Actor
from rapport.platform.access.actor import actor_of
from rapport.platform.accounts import factors
from rapport.platform.accounts.models import User
from rapport.platform.accounts.sessions import touch
from rapport.platform.audit import trail
from rapport.platform.custom import current
from rapport.platform.live.place import PLACE
from rapport.platform.views import errors, looking, recent
from rapport.platform.views.entering import STRONG
from rapport.platform.views.http import TOAST_COOKIE, go
from rapport.platform.views.refused import refused
from rapport.platform.views.visitor import address_of
from rapport.ui import language, reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

# Pages change what they show with the reader; nothing here may be kept by a cache on the way.
WITHOUT_ACTOR = ("/static/", "/health/", "/api/v1")
# What somebody needs who has to set up a second factor first.
BEFORE_FACTOR = ("/settings/security/", "/sign-out", "/sign-in", "/confirm", "/theme")
# User, number of the rights, name of the house and stamp of the own fields, in one row or none. Grain: the user. Plain,
# because it is in front of every page: through the ORM it costs as much as reading fifty rows.
USER = f"""
SELECT u.id, u.name, u.locale, u.time_zone, u.language, u.email, u.theme, u.settings, u.password, {factors.OWES_SQL},
       (SELECT e.number FROM platform_rightsepoch e WHERE e.id = 1),
       (SELECT h.name FROM platform_house h WHERE h.id = 1), {current.STAMP}, {{place}}
FROM platform_user u WHERE u.id = %s AND u.is_active AND u.archived_at IS NULL
"""  # noqa: S608  # a constant of ours
USERS = {vendor: USER.format(place=place) for vendor, place in PLACE.items()}
COLUMNS = (
    *("id", "name", "locale", "time_zone", "language", "email", "theme", "settings", "password", "owes_factor"),
    *("epoch", "house", "stamp", "place"),
)


class Reading:
    """Sets `request.actor`, `request.about`, `request.number`, and language, culture and Reader for its time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_ACTOR):
            return self.get_response(request)
        request.number = uuid4().hex  # type: ignore[attr-defined]  # see http.Request
        about = signed_in(request)
        actor = actor_of(about, "web", request=request.number) if about else None  # type: ignore[attr-defined]  # as above
        seen = looking.seen_as(request.session, actor) if actor else None
        request.actor, request.about = seen or actor, about or {}  # type: ignore[attr-defined]  # as above
        with ExitStack() as around:
            if actor and about:
                around.enter_context(current.using(about["stamp"]))
                around.enter_context(language.speaking(about["language"]))
                around.enter_context(culture.use(actor.culture))
                around.enter_context(reader.reading_as(reader_of(actor, about)))
            else:
                around.enter_context(language.speaking(language.asked_for(request.headers.get("Accept-Language", ""))))
                around.enter_context(reader.reading_as(stranger()))
            visit = around.enter_context(trail.around(address_of(request), request.number))  # type: ignore[attr-defined]  # as above
            response = to_factors(request) if owes_factor(request) else self._in_time(request, actor)
            trail.finish(request.actor, visit)  # type: ignore[attr-defined]  # as above
            refused(request, request.actor, response.status_code)  # type: ignore[attr-defined]  # as above
            response.headers.setdefault("Content-Language", language.current())
            if actor:
                recent.note(request, response)
            else:
                patch_vary_headers(response, ("Accept-Language",))
            if getattr(request, "toast_was_shown", False) and TOAST_COOKIE not in response.cookies:
                response.delete_cookie(TOAST_COOKIE, samesite="Lax")
        return response

    def _in_time(self, request: HttpRequest, actor: Actor | None) -> HttpResponse:
        """The answer, unless the visitor asks too often."""
        try:
            pace.spend(pace.kind_of(request.method, request.path_info), actor, address_of(request))
        except pace.TooFast as refusal:
            return errors.too_fast(request, refusal)
        return self.get_response(request)


def signed_in(request: HttpRequest) -> dict[str, Any] | None:
    """As `row_of`; the session counts as used."""
    found = row_of(request.session)
    if found is not None:
        touch(request.session)  # type: ignore[arg-type]  # the store that SESSION_ENGINE names
    return found


def row_of(session: SessionBase) -> dict[str, Any] | None:
    """The row of the user whom a session names, when they may still sign in and their password is still the same."""
    try:
        user_id = int(session[SESSION_KEY])
    except (KeyError, ValueError):
        return None
    with connection.cursor() as cursor:
        cursor.execute(USERS[connection.vendor], [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    about = dict(zip(COLUMNS, row, strict=True))
    if isinstance(about["settings"], str):
        about["settings"] = orjson.loads(about["settings"])
    known = User(password=about.pop("password")).get_session_auth_hash()
    return about if constant_time_compare(session.get(HASH_SESSION_KEY, ""), known) else None


def owes_factor(request: HttpRequest) -> bool:
    """Whether the reader's roles demand a second factor that is still to be set up, which this page does not do."""
    about: dict[str, Any] = request.about  # type: ignore[attr-defined]  # see http.Request
    if not about.get("owes_factor") or request.session.get(STRONG):
        return False
    return not request.path_info.startswith(BEFORE_FACTOR)


def to_factors(request: HttpRequest) -> HttpResponse:
    """There is nothing else to do before it is set up."""
    return go(request, "/settings/security/demanded")


def stranger() -> reader.Reader:
    """Somebody who has not signed in: figures and days as their language mostly writes them."""
    return reader.Reader(locale=culture.LOCALES.get(language.current(), reader.FALLBACK_LOCALE))


def reader_of(actor: Actor, about: dict[str, Any]) -> reader.Reader:
    """How pages are written for this user."""
    density = "compact" if about["settings"].get("density") == "compact" else "cosy"
    theme = about["theme"] if about["theme"] in ("light", "dark") else "system"
    return reader.Reader(
        locale=actor.culture.locale,
        zone=actor.culture.tz,
        name=actor.name,
        theme=theme,  # type: ignore[arg-type]  # one of the two, or the third
        density=density,  # type: ignore[arg-type]  # one of the two
        currency=actor.culture.currency,
    )
