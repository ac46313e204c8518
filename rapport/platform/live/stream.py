"""Server-Sent Events for open pages: an ASGI application of a process of its own, since a stream would hold a thread of
the web server for as long as somebody looks at a page.

GET /?of=<wish>&after=<place>, with the session's cookie. One task looks every second whether anything happened at all;
pages that it may concern are then asked one by one, each as its reader (user, rights and session read anew), so that
what somebody may no longer see is not told a second later. Expected: an idle house costs one query a second; a change
costs four queries for each open page it may concern, spread over THREADS.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson
from django.conf import settings
from django.db import Error, close_old_connections
from django.http.request import split_domain_port, validate_host

from rapport.platform.access.actor import actor_of
from rapport.platform.accounts.sessions import SessionStore
from rapport.platform.custom import current
from rapport.platform.events.cursor import horizon
from rapport.platform.live.news import News, Wish, look, moved
from rapport.platform.live.place import opened, sealed
from rapport.platform.views.entering import STRONG
from rapport.platform.views.looking import seen_as
from rapport.platform.views.middleware import row_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from rapport.platform.events.cursor import Position

    Scope = Mapping[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

log = logging.getLogger("rapport.live")

EVERY_S = 1.0
# A stream without news is asked this often whether its reader is still signed in.
STILL_THERE_S = 15.0
# After news a page rests: what happens meanwhile is told together.
REST_S = 1.0
MOST_STREAMS = 2_000
MOST_OF_ONE = 20
THREADS = 4
TELL_AGAIN_MS = 5_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(eq=False)
class Stream:
    """An open page: who looks at what, and how far they have heard."""

    session: str
    wish: Wish
    after: Position
    user_id: int = 0
    base: str = ""
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """The application. `streams` are the pages that are open now."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self.end: Position | None = None
        self.tail: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = own_origin(headers)
        stream = asked(scope, headers) if origin is not None and scope["method"] == "GET" else None
        if origin is None or stream is None:
            return await _refuse(send, 400 if origin is not None else 403, origin or "")
        first = await self._in_thread(news_of, stream)
        if first is None:
            return await _refuse(send, 403, origin)
        if self._is_full(stream):
            return await _refuse(send, 429, origin)
        await self._serve(stream, first, receive, send, origin)

    def _is_full(self, stream: Stream) -> bool:
        mine = sum(other.user_id == stream.user_id for other in self.streams)
        return len(self.streams) >= MOST_STREAMS or mine >= MOST_OF_ONE

    async def _serve(self, stream: Stream, first: News, receive: Receive, send: Send, origin: str) -> None:
        self.streams.add(stream)
        if self.tail is None or self.tail.done():
            self.tail = asyncio.create_task(self._follow())
        telling = asyncio.create_task(self._tell(stream, first, send, origin))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.streams.discard(stream)
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, stream: Stream, first: News, send: Send, origin: str) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *_allowed(origin)]})
        await _write(send, f"retry: {TELL_AGAIN_MS}\n\n")
        news: News | None = first
        while news is not None:
            if news.kind:
                await _write(send, message(news))
                await asyncio.sleep(REST_S)
            else:
                await _write(send, ": \n\n")
            if news.after == stream.after or not news.kind:
                await _until(stream.woken, STILL_THERE_S)
            stream.after = max(stream.after, news.after)
            stream.woken.clear()
            news = await self._in_thread(news_of, stream)
        await _write(send, "event: over\ndata: {}\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _follow(self) -> None:
        """Wake the pages that what happened may concern, as long as any is open."""
        while self.streams:
            try:
                await self._wake()
            except Error:  # the database may be away for a while; streams go on when it is back
                log.exception("events not read")
            await asyncio.sleep(EVERY_S)
        self.end = None

    async def _wake(self) -> None:
        end = await self._in_thread(horizon)
        bases = await self._in_thread(moved, self.end, end) if self.end is not None else frozenset()
        self.end = end
        for stream in self.streams:
            if bases and (not stream.base or stream.base in bases):
                stream.woken.set()

    async def _in_thread(self, ask: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, _fresh, ask, *given)


def news_of(stream: Stream) -> News | None:
    """What the page is told now; None when its reader is signed out, or may sign in no more."""
    session = SessionStore(stream.session)
    about = row_of(session)
    if about is None or (about["owes_factor"] and not session.get(STRONG)):
        return None
    actor = actor_of(about, "web")
    actor = seen_as(session, actor) or actor
    with current.using(about["stamp"]):
        found = look(actor, stream.wish, stream.after)
    stream.user_id, stream.base = about["id"], found.base
    return found


def _fresh(ask: Callable[..., Any], *given: Any) -> Any:
    close_old_connections()
    try:
        return ask(*given)
    finally:
        close_old_connections()


def asked(scope: Scope, headers: Mapping[str, str]) -> Stream | None:
    """The stream somebody asks for; None where the question is none."""
    given = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
    wish = Wish.parse(given.get("of", [""])[0])
    after = opened(headers.get("last-event-id") or given.get("after", [""])[0])
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if wish is None or after is None or cookie is None:
        return None
    return Stream(cookie.value, wish, after)


def own_origin(headers: Mapping[str, str]) -> str | None:
    """The page's origin when it is a page of this house, empty when the browser says none (the same origin).

    Another port of the same name is the web server; another name is somebody else.
    """
    host = split_domain_port(headers.get("host", ""))[0]
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    origin = headers.get("origin", "")
    if not origin:
        return "" if headers.get("sec-fetch-site", "same-origin") in ("same-origin", "same-site") else None
    return origin if urlsplit(origin).hostname == host.strip("[]") else None


def message(news: News) -> str:
    """One Server-Sent Event."""
    told = orjson.dumps({"ids": news.ids, "mine": news.mine}).decode()
    return f"id: {sealed(news.after)}\nevent: {news.kind}\ndata: {told}\n\n"


async def _until(woken: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except TimeoutError:
        return


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _allowed(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _refuse(send: Send, status: int, origin: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _allowed(origin)})
    await send({"type": "http.response.body", "body": b""})
