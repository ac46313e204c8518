"""Comparisons as SQL, a function for each family of fields. Each gives the positive form, which may come out NULL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from rapport.base.lower import lower
from rapport.base.money import Money
from rapport.base.text import fold
from rapport.platform.access import Fragment
from rapport.platform.fields import Ref, ReferenceAny, ReferenceMany
from rapport.platform.objects import registry
from rapport.platform.query import schema, sql
from rapport.platform.query.ast import (
    Id,
    Me,
    MyTeam,
    Operator,
    Path,
    RefUid,
    Value,
)
from rapport.platform.query.frame import Frame, name_column
from rapport.platform.query.sql import FALSE, all_of, any_of, bound, listed, piece
from rapport.platform.query.times import Bound, Span, bounds


def positive(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    if operator == "is empty":
        return _empty(frame, path)
    return _BY_FAMILY[path.field.family](frame, path, operator, values)


# --- text, choices, yes and no -----------------------------------------------------------------------------------


def _text(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    column = frame.columns(path)[0]
    if isinstance(path.field, schema.Uid):
        return any_of([_same_uid(column, value) for value in values])
    if operator in ("=", "in") and path.field.in_lower_case:
        return piece("{} IN ({})", column, listed([lower(str(value)) for value in values]))
    return _words(column, operator, [str(value) for value in values])


def _words(column: str | Fragment, operator: Operator, words: Sequence[str]) -> Fragment:
    if operator in ("contains", "starts with"):
        return sql.contains_text(column, words[0], start=operator == "starts with")
    return sql.equals_text(column, words)


def _same_uid(column: str | Fragment, value: Value) -> Fragment:
    assert isinstance(value, UUID)  # noqa: S101  # by family
    return piece("{} = {}", column, bound(value if sql.is_postgresql() else value.hex))


def _composite(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    return any_of([sql.contains_text(column, str(values[0])) for column in frame.columns(path)])


def _choice(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    column = frame.columns(path)[0]
    if isinstance(path.field, schema.KindOf):
        kind = Path(path.keys[:-1], path.hops, _any_field(frame, path))
        return all_of([piece("{} IN ({})", column, listed(values)), frame.shown(kind)])
    return _one_of(column, values)


def _any_field(frame: Frame, path: Path) -> ReferenceAny:
    return cast(ReferenceAny, frame.owner(path)[1].fields[path.keys[-2]])


def _one_of(column: str | Fragment, values: Sequence[object]) -> Fragment:
    return (
        piece("{} = {}", column, bound(values[0])) if len(values) == 1 else piece("{} IN ({})", column, listed(values))
    )


def _boolean(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    column = frame.columns(path)[0]
    if isinstance(path.field, schema.Archived):
        if values[0]:
            return piece("{} IS NOT NULL", column)
        return piece("({}.id IS NOT NULL AND {} IS NULL)", frame.owner(path)[0], column)
    return piece("{} = {}", column, "TRUE" if values[0] else "FALSE")


def _choices(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    column = frame.columns(path)[0]
    if sql.is_postgresql():
        return any_of([piece("{} @> to_jsonb({}::text)", column, bound(value)) for value in values])
    return piece("EXISTS (SELECT 1 FROM json_each({}) j WHERE j.value IN ({}))", column, listed(values))


def _tags(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    return _tagged(frame, path, piece(" AND g.fold IN ({})", listed([fold(str(value)) for value in values])))


def _tagged(frame: Frame, path: Path, which: Fragment) -> Fragment:
    alias, obj = frame.owner(path)
    head = "EXISTS (SELECT 1 FROM platform_tagging l JOIN platform_tag g ON g.id = l.tag_id"
    return piece(head + " WHERE l.object = {} AND l.record_id = {}.id{})", bound(obj.access_key), alias, which)


# --- quantities and times ----------------------------------------------------------------------------------------


def _number(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    return ordered(frame.columns(path)[0], operator, [sql.number(cast(Decimal, value)) for value in values])


def _duration(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    return ordered(frame.columns(path)[0], operator, [sql.seconds(cast(timedelta, value)) for value in values])


def ordered(column: str | Fragment, operator: Operator, values: Sequence[object]) -> Fragment:
    if operator == "between":
        return piece("{} BETWEEN {} AND {}", column, bound(values[0]), bound(values[1]))
    if operator in ("=", "in"):
        return _one_of(column, values)
    return piece("{} {} {}", column, operator, bound(values[0]))


def _money(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    """Sums of another currency are compared by their worth; "the same sum in the same currency" by what is written."""
    amount, currency, base = frame.columns(path)
    if operator in ("=", "in"):
        return any_of([_same_money(amount, currency, base, value) for value in values])
    worth = [in_base(value) for value in values]
    if None in worth:
        return FALSE
    return ordered(base, operator, [sql.number(cast(Decimal, value)) for value in worth])


def _same_money(amount: Fragment, currency: Fragment, base: Fragment, value: Value) -> Fragment:
    if isinstance(value, Money):
        return piece("({} = {} AND {} = {})", amount, bound(sql.number(value.amount)), currency, bound(value.currency))
    return piece("{} = {}", base, bound(sql.number(cast(Decimal, value))))


def in_base(value: Value) -> Decimal | None:
    """What a value is worth in the base currency today; None where no rate is known."""
    from rapport.platform import currencies

    return currencies.to_base(value) if isinstance(value, Money) else cast(Decimal, value)


def _date(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    spans = [frame.context.now.days(value) for value in values]
    return _in_spans(frame.columns(path)[0], operator, spans, sql.day)


def _datetime(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    spans = [frame.context.now.moments(value, operator) for value in values]
    return _in_spans(frame.columns(path)[0], operator, spans, sql.moment)


def _in_spans(column: Fragment, operator: Operator, spans: list[Span[Any]], write: Callable[[Any], Any]) -> Fragment:
    if operator in ("=", "in"):
        return any_of([within(column, bounds("=", [span]), write) for span in spans])
    return within(column, bounds(operator, spans), write)


def within(column: str | Fragment, limits: list[Bound[Any]], write: Callable[[Any], Any]) -> Fragment:
    return all_of([piece("{} {} {}", column, limit.sign, bound(write(limit.value))) for limit in limits])


# --- references --------------------------------------------------------------------------------------------------


def _reference(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    if isinstance(path.field, ReferenceAny):
        return _any_kind(frame, path, values)
    if operator in ("contains", "starts with"):
        name = frame.name_of(path)
        return FALSE if name is None else _words(name, operator, [str(values[0])])
    names = [value for value in values if isinstance(value, str)]
    parts = [_points_at(frame, path, value) for value in values if not isinstance(value, str)]
    if names and (column := frame.name_of(path)):
        parts.append(sql.equals_text(column, names))
    return any_of(parts)


def _points_at(frame: Frame, path: Path, value: Value) -> Fragment:
    actor = frame.context.actor
    alias, obj = frame.owner(path)
    raw = frame.raw(alias, obj, path.field)[0]
    target = schema.target_of(path.field)
    match value:
        case Me():
            return FALSE if actor.user_id is None else piece("{} = {}", raw, bound(actor.user_id))
        case MyTeam():
            return my_team(raw, getattr(path.field, "to", ""), actor.team_ids)
        case Id(ident):
            found = piece("{} = {}", raw, bound(ident))
        case UUID() if target is not None:
            found = piece("{} = (SELECT u.id FROM {} u WHERE {})", raw, target.table, _same_uid("u.uid", value))
        case _:
            return FALSE
    seen = frame.reference_id(path)
    return found if seen == raw else all_of([found, Fragment(f"{seen} IS NOT NULL")])


def my_team(column: str, to: str, teams: Sequence[int]) -> Fragment:
    """Teams of mine, or people in them."""
    if not teams:
        return FALSE
    if to == "platform.Team":
        return piece("{} IN ({})", column, listed(teams))
    return piece("{} IN (SELECT m.user_id FROM platform_membership m WHERE m.team_id IN ({}))", column, listed(teams))


def _any_kind(frame: Frame, path: Path, values: Sequence[Value]) -> Fragment:
    alias, obj = frame.owner(path)
    kind, ident = frame.raw(alias, obj, path.field)
    same = any_of([_same_ref(kind, ident, value) for value in values])
    return all_of([same, frame.shown(path)])


def _same_ref(kind: str, ident: str, value: Value) -> Fragment:
    if isinstance(value, RefUid):
        target = registry.get(value.object)
        found = piece("(SELECT u.id FROM {} u WHERE {})", target.table, _same_uid("u.uid", value.uid))
    else:
        value = cast(Ref, value)
        found = bound(value.id)
    return piece("({} = {} AND {} = {})", kind, bound(value.object), ident, found)


def _references(frame: Frame, path: Path, operator: Operator, values: Sequence[Value]) -> Fragment:
    """At least one of the records linked, that may be seen, is one of the values."""
    ways = []
    field = cast(ReferenceMany, path.field)
    target = field.target
    for value in values:
        match value:
            case str():
                name = name_column(frame.context.actor, target)
                ways.append(FALSE if name is None else sql.equals_text(f"x.{name}", [value]))
            case Id(ident):
                ways.append(piece("x.id = {}", bound(ident)))
            case UUID():
                ways.append(_same_uid("x.uid", value))
            case Me():
                user = frame.context.actor.user_id
                ways.append(FALSE if user is None else piece("x.id = {}", bound(user)))
            case MyTeam():
                ways.append(my_team("x.id", field.to, frame.context.actor.team_ids))
    return _linked(frame, path, any_of(ways))


def _linked(frame: Frame, path: Path, which: Fragment) -> Fragment:
    alias, _obj = frame.owner(path)
    field = cast(ReferenceMany, path.field)
    here, there = field.link_ends
    scope = frame.context.scope(field.target, "read", "x")
    head = "EXISTS (SELECT 1 FROM {} l JOIN {} x ON x.id = l.{} WHERE l.{} = {}.id AND {} AND {})"
    return piece(head, field.link_source, field.target.table, f'"{there}"', f'"{here}"', alias, scope, which)


# --- empty -------------------------------------------------------------------------------------------------------


def _empty(frame: Frame, path: Path) -> Fragment:
    match path.field.family:
        case "tags":
            return sql.deny(_tagged(frame, path, Fragment("")))
        case "references":
            return sql.deny(_linked(frame, path, sql.TRUE))
        case "reference" if isinstance(path.field, ReferenceAny):
            return sql.deny(frame.shown(path))
        case "reference":
            return Fragment(f"{frame.reference_id(path)} IS NULL")
        case "choice" if isinstance(path.field, schema.KindOf):
            kind = Path(path.keys[:-1], path.hops, _any_field(frame, path))
            return sql.deny(frame.shown(kind))
        case "text" | "choice" | "composite":
            return all_of([piece("({} IS NULL OR {} = '')", column, column) for column in frame.columns(path)])
        case "choices":
            function = "jsonb_array_length" if sql.is_postgresql() else "json_array_length"
            column = frame.columns(path)[0]
            return piece("({} IS NULL OR {}({}) = 0)", column, function, column)
    return piece("{} IS NULL", frame.columns(path)[0])


_Family = Callable[[Frame, Path, Operator, Sequence[Value]], Fragment]
_BY_FAMILY: dict[str, _Family] = {
    "text": _text,
    "composite": _composite,
    "choice": _choice,
    "boolean": _boolean,
    "choices": _choices,
    "tags": _tags,
    "number": _number,
    "duration": _duration,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "reference": _reference,
    "references": _references,
}
