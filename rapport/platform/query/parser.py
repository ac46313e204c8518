"""Text to syntax tree, by recursive descent.

    query     = [ or ] { "sort by" … | "group by" … | "show" … }
    or        = and { "or" and }                        and = unary { "and" unary }
    unary     = "not" unary | "(" or ")" | related | measured | comparison
    related   = ("any" | "no") NAME [ "via" NAME ] [ "where" or ]
    measured  = "count" NAME [ "via" NAME ] [ "where" or ] SIGN value
              | ("sum" | "avg" | "min" | "max") NAME.FIELD [ "via" NAME ] [ "where" or ] SIGN value
    comparison = NAME [ operator ]

The `where` of `any` and `no` reaches as far as it can: to the closing bracket or to the end. The `where` of a measure
ends before the last sign (= != < <= > >=) outside of brackets, which is the measure's own; so in `count opportunities
where amount > 1000 > 2` the count is compared with 2. Brackets around the whole make anything clear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn, TypeVar, cast

from django.utils.translation import gettext as _

from rapport.platform.query.ast import Function, GroupUnit, Operator
from rapport.platform.query.errors import MAX_DEPTH, MAX_NODES, MAX_VALUES, QueryError, nearest
from rapport.platform.query.lexer import Token, tokens
from rapport.platform.query.syntax import (
    Compared,
    GroupBy,
    Literal,
    Many,
    Measured,
    Name,
    Negated,
    Node,
    RelatedTo,
    Shown,
    SortBy,
    Written,
)

T = TypeVar("T")
FUNCTIONS = {"count": "count", "sum": "sum", "avg": "avg", "average": "avg", "min": "min", "max": "max"}
UNITS = ("day", "week", "month", "quarter", "year")
# Words that cannot begin a value or a name, and end an unquoted value.
JOINING = frozenset({"and", "or", "not", "where", "via"})
OPERATOR_WORDS = frozenset({"is", "in", "not", "contains", "starts", "between"})
AFTER_NAME = (
    "=",
    "!=",
    "<",
    ">",
    "contains",
    "not contains",
    "starts with",
    "in",
    "is empty",
    "is not empty",
    "between",
)


def parse_syntax(text: str) -> Written:
    """The syntax tree of a query. Raises QueryError."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.end = self.tokens[-1]
        self.place = 0
        self.limit = len(self.tokens) - 1
        self.depth = 0
        self.nodes = 0

    # --- the whole -------------------------------------------------------------------------------------------------

    def query(self) -> Written:
        condition = None if self.peek().kind == "end" or self._tail_word() else self.any_of()
        found: dict[str, object] = {}
        while word := self._tail_word():
            if word in found:
                self.fail(_("“%(word)s” stands here a second time.") % {"word": word})
            found[word] = {"sort": self.sort, "group": self.group, "show": self.show}[word]()
        if self.peek().kind != "end":
            self.fail(_("Expected “and”, “or” or the end."), ("and", "or"))
        return Written(condition, **found)  # type: ignore[arg-type]  # each word has its own type

    def _tail_word(self) -> str:
        """sort, group or show, where one begins here."""
        word, after = self.peek().low, self.peek(1).low
        if (word in ("sort", "group") and after == "by") or (word == "show" and after in FUNCTIONS):
            return word
        return ""

    def sort(self) -> tuple[SortBy, ...]:
        self.skip(2)
        return tuple(self.listed(self.sort_key))

    def sort_key(self) -> SortBy:
        name = self.name(_("the field to sort by"))
        descending = name.text.startswith("-")
        if descending:
            name = Name(name.text[1:], name.at + 1, name.length - 1)
        if self.peek().low in ("desc", "asc", "descending", "ascending"):
            descending = self.take().low.startswith("desc")
        return SortBy(name, descending)

    def group(self) -> tuple[GroupBy, ...]:
        self.skip(2)
        return tuple(self.listed(self.group_key))

    def group_key(self) -> GroupBy:
        name = self.name(_("the field to group by"))
        if self.peek().low != "by":
            return GroupBy(name, "")
        self.skip(1)
        if self.peek().low not in UNITS:
            self.fail(_("Expected one of: %(names)s.") % {"names": ", ".join(UNITS)}, UNITS)
        return GroupBy(name, cast(GroupUnit, self.take().low))

    def show(self) -> tuple[Shown, ...]:
        self.skip(1)
        return tuple(self.listed(self.shown))

    def shown(self) -> Shown:
        if self.peek().low not in FUNCTIONS:
            self.fail(_("Expected one of: %(names)s.") % {"names": "count, sum, avg, min, max"}, tuple(FUNCTIONS))
        function = cast(Function, FUNCTIONS[self.take().low])
        return Shown(function, None if function == "count" else self.name(_("the field to calculate with")))

    def listed(self, read: Callable[[], T]) -> Iterator[T]:
        """One or more, with commas between."""
        yield read()
        while self.peek().text == "," and self.peek().kind == "mark":
            self.skip(1)
            yield read()

    # --- conditions ------------------------------------------------------------------------------------------------

    def any_of(self) -> Node:
        return self.joined("or", lambda: self.joined("and", self.unary))

    def joined(self, word: str, read: Callable[[], Node]) -> Node:
        items = [read()]
        while self.peek().low == word:
            self.skip(1)
            items.append(read())
        return items[0] if len(items) == 1 else self.counted(Many(word, tuple(items)))

    def unary(self) -> Node:
        token = self.peek()
        if token.kind == "word":
            if token.low == "not":
                self.skip(1)
                return self.counted(Negated(self.deeper(self.unary)))
            if self._begins_related():
                return self.deeper(self.related if token.low in ("any", "no") else self.measured)
            return self.comparison()
        if token.kind == "mark" and token.text == "(":
            self.skip(1)
            inner = self.deeper(self.any_of)
            self.expect(")", _("The bracket is not closed."), token)
            return inner
        return self.fail(_("Expected the name of a field."))

    def _begins_related(self) -> bool:
        """Whether any, no, count … is the word it seems and not a field of that name."""
        word, after = self.peek().low, self.peek(1)
        is_name = after.kind == "word" and after.low not in OPERATOR_WORDS | {"and", "or", "by"}
        return is_name and (word in ("any", "no") or word in FUNCTIONS)

    def related(self) -> Node:
        none = self.take().low == "no"
        name, via = self.relation()
        return self.counted(RelatedTo(none, name, via, self.where()))

    def measured(self) -> Node:
        function = cast(Function, FUNCTIONS[self.take().low])
        name, via = self.relation()
        where = None
        if self.peek().low == "where":
            where = self.where(self._own_sign(name))
        sign = self.peek()
        if sign.kind != "operator":
            self.fail(_("Expected a comparison such as “> 2”."), ("=", "<", ">"))
        self.skip(1)
        return self.counted(Measured(function, name, via, where, cast(Operator, sign.text), self.value()))

    def relation(self) -> tuple[Name, Name | None]:
        name = self.name(_("the name of related records"))
        if self.peek().low != "via":
            return name, None
        self.skip(1)
        return name, self.name(_("the field that points here"))

    def where(self, limit: int | None = None) -> Node | None:
        """The condition after `where`, or None; with `limit` it must end at that token."""
        if self.peek().low != "where":
            return None
        self.skip(1)
        before, self.limit = self.limit, self.limit if limit is None else limit
        condition = self.any_of()
        if limit is not None and self.place != limit:
            self.fail(_("Expected “and” or “or”."), ("and", "or"))
        self.limit = before
        return condition

    def _own_sign(self, name: Name) -> int:
        """The place of the last sign outside of brackets before the condition ends."""
        depth, found = 0, -1
        place = self.place
        while place < self.limit and depth >= 0:
            token = self.tokens[place]
            if token.kind == "mark":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
            elif token.kind == "operator" and depth == 0:
                found = place
            place += 1
        if found < 0:
            message = _("Expected a comparison such as “> 2” after the condition.")
            raise QueryError(message, name.at, name.length)
        return found

    # --- comparisons -----------------------------------------------------------------------------------------------

    def comparison(self) -> Node:
        first = self.place
        name = self.name(_("the name of a field"))
        operator, values = self.operator_and_values()
        last = self.tokens[self.place - 1]
        return self.counted(Compared(name, operator, values, self.tokens[first].at, last.end - self.tokens[first].at))

    def operator_and_values(self) -> tuple[Operator | None, tuple[Literal, ...]]:
        token = self.peek()
        if token.kind == "operator":
            self.skip(1)
            return cast(Operator, token.text), (self.value(),)
        match token.low, self.peek(1).low:
            case "contains", _after:
                return self._after(1, "contains")
            case "starts", "with":
                return self._after(2, "starts with")
            case "not", "contains":
                return self._after(2, "not contains")
            case "in", _after:
                self.skip(1)
                return "in", self.values()
            case "not", "in":
                self.skip(2)
                return "not in", self.values()
            case "between", _after:
                self.skip(1)
                return "between", self._both()
            case "is", _after:
                self.skip(1)
                return self._is()
        if token.kind == "quoted" or (token.kind == "word" and token.low not in JOINING and not self._tail_word()):
            self.fail(
                _("Expected a comparison such as “=” or “contains”."), nearest(token.text, AFTER_NAME) or AFTER_NAME[:3]
            )
        return None, ()

    def _after(self, words: int, operator: Operator) -> tuple[Operator, tuple[Literal, ...]]:
        self.skip(words)
        return operator, (self.value(),)

    def _is(self) -> tuple[Operator, tuple[Literal, ...]]:
        """`is empty`, `is not empty`, and `is won` for `= won`."""
        negative = self.peek().low == "not"
        self.skip(int(negative))
        if self.peek().low == "empty":
            self.skip(1)
            return ("is not empty" if negative else "is empty"), ()
        return ("!=" if negative else "="), (self.value(),)

    def _both(self) -> tuple[Literal, ...]:
        low = self.value()
        if self.peek().low != "and":
            self.fail(_("Expected “and” and the second value."), ("and",))
        self.skip(1)
        return low, self.value()

    def values(self) -> tuple[Literal, ...]:
        """A list in brackets, or a single value such as a period."""
        opened = self.peek()
        if opened.kind != "mark" or opened.text != "(":
            return (self.value(),)
        self.skip(1)
        found = []
        for value in self.listed(self.value):
            found.append(value)
            if len(found) > MAX_VALUES:
                self.fail(_("At most %(limit)s values.") % {"limit": MAX_VALUES})
        self.expect(")", _("The bracket is not closed."), opened)
        return tuple(found)

    def value(self) -> Literal:
        """Quoted text, or all words up to the next joining word, sign or bracket."""
        first = self.peek()
        if first.kind == "quoted":
            self.skip(1)
            return Literal(first.text, True, first.at, first.length)
        words = []
        while (token := self.peek()).kind == "word" and token.low not in JOINING and not self._tail_word():
            words.append(self.take().text)
            last = token
        if not words:
            self.fail(_("Expected a value."))
        return Literal(" ".join(words), False, first.at, last.end - first.at)

    # --- tokens ----------------------------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token:
        place = self.place + ahead
        return self.tokens[place] if place < self.limit else self._stop()

    def _stop(self) -> Token:
        """The end of what may be read, which inside of a measure's condition comes before the end of the text."""
        stop = self.tokens[self.limit]
        return stop if stop.kind == "end" else Token("end", "", stop.at, stop.length)

    def take(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def skip(self, count: int) -> None:
        self.place += count

    def name(self, what: str) -> Name:
        token = self.peek()
        if token.kind != "word" or token.low in JOINING:
            self.fail(_("Expected %(what)s.") % {"what": what})
        self.skip(1)
        return Name(token.text, token.at, token.length)

    def expect(self, mark: str, message: str, opened: Token) -> None:
        if self.peek().kind == "mark" and self.peek().text == mark:
            self.skip(1)
        elif self.peek().kind == "end":
            raise QueryError(message, opened.at, opened.length, (mark,))
        else:
            self.fail(_("Expected “and”, “or” or a closing bracket."), ("and", "or", ")"))

    def deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(_("This is nested too deeply: at most %(limit)s levels.") % {"limit": MAX_DEPTH})
        node = read()
        self.depth -= 1
        return node

    def counted(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(_("These are too many conditions: at most %(limit)s.") % {"limit": MAX_NODES})
        return node

    def fail(self, message: str, suggestions: tuple[str, ...] = ()) -> NoReturn:
        token = self.peek()
        raise QueryError(message, token.at, token.length, suggestions)
