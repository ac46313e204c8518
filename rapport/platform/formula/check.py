"""Syntax tree to checked expression: names looked up in what the actor may read, types worked out, values cast."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import localcontext
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.utils.translation import gettext as _

from rapport.base.errors import InputError
from rapport.base.money import Money
from rapport.platform.fields import Choice, Field, ReferenceAny
from rapport.platform.fields.times import FIRST, LAST
from rapport.platform.formula import syntax as s
from rapport.platform.formula.ast import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    MONEY,
    NOTHING,
    NUMBER,
    PERCENT,
    TEXT,
    Apply,
    Constant,
    Expression,
    RightNow,
    RollUp,
    RollUpFunction,
    Test,
    Today,
    Type,
    Value,
    parts,
)
from rapport.platform.formula.calls import Calls
from rapport.platform.formula.limits import MAX_FIELDS
from rapport.platform.formula.operations import EXACT, digits
from rapport.platform.formula.parser import parse_syntax_tree
from rapport.platform.formula.signatures import WORDS
from rapport.platform.query import schema
from rapport.platform.query import syntax as query
from rapport.platform.query.ast import Comparison, Operator, Path
from rapport.platform.query.check import COMPARABLE, SUMMABLE, Checker
from rapport.platform.query.errors import QueryError

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

PARTIAL = ("contains", "not contains", "starts with")
FAMILIES = {
    "text": TEXT,
    "money": MONEY,
    "date": DATE,
    "datetime": DATETIME,
    "duration": DURATION,
    "choice": Type("choice"),
}


def parse(actor: Actor, obj: Object, text: str) -> Expression:
    """The expression a text means for this actor. Raises QueryError at the first thing that is wrong."""
    return check(actor, obj, parse_syntax_tree(text))


def check(actor: Actor, obj: Object, node: s.Node) -> Expression:
    found = _Checker(actor, obj).whole(node)
    used = {str(part) for part in parts(found) if isinstance(part, Value | Test | RollUp)}
    if len(used) > MAX_FIELDS:
        raise QueryError(_("This formula reads too many fields: at most %(limit)s.") % {"limit": MAX_FIELDS})
    return found


class _Checker(Calls):
    """`Typing` says what signs do with types, `Calls` what functions do."""

    def __init__(self, actor: Actor, obj: Object) -> None:
        self.actor, self.obj = actor, obj
        self.names = Checker(actor)

    def whole(self, node: s.Node) -> Expression:
        found = self.plain(self.expression(node))
        if found.type == NOTHING:
            self.fail(node, _("This is always empty."))
        return found

    def expression(self, node: s.Node) -> Expression:
        match node:
            case s.Number():
                return self.number(node)
            case s.Quoted(text):
                return Constant(text, TEXT)
            case s.Word():
                return self.word(node)
            case s.Sign():
                return self.sign(node)
            case s.Compared():
                return self.compared(node)
            case s.Call():
                return self.call(node)
            case s.Choose():
                return self.choose(node)
            case s.RollUp():
                return self.roll_up(node)
            case s.Asked(asked):
                return Test(self.names.condition(self.obj, asked))

    # --- literals ----------------------------------------------------------------------------------------------------

    def number(self, node: s.Number) -> Expression:
        if node.unit == "%":
            with localcontext(EXACT):
                return Constant(node.value / 100, PERCENT)
        if node.unit == "time":
            seconds = node.value * node.seconds
            if seconds != seconds.to_integral_value():
                self.fail(node, _("A length of time has whole seconds."))
            return Constant(seconds, DURATION)
        if not node.unit:
            return Constant(node.value, NUMBER)
        try:
            money = Money(node.value, node.unit)
        except InputError as error:
            raise QueryError(str(error), node.place.at, node.place.length) from error
        return Constant(money, MONEY)

    def word(self, node: s.Word) -> Expression:
        low = node.name.text.lower()
        if schema.name(self.actor, self.obj, low.split(".")[0]) is None:
            match low:
                case "today":
                    return Today()
                case "now":
                    return RightNow()
                case "yes" | "no":
                    return Constant(low == "yes", BOOLEAN)
                case "empty":
                    return Constant(None, NOTHING)
            if (day := self.day(node)) is not None:
                return day
        return self.field(self.names.path(self.obj, node.name), node)

    def is_plain(self, item: s.Node) -> bool:
        """Whether a Query reads it as well."""
        return isinstance(item, s.Number | s.Quoted) or (isinstance(item, s.Word) and self.is_value(item))

    def is_value(self, node: s.Word) -> bool:
        """Whether a word stands for a value by itself: today, yes, a day."""
        text = node.name.text.lower()
        known = schema.name(self.actor, self.obj, text.split(".")[0]) is not None
        return not known and (text in WORDS or text[:4].isdigit())

    def day(self, node: s.Word) -> Expression | None:
        """A day or a moment in ISO 8601; one without a zone is the reader's."""
        text = node.name.text
        if not text[:4].isdigit():
            return None
        try:
            if "T" not in text:
                found: date = date.fromisoformat(text)
                value: Expression = Constant(found, DATE)
            else:
                moment = datetime.fromisoformat(text)
                local = moment if moment.tzinfo else moment.replace(tzinfo=self.actor.culture.tz)
                found = local.astimezone(UTC).date()
                value = Constant(local.astimezone(UTC), DATETIME)
        except (ValueError, OverflowError) as error:
            message = _("“%(text)s” is no day; write it like 2026-11-22.")
            raise QueryError(message % {"text": text[:40]}, node.place.at, node.place.length) from error
        if not FIRST <= found < LAST:
            self.fail(node, _("The year must be between 1000 and 9998."))
        return value

    # --- fields ------------------------------------------------------------------------------------------------------

    def field(self, path: Path, node: s.Word) -> Expression:
        kind = self.type_of(path.field)
        if kind is None:
            self.fail(node, _("A formula cannot calculate with “%(name)s”.") % {"name": node.name.text[:60]})
        if kind == BOOLEAN:
            return Test(Comparison(path, "=", (True,)))
        return Value(path, kind)

    @staticmethod
    def type_of(field: Field[Any]) -> Type | None:
        """The type of a field's values; None for several of them, files and the like."""
        if isinstance(field, ReferenceAny | schema.KindOf):
            return None
        if isinstance(field, schema.Uid):
            return None
        if field.family == "boolean":
            return BOOLEAN
        if field.family == "number":
            return PERCENT if field.kind == "percent" else NUMBER
        if field.family == "reference":
            target = schema.target_of(field)
            return None if target is None else Type("reference", target.base.key)
        return FAMILIES.get(field.family)

    def plain(self, value: Expression) -> Expression:
        """A choice or a record taken for what it is called, which is text."""
        if value.type.kind not in ("choice", "reference"):
            return value
        return replace(cast(Value, value), type=TEXT)

    # --- comparisons -------------------------------------------------------------------------------------------------

    def compared(self, node: s.Compared) -> Expression:
        """As in a Query, unless what stands on the right is a field or is calculated."""
        if isinstance(node.field, s.Word) and self.is_value(node.field):
            if node.sign not in ("is empty", "is not empty"):
                return self.as_expression(node)
            found = self.is_empty(node.field)
            return found if node.sign == "is empty" else Apply("not", (found,), BOOLEAN)
        plain = bool(node.items) and all(self.is_plain(item) for item in node.items or ())
        asked = as_query(node, node.field) if plain and isinstance(node.field, s.Word) else node.query
        if asked is None:
            return self.as_expression(node)
        if node.items is None or (plain and node.sign not in PARTIAL):
            return Test(self.names.condition(self.obj, asked))
        if not plain and len(node.items) == 1 and isinstance(node.items[0], s.Word):
            return self.with_word(node, node.items[0])
        # A part of a text is asked of an answer too, which a Query does not do; calculated values it does not know.
        first, second = (self.as_test, self.as_expression) if plain else (self.as_expression, self.as_test)
        try:
            return first(node)
        except QueryError as wrong:
            with suppress(QueryError):
                return second(node)
            raise wrong from None

    def as_test(self, node: s.Compared) -> Expression:
        asked = node.query or as_query(node, cast(s.Word, node.field))
        return Test(self.names.condition(self.obj, asked))

    def with_word(self, node: s.Compared, word: s.Word) -> Expression:
        """A word is an answer of the choice before it, else a field that can be compared with it, else a value as in
        a Query: `stage = won` means the stage also where a record has a yes-or-no field “won”.
        """
        assert node.query is not None  # noqa: S101  # asked by the caller
        left = self.names.path(self.obj, node.field.name).field if isinstance(node.field, s.Word) else None
        first = word.name.text.lower().split(".")[0]
        answer = isinstance(left, Choice) and word.name.text in {option.key for option in left.options}
        if schema.name(self.actor, self.obj, first) is not None and not answer:
            with suppress(QueryError):
                return self.as_expression(node)
        return Test(self.names.condition(self.obj, node.query))

    def as_expression(self, node: s.Compared) -> Expression:
        if not node.items:
            self.fail(node, _("There is nothing to compare with."))
        items = (node.field, *node.items)
        return self.sign(s.Sign(node.sign, items, node.place))

    # --- related records ---------------------------------------------------------------------------------------------

    def roll_up(self, node: s.RollUp) -> Expression:
        relation = self.names.relation(self.obj, node.name, node.via)
        where = self.names.inside(relation, node.name, node.where)
        head, _dot, rest = node.name.text.partition(".")
        if node.function == "count":
            if rest:
                self.fail(node, _("Count the records, without a field."))
            return RollUp("count", relation, None, where, NUMBER)
        if not rest:
            self.fail(node, _("Say which field: %(name)s.amount, for instance.") % {"name": head[:60]})
        path = self.names.path(relation.obj, query.Name(rest, node.name.at + len(head) + 1, len(rest)))
        return RollUp(cast(RollUpFunction, node.function), relation, path, where, self.rolled(node, path))

    def rolled(self, node: s.RollUp, path: Path) -> Type:
        family, kind = path.field.family, self.type_of(path.field)
        allowed = {"sum": SUMMABLE, "avg": SUMMABLE, "min": COMPARABLE, "max": COMPARABLE}.get(node.function)
        plain = not isinstance(path.field, schema.Identity | schema.Archived)
        if kind is None or kind == BOOLEAN or not plain or (allowed is not None and family not in allowed):
            words = {"function": node.function, "name": node.name.text[:60]}
            self.fail(node, _("There is no %(function)s of “%(name)s”.") % words)
        return TEXT if kind.kind in ("choice", "reference") else kind

    def fail(self, node: s.Node, message: str, suggestions: tuple[str, ...] = ()) -> NoReturn:
        raise QueryError(message, node.place.at, node.place.length, suggestions)


def as_query(node: s.Compared, field: s.Word) -> query.Compared:
    """A comparison with plain values as a Query has it, where brackets kept the Query's own parser from reading it."""
    literals = tuple(_literal(item) for item in node.items or ())
    return query.Compared(field.name, cast(Operator, node.sign), literals, node.place.at, node.place.length)


def _literal(item: s.Node) -> query.Literal:
    if isinstance(item, s.Quoted):
        return query.Literal(item.text, True, item.place.at, item.place.length)
    if isinstance(item, s.Word):
        return query.Literal(item.name.text, False, item.place.at, item.place.length)
    assert isinstance(item, s.Number)  # noqa: S101  # asked by the caller
    number = item.value * item.seconds if item.unit == "time" else item.value
    text = f"{digits(number)}{' s' if item.unit == 'time' else '%' if item.unit == '%' else f' {item.unit}'}".strip()
    return query.Literal(text, False, item.place.at, item.place.length)
