"""From rows to JSON: what a query selected goes through one conversion per field straight into orjson.

References become {"id", "label"}, null where the record may not be seen. No model instance is built, nothing is
validated on the way out; `tests/platform/api` holds the answers against the published schema instead.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse

from rapport.platform import query
from rapport.platform.access import Fragment, readable
from rapport.platform.api.problems import missing
from rapport.platform.audit import watch
from rapport.platform.fields import ReferenceAny, ReferenceMany
from rapport.platform.labels import names
from rapport.platform.query.compile import HEAD, Compiled, compile, order_name
from rapport.platform.query.cursor import seal
from rapport.platform.query.memory import Memory
from rapport.platform.query.plan import Link, Plan
from rapport.platform.query.readers import uid_text
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import is_postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from uuid import UUID

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field, Ref
    from rapport.platform.objects import Object
    from rapport.platform.query.readers import Reader

Json = dict[str, Any]
Raw = tuple[Any, ...]
# Every field of one record, by who asks.
_wholes: Memory[Plan] = Memory(500)
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


def answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON response that no cache keeps."""
    body = orjson.dumps(content, default=str, option=OPTIONS)
    return HttpResponse(
        body, status=status, content_type="application/json", headers={"Cache-Control": "no-store", **(headers or {})}
    )


def etag(version: int) -> str:
    return f'"{version}"'


# --- rows -----------------------------------------------------------------------------------------------------------


def page(actor: Actor, plan: Plan, compiled: Compiled | None = None) -> tuple[list[Json], str]:
    """The records of one page, and the cursor of the next ("" at the end)."""
    ready = compiled or compile(actor, plan)
    raws: list[Raw] = []
    for statement in ready.statements:
        if len(raws) <= plan.limit:
            raws.extend(fetch(statement))
    following = ""
    if len(raws) > plan.limit:
        del raws[plan.limit :]
        following = seal(order_name(plan.query.sort), raws[-1][-ready.keys :])
    watch.rows(actor, ready.watched, raws)
    return _rows(ready, raws), following


def _rows(compiled: Compiled, raws: Sequence[Raw]) -> list[Json]:
    """Dicts as the columns came, then converted field by field: a loop of a field decides nothing per value."""
    keys = ("id", "version", *(str(reader.path) for reader in compiled.readers))
    end = HEAD + len(compiled.readers)
    rows = [dict(zip(keys, (uid_text(raw[1]), *raw[2:end]), strict=True)) for raw in raws]
    for key, reader, columns in zip(keys[2:], compiled.readers, compiled.places, strict=True):
        if reader.outside is not None:
            _convert_outside(compiled, reader, key, columns, rows, raws)
        elif reader.path.field.family in ("reference", "file") and len(columns) == 3:
            _convert_links(reader, key, columns, rows, raws)
        elif reader.plain is not None:
            _convert(reader, key, columns, rows, raws)
    return rows


def _convert(reader: Reader, key: str, columns: tuple[int, ...], rows: list[Json], raws: Sequence[Raw]) -> None:
    plain = reader.plain
    assert plain is not None  # noqa: S101  # asked by the caller
    # NULL in the first column is nothing, but for texts (nothing is "") and for whether there is a moment (yes, no).
    empty = reader.path.field.family in ("number", "money", "duration", "date", "datetime")
    take = itemgetter(*columns) if len(columns) > 1 else None
    for row, raw in zip(rows, raws, strict=True):
        first = raw[columns[0]]
        if first is None and empty:
            continue
        row[key] = plain(first) if take is None else plain(*take(raw))


def _convert_links(reader: Reader, key: str, columns: tuple[int, ...], rows: list[Json], raws: Sequence[Raw]) -> None:
    ident_at, uid_at, label_at = columns
    value = reader.value
    assert value is not None  # noqa: S101  # a reference always converts
    # The same few owners and customers stand in most rows of a page.
    known: dict[int | None, Json | None] = {None: None}
    for row, raw in zip(rows, raws, strict=True):
        ident = raw[ident_at]
        if ident not in known:
            label = raw[label_at] or value(ident, raw[uid_at], None).label
            known[ident] = {"id": uid_text(raw[uid_at]), "label": label}
        row[key] = known[ident]


