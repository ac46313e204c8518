"""What signs do with types: sums, products, text, comparisons, the two ways of a choice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext as _

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
    Type,
)

# (sign, left, right) -> (operation, type of what comes of it); money is told by `Typing.arithmetic`.
ARITHMETIC: dict[tuple[str, str, str], tuple[str, Type]] = {
    ("+", "number", "number"): ("add", NUMBER),
    ("-", "number", "number"): ("sub", NUMBER),
    ("+", "percent", "percent"): ("add", PERCENT),
    ("-", "percent", "percent"): ("sub", PERCENT),
    ("+", "duration", "duration"): ("add", DURATION),
    ("-", "duration", "duration"): ("sub", DURATION),
    ("+", "date", "duration"): ("day_add", DATE),
    ("-", "date", "duration"): ("day_sub", DATE),
    ("+", "datetime", "duration"): ("moment_add", DATETIME),
    ("-", "datetime", "duration"): ("moment_sub", DATETIME),
    ("-", "date", "date"): ("day_diff", DURATION),
    ("-", "datetime", "datetime"): ("moment_diff", DURATION),
    ("*", "number", "number"): ("mul", NUMBER),
    ("*", "number", "percent"): ("mul", NUMBER),
    ("*", "percent", "number"): ("mul", NUMBER),
    ("*", "percent", "percent"): ("mul", PERCENT),
    ("*", "duration", "number"): ("mul_time", DURATION),
    ("*", "number", "duration"): ("mul_time", DURATION),
    ("*", "duration", "percent"): ("mul_time", DURATION),
    ("*", "percent", "duration"): ("mul_time", DURATION),
    ("/", "number", "number"): ("div", NUMBER),
    ("/", "number", "percent"): ("div", NUMBER),
    ("/", "percent", "number"): ("div", PERCENT),
    ("/", "percent", "percent"): ("div", NUMBER),
    ("/", "duration", "duration"): ("div", NUMBER),
    ("/", "duration", "number"): ("div_time", DURATION),
    ("/", "duration", "percent"): ("div_time", DURATION),
    ("%", "number", "number"): ("mod", NUMBER),
}
SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
ORDERED = frozenset({"number", "percent", "money", "date", "datetime", "duration"})


class Typing:
    """The part of the check that knows which types go together."""

    def expression(self, node: s.Node) -> Expression:
        raise NotImplementedError

    def plain(self, value: Expression) -> Expression:
        raise NotImplementedError

    def fail(self, node: s.Node, message: str, suggestions: tuple[str, ...] = ()) -> NoReturn:
        raise NotImplementedError

    def sign(self, node: s.Sign) -> Expression:
        match node.sign:
            case "and" | "or" | "not":
                items = tuple(self.condition(item) for item in node.items)
                return Apply(node.sign, self.flat(node.sign, items), BOOLEAN)
            case "&":
                left, right = (self.as_text(self.plain(self.expression(item)), item) for item in node.items)
                return Apply("join", (left, right), TEXT)
            case "neg":
                value = self.plain(self.expression(node.items[0]))
                if value.type.kind not in ("number", "percent", "money", "duration"):
                    self.fail(node, _("A minus stands before numbers only, not before %(type)s.") % _named(value.type))
                return Apply("neg", (value,), value.type)
            case "is empty":
                return self.is_empty(node.items[0])
            case "+" | "-" | "*" | "/" | "%":
                return self.arithmetic(node)
        return self.comparison(node)

    @staticmethod
    def flat(word: str, items: tuple[Expression, ...]) -> tuple[Expression, ...]:
        """`a and (b and c)` is `a and b and c`."""
        if word == "not":
            return items
        return tuple(
            part
            for item in items
            for part in (item.items if isinstance(item, Apply) and item.name == word else (item,))
        )

    def condition(self, node: s.Node) -> Expression:
        found = self.expression(node)
        if found.type != BOOLEAN:
            self.fail(node, _("Expected a condition such as “amount > 10”, not %(type)s.") % _named(found.type))
        return found

    def is_empty(self, node: s.Node) -> Expression:
        value = self.plain(self.expression(node))
        if value.type == BOOLEAN:
            self.fail(node, _("Yes or no is never empty."))
        return Apply("text_is_empty" if value.type == TEXT else "is_empty", (value,), BOOLEAN)

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def arithmetic(self, node: s.Sign) -> Expression:
        left, right = (self.plain(self.expression(item)) for item in node.items)
        if node.sign in "+-":
            left, right = self.alike((left, right))
        found = self._money(node, left, right) or ARITHMETIC.get((node.sign, left.type.kind, right.type.kind))
        if found is None:
            self.fail(node, self.refusal(node.sign, left.type, right.type), _hints(node.sign, left.type, right.type))
        name, kind = found
        return Apply(name, (left, right), kind)

    def _money(self, node: s.Sign, left: Expression, right: Expression) -> tuple[str, Type] | None:
        one, other = left.type, right.type
        if "money" not in (one.kind, other.kind):
            return None
        if one.kind == other.kind == "money":
            if one != other and node.sign in "+-/":
                words = _("These are sums of different currencies; convert one of them.")
                self.fail(node, words, ("convert(",))
            return {"+": ("add", one), "-": ("sub", one), "/": ("div", NUMBER)}.get(node.sign)
        scale = other if one.kind == "money" else one
        if scale.kind not in ("number", "percent"):
            return None
        if node.sign == "*":
            return "mul", one if one.kind == "money" else other
        return ("div", one) if node.sign == "/" and one.kind == "money" else None

    @staticmethod
    def refusal(sign: str, left: Type, right: Type) -> str:
        names = {"sign": sign, "left": named(left), "right": named(right)}
        if "text" in (left.kind, right.kind) and sign == "+":
            return _("Texts are joined by “&”, not by “+”.")
        if sign in "+-" and left.kind in ("date", "datetime") and right.kind == "number":
            return _("Say what the number counts, such as “14 days”; add_months(…) adds months.")
        if sign in "+-" and {left.kind, right.kind} == {"percent", "number"}:
            return _("A percent and a number do not add up; a percent is written “5%”.")
        return _("“%(sign)s” does not go between %(left)s and %(right)s.") % names

    def alike(self, values: Sequence[Expression]) -> tuple[Expression, ...]:
        """A plain number beside money is a sum in the base currency; 0 beside percent or time is none of it."""
        kinds = {value.type for value in values} - {NUMBER, NOTHING}
        if len(kinds) != 1:
            return tuple(values)
        (kind,) = kinds
        return tuple(_as(value, kind) for value in values)

    # --- comparisons and choices -----------------------------------------------------------------------------------

    def comparison(self, node: s.Sign) -> Expression:
        found = [self.expression(item) for item in node.items]
        keys = {value.type for value in found}
        comparable = len(keys) == 1 and found[0].type.kind in ("choice", "reference")
        if not comparable or node.sign not in ("=", "!="):
            found = list(self.alike([self.plain(value) for value in found]))
        kind = found[0].type
        if any(value.type != kind for value in found) or kind == NOTHING:
            other = next((value.type for value in found if value.type != kind), kind)
            names = {"left": named(kind), "right": named(other)}
            self.fail(node, _("%(left)s and %(right)s cannot be compared.") % names, ("is empty",))
        return self._compare(node, found, kind)

    def _compare(self, node: s.Sign, found: list[Expression], kind: Type) -> Expression:
        if node.sign in ("not in", "not contains"):
            return Apply("not", (self._compare(s.Sign(node.sign[4:], node.items, node.place), found, kind),), BOOLEAN)
        text = kind == TEXT
        if node.sign in ("contains", "starts with") and text:
            return Apply("contains" if node.sign == "contains" else "starts", tuple(found), BOOLEAN)
        if node.sign in ("=", "!="):
            return Apply(("text_" if text else "") + SIGNS[node.sign], tuple(found), BOOLEAN)
        if node.sign == "in" and len(found) > 1:
            return Apply("text_in" if text else "in", tuple(found), BOOLEAN)
        if kind.kind in ORDERED and (node.sign in SIGNS or node.sign == "between"):
            return Apply(SIGNS.get(node.sign, "between"), tuple(found), BOOLEAN)
        words = {"type": named(kind), "operator": node.sign}
        return self.fail(node, _("%(type)s cannot be compared with “%(operator)s”.") % words)

    def choose(self, node: s.Choose) -> Expression:
        condition = self.condition(node.condition)
        then = self.plain(self.expression(node.then))
        otherwise = Constant(None, NOTHING) if node.otherwise is None else self.plain(self.expression(node.otherwise))
        found, kind = self.unified(node, (then, otherwise))
        if kind == BOOLEAN and node.otherwise is None:
            self.fail(node, _("A condition needs an “else”: yes or no."), ("else",))
        return Apply("if", (condition, *found), kind)

    def unified(self, node: s.Node, values: Sequence[Expression]) -> tuple[tuple[Expression, ...], Type]:
        """Values of one type; nothing takes the type of the others."""
        values = self.alike(values)
        kinds = list(dict.fromkeys(value.type for value in values if value.type != NOTHING))
        if len(kinds) > 1:
            names = {"left": named(kinds[0]), "right": named(kinds[1])}
            self.fail(node, _("Either %(left)s or %(right)s must come of this, not both.") % names)
        if not kinds:
            self.fail(node, _("This is always empty."))
        return tuple(_as(value, kinds[0]) for value in values), kinds[0]

    def as_text(self, value: Expression, node: s.Node) -> Expression:
        raise NotImplementedError


def _as(value: Expression, kind: Type) -> Expression:
    """A constant of the type wanted; all else as it is."""
    if not isinstance(value, Constant):
        return value
    if value.type == NOTHING:
        return Constant("" if kind == TEXT else False if kind == BOOLEAN else None, kind)
    if value.type != NUMBER or value.type == kind:
        return value
    if kind == MONEY or (value.value == Decimal(0) and kind.kind in ("percent", "duration", "money")):
        return Constant(value.value, kind)
    return value


def named(kind: Type) -> str:
    """What a type is called."""
    return {
        "text": _("a text"),
        "number": _("a number"),
        "percent": _("a percent"),
        "money": _("a sum of money"),
        "date": _("a day"),
        "datetime": _("a moment"),
        "duration": _("a length of time"),
        "boolean": _("yes or no"),
        "choice": _("an answer"),
        "reference": _("a record"),
        "nothing": _("nothing"),
    }[kind.kind]


def _named(kind: Type) -> dict[str, str]:
    return {"type": named(kind)}


def _hints(sign: str, left: Type, right: Type) -> tuple[str, ...]:
    if "text" in (left.kind, right.kind) and sign == "+":
        return ("&",)
    return ("days",) if left.kind in ("date", "datetime") and right.kind == "number" else ()
