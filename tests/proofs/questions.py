"""What is asked of both worlds: every surface that answers from records, with questions drawn at random."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rapport.platform import query, search
from rapport.platform.access import Actor
from rapport.platform.formula import completion as formula_words
from rapport.platform.objects import registry
from rapport.platform.query import QueryError
from tests.platform.query.queries import conditions
from tests.proofs.twins import KEYS, Asked
from tests.toys import WORDS

KINDS = ("toy", "play", "maker", "workshop", "factory")
# Names a reader may or may not know; what is hidden answers as if it did not exist.
NAMES = [
    "id",
    "name",
    "number",
    "maker",
    "stage",
    "price",
    "margin",
    "weight",
    "sold_at",
    "contact",
    "hotline",
    "note",
    "secret_recipe",
    "played",
    "gain",
    "owner",
    "team",
    "maker.name",
    "maker.tax_number",
    "maker.people",
    "maker.parent.name",
    "toy",
    "toy.name",
    "toy.secret_recipe",
    "toy.maker.name",
    "about",
    "players",
    "subject",
    "score",
    "fee",
    "kind",
    "industry",
    "people",
    "email",
    "address",
    "tax_number",
    "parent",
    "created_by",
    "updated_at",
    "tags",
    "nothing",
]
TYPED = (
    *WORDS,
    "need",
    "needle",
    "needel",
    "acm",
    "berg",
    "+49301",
    "seen",
    "open",
    "zebr",
    "T-10",
    "bär",
    "old",
    "vip",
)


@dataclass(frozen=True)
class Question:
    """One thing to ask; `surface` names where."""

    surface: str
    text: str
    ask: Callable[[Asked], bytes]

    def __str__(self) -> str:
        return f"{self.surface}: {self.text}"


def questions(actor: Actor, number: int, seed: int) -> list[Question]:
    """So many questions, most of them to the query language, each surface among them."""
    chance = random.Random(seed)
    every = [*fixed()]
    # A page costs twenty times what a query does: the short run asks a sixteenth of its questions there.
    pages = chance.sample(every, min(len(every), max(number // 16, 1)))
    drawn = list(_drawn(actor, max(number - len(pages), 0), seed, chance))
    return [*pages, *drawn]


# --- the query language -----------------------------------------------------------------------------------------------


def _drawn(actor: Actor, number: int, seed: int, chance: random.Random) -> Iterator[Question]:
    texts = _texts(actor, max(number // 2, 1), seed)
    for place in range(number):
        key, condition = texts[place % len(texts)]
        name, other = chance.choice(NAMES), chance.choice(NAMES)
        match place % 8:
            case 0:
                yield Question("filter", f"{key}: {condition}", _rows(key, condition))
            case 1:
                yield Question(
                    "sort", f"{key}: {condition} sort by {name}", _rows(key, f"{condition} sort by -{name}, {other}")
                )
            case 2:
                yield Question("group", f"{key}: {condition} by {name}", _rows(key, f"{condition} group by {name}"))
            case 3:
                text = f"{chance.choice(('sum', 'avg', 'min', 'max'))} {other}"
                yield Question("aggregate", f"{key}: {text}", _rows(key, f"{condition} group by {name} show {text}"))
            case 4:
                text = f"{name} = {chance.choice(('1', 'Acme', 'needle', 'yes'))}"
                yield Question("hidden name", f"{key}: {text}", _rows(key, text))
            case 5:
                typed = chance.choice(TYPED)
                yield Question("search", typed, _search(typed[: chance.randint(1, 9)]))
            case 6:
                text = (
                    f"{name} = {chance.choice(TYPED)[:3]}"
                    if chance.random() < 0.6
                    else f"{name} {chance.choice('=<a')}"
                )
                yield Question("autocomplete", f"{key}: {text}", _complete(key, text))
            case 7:
                yield Question("totals", f"{key}: {condition}", _totals(key, condition))


def _texts(actor: Actor, number: int, seed: int) -> list[tuple[str, str]]:
    """Conditions over what the actor may name, drawn once for both worlds."""
    found: list[tuple[str, str]] = []
    known = [key for key in KINDS if actor.may(registry.get(key), "read") != "none"]

    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), st.sampled_from(known), st.just(seed))
    def draw(data: st.DataObject, key: str, _seed: int) -> None:
        found.append((key, data.draw(conditions(actor, registry.get(key), related=1))))

    draw()
    return found


def said(answer: Callable[[Asked], Any]) -> Callable[[Asked], bytes]:
    """The answer as bytes; a refusal is an answer too."""

    def ask(asked: Asked) -> bytes:
        try:
            return repr(answer(asked)).encode()
        except (QueryError, PermissionDenied) as error:
            return f"{type(error).__name__}: {error}".encode()

    return ask


def _rows(key: str, text: str) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> Any:
        plan = query.plan(asked.actor, registry.get(key), text, limit=20)
        if plan.query.group:
            return query.groups(asked.actor, plan)
        return query.plain_rows(asked.actor, plan), query.count(asked.actor, plan)

    return said(answer)


def _totals(key: str, text: str) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> Any:
        plan = query.plan(asked.actor, registry.get(key), text, archived=True)
        names = [
            name
            for name in ("price", "pieces", "people", "score", "fee", "gain", "played")
            if name in query_names(asked, key)
        ]
        return (
            query.aggregates(asked.actor, plan, names),
            query.count_capped(asked.actor, plan),
            query.position(asked.actor, plan, 3),
        )

    return said(answer)


def query_names(asked: Asked, key: str) -> set[str]:
    from rapport.platform.access import readable

    return set(readable(asked.actor, registry.get(key)))


def _search(typed: str) -> Callable[[Asked], bytes]:
    return said(lambda asked: search.find_everywhere(asked.actor, typed))


def _complete(key: str, text: str) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> Any:
        obj = registry.get(key)
        return query.complete(asked.actor, obj, text), formula_words.complete(asked.actor, obj, text)

    return said(answer)


# --- pages and the API ------------------------------------------------------------------------------------------------


def fixed() -> Iterator[Question]:
    """Every address that answers with something of records, once for each Object and for some records."""
    for url in [
        "/",
        "/today",
        "/notifications",
        "/notifications?show=all",
        "/notifications/count",
        "/runs",
        "/settings/views",
        "/palette",
        "/palette?q=need",
        "/palette?q=acme",
        "/palette?q=@info",
        "/find?q=zebra",
        "/find?q=seen",
        "/mentions?q=a",
        "/settings/people",
        "/settings/teams",
    ]:
        yield page(url)
    for plural in ("toys", "plays", "makers", "workshops", "factories"):
        for rest in (
            "",
            "?q=name+contains+needle",
            "?sort=maker&layout=list",
            "?group=maker",
            "/board",
            "/calendar",
            "/calendar?day=2026-03-29&mode=month",
            "/columns",
            "/options?q=a",
            "/options?q=needle",
            "/options?tags=1&q=n",
            "/export?format=csv",
            "/export?format=jsonl",
            "/new",
            "?archived=1",
            "/cells?column=name",
        ):
            yield page(f"/{plural}{rest}")
        for pk in (1, 2, 3, 4, 6, 9, 12, 1000, 1001):
            for rest in ("", "/panel", "/story", "/history", "/map", "/share", "/edit"):
                yield page(f"/{plural}/{pk}{rest}")
        for rest in (
            "?count=exact",
            "?q=secret_recipe+%3D+x",
            "?q=tax_number+is+not+empty",
            "?sort=tax_number",
            "?limit=3&count=exact",
            "/export.csv",
            "/export.jsonl",
        ):
            yield api(f"/{plural}{rest}")
        for pk in (1, 2, 3, 6, 1000):
            for rest in ("", "/timeline", "/events", "/files", "/tags"):
                yield record_api(plural, pk, rest)
        yield workbook(f"/{plural}/export?format=xlsx")
        for rest in ("edit", "tag", "archive"):
            ids = "&".join(f"ids={pk}" for pk in range(1, 14))
            yield page(f"/{plural}/bulk/{rest}?{ids}")
            yield form(f"/{plural}/bulk/{rest}", f"{ids}&field=name&name=x&tags=x")
            yield form(f"/{plural}/bulk/{rest}", "all=1&q=name+contains+needle&field=name&name=x&tags=x")
        yield form(f"/{plural}/cells", 'cells=[{"id": 1, "field": "name", "value": "x"}]')
        yield form(f"/{plural}/new", "name=x&subject=x&maker=2&toy=3")
    for url in (
        "/me",
        "/schema",
        "/search?q=needle",
        "/search?q=acme",
        "/tags",
        "/tags?q=need",
        "/files?count=exact",
        "/changes",
        "/openapi.json",
    ):
        yield api(url)
    for number in range(1, 40):
        yield form(f"/events/{number}/undo", "")
    for key in KEYS:
        for text in ("tags = ", "tags = n", "name = ne", "maker = a", "maker = ne", "owner = ", "toy = ne"):
            yield page(f"/query/complete?object={key}&text={text.replace(' ', '+').replace('=', '%3D')}")


def page(url: str) -> Question:
    return Question("page", url, lambda asked: _http(asked.browser.get(url)))


def form(url: str, sent: str) -> Question:
    """What is sent, and taken back again: the next question meets the same world."""

    def ask(asked: Asked) -> bytes:
        with transaction.atomic():
            answer = asked.browser.post(url, sent, content_type="application/x-www-form-urlencoded")
            said = _http(answer)
            transaction.set_rollback(True)
        return said

    return Question("form", f"{url} {sent}", ask)


def workbook(url: str) -> Question:
    """The cells of a workbook; the file itself carries the moment it was packed."""

    def ask(asked: Asked) -> bytes:
        answer: Any = asked.browser.get(url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code != 200:
            return _http(answer)
        sheet = load_workbook(io.BytesIO(content)).active
        return repr(list(sheet.values) if sheet is not None else None).encode()

    return Question("workbook", url, ask)


def api(url: str) -> Question:
    return Question("api", url, lambda asked: _http(_api(asked, url)))


def record_api(plural: str, pk: int, rest: str) -> Question:
    def ask(asked: Asked) -> bytes:
        model = registry.by_url(plural).model  # type: ignore[union-attr]  # one of ours
        uid = model._default_manager.filter(pk=pk).values_list("uid", flat=True).first()
        return _http(_api(asked, f"/{plural}/{uid or '0190a5a0-0000-7000-8000-000000000001'}{rest}"))

    return Question("api", f"/{plural}/{pk}{rest}", ask)


def _api(asked: Asked, url: str) -> Any:
    return asked.browser.get(f"/api/v1{url}", headers={"Authorization": f"Bearer {asked.secret}"})


def _http(response: Any) -> bytes:
    """All that leaves: status, headers, bytes."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.items()))
    return f"{response.status_code}\n{headers}\n\n".encode() + content
