"""What a formula reads: fields of its own record, of records it points at, of records that point at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.base.money import Money
from rapport.platform.fields import Calculated, Field
from rapport.platform.formula.ast import Apply, Constant, Expression, RightNow, RollUp, Test, Today, Value, parts
from rapport.platform.objects import Object
from rapport.platform.query import schema
from rapport.platform.query.ast import And, Comparison, Condition, Me, Measure, MyTeam, Not, Or, Path, Related, Relation
from rapport.platform.query.compile import changing

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Read:
    """One field that is read: of which Object, and the way to it from the record with the formula.

    A way is made of references walked over (a Field) and of relations followed to many records (a Relation).
    """

    obj: Object
    field: Field[Any]
    way: tuple[tuple[Object, Field[Any] | Relation], ...] = ()


def reads(obj: Object, expression: Expression) -> Iterator[Read]:
    """Every field an expression over `obj` reads, those in its conditions too."""
    for part in parts(expression):
        match part:
            case Value(path, kind):
                yield from _path(obj, path, ())
                if path.field.family == "reference" and kind.kind == "text":
                    yield from _name(obj, path, ())
            case Test(condition):
                yield from _condition(obj, condition, ())
            case RollUp(_function, relation, path, where, _type):
                yield from _relation(obj, relation, path, where, ())
                if part.function in ("latest", "earliest"):
                    from rapport.platform.formula.rolling import moment_key

                    way = ((obj, relation),)
                    yield Read(relation.obj, relation.obj.fields[moment_key(relation.obj)], way)


Way = tuple[tuple[Object, Field[Any] | Relation], ...]


def _path(obj: Object, path: Path, way: Way) -> Iterator[Read]:
    for hop in path.hops:
        yield Read(obj, hop, way)
        way = (*way, (obj, hop))
        obj = schema.target_of(hop) or obj
    yield Read(obj, obj.fields.get(path.keys[len(path.hops)], path.field), way)


def _name(obj: Object, path: Path, way: Way) -> Iterator[Read]:
    """The name of the record a reference points at."""
    for hop in (*path.hops, path.field):
        way = (*way, (obj, hop))
        obj = schema.target_of(hop) or obj
    if obj.name in obj.fields:
        yield Read(obj, obj.fields[obj.name], way)


def _condition(obj: Object, condition: Condition | None, way: Way) -> Iterator[Read]:
    match condition:
        case And(items) | Or(items):
            for item in items:
                yield from _condition(obj, item, way)
        case Not(item):
            yield from _condition(obj, item, way)
        case Comparison(path, _operator, values):
            yield from _path(obj, path, way)
            if path.field.family == "reference" and any(isinstance(value, str) for value in values):
                yield from _name(obj, path, way)
        case Related(relation, where, _none):
            yield from _relation(obj, relation, None, where, way)
        case Measure(_function, relation, path, where, _operator, _value):
            yield from _relation(obj, relation, path, where, way)


def _relation(obj: Object, relation: Relation, path: Path | None, where: Condition | None, way: Way) -> Iterator[Read]:
    inner = (*way, (obj, relation))
    yield Read(obj if relation.forward else relation.obj, relation.field, way if relation.forward else inner)
    yield Read(relation.obj, relation.obj.fields["archived_at"], inner)
    for key in relation.obj.where if relation.obj.of else ():
        yield Read(relation.obj, relation.obj.fields[key], inner)
    if path is not None:
        yield from _path(relation.obj, path, inner)
    yield from _condition(relation.obj, where, inner)


# --- what forbids keeping it -----------------------------------------------------------------------------------------


def moves(expression: Expression) -> bool:
    """Whether it changes with the hour or with the rates of the day, though no record does."""
    for part in parts(expression):
        match part:
            case Today() | RightNow() | Constant(Money()):
                return True
            case Apply("convert"):
                return True
            case Test(condition):
                if changing(condition):
                    return True
            case Value(path, _type):
                if isinstance(path.field, Calculated) and path.field.changes_by_itself:
                    return True
            case RollUp(_function, _relation, path, where, _type):
                inner = path is not None and isinstance(path.field, Calculated) and path.field.changes_by_itself
                if inner or changing(where):
                    return True
    return False


def asks_who(expression: Expression) -> bool:
    """Whether it depends on who asks: me, my team."""
    return any(
        _asks_who(part.condition if isinstance(part, Test) else part.where)
        for part in parts(expression)
        if isinstance(part, Test | RollUp)
    )


def _asks_who(condition: Condition | None) -> bool:
    match condition:
        case And(items) | Or(items):
            return any(_asks_who(item) for item in items)
        case Not(item):
            return _asks_who(item)
        case Comparison(_path, _operator, values):
            return any(isinstance(value, Me | MyTeam) for value in values)
        case Related(_relation, where, _none):
            return _asks_who(where)
        case Measure():
            return _asks_who(condition.where)
    return False
