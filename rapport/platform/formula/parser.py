"""Text to syntax tree, by precedence climbing.

    expression = "if" expression "then" expression [ "else" expression ] | or
    or         = and { "or" and }                        and   = not { "and" not }
    not        = "not" not | compared
    compared   = joined [ sign joined | "is" ["not"] "empty" | "in" "(" … ")" | "contains" joined | … ]
    joined     = sum { "&" sum }                         sum   = product { ("+" | "-") product }
    product    = unary { ("*" | "/" | "%") unary }       unary = "-" unary | primary
    primary    = NUMBER [ "%" | currency | unit of time ] | "text" | DAY | NAME | NAME "(" … ")" | "(" expression ")"
               | ("count" RELATION | ("sum" | … | "latest") RELATION.FIELD) [ "via" NAME ] [ "where" condition ]
               | ("any" | "no") RELATION [ "via" NAME ] [ "where" condition ]

Words and quoted text are those of the Query language, and so is every `where`: it reaches to the closing bracket, a
comma, `then`, `else` or the end (one that is a bracket is over with it), and is read by the Query's own parser. A
comparison of a field is read twice, as a Query would and as an expression; which of them it is depends on the names
there are, so `check` decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.base.money import is_currency
from rapport.platform.formula.cursor import ENDING, JOINING, Cursor
from rapport.platform.formula.limits import MAX_LENGTH
from rapport.platform.formula.syntax import (
    Asked,
    Call,
    Choose,
    Compared,
    Node,
    Number,
    Place,
    Quoted,
    RollUp,
    Sign,
    Word,
)
from rapport.platform.query import syntax as query
from rapport.platform.query.errors import QueryError
from rapport.platform.query.lexer import Token
from rapport.platform.query.parser import parse_syntax

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([kKmM]?)", re.ASCII)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
ROLL_UPS = {
    **{"count": "count", "sum": "sum", "avg": "avg", "average": "avg", "min": "min", "max": "max"},
    **{"latest": "latest", "earliest": "earliest"},
}
UNITS = {
    **dict.fromkeys(("second", "seconds", "sec", "s"), 1),
    **dict.fromkeys(("minute", "minutes", "min"), 60),
    **dict.fromkeys(("hour", "hours", "h"), 3_600),
    **dict.fromkeys(("day", "days", "d"), 86_400),
    **dict.fromkeys(("week", "weeks", "w"), 604_800),
}


def parse_syntax_tree(text: str) -> Node:
    """The syntax tree of an expression. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        message = _("This formula is too long: %(length)s characters, at most %(limit)s are read.")
        raise QueryError(message % {"length": len(text), "limit": MAX_LENGTH}, MAX_LENGTH, 1)
    return _Parser(text).whole()


COMPARING = frozenset({"=", "!=", "<", "<=", ">", ">="})


