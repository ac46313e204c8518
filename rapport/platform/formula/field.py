"""A Field that is calculated by a formula.

    margin = Formula(_("Margin"), "amount - cost", MoneyField)
    heat = Formula(_("Heat"), "count interactions where occurred_at > 30 days ago", Number)
    days_open = Formula(_("Days open"), "days_between(opened_on, closed_on)", Number, stored=True)

A computed one has no column: where it is asked for, in a list, filter, order, group, total, export or the API, its SQL
stands, under the rights of whoever asks; what they may not see makes it unknown. A stored one has the columns of its
class and is kept up to date by `stored`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from rapport.base.money import Money
from rapport.platform import currencies
from rapport.platform.fields import (
    Boolean,
    Calculated,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Field,
    MoneyField,
    Number,
    Percent,
    Text,
)
from rapport.platform.formula.ast import Expression, Type
from rapport.platform.formula.depends import moves
from rapport.platform.objects import Object, registry
from rapport.platform.query.errors import QueryError

if TYPE_CHECKING:
    from rapport.platform.access import Actor, Fragment
    from rapport.platform.query.evaluate import Evaluator, Record
    from rapport.platform.query.frame import Frame

# What comes of a formula, and the classes that can hold it; the first one is taken for an own field.
CLASSES: dict[str, tuple[type[Field[Any]], ...]] = {
    "text": (Text,),
    "percent": (Percent,),
    "number": (DecimalNumber, Number),
    "money": (MoneyField,),
    "date": (Date,),
    "datetime": (DateTime,),
    "duration": (Duration,),
    "boolean": (Boolean,),
}


class ByFormula(Field[Any]):
    """Before a Field class: the formula it is calculated by. Nobody writes it."""

    def clean(self, value: Any) -> Any:
        raise ValidationError(_("“%(field)s” is calculated; it cannot be set.") % {"field": self.label})

    def from_plain(self, plain: Any) -> Any:
        return None


class Computed(ByFormula, Calculated):
    """A formula worked out where it is asked for."""

    def expression(self, obj: Object) -> Expression:
        return expression_of(obj.base, self.formula)

    @property
    def changes_by_itself(self) -> bool:
        obj = registry.get(self.home).base if isinstance(self.home, str) else registry.of_model(self.home)
        return _changes(registry.version, obj.key, self.formula)

    def expressions(self, frame: Frame) -> list[Fragment]:
        from rapport.platform.formula.compile import expression_sql, money_columns, unknown

        obj = frame.obj.base
        here = (obj.key, self.key)
        if here in frame.context.inside:
            raise QueryError(cycle_message((*frame.context.inside[frame.context.inside.index(here) :], here)))
        frame.context.inside.append(here)
        try:
            expression = self.expression(obj)
            found = expression_sql(frame, expression, places_of(self))
        except QueryError:
            return unknown(kind_of(self))
        finally:
            frame.context.inside.pop()
        return money_columns(found, expression.type) if expression.type.kind == "money" else [found]

    def evaluate(self, evaluator: Evaluator, obj: Object, record: Record) -> Any:
        from rapport.platform.formula.evaluate import evaluate

        try:
            expression = self.expression(obj)
        except QueryError:
            return self.empty()
        return as_value(self, expression.type, evaluate(evaluator, expression, obj.base, record))

    def read(self, record: object) -> Any:
        """As the house sees it; screens ask for it with the rights of their reader."""
        from rapport.platform import access

        obj = registry.of_model(type(record))  # type: ignore[arg-type]  # a Record
        found = read(access.system("formulas"), obj, {self.key: self}, [record.pk])  # type: ignore[attr-defined]  # as above
        return found[self.key].get(record.pk)  # type: ignore[attr-defined]  # as above

    def load_links(self, record_ids: Any) -> dict[int, Any]:
        return {}

    def save_links(self, values: Any) -> None:
        """There is nothing to save."""


@cache
def computed(cls: type[Field[Any]]) -> type[Any]:
    """The class whose values are worked out where they are asked for."""
    return type(f"Computed{cls.__name__}", (Computed, cls), {"__doc__": cls.__doc__})


@cache
def stored_class(cls: type[Field[Any]]) -> type[Any]:
    """The class whose values are kept in columns and written by the engine alone."""
    return type(f"Stored{cls.__name__}", (ByFormula, cls), {"__doc__": cls.__doc__})


def Formula(  # stands where the class of a field stands
    label: str, text: str, result: type[Field[Any]], *, stored: bool = False, **options: Any
) -> Any:
    """A field of the class `result`, calculated by `text`."""
    kind: Any = result
    found = (stored_class if stored else computed)(kind)(label, read_only=True, **for_class(result, options))
    found.formula = text
    return found


def for_class(result: type[Field[Any]], options: dict[str, Any]) -> dict[str, Any]:
    """What the class needs so that it refuses no value a formula may come to."""
    if issubclass(result, Percent):
        return {"min": None, "max": None, **options}
    if issubclass(result, DecimalNumber):
        return {"digits": 14 + options.get("places", 2), **options}
    return {"max": 10_000, **options} if issubclass(result, Text) else options


# --- values ----------------------------------------------------------------------------------------------------------


def kind_of(field: Field[Any]) -> Type:
    """What its class says that comes of it, where the formula cannot be read any more."""
    return next(Type(kind) for kind, classes in CLASSES.items() if isinstance(field, classes))  # type: ignore[arg-type]  # a kind


def places_of(field: Field[Any]) -> int:
    if isinstance(field, DecimalNumber):
        return field.places
    return 4 if isinstance(field, MoneyField) else 0


def as_value(field: Field[Any], kind: Type, value: Any) -> Any:
    """What operations came to, as a value of the field."""
    from rapport.platform.formula.sqlite import final

    found = final(value, kind.kind, places_of(field))
    if found is None:
        return field.empty()
    match kind.kind:
        case "money":
            return Money(Decimal(found), kind.of or currencies.base_currency())
        case "duration":
            return timedelta(seconds=found)
        case "number" if isinstance(field, Number):
            return int(found)
    return found


def read(actor: Actor, obj: Object, fields: Mapping[str, Field[Any]], ids: list[int]) -> dict[str, dict[int, Any]]:
    """Computed fields of some records as this actor sees them, by key and id; one statement."""
    from rapport.platform.access import Fragment
    from rapport.platform.query.frame import Context, Frame
    from rapport.platform.query.sql import listed, piece

    if not fields or not ids:
        return {key: {} for key in fields}
    frame = Frame(Context(actor), obj)
    columns = {key: field.expressions(frame) for key, field in fields.items() if isinstance(field, Calculated)}
    wanted = [Fragment(f"{frame.alias}.id"), *(column for many in columns.values() for column in many)]
    select = piece(", ".join(["{}"] * len(wanted)), *wanted)
    statement = piece("SELECT {} FROM {} WHERE {}.id IN ({})", select, frame.source(), frame.alias, listed(ids))
    found: dict[str, dict[int, Any]] = {key: {} for key in columns}
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        for pk, *row in cursor.fetchall():
            for key, many in columns.items():
                raw, row = row[: len(many)], row[len(many) :]
                value = fields[key].from_row(*_as_read(fields[key], raw))
                found[key][pk] = fields[key].empty() if value is None else value
    return found


def of_record(actor: Actor, obj: Object, pk: int, fields: Mapping[str, Field[Any]]) -> dict[str, Any]:
    """The computed ones among some fields of one record, as this actor sees it; no statement where there are none."""
    asked = {key: field for key, field in fields.items() if isinstance(field, Calculated)}
    found = read(actor, obj, asked, [pk]) if asked else {}
    return {key: found[key].get(pk, field.empty()) for key, field in asked.items()}


def _as_read(field: Field[Any], raw: list[Any]) -> list[Any]:
    return raw[:2] if isinstance(field, MoneyField) else raw


@lru_cache(maxsize=2_000)
def _expression(version: tuple[int, int], key: str, text: str) -> Expression:
    from rapport.platform import access
    from rapport.platform.formula.check import parse

    return parse(access.system("formulas"), registry.get(key), text)


@lru_cache(maxsize=2_000)
def _changes(version: tuple[int, int], key: str, text: str) -> bool:
    try:
        return moves(expression_of(registry.get(key), text))
    except (QueryError, RecursionError):  # two that were made at once may lead into each other: both are unknown
        return False


def expression_of(obj: Object, text: str) -> Expression:
    """The expression of a formula over an Object, with every name the house has. Raises QueryError."""
    return _expression(registry.version, obj.key, text)


def cycle_message(path: tuple[tuple[str, str], ...]) -> str:
    """ "a → b → a": which formula leads back to itself."""
    one_object = len({key for key, _name in path}) == 1
    names = [name if one_object else f"{key}.{name}" for key, name in path]
    return _("A formula cannot depend on itself: %(path)s.") % {"path": " → ".join(names)}


__all__ = ["CLASSES", "ByFormula", "Computed", "Formula", "computed", "of_record", "read", "stored_class"]
