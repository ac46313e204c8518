"""The tokens of an expression, and a place among them: what a parser of it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from django.utils.translation import gettext as _

from rapport.platform.formula.limits import MAX_DEPTH, MAX_NODES
from rapport.platform.formula.syntax import Node, Place
from rapport.platform.query import syntax as query
from rapport.platform.query.errors import QueryError
from rapport.platform.query.lexer import Token, tokens

# Inside of a word of the Query language: days and moments first, then numbers, names, signs.
_INSIDE = re.compile(
    r"""
    (?P<word>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w.])
      | \d+(?:\.\d+)?(?:[kKmM]\b)?
      | [^\W\d]\w*(?:\.\w+)*)
  | (?P<sign>[-+*/%&−×])
    """,
    re.VERBOSE,
)
_SAME = {"−": "-", "×": "*"}
# What ends a value that is read as in a Query.
ENDING = frozenset({"and", "or", "then", "else"})
JOINING = ENDING | {"not", "if", "where", "via", "is", "in", "contains", "starts", "between"}


def split(text: str) -> list[Token]:
    """The tokens of the Query language, its words cut at the signs of arithmetic."""
    found: list[Token] = []
    for token in tokens(text):
        found.extend(_inside(token) if token.kind == "word" else [token])
    return found


def _inside(token: Token) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < token.length:
        part = _INSIDE.match(token.text, place)
        if part is None:
            # Kept as a word: it may belong to a value as a Query reads it. Nothing else takes it.
            rest = token.text[place:]
            return [*found, Token("word", rest, token.at + place, len(rest), rest.lower())]
        kind, text = ("word" if part["word"] else "operator"), part[0]
        low = text.lower() if kind == "word" else ""
        found.append(Token(kind, _SAME.get(text, text), token.at + place, len(text), low))  # type: ignore[arg-type]  # one of two kinds
        place = part.end()
    return found


class Cursor:
    """A place among the tokens of a text. Counts what is read, so that no text is too much."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = split(text)
        self.place = 0
        self.depth = 0
        self.nodes = 0

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.peek()
        self.skip()
        return token

    def skip(self, count: int = 1) -> None:
        self.place = min(self.place + count, len(self.tokens) - 1)

    def since(self, first: Token) -> Place:
        return Place(first.at, max(self.tokens[max(self.place - 1, 0)].end - first.at, first.length))

    def name(self) -> query.Name:
        token = self.peek()
        if token.kind != "word" or token.low in JOINING:
            self.fail(_("Expected %(what)s.") % {"what": _("the name of related records")})
        self.skip()
        return query.Name(token.text, token.at, token.length)

    def word(self, low: str) -> None:
        if self.peek().low != low:
            self.fail(_("Expected “%(word)s”.") % {"word": low}, (low,))
        self.skip()

    def close(self, opened: Token) -> None:
        token = self.peek()
        if token.kind == "mark" and token.text == ")":
            self.skip()
        elif token.kind == "end":
            raise QueryError(_("The bracket is not closed."), opened.at, opened.length, (")",))
        else:
            self.fail(_("Expected a sign such as + or a closing bracket."), (")", "+", "-"))

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
            self.fail(_("This formula has too many parts: at most %(limit)s.") % {"limit": MAX_NODES})
        return node

    def fail(self, message: str, suggestions: tuple[str, ...] = ()) -> NoReturn:
        token = self.peek()
        raise QueryError(message, token.at, token.length, suggestions)
