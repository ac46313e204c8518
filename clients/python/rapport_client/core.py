"""Sending, repeating, following pages: what is alike for every Object. Only the standard library is used."""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, cast
from urllib.parse import quote, urlencode
from uuid import uuid4

if TYPE_CHECKING:
    from rapport_client import models as m

Json = dict[str, Any]
Version = int | Literal["*"]
# Answers after which the same request may succeed: busy, too many, a gateway in between.
AGAIN = frozenset({429, 502, 503, 504})


class Problem(Exception):
    """A refusal (RFC 9457). `errors` name the places; `document` is all of it."""

    def __init__(self, status: int, document: Json) -> None:
        self.status, self.document = status, document
        self.code: str = document.get("code", "")
        self.detail: str = document.get("detail", "")
        self.errors: list[Json] = document.get("errors", [])
        places = "; ".join(f"{one.get('pointer') or one.get('parameter', '')} {one['message']}" for one in self.errors)
        super().__init__(f"{status} {self.detail}" + (f" ({places})" if places else ""))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def was_replayed(self) -> bool:
        """Whether this is the stored answer of an earlier try."""
        return self.headers.get("Idempotent-Replayed") == "true"


class Transport:
    """Requests with a token; safe to repeat, and repeated, because whatever changes something carries a key."""

    def __init__(
        self, url: str, token: str, *, timeout: float = 30, tries: int = 5, wait: Callable[[float], None] = time.sleep
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError("The address begins with https:// (or http:// on this machine).")
        self.url, self.token = url.rstrip("/"), token
        self.timeout, self.tries, self.wait = timeout, tries, wait

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        content: bytes | None = None,
        version: Version | None = None,
        key: str | None = None,
    ) -> Answer:
        """One request, tried again with growing pauses while that can help. Raises Problem, URLError."""
        given = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}/api/v1{path}" + (f"?{urlencode(given)}" if given else "")
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = content
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        elif content is not None:
            headers["Content-Type"] = "application/octet-stream"
        if version is not None:
            headers["If-Match"] = "*" if version == "*" else f'"{version}"'
        if method in ("POST", "PATCH"):
            headers["Idempotency-Key"] = key or str(uuid4())
        request = urllib.request.Request(address, data=data, headers=headers, method=method)  # noqa: S310  # as below
        for number in range(1, self.tries):
            try:
                return self._once(request)
            except _Again as again:
                self.wait(again.seconds or random.uniform(0.5, 1) * 2 ** (number - 1) / 4)  # noqa: S311  # spreads retries
        return self._last(request)

    def _once(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as found:  # noqa: S310  # http or https, see above
                return Answer(found.status, dict(found.headers), found.read())
        except urllib.error.HTTPError as error:
            with error:
                problem = Problem(error.code, _document(error.read()))
                after = error.headers.get("Retry-After", "")
            if error.code in AGAIN or (error.code == 409 and after):
                raise _Again(float(after) if after.isdecimal() else 0, problem) from error
            raise problem from None
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            raise _Again(0, error) from error

    def _last(self, request: urllib.request.Request) -> Answer:
        try:
            return self._once(request)
        except _Again as again:
            raise again.why from None


class _Again(Exception):
    """It may succeed later."""

    def __init__(self, seconds: float, why: Exception) -> None:
        self.seconds, self.why = seconds, why


def _document(content: bytes) -> Json:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


Record = TypeVar("Record")
New = TypeVar("New")
Change = TypeVar("Change")
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some records, and where the next page begins."""

    items: list[T]
    next: str | None


class Done(TypedDict, Generic[Record]):
    """What an Action leaves: the record as it stands, and what it made besides."""

    record: Record
    result: m.AnyLink | None


class Objects(Generic[Record, New, Change]):
    """The records of one Object."""

    def __init__(self, transport: Transport, plural: str) -> None:
        self._send, self.path = transport.send, f"/{plural}"

    # --- many -----------------------------------------------------------------------------------------------------

    def all(self, q: str = "", *, sort: str = "", fields: str = "", page_size: int = 200) -> Iterator[Record]:
        """Every record that meets a Query, page after page."""
        following: str | None = ""
        while following is not None:
            page = self.page(q, sort=sort, fields=fields, limit=page_size, cursor=following)
            yield from page.items
            following = page.next

    def page(self, q: str = "", *, sort: str = "", fields: str = "", limit: int = 50, cursor: str = "") -> Page[Record]:
        """One page."""
        asked = {"q": q, "sort": sort, "fields": fields, "limit": limit, "cursor": cursor}
        found = self._send("GET", self.path, query=asked).json
        return Page(found["items"], found["next"])

    def count(self, q: str = "") -> int:
        """How many records meet a Query."""
        return int(self._send("GET", self.path, query={"q": q, "limit": 1, "count": "exact"}).json["count"]["number"])

    def bulk(self, items: list[m.BulkItems], *, atomic: bool = False, key: str | None = None) -> m.BulkDone:
        """Create and change up to 1,000 records; each item has its own result unless `atomic`."""
        body = {"items": items, "atomic": atomic}
        found: m.BulkDone = self._send("POST", f"{self.path}/bulk", body=body, key=key).json
        return found

    def run(self, body: m.RunNew, *, key: str | None = None) -> m.Run:
        """Change everything `q` finds, or the records in `ids`, in the background."""
        found: m.Run = self._send("POST", f"{self.path}/runs", body=body, key=key).json
        return found

    def export(self, form: Literal["csv", "xlsx", "jsonl"], q: str = "", *, sort: str = "", fields: str = "") -> bytes:
        """The records as a file that can be brought in again."""
        return self._send("GET", f"{self.path}/export.{form}", query={"q": q, "sort": sort, "fields": fields}).content

    # --- one ------------------------------------------------------------------------------------------------------

    def get(self, id: str) -> Record:
        """A record with all its fields."""
        return self._record(self._send("GET", f"{self.path}/{id}"))

    def create(self, values: New, *, key: str | None = None) -> Record:
        """A new record."""
        return self._record(self._send("POST", self.path, body=values, key=key))

    def update(self, id: str, values: Change, *, version: Version, key: str | None = None) -> Record:
        """Change fields at the version that was read; "*" for whatever stands there."""
        return self._record(self._send("PATCH", f"{self.path}/{id}", body=values, version=version, key=key))

    def upsert(self, by: str, value: str, values: Change) -> Record:
        """Change the one record whose field `by` has this value, or create it."""
        return self._record(self._send("PUT", f"{self.path}/by/{by}/{quote(value, safe='')}", body=values))

    def archive(self, id: str, *, version: Version | None = None) -> Record:
        """Put a record away."""
        return self._record(self._send("DELETE", f"{self.path}/{id}", version=version))

    def restore(self, id: str, *, version: Version | None = None, key: str | None = None) -> Record:
        """Bring an archived record back."""
        return self._record(self._send("POST", f"{self.path}/{id}/restore", version=version, key=key))

    def events(self, id: str) -> Iterator[m.Event]:
        """What happened to a record, the newest first."""
        before: int | None = None
        while True:
            found = self._send("GET", f"{self.path}/{id}/events", query={"before": before, "limit": 200}).json
            yield from found["items"]
            before = found["next"]
            if before is None:
                return

    def undo(self, id: str, event: int, *, key: str | None = None) -> Record:
        """Take one Event back."""
        return self._record(self._send("POST", f"{self.path}/{id}/events/{event}/undo", key=key))

    def tag(self, id: str, word: str) -> list[str]:
        """Add a tag; the tags it then has."""
        found: m.Tags = self._send("PUT", f"{self.path}/{id}/tags/{quote(word, safe='')}").json
        return found["tags"]

    def untag(self, id: str, word: str) -> list[str]:
        """Take a tag off; the tags it then has."""
        found: m.Tags = self._send("DELETE", f"{self.path}/{id}/tags/{quote(word, safe='')}").json
        return found["tags"]

    def attach(self, id: str, name: str, content: bytes, *, key: str | None = None) -> m.File:
        """Keep a file on a record."""
        path, query = f"{self.path}/{id}/files", {"name": name}
        found: m.File = self._send("POST", path, query=query, content=content, key=key).json
        return found

    def _act(self, id: str, action: str, answers: object, version: Version | None, key: str | None) -> Done[Record]:
        path = f"{self.path}/{id}/actions/{action}"
        found: Done[Record] = self._send("POST", path, body=answers or {}, version=version, key=key).json
        return found

    def _record(self, answer: Answer) -> Record:
        return cast("Record", answer.json)


class House:
    """What is known besides records."""

    def __init__(self, url: str, token: str, **options: Any) -> None:
        self.transport = Transport(url, token, **options)

    def _get(self, path: str, **query: object) -> Any:
        return self.transport.send("GET", path, query=query).json

    def latest(self) -> str:
        """The place in the change feed at which everything so far is over."""
        return str(self._get("/changes", after="latest")["next"])

    def _changes(self, after: str, objects: tuple[str, ...]) -> Iterator[tuple[m.ChangesItems, str]]:
        more = True
        while more:
            page: m.Changes = self._get("/changes", after=after, objects=",".join(objects), limit=500)
            after, more = page["next"], page["more"]
            for item in page["items"]:
                yield item, after
