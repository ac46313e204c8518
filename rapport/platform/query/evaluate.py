"""A query asked of records in memory, in plain Python: what it means, said a second time without any SQL.

Tests hold the SQL against it; a rule or a subscription can ask it about one record without a database. A world gives
the records (mappings of field values by key, with "id" and "uid") and says which of them the actor may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import UUID

from rapport.base.lower import lower
from rapport.base.money import Money
from rapport.base.text import fold
from rapport.platform.fields import Calculated, Field, Ref, ReferenceAny, ReferenceMany
from rapport.platform.objects import Object, registry
from rapport.platform.query import schema
from rapport.platform.query.ast import (
    NEGATIVE,
    And,
    Comparison,
    Condition,
    Id,
    Me,
    Measure,
    MyTeam,
    Not,
    Operator,
    Or,
    Path,
    Query,
    RefUid,
    Related,
    Relation,
    Value,
    names_archived,
)
from rapport.platform.query.times import Now, bounds

if TYPE_CHECKING:
    from rapport.platform.access import Actor

Record = Mapping[str, Any]
SIX = Decimal("0.000001")


class World(Protocol):
    """Records in memory. `records` gives those of a base Object's table, archived ones too."""

    def records(self, obj: Object) -> Iterable[Record]: ...

    def visible(self, obj: Object, record: Record) -> bool: ...

    def members(self, team_ids: Sequence[int]) -> set[int]: ...

    def worth(self, money: Money) -> Decimal | None: ...


