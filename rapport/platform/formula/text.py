"""A checked expression as canonical text, which parses back to an equal one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext

from rapport.base.money import Money
from rapport.platform.formula.ast import Apply, Constant, Expression, RightNow, RollUp, Test, Today, Value
from rapport.platform.formula.operations import EXACT, digits
from rapport.platform.query.ast import Comparison, Measure, Related
from rapport.platform.query.text import condition_text, quoted, relation_text, value_text

# operation: (sign, rank); a higher rank holds together more tightly.
INFIX: dict[str, tuple[str, int]] = {
    "or": ("or", 1),
    "and": ("and", 2),
    **{name: (sign, 4) for name, sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "!="}.items()},
    "text_eq": ("=", 4),
    "text_ne": ("!=", 4),
    "starts": ("starts with", 4),
    "join": ("&", 5),
    **dict.fromkeys(("add", "day_add", "moment_add"), ("+", 6)),
    **dict.fromkeys(("sub", "day_sub", "moment_sub", "day_diff", "moment_diff"), ("-", 6)),
    **dict.fromkeys(("mul", "mul_time"), ("*", 7)),
    **dict.fromkeys(("div", "div_time"), ("/", 7)),
    "mod": ("%", 7),
}
LOOSEST, NOT, COMPARED, UNARY, TIGHT = 0, 3, 4, 8, 9
CALLED = {"text_coalesce": "coalesce", "day_of": "date", "read_number": "number", "to_number": "number"}
TIMES = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def text_of(expression: Expression) -> str:
    return _text(expression)[0]


def _text(expression: Expression) -> tuple[str, int]:
    """The text and the rank of its loosest sign."""
    match expression:
        case Constant():
            return _constant(expression)
        case Today():
            return "today", TIGHT
        case RightNow():
            return "now", TIGHT
        case Value(path, _type):
            return str(path), TIGHT
        case Test(condition):
            return _test(condition)
        case RollUp():
            return _roll_up(expression)
    return _apply(expression)


def _constant(one: Constant) -> tuple[str, int]:
    value = one.value
    match value:
        case None:
            return "empty", TIGHT
        case bool():
            return ("yes" if value else "no"), TIGHT
        case str():
            return quoted(value), TIGHT
        case Money():
            return _signed(value.amount, f" {value.currency}")
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z"), TIGHT
        case date():
            return value.isoformat(), TIGHT
        case Decimal() if one.type.kind == "percent":
            with localcontext(EXACT):
                return _signed(value * 100, "%")
        case Decimal() if one.type.kind == "duration":
            size, unit = next((size, unit) for size, unit in TIMES if not value % size)
            count = value / size
            return _signed(count, f" {unit.removesuffix('s') if abs(count) == 1 else unit}")
    return _signed(value, "")


def _signed(value: Decimal, unit: str) -> tuple[str, int]:
    return f"{digits(value)}{unit}", UNARY if value < 0 else TIGHT


def _test(condition: object) -> tuple[str, int]:
    text = condition_text(condition)  # type: ignore[arg-type]  # a Condition
    match condition:
        case Comparison() if text == str(condition.path):
            return text, TIGHT
        case Comparison():
            return text, COMPARED
        case Measure(_function, _relation, _path, where, operator, value) if where is not None:
            field = condition.path.field if condition.path else None
            return f"{_head(condition)} where ({condition_text(where)}) {operator} {value_text(value, field)}", COMPARED
        case Measure():
            return text, COMPARED
        case Related(_relation, where, _none):
            return text, LOOSEST if where is not None else TIGHT
    return text, LOOSEST


def _roll_up(one: RollUp) -> tuple[str, int]:
    """One with a condition stands in brackets unless nothing follows: a condition reaches as far as it can."""
    text = _head(one)
    if one.where is None:
        return text, TIGHT
    return f"{text} where {condition_text(one.where)}", LOOSEST


def _head(one: RollUp | Measure) -> str:
    head, _space, via = relation_text(one.relation).partition(" ")
    name = f"{head}.{one.path}" if one.path else head
    return " ".join(filter(None, (one.function, name, via)))


def _apply(one: Apply) -> tuple[str, int]:
    name, items = one.name, one.items
    if name in INFIX:
        return _infix(one)
    match name:
        case "neg":
            return f"-{_bound(items[0], UNARY)}", UNARY
        case "not":
            return f"not {_bound(items[0], NOT)}", NOT
        case "is_empty" | "text_is_empty":
            return f"is_empty({text_of(items[0])})", TIGHT
        case "in" | "text_in":
            return f"{_bound(items[0], COMPARED + 1)} in ({', '.join(map(text_of, items[1:]))})", COMPARED
        case "between":
            value, low, high = (_bound(item, COMPARED + 1) for item in items)
            return f"{value} between {low} and {high}", COMPARED
        case "if":
            return _if(one), LOOSEST
        case "convert":
            return f"convert({text_of(items[0])}, {quoted(one.type.of)})", TIGHT
        case _ if name.endswith("_text"):
            return f"text({text_of(items[0])})", TIGHT
    return f"{CALLED.get(name, name)}({', '.join(map(text_of, items))})", TIGHT


def _infix(one: Apply) -> tuple[str, int]:
    """The left side may hold together as tightly, the right side must do so more tightly."""
    sign, rank = INFIX[one.name]
    if sign in ("and", "or"):
        return f" {sign} ".join(_bound(item, rank + 1) for item in one.items), rank
    first = rank + 1 if rank == COMPARED else rank
    left, right = _bound(one.items[0], first), _bound(one.items[1], rank + 1)
    if rank == COMPARED and isinstance(one.items[0], RollUp) and not left.startswith("("):
        left = f"({left})"  # without brackets it would be compared as in a Query
    return f"{left} {sign} {right}", rank


def _if(one: Apply) -> str:
    condition, then, otherwise = one.items
    # The innermost `else` belongs to the innermost `if`.
    first = f"({text_of(then)})" if isinstance(then, Apply) and then.name == "if" else text_of(then)
    text = f"if {text_of(condition)} then {first}"
    if isinstance(otherwise, Constant) and otherwise.value in (None, "") and otherwise.type.kind != "boolean":
        return text
    return f"{text} else {text_of(otherwise)}"


def _bound(item: Expression, rank: int) -> str:
    text, loosest = _text(item)
    return text if loosest >= rank else f"({text})"