def _convert_outside(
    compiled: Compiled, reader: Reader, key: str, columns: tuple[int, ...], rows: list[Json], raws: Sequence[Raw]
) -> None:
    value, field = reader.value, reader.path.field
    assert reader.outside is not None and value is not None  # noqa: S101  # asked by the caller
    parts = [tuple(raw[place] for place in columns) for raw in raws]
    loaded = reader.outside(compiled.frame, parts)
    for row, part in zip(rows, parts, strict=True):
        found = value(*part, loaded)
        if isinstance(field, ReferenceAny):
            row[key] = any_link(found)
        else:
            row[key] = [link(one) for one in found] if isinstance(field, ReferenceMany) else found


def link(found: Link | None) -> Json | None:
    return None if found is None else {"id": found.uid, "label": found.label}


def any_link(found: Link | None) -> Json | None:
    return None if found is None else {"object": found.object, "id": found.uid, "label": found.label}


# --- one record -----------------------------------------------------------------------------------------------------


def one(actor: Actor, obj: Object, pk: int) -> Json | None:
    """A record with every field the actor may read; None where it may not be seen."""
    return _one(actor, obj, lambda alias: Fragment(f"{alias}.id = %s", (pk,)))


def by_uid(actor: Actor, obj: Object, uid: UUID) -> Json:
    """The same by uid. Raises Problem 404 alike for a missing and a foreign one."""
    found = _one(actor, obj, lambda alias: Fragment(f"{alias}.uid = %s", (uid if is_postgresql() else uid.hex,)))
    if found is None:
        raise missing()
    return found


def _one(actor: Actor, obj: Object, which: Callable[[str], Fragment]) -> Json | None:
    plan = _wholes.get(
        actor,
        (obj.key, id(obj)),
        lambda: query.plan(actor, obj, "", select=readable(actor, obj), sort="id", limit=1, archived=True),
    )
    rows, _next = page(actor, plan.with_extra(which))
    return rows[0] if rows else None


def record(
    actor: Actor, obj: Object, found: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A record as the answer, its version as ETag. What was written but may no longer be seen keeps its content."""
    content = one(actor, obj, found.pk) or {"id": str(found.uid), "version": found.version}
    return answer(content, status=status, headers={"ETag": etag(content["version"]), **(headers or {})})


# --- Python values and Events ---------------------------------------------------------------------------------------


def plain_values(actor: Actor, obj: Object, values: Mapping[str, Any]) -> Json:
    """Python values of readable fields as JSON, references named."""
    seen = readable(actor, obj)
    plain = {key: seen[key].plain(value) for key, value in values.items() if key in seen}
    known = names(actor, [ref for key, value in plain.items() for ref in refs(seen[key], value)])
    return {key: named(known, seen[key], value) for key, value in plain.items()}


def refs(field: Field[Any], plain: Any) -> Iterable[Ref]:
    """The records a plain value of the past names."""
    return [ref for ref in _refs(field, plain) if ref is not None]


def named(known: Any, field: Field[Any], plain: Any) -> Any:
    """A plain value with every local id replaced by what may be seen of the record."""
    match field:
        case ReferenceAny():
            return next((any_link(known.get(ref)) for ref in refs(field, plain)), None)
        case ReferenceMany():
            return [link(found) for ref in refs(field, plain) if (found := known.get(ref))]
    if field.family in ("reference", "file"):
        return next((link(known.get(ref)) for ref in refs(field, plain)), None)
    return plain


def _refs(field: Field[Any], plain: Any) -> list[Ref | None]:
    from rapport.platform.fields import Ref

    match field:
        case ReferenceAny():
            return [field.from_plain(plain)]
        case ReferenceMany():
            return [Ref(field.target.key, pk) for pk in field.from_plain(plain) or []]
    if field.family in ("reference", "file") and isinstance(plain, int):
        return [Ref(field.target.key, plain)]  # type: ignore[attr-defined]  # a Reference by its family
    return []
