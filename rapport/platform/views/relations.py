"""What points at a record: a card per Object, its first rows, how many there are, the way to all; registered panels.

Every default card comes out of one UNION ALL over the referring tables with access on each; only where more than the
shown rows exist a second query counts them (capped).
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from rapport.base.money import Money
from rapport.platform import access, panels
from rapport.platform.access import Fragment, scope_sql
from rapport.platform.access.scope import NO
from rapport.platform.fields import Choice, DateTime, Field, MoneyField, Reference, ReferenceAny, ReferenceMany
from rapport.platform.labels import column, concrete_sql, name_sql, quote, where_sql
from rapport.platform.objects import Object, registry
from rapport.platform.record import Steps
from rapport.platform.views import addresses, cells
from rapport.ui import formats

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.panels import Line, Panel
    from rapport.ui.shapes import Chip

SHOWN = 5
MOST = 100
_AT = DateTime("at")


@dataclass(frozen=True)
class Pointing:
    """A reference field of an Object that may point at the record."""

    obj: Object
    field: Field[Any]

    @property
    def key(self) -> str:
        return f"{self.obj.key}.{self.field.key}"


class Found(NamedTuple):
    """A row of a default card as it comes from the database."""

    card: str
    kind: str
    id: int
    name: str | None
    amount: Any
    currency: str | None
    state: str | None
    stage: str | None
    step_at: datetime | None
    has_step: int


@dataclass(frozen=True)
class Card:
    """A card of the relations column."""

    id: str
    title: str
    rows: list[dict[str, Any]]
    link: dict[str, Any] | None = None
    add_url: str = ""
    note: str = ""
    picture: object = None
    icon: str = "list"


# --- which cards ----------------------------------------------------------------------------------------------------


def pointing_at(actor: Actor, obj: Object) -> Iterator[Pointing]:
    """Reference fields of readable Objects that lead here and want a card."""
    for other in registry.all():
        if other.of or actor.may(other, "read") == "none":
            continue
        readable = access.readable(actor, other)
        for field in other.fields.values():
            if field.key in readable and leads(field, obj) and getattr(field, "panel", True):
                yield Pointing(other, field)


def leads(field: Field[Any], obj: Object) -> bool:
    """Whether a reference may point at records of `obj`."""
    if isinstance(field, ReferenceAny):
        return not field.to or bool({obj.key, obj.base.key} & set(field.to))
    if isinstance(field, Reference | ReferenceMany):
        fits = not field.kinds or obj.key in field.kinds or not obj.of
        return field.to == obj.model._meta.label and fits
    return False


def cards(actor: Actor, obj: Object, record: Any) -> tuple[list[Card], list[dict[str, str]]]:
    """(cards with something in them, what could be added to the empty ones). Two queries besides those of panels."""
    registered = panels.panels_of(obj)
    covered = frozenset(key for one in registered for key in one.covers)
    own = [card for place, one in enumerate(registered) if (card := _registered(actor, record, one, place))]
    everything = list(pointing_at(actor, obj))
    asked = [one for one in everything if one.obj.key not in covered]
    rows = _rows(actor, obj, record, asked)
    counts = _counts(actor, obj, record, [one for one in asked if len(rows.get(one.key, ())) > SHOWN])
    filled = sorted(_once([one for one in asked if one.key in rows]), key=_place)
    several = Counter(one.obj.key for one in filled)
    made = [
        _card(actor, obj, record, one, rows[one.key], counts.get(one.key), several[one.obj.key] == 1) for one in filled
    ]
    first = {one.obj.key: one for one in reversed(everything)}
    empty = [one for key, one in first.items() if key not in several]
    additions = [item for one in sorted(empty, key=_place) if (item := _addition(actor, obj, record, one))]
    return [*own, *made], additions


def _once(filled: Sequence[Pointing]) -> list[Pointing]:
    """Where an Object points here by its `path` too, its other references would only say the same again."""
    by_path = {one.obj.key for one in filled if one.field.key == one.obj.path}
    return [one for one in filled if one.obj.key not in by_path or one.field.key == one.obj.path]


def _place(one: Pointing) -> tuple[bool, bool, int, str]:
    """People first, then what has a board, what the story tells already last."""
    obj = one.obj
    return (obj.path != "id", obj.story is not None and obj.board is None, obj.navigation or 1_000, obj.key)


# --- rows -----------------------------------------------------------------------------------------------------------


def _rows(actor: Actor, obj: Object, record: Any, asked: Sequence[Pointing]) -> dict[str, list[Found]]:
    parts = [part for one in asked if (part := _part(actor, obj, record, one))]
    if not parts:
        return {}
    text = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{number}" for number, part in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(text, [value for part in parts for value in part.params])
        found = [_found(row) for row in cursor.fetchall()]
    grouped: dict[str, list[Found]] = {}
    for row in found:
        grouped.setdefault(row.card, []).append(row)
    return grouped


def _found(row: Sequence[Any]) -> Found:
    values = [*row[:8], _AT.from_row(row[8]), row[9]]
    return Found(*values)


def _part(actor: Actor, obj: Object, record: Any, one: Pointing) -> Fragment | None:
    scope = scope_sql(actor, one.obj, "read", "t")
    if scope is NO:
        return None
    readable = access.readable(actor, one.obj)
    join, where = _points(obj, record, one)
    kind = concrete_sql(one.obj, "t")
    board = one.obj.board
    money = readable.get(board.value) if board else None
    by = readable.get(board.by) if board else _state_field(one.obj, readable)
    amount = column(one.obj, f"{money.key}_amount", "t") if isinstance(money, MoneyField) else "NULL"
    currency = column(one.obj, f"{money.key}_currency", "t") if isinstance(money, MoneyField) else "NULL"
    state = column(one.obj, by.key, "t") if isinstance(by, Choice) else "NULL"
    steps = issubclass(one.obj.model, Steps) and "next_step_at" in readable
    step_at = (
        column(one.obj, "next_step_at", "t")
        if steps
        else "CAST(NULL AS TIMESTAMP)"
        if connection.vendor == "sqlite"
        else "CAST(NULL AS TIMESTAMPTZ)"
    )
    has_step = (
        f"CASE WHEN {column(one.obj, 'next_step', 't')} <> '' OR {step_at} IS NOT NULL THEN 1 ELSE 0 END"
        if steps
        else "-1"
    )
    filters = where_sql(one.obj, "t")
    text = (
        f"SELECT CAST(%s AS TEXT) AS card, {kind.sql} AS kind, t.id AS id, {name_sql(one.obj, 't')} AS name, "
        f"CAST({amount} AS TEXT) AS amount, CAST({currency} AS TEXT) AS currency, CAST({state} AS TEXT) AS state, "
        f"{_stage_sql(one.obj, by)} AS stage, {step_at} AS step_at, {has_step} AS has_step "
        f"FROM {quote(one.obj.table)} t {join} WHERE {where.sql} AND {filters.sql} AND {scope.sql} "
        f"ORDER BY t.id DESC LIMIT {SHOWN + 1}"
    )
    return Fragment(text, (one.key, *kind.params, *where.params, *filters.params, *scope.params))


def _state_field(obj: Object, readable: dict[str, Field[Any]]) -> Field[Any] | None:
    """The choice that says how a record stands: the first whose answers have tones."""
    return next(
        (one for one in readable.values() if isinstance(one, Choice) and any(option.tone for option in one.options)),
        None,
    )


def _stage_sql(obj: Object, by: Field[Any] | None) -> str:
    """The name of the column a card stands in, where the board goes by a reference."""
    if not isinstance(by, Reference):
        return "CAST(NULL AS TEXT)"
    return (
        f"(SELECT {name_sql(by.target, 'g')} FROM {quote(by.target.table)} g WHERE g.id = {column(obj, by.key, 't')})"
    )


def _points(obj: Object, record: Any, one: Pointing) -> tuple[str, Fragment]:
    """(join, condition) for the rows that point at the record."""
    field = one.field
    if isinstance(field, ReferenceAny):
        kinds = tuple(dict.fromkeys((obj.base.key, *(member.key for member in registry.family(obj.base)))))
        marks = ", ".join(["%s"] * len(kinds))
        kind, pointed = column(one.obj, f"{field.key}_object", "t"), column(one.obj, f"{field.key}_id", "t")
        return "", Fragment(f"{kind} IN ({marks}) AND {pointed} = %s", (*kinds, record.pk))
    if isinstance(field, ReferenceMany):
        through, here, there = field.link
        join = f"JOIN {quote(through._meta.db_table)} l ON l.{quote(here)} = t.id"
        return join, Fragment(f"l.{quote(there)} = %s", (record.pk,))
    return "", Fragment(f"{column(one.obj, field.key, 't')} = %s", (record.pk,))


def _counts(actor: Actor, obj: Object, record: Any, asked: Sequence[Pointing]) -> dict[str, int]:
    """How many point here, up to MOST + 1."""
    if not asked:
        return {}
    parts = []
    for one in asked:
        scope, filters = scope_sql(actor, one.obj, "read", "t"), where_sql(one.obj, "t")
        join, where = _points(obj, record, one)
        tests = f"{where.sql} AND {filters.sql} AND {scope.sql}"
        rows = f"SELECT 1 AS one FROM {quote(one.obj.table)} t {join} WHERE {tests} LIMIT {MOST + 1}"
        text = f"SELECT CAST(%s AS TEXT), COUNT(*) FROM ({rows}) c"
        parts.append(Fragment(text, (one.key, *where.params, *filters.params, *scope.params)))
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(part.sql for part in parts), [value for part in parts for value in part.params]
        )
        return dict(cursor.fetchall())


# --- drawing --------------------------------------------------------------------------------------------------------


def _card(
    actor: Actor, obj: Object, record: Any, one: Pointing, rows: list[Found], count: int | None, alone: bool
) -> Card:
    shown, of = rows[:SHOWN], _shown_as(one, rows)
    number = count if count is not None else len(rows)
    text = f"{MOST}+" if number > MOST else str(number)
    link = {"label": _("all {n}").format(n=text) if number > SHOWN else text, "href": _all_url(obj, record, one, of)}
    return Card(
        f"card-{one.key.replace('.', '-')}",
        str(of.plural) if alone else f"{of.plural}: {one.field.label}",
        [_drawn(one.obj, row) for row in shown],
        link,
        _add_url(actor, obj, record, one, of if of.of or not list(registry.family(of)) else _makeable(one)),
        icon=str(one.obj.icon),
    )


def _shown_as(one: Pointing, rows: Sequence[Found]) -> Object:
    """The Object whose word stands over the card: the concrete one when all rows are of it."""
    kinds = {row.kind for row in rows}
    return registry.get(kinds.pop()) if len(kinds) == 1 and len(rows) <= SHOWN else one.obj


def _drawn(obj: Object, row: Found) -> dict[str, Any]:
    concrete = registry.get(row.kind) if registry.has(row.kind) else obj
    drawn: dict[str, Any] = {
        "text": row.name or f"{concrete.label} {row.id}",
        "href": addresses.panel_url(concrete, row.id),
    }
    if obj.path == "id":
        drawn["face"] = drawn["text"]
    if row.has_step >= 0:
        tone = cells.step_tone(row.step_at) if row.step_at else "later" if row.has_step else "none"
        drawn["step"] = {
            "text": cells.step("", row.step_at)["text"]
            if row.step_at
            else _("no next step")
            if tone == "none"
            else _("planned"),
            "tone": tone,
        }
    if row.amount is not None and row.currency:
        drawn["number"] = formats.money(Money(Decimal(str(row.amount)), row.currency))
    drawn |= _chip(obj, row, "number" in drawn)
    return drawn


def _chip(obj: Object, row: Found, has_number: bool) -> dict[str, Any]:
    if row.stage:
        return {"note": row.stage} if has_number else {"chip": {"text": row.stage}}
    board = obj.board
    field = (
        obj.fields.get(board.by)
        if board
        else next(
            (one for one in obj.fields.values() if isinstance(one, Choice) and any(o.tone for o in one.options)), None
        )
    )
    option = field.option(row.state or "") if isinstance(field, Choice) else None
    if option is None:
        return {}
    chip: Chip = {"text": str(option.label), "tone": option.tone}
    return {"note": chip["text"]} if has_number else {"chip": chip}


def _all_url(obj: Object, record: Any, one: Pointing, of: Object) -> str:
    value = f"{obj.base.key}:{record.pk}" if isinstance(one.field, ReferenceAny) else f"#{record.pk}"
    return addresses.list_url(of, q=f"{one.field.key} = {value}")


def _add_url(actor: Actor, obj: Object, record: Any, one: Pointing, of: Object) -> str:
    """The form that makes another `of` pointing here, where the actor may make one."""
    if (
        record.is_archived
        or actor.may(one.obj, "create") == "none"
        or one.field.key not in access.writable(actor, one.obj)
    ):
        return ""
    if one.obj.key in ("user", "file") or isinstance(one.field, ReferenceMany):
        return ""
    value = f"{obj.base.key}:{record.pk}" if isinstance(one.field, ReferenceAny) else str(record.pk)
    return addresses.with_query(f"{addresses.list_url(of)}/new", {one.field.key: value})


def _addition(actor: Actor, obj: Object, record: Any, one: Pointing) -> dict[str, str] | None:
    of = _makeable(one)
    url = _add_url(actor, obj, record, one, of)
    return {"label": str(of.label), "href": url, "icon": str(of.icon)} if url else None


def _makeable(one: Pointing) -> Object:
    """Of a family its first member: the base itself is no kind of record anybody makes."""
    members = [member for member in registry.family(one.obj) if member.where and one.field.key in member.fields]
    return min(members, key=lambda member: member.navigation or 1_000) if members else one.obj


# --- registered panels ----------------------------------------------------------------------------------------------


def _registered(actor: Actor, record: Any, one: panels.Registered, place: int) -> Card | None:
    panel = one.function(actor, record)
    if panel is None or not (panel.rows or panel.note or panel.picture):
        return None
    return Card(
        f"panel-{place}",
        str(one.label),
        [_line(line) for line in panel.rows],
        _panel_link(panel),
        note=panel.note,
        picture=panel.picture,
        icon=one.icon,
    )


def _panel_link(panel: Panel) -> dict[str, Any] | None:
    text = "" if panel.count is None else f"{panel.count}+" if panel.more else str(panel.count)
    if panel.all is None:
        return None
    key, asked = panel.all
    return {"label": text or _("all"), "href": addresses.list_url(registry.get(key), q=asked)}


def _line(line: Line) -> dict[str, Any]:
    drawn: dict[str, Any] = {"text": line.text}
    if line.ref is not None:
        drawn["href"] = addresses.panel_url(line.ref.object, line.ref.id)
    if line.face:
        drawn["face"] = line.text
    if line.step:
        drawn["step"] = {"text": line.note or line.text, "tone": line.step}
    if line.chip is not None:
        drawn["chip"] = {"text": line.chip.text, "tone": line.chip.tone, "title": line.chip.title}
    for key in ("note", "number"):
        if getattr(line, key):
            drawn[key] = getattr(line, key)
    return drawn


urlpatterns: list[Any] = []
