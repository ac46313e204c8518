"""What functions do with types."""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext as _

from rapport.base.money import is_currency
from rapport.platform.formula import syntax as s
from rapport.platform.formula.ast import (
    BOOLEAN,
    DATE,
    DATETIME,
    MONEY,
    NUMBER,
    TEXT,
    Apply,
    Constant,
    Expression,
    RightNow,
    Today,
    Type,
)
from rapport.platform.formula.signatures import FUNCTIONS, Function
from rapport.platform.formula.typing import ORDERED, Typing, named
from rapport.platform.query.errors import nearest

TEXTS = {
    "number": "number_text",
    "percent": "percent_text",
    "money": "money_text",
    "date": "day_text",
    "datetime": "moment_text",
    "boolean": "boolean_text",
}
QUANTITY = frozenset({"number", "percent", "money", "duration"})


class Calls(Typing):
    """The part of the check that knows the functions."""

    def call(self, node: s.Call) -> Expression:
        if node.function in ("today", "now") and not node.items:
            return Today() if node.function == "today" else RightNow()
        known = FUNCTIONS.get(node.function)
        if known is None:
            close = nearest(node.function, FUNCTIONS)
            message = _("There is no function “%(name)s”.") % {"name": node.function[:60]}
            if close:
                message += " " + _("Did you mean “%(name)s”?") % {"name": close[0]}
            self.fail(node, message, close)
        if not known.least <= len(node.items) <= known.most:
            self.fail(node, _("Write it like this: %(shown)s.") % {"shown": known.shown})
        return self.apply(node, known, tuple(self.plain(self.expression(item)) for item in node.items))

    def apply(self, node: s.Call, known: Function, items: tuple[Expression, ...]) -> Expression:
        name = known.name
        match name:
            case "round" | "floor" | "ceil" | "abs":
                return self.rounding(node, name, items)
            case "min" | "max":
                found, kind = self.unified(node, items)
                self.of_kind(node, 0, found[0], ORDERED)
                return Apply(name, found, kind)
            case "coalesce":
                found, kind = self.unified(node, items)
                if kind == BOOLEAN:
                    self.fail(node, _("Yes or no is never empty."))
                return Apply("text_coalesce" if kind == TEXT else "coalesce", found, kind)
            case "is_empty":
                return self.is_empty(node.items[0])
            case "text":
                return self.as_text(items[0], node.items[0])
            case "number":
                return self.as_number(node, items[0])
            case "convert":
                return self.convert(node, items)
            case "year" | "month" | "day":
                return Apply(name, (self.as_day(node, 0, items[0]),), NUMBER)
            case "date":
                return self.as_day(node, 0, items[0])
            case "days_between":
                return Apply(name, (self.as_day(node, 0, items[0]), self.as_day(node, 1, items[1])), NUMBER)
            case "add_days" | "add_months":
                self.of_kind(node, 0, items[0], frozenset({"date"}))
                self.of_kind(node, 1, items[1], frozenset({"number"}))
                return Apply(name, items, DATE)
        return self.of_text(node, name, items)

    def of_text(self, node: s.Call, name: str, items: tuple[Expression, ...]) -> Expression:
        texts = frozenset({"text"})
        self.of_kind(node, 0, items[0], texts)
        if name in ("left", "right"):
            self.of_kind(node, 1, items[1], frozenset({"number"}))
        if name == "contains":
            self.of_kind(node, 1, items[1], texts)
            return Apply(name, items, BOOLEAN)
        if name == "replace":
            for place in (1, 2):
                one = items[place]
                if not isinstance(one, Constant) or not isinstance(one.value, str) or len(one.value) > 100:
                    self.fail(node.items[place], _("Write a text of at most 100 characters in quotation marks."))
            if items[1] == Constant("", TEXT):
                self.fail(node.items[1], _("Say what is to be replaced."))
        return Apply(name, items, NUMBER if name == "length" else TEXT)

    def rounding(self, node: s.Call, name: str, items: tuple[Expression, ...]) -> Expression:
        self.of_kind(
            node, 0, items[0], frozenset({"number", "percent", "money"} | ({"duration"} if name == "abs" else set()))
        )
        if name != "round":
            return Apply(name, items, items[0].type)
        places = items[1] if len(items) > 1 else Constant(Decimal(0), NUMBER)
        digits = places.value if isinstance(places, Constant) and places.type == NUMBER else None
        if digits is None or digits != int(digits) or not -9 <= digits <= 12:  # type: ignore[arg-type, operator]  # a number
            self.fail(node, _("Round to a number of places from −9 to 12."))
        return Apply("round", (items[0], places), items[0].type)

    def as_text(self, value: Expression, node: s.Node) -> Expression:
        if value.type == TEXT:
            return value
        name = TEXTS.get(value.type.kind)
        if name is None:
            self.fail(node, _("There is no text for %(type)s.") % {"type": named(value.type)})
        return Apply(name, (value,), TEXT)

    def as_number(self, node: s.Call, value: Expression) -> Expression:
        if value.type == NUMBER:
            return value
        if value.type == TEXT:
            return Apply("read_number", (value,), NUMBER)
        if value.type.kind not in ("money", "percent"):
            self.fail(
                node,
                _("There is no number in %(type)s; divide by a unit, such as “/ 1 day”.") % {"type": named(value.type)},
            )
        return Apply("to_number", (value,), NUMBER)

    def as_day(self, node: s.Call, place: int, value: Expression) -> Expression:
        if value.type == DATETIME:
            return Apply("day_of", (value,), DATE)
        self.of_kind(node, place, value, frozenset({"date"}))
        return value

    def convert(self, node: s.Call, items: tuple[Expression, ...]) -> Expression:
        if items[0].type != MONEY:
            self.fail(node.items[0], _("Only a sum of money is converted."))
        code = items[1].value if isinstance(items[1], Constant) else None
        if not isinstance(code, str) or not is_currency(code.upper()):
            self.fail(node.items[1], _('Write a currency in quotation marks, such as "USD".'))
        return Apply("convert", (items[0],), Type("money", code.upper()))

    def of_kind(self, node: s.Call, place: int, value: Expression, kinds: frozenset[str]) -> None:
        if value.type.kind in kinds:
            return
        wanted = _(" or ").join(named(Type(kind)) for kind in sorted(kinds))  # type: ignore[arg-type]  # kinds of the language
        words = {"wanted": wanted, "got": named(value.type)}
        self.fail(node.items[place], _("Expected %(wanted)s, got %(got)s.") % words)

    def fail(self, node: s.Node, message: str, suggestions: tuple[str, ...] = ()) -> NoReturn:
        raise NotImplementedError