class _Parser(Cursor):
    def whole(self) -> Node:
        if self.peek().kind == "end":
            self.fail(_("Write a formula, such as “amount - cost”."))
        found = self.expression()
        if self.peek().kind != "end":
            self.fail(_("Expected a sign such as + or the end."), ("+", "-", "*", "/"))
        return found

    # --- from loose to tight -----------------------------------------------------------------------------------------

    def expression(self) -> Node:
        return self.deeper(self.choose if self.peek().low == "if" else self.any_of)

    def choose(self) -> Node:
        first = self.take()
        condition = self.expression()
        self.word("then")
        then = self.expression()
        otherwise = None
        if self.peek().low == "else":
            self.skip()
            otherwise = self.expression()
        return self.counted(Choose(condition, then, otherwise, self.since(first)))

    def any_of(self) -> Node:
        return self.many("or", lambda: self.many("and", self.negated))

    def many(self, word: str, read: Callable[[], Node]) -> Node:
        first = self.peek()
        items = [read()]
        while self.peek().low == word:
            self.skip()
            items.append(read())
        return items[0] if len(items) == 1 else self.counted(Sign(word, tuple(items), self.since(first)))

    def negated(self) -> Node:
        first = self.peek()
        if first.low != "not":
            return self.compared()
        self.skip()
        item = self.deeper(self.negated)
        return self.counted(Sign("not", (item,), self.since(first)))

    def joined(self) -> Node:
        return self.climb(("&",), lambda: self.climb(("+", "-"), lambda: self.climb(("*", "/", "%"), self.unary)))

    def climb(self, signs: tuple[str, ...], read: Callable[[], Node]) -> Node:
        """Operands of signs of one rank, from left to right."""
        first = self.peek()
        found = read()
        while self.peek().kind == "operator" and self.peek().text in signs:
            sign = self.take().text
            found = self.counted(Sign(sign, (found, read()), self.since(first)))
        return found

    def unary(self) -> Node:
        first = self.peek()
        if first.kind != "operator" or first.text not in "-+":
            return self.primary()
        self.skip()
        item = self.deeper(self.unary)
        if first.text == "+":
            return item
        if isinstance(item, Number):
            return Number(-item.value, item.unit, item.seconds, self.since(first))
        return self.counted(Sign("neg", (item,), self.since(first)))

    # --- comparisons -------------------------------------------------------------------------------------------------

    def compared(self) -> Node:
        first, begun = self.peek(), self.place
        left = self.joined()
        sign_at = self.place
        sign = self.comparison_sign()
        if not sign:
            return left
        if sign in ("is empty", "is not empty"):
            if isinstance(left, Word):
                place = self.since(first)
                asked = query.Compared(left.name, sign, (), place.at, place.length)  # type: ignore[arg-type]  # one of two
                return self.counted(Compared(left, sign, None, asked, place))
            found: Node = Sign("is empty", (left,), self.since(first))
            return self.counted(found if sign == "is empty" else Sign("not", (found,), self.since(first)))
        bare = isinstance(left, RollUp) and first.kind == "word" and sign in COMPARING
        if isinstance(left, Word) or bare:
            return self.counted(self.of_field(left, sign, begun, sign_at))
        items = self.values(sign)
        return self.counted(Sign(sign, (left, *items), self.since(first)))

    def comparison_sign(self) -> str:
        """The sign or words of a comparison that begins here; "" where none does."""
        token, after = self.peek(), self.peek(1).low
        if token.kind == "operator" and token.text in COMPARING:
            self.skip()
            return token.text
        two = f"{token.low} {after}"
        if two in ("starts with", "not contains", "not in"):
            self.skip(2)
            return two
        if token.low in ("contains", "in", "between"):
            self.skip()
            return token.low
        if token.low != "is" or token.kind != "word":
            return ""
        self.skip()
        negative = self.peek().low == "not"
        self.skip(int(negative))
        if self.peek().low == "empty":
            self.skip()
            return "is not empty" if negative else "is empty"
        return "!=" if negative else "="

    def of_field(self, field: Node, sign: str, begun: int, sign_at: int) -> Node:
        """A comparison of a field or of a bare roll-up, read in both ways that are possible."""
        start, stop = self.place, self.stop_after(sign)
        asked, wrong = self.as_query(field, begun, sign_at, stop)
        items: tuple[Node, ...] | None = None
        nodes, depth = self.nodes, self.depth
        try:
            items = self.values(sign)
        except QueryError as error:
            wrong = wrong or error
            if asked is None:
                raise error if start == stop or self.place >= stop else wrong from error
        if self.place != stop:
            items = None
            if asked is None:
                self.fail(_("Expected a value, or “and”, “or” or the end."), ("and", "or"))
        self.place, self.nodes, self.depth = stop, nodes if items is None else self.nodes, depth
        place = Place(field.place.at, self.tokens[stop - 1].end - field.place.at)
        return Compared(field, sign, items, asked, place)

    def stop_after(self, sign: str) -> int:
        """The place where a value, as a Query reads it, is over: a joining word, a bracket that closes, a comma."""
        depth, place = 0, self.place
        skip_and = sign == "between"
        while (token := self.tokens[place]).kind != "end":
            if token.kind == "mark":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
                if depth < 0 or (depth == 0 and token.text == ","):
                    break
            elif depth == 0 and token.kind == "word" and token.low in ENDING:
                if not (skip_and and token.low == "and"):
                    break
                skip_and = False
            place += 1
        return place

    def as_query(self, field: Node, begun: int, sign_at: int, stop: int) -> tuple[query.Node | None, QueryError | None]:
        """The same comparison as the Query language reads it, with all its places where they are."""
        begin, end = self.tokens[sign_at].at, self.tokens[stop - 1].end
        if isinstance(field, Word):
            name = field.name
            head = " " * name.at + name.text + " " * (begin - name.at - name.length)
        else:
            at = self.tokens[begun].at
            head = " " * at + self.text[at:begin]
        text = head + self.text[begin:end]
        try:
            written = parse_syntax(text)
        except QueryError as error:
            return None, error
        plain = isinstance(written.condition, query.Compared | query.Measured) and not (
            written.sort or written.group or written.show
        )
        return (written.condition if plain else None), None

    def values(self, sign: str) -> tuple[Node, ...]:
        """What a value is compared with, as expressions."""
        if sign == "between":
            low = self.joined()
            self.word("and")
            return low, self.joined()
        if sign in ("in", "not in"):
            return self.bracketed()
        return (self.joined(),)

    # --- the smallest parts ------------------------------------------------------------------------------------------

    def primary(self) -> Node:
        token, after = self.peek(), self.peek(1)
        if token.kind == "quoted":
            self.skip()
            return self.counted(Quoted(token.text, Place(token.at, token.length)))
        if token.kind == "mark" and token.text == "(":
            return self.in_brackets()
        called = after.kind == "mark" and after.text == "(" and token.low == "contains"
        if token.kind != "word" or (token.low in JOINING - {"if"} and not called):
            self.fail(_("Expected a field, a value or a bracket."))
        if token.low == "if":
            self.fail(_("Put “if … then … else …” into brackets here."), ("(",))
        if _NUMBER.fullmatch(token.text):
            return self.number()
        if after.kind == "mark" and after.text == "(":
            self.skip()
            items = self.bracketed()
            return self.counted(Call(token.low, items, self.since(token)))
        if after.kind == "word" and after.low not in JOINING:
            if token.low in ROLL_UPS:
                return self.deeper(self.roll_up)
            if token.low in ("any", "no"):
                return self.deeper(self.asked)
        self.skip()
        return self.counted(Word(query.Name(token.text, token.at, token.length)))

    def in_brackets(self) -> Node:
        opened = self.take()
        inner = self.expression()
        self.close(opened)
        return inner

    def bracketed(self) -> tuple[Node, ...]:
        """One or more expressions in brackets with commas between; none for `()`."""
        opened = self.peek()
        if opened.kind != "mark" or opened.text != "(":
            self.fail(_("Expected a bracket."), ("(",))
        self.skip()
        items: list[Node] = []
        while not (self.peek().kind == "mark" and self.peek().text == ")"):
            items.append(self.expression())
            if not (self.peek().kind == "mark" and self.peek().text == ","):
                break
            self.skip()
        self.close(opened)
        return tuple(items)

    def number(self) -> Node:
        first = self.take()
        digits = _NUMBER.fullmatch(first.text)
        assert digits is not None  # noqa: S101  # asked by the caller
        if len(digits[1]) > 40:
            raise QueryError(_("This value is out of range."), first.at, first.length)
        value = Decimal(digits[1]) * _TIMES[digits[2].lower()]
        unit, seconds = self.unit(first)
        return self.counted(Number(value, unit, seconds, self.since(first)))

    def unit(self, first: Token) -> tuple[str, int]:
        token, after = self.peek(), self.peek(1)
        if token.kind == "operator" and token.text == "%" and token.at == first.end and not _begins_value(after):
            self.skip()
            return "%", 0
        if token.kind == "word" and token.low in UNITS:
            self.skip()
            return "time", UNITS[token.low]
        if token.kind == "word" and len(token.text) == 3 and is_currency(token.text.upper()):
            self.skip()
            return token.text.upper(), 0
        return "", 0

    # --- related records ---------------------------------------------------------------------------------------------

    def roll_up(self) -> Node:
        function = ROLL_UPS[self.take().low]
        name = self.name()
        via = None
        if self.peek().low == "via":
            self.skip()
            via = self.name()
        return self.counted(RollUp(function, name, via, self.where()))

    def asked(self) -> Node:
        """`any …` and `no …` reach as far as a `where` does."""
        first = self.take()
        self.name()
        if self.peek().low == "via":
            self.skip()
            self.name()
        if self.peek().low == "where":
            self.skip()
            self.place = self.stop_of_where()
        node = self.query_between(first.at, self.place)
        return self.counted(Asked(node, self.since(first)))

    def where(self) -> query.Node | None:
        if self.peek().low != "where":
            return None
        self.skip()
        first, stop = self.peek(), self.stop_of_where()
        if self.place == stop:
            self.fail(_("Expected the name of a field."))
        node = self.query_between(first.at, stop)
        self.place = stop
        return node

    def stop_of_where(self) -> int:
        """Where a condition is over; one that is a bracket and goes on with neither `and` nor `or` is over with it."""
        depth, place, opened = 0, self.place, self.peek().text == "(" and self.peek().kind == "mark"
        while (token := self.tokens[place]).kind != "end":
            if token.kind == "mark":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth < 0 or (depth == 0 and (token.text == "," if token.kind == "mark" else token.low in _AFTER)):
                break
            place += 1
            if opened and depth == 0:
                opened = False
                if self.tokens[place].low not in ("and", "or"):
                    break
        return place

    def query_between(self, at: int, stop: int) -> query.Node:
        """A condition of the Query language from `at` to a token, its places where they are."""
        written = parse_syntax(" " * at + self.text[at : self.tokens[stop - 1].end])
        if written.condition is None or written.sort or written.group or written.show:
            raise QueryError(_("Here stands a condition only, without order or groups."), at, 1)
        self.nodes += _size(written.condition)
        return written.condition


_AFTER = frozenset({"then", "else"})


def _begins_value(token: Token) -> bool:
    if token.kind == "mark":
        return token.text == "("
    return token.kind == "quoted" or (token.kind == "word" and token.low not in JOINING)


def _size(node: query.Node) -> int:
    match node:
        case query.Many(_word, items):
            return 1 + sum(_size(item) for item in items)
        case query.Negated(item):
            return 1 + _size(item)
        case query.RelatedTo() | query.Measured():
            return 1 + (_size(node.where) if node.where is not None else 0)
    return 1