class Evaluator:
    """Asks queries of a world for one actor at one hour."""

    def __init__(self, actor: Actor, world: World) -> None:
        self.actor = actor
        self.world = world
        self.now = Now(actor.culture)

    def select(self, query: Query) -> list[Record]:
        """The records a query finds, in the order the world gives them."""
        return [
            record
            for record in self.of(query.obj)
            if (query.names_archived or record.get("archived_at") is None)
            and (query.condition is None or self.holds(query.condition, query.obj, record))
        ]

    def of(self, obj: Object) -> Iterable[Record]:
        """The records of an Object the actor may see."""
        for record in self.world.records(obj.base):
            if all(record[key] == value for key, value in obj.where.items()) and self.world.visible(obj.base, record):
                yield record

    def holds(self, condition: Condition, obj: Object, record: Record) -> bool:
        """Whether one record meets a condition."""
        match condition:
            case And(items):
                return all(self.holds(item, obj, record) for item in items)
            case Or(items):
                return any(self.holds(item, obj, record) for item in items)
            case Not(item):
                return not self.holds(item, obj, record)
            case Comparison(path, operator, values):
                positive = NEGATIVE.get(operator)
                if positive is not None:
                    return not self.compare(path, positive, values, obj, record)
                return self.compare(path, operator, values, obj, record)
            case Related(relation, where, none):
                return none != any(True for _found in self.related(relation, where, obj, record))
            case Measure():
                return self.measure(condition, obj, record)

    # --- comparisons -----------------------------------------------------------------------------------------------

    def compare(self, path: Path, operator: Operator, values: Sequence[Value], obj: Object, record: Record) -> bool:
        for hop in path.hops:
            found = self.target(hop, record)
            if found is None:
                return operator == "is empty"
            obj, record = found
        value = self.value(path.field, obj, record)
        if operator == "is empty":
            return value is None or value == "" or value == []
        return self.meets(path.field, value, operator, values, record)

    def target(self, reference: Field[Any], record: Record) -> tuple[Object, Record] | None:
        """The record a reference points at, if the actor may see it."""
        target = cast(Object, schema.target_of(reference))
        ident = record[reference.key]
        return self.find(target, ident) if ident is not None else None

    def find(self, obj: Object, ident: int) -> tuple[Object, Record] | None:
        for record in self.world.records(obj.base):
            if record["id"] == ident and self.world.visible(obj.base, record):
                return obj, record
        return None

    def value(self, field: Field[Any], obj: Object, record: Record) -> Any:
        """The value of a field; references that may not be seen, and addresses without a word, are None."""
        if isinstance(field, schema.Archived):
            return record.get("archived_at") is not None
        if isinstance(field, Calculated):
            return field.evaluate(self, obj, record)
        if isinstance(field, schema.KindOf):
            ref = self.value(obj.fields[field.key.removesuffix("_object")], obj, record)
            return None if ref is None else ref.object
        if isinstance(field, ReferenceAny):
            ref = record[field.key]
            return ref if ref is not None and self.find(registry.get(ref.object), ref.id) else None
        if isinstance(field, ReferenceMany):
            return [ident for ident in record[field.key] if self.find(field.target, ident)]
        if schema.target_of(field) is not None:
            return record[field.key] if self.target(field, record) else None
        if field.key not in record:  # a part of an address
            key, _underscore, part = field.key.partition("_")
            return getattr(record[key], part)
        value = record[field.key]
        return None if field.family == "composite" and value == field.empty() else value

    def meets(self, field: Field[Any], value: Any, operator: Operator, values: Sequence[Value], record: Record) -> bool:
        match field.family:
            case "reference":
                return self.points(field, value, operator, values, record)
            case "references":
                return any(self.same_record(field, ident, wanted) for ident in value for wanted in values)
            case "tags":
                return bool({fold(word) for word in value} & {fold(str(wanted)) for wanted in values})
            case "choices":
                return bool(set(value) & set(values))
            case "choice" | "boolean":
                return value in values
            case "composite":
                parts = [] if value is None else [getattr(value, name) for name in value.__dataclass_fields__]
                return any(lower(str(values[0])) in lower(part) for part in parts)
            case "text":
                return self.text(value, operator, values)
        return value is not None and self.ordered(field, value, operator, values, record)

    def text(self, value: Any, operator: Operator, values: Sequence[Value]) -> bool:
        if isinstance(value, UUID):
            return value in values
        if not value:
            return False
        small = lower(value)
        match operator:
            case "contains":
                return lower(str(values[0])) in small
            case "starts with":
                return small.startswith(lower(str(values[0])))
        return small in {lower(str(wanted)) for wanted in values}

    def ordered(
        self, field: Field[Any], value: Any, operator: Operator, values: Sequence[Value], record: Record
    ) -> bool:
        if isinstance(value, Money):
            return self.money(value, operator, values)
        if field.family == "date":
            spans = [self.now.days(wanted) for wanted in values]
            return self.in_spans(value, operator, spans)
        if field.family == "datetime":
            return self.in_spans(value, operator, [self.now.moments(wanted, operator) for wanted in values])
        return compare(value, operator, values)

    def in_spans(self, value: Any, operator: Operator, spans: list[Any]) -> bool:
        ways = [bounds("=", [span]) for span in spans] if operator in ("=", "in") else [bounds(operator, spans)]
        return any(all(compare(value, cast(Operator, b.sign), [b.value]) for b in way) for way in ways)

    def money(self, value: Money, operator: Operator, values: Sequence[Value]) -> bool:
        """Same currency and amount for "=" with a currency; otherwise what it is worth in the base currency."""
        if operator in ("=", "in"):
            return any(value == want if isinstance(want, Money) else self.worth(value) == want for want in values)
        worth, wanted = self.worth(value), [self.worth(want) for want in values]
        return worth is not None and None not in wanted and compare(worth, operator, wanted)

    def worth(self, value: Any) -> Decimal | None:
        return self.world.worth(value) if isinstance(value, Money) else cast(Decimal, value)

    # --- references ------------------------------------------------------------------------------------------------

    def points(
        self, field: Field[Any], value: Any, operator: Operator, values: Sequence[Value], record: Record
    ) -> bool:
        """`me` and `my team` look at the id itself: that a record is mine is no secret to me."""
        if isinstance(field, ReferenceAny):
            return value is not None and (value in values or self.uid_of(value) in values)
        raw = record[field.key]
        if any(isinstance(wanted, Me | MyTeam) and self.mine(field, raw, wanted) for wanted in values):
            return True
        if value is None:
            return False
        if operator in ("contains", "starts with"):
            return self.text(self.name(field, value), operator, values)
        return any(self.same_record(field, value, wanted) for wanted in values if not isinstance(wanted, Me | MyTeam))

    def uid_of(self, ref: Ref) -> RefUid | None:
        found = self.find(registry.get(ref.object), ref.id)
        return None if found is None else RefUid(ref.object, found[1]["uid"])

    def mine(self, field: Field[Any], ident: int | None, wanted: Value) -> bool:
        if ident is None:
            return False
        if isinstance(wanted, Me):
            return ident == self.actor.user_id
        if getattr(field, "to", "") == "platform.Team":
            return ident in self.actor.team_ids
        return ident in self.world.members(self.actor.team_ids)

    def same_record(self, field: Field[Any], ident: int, wanted: Value) -> bool:
        match wanted:
            case Me() | MyTeam():
                return self.mine(field, ident, wanted)
            case Id(number):
                return ident == number
            case UUID():
                found = self.find(cast(Object, schema.target_of(field)), ident)
                return found is not None and found[1]["uid"] == wanted
        return self.text(self.name(field, ident), "=", [wanted])

    def name(self, field: Field[Any], ident: int) -> str:
        """What the record pointed at is called, where the actor may read its name."""
        target = cast(Object, schema.target_of(field))
        found = self.find(target, ident)
        name = schema.fields(self.actor, target).get(target.name)
        return "" if found is None or name is None or name.family != "text" else str(found[1][target.name])

    # --- related records -------------------------------------------------------------------------------------------

    def related(self, relation: Relation, where: Condition | None, obj: Object, record: Record) -> Iterable[Record]:
        for other in self.of(relation.obj):
            if not self.tied(relation, obj, record, other):
                continue
            if other.get("archived_at") is not None and not names_archived(where):
                continue
            if where is None or self.holds(where, relation.obj, other):
                yield other

    def tied(self, relation: Relation, obj: Object, record: Record, other: Record) -> bool:
        field = relation.field
        if relation.forward:
            return other["id"] in record[field.key]
        value = other[field.key]
        if isinstance(field, ReferenceMany):
            return record["id"] in value
        return bool(value == (Ref(obj.access_key, record["id"]) if isinstance(field, ReferenceAny) else record["id"]))

    def measure(self, measure: Measure, obj: Object, record: Record) -> bool:
        found = list(self.related(measure.relation, measure.where, obj, record))
        positive = NEGATIVE.get(measure.operator)
        if positive is not None:
            return not self.measured(measure, positive, found)
        return self.measured(measure, measure.operator, found)

    def measured(self, measure: Measure, operator: Operator, found: Sequence[Record]) -> bool:
        if measure.path is None:
            return compare(Decimal(len(found)), operator, [measure.value])
        values = [value for record in found if (value := self.figure(measure, measure.path, record)) is not None]
        if measure.function == "sum":
            values = [sum(values[1:], values[0])] if values else [self.nothing(measure.path)]
        elif measure.function == "avg" and values:
            values = [average(values)]
        elif values:
            values = [min(values) if measure.function == "min" else max(values)]
        if not values:
            return False
        field = measure.path.field
        if field.family == "money":
            wanted = self.worth(measure.value)
            return wanted is not None and compare(values[0], operator, [wanted])
        return self.ordered(field, values[0], operator, [measure.value], {})

    def figure(self, measure: Measure, path: Path, record: Record) -> Any:
        obj = measure.relation.obj
        for hop in path.hops:
            found = self.target(hop, record)
            if found is None:
                return None
            obj, record = found
        value = self.value(path.field, obj, record)
        return self.worth(value) if isinstance(value, Money) else value

    @staticmethod
    def nothing(path: Path) -> Any:
        return timedelta() if path.field.family == "duration" else Decimal()


def average(values: Sequence[Any]) -> Any:
    """Cut to 6 decimals, as in SQL."""
    if isinstance(values[0], timedelta):
        mean = Decimal(sum(value // timedelta(seconds=1) for value in values)) / len(values)
        return timedelta(microseconds=int(mean.quantize(SIX, ROUND_HALF_UP) * 1_000_000))
    return (Decimal(sum(values)) / len(values)).quantize(SIX, ROUND_HALF_UP)


def compare(value: Any, operator: Operator, wanted: Sequence[Any]) -> bool:
    """One ordered value against others of its type."""
    match operator:
        case "=" | "in":
            return value in wanted
        case "<":
            return bool(value < wanted[0])
        case "<=":
            return bool(value <= wanted[0])
        case ">":
            return bool(value > wanted[0])
        case ">=":
            return bool(value >= wanted[0])
        case "between":
            return bool(wanted[0] <= value <= wanted[1])
    raise ValueError(f"{operator} compares nothing in order")
