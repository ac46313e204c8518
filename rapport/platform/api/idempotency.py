"""Doing once what is asked several times: a request with an Idempotency-Key has one effect, however often it is sent.

The answer is stored in the transaction of the effect. Whoever is killed between effect and answer has done both or
neither: sent again, the request is either done now or answered from what was stored. A refusal wrote nothing, so it is
not stored either; the next try is judged anew.

Two requests with one key at the same time: the second gets 409 while the first runs. An advisory lock of PostgreSQL
tells so across processes; on SQLite a second process waits for the one writer there can be, and finds the answer.
"""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.api.models import KEPT, IdempotencyKey
from rapport.platform.api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST = 200
WRITTEN = re.compile(r"[!-~]([ -~]*[!-~])?")
METHODS = frozenset({"POST", "PATCH"})
# Of an answer that is given again.
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Link", "Cache-Control")

_running: set[tuple[int, str]] = set()
_guard = threading.Lock()


def key_of(request: HttpRequest) -> str:
    """The key a request came with, "" for none. Raises Problem 400."""
    sent = request.headers.get(HEADER) if request.method in METHODS else None
    if sent is None:
        return ""
    key: str = sent.strip()
    if len(key) > LONGEST or not WRITTEN.fullmatch(key):
        raise Problem(
            400,
            _("An Idempotency-Key has 1 to %(limit)s printable ASCII characters.") % {"limit": LONGEST},
            errors=[{"parameter": HEADER, "message": key[:60]}],
        )
    return key


def once(
    request: HttpRequest, token_id: int, key: str, received: str, work: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Do the work in a transaction, or give the answer it was given before.

    `received` stands for a body that was streamed away already. Raises Problem 409 (it is being done), 422 (the key
    was used for something else).
    """
    asked = _fingerprint(request, received)
    with _alone(token_id, key), transaction.atomic():
        _lock(token_id, key)
        kept = IdempotencyKey.objects.filter(token_id=token_id, key=key).first()
        if kept is not None and kept.created_at >= now() - KEPT:
            return _again(kept, asked)
        if kept is not None:
            kept.delete()
        answer = work()
        _keep(token_id, key, asked, answer)
        return answer


def _fingerprint(request: HttpRequest, received: str) -> str:
    parts = [request.method or "", request.get_full_path(), request.headers.get("If-Match", ""), received]
    asked = hashlib.sha256("\0".join(parts).encode())
    if not received:
        asked.update(b"\0" + request.body)
    return asked.hexdigest()


def _again(kept: IdempotencyKey, asked: str) -> HttpResponse:
    if kept.fingerprint != asked:
        raise Problem(
            422,
            _("This Idempotency-Key was used for another request. Choose a new key for every request."),
            errors=[{"parameter": HEADER, "message": kept.key}],
        )
    return HttpResponse(bytes(kept.body), status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _keep(token_id: int, key: str, asked: str, answer: HttpResponseBase) -> None:
    IdempotencyKey.objects.create(
        token_id=token_id,
        key=key,
        fingerprint=asked,
        status=answer.status_code,
        headers={name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
        body=answer.content if isinstance(answer, HttpResponse) else b"",
        created_at=now(),
    )


@contextmanager
def _alone(token_id: int, key: str) -> Iterator[None]:
    """Nobody else of this process is doing the same. Raises Problem 409."""
    mine = (token_id, key)
    with _guard:
        if mine in _running:
            raise _busy()
        _running.add(mine)
    try:
        yield
    finally:
        _running.discard(mine)


def _lock(token_id: int, key: str) -> None:
    """Nor anybody of another process, on PostgreSQL. Raises Problem 409."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [f"{token_id}:{key}"])
        if not cursor.fetchone()[0]:
            raise _busy()


def _busy() -> Problem:
    return Problem(
        409,
        _("A request with this Idempotency-Key is being done. Ask again in a moment."),
        headers={"Retry-After": "1"},
    )
