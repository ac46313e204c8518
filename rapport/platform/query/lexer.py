"""Text to tokens: words, quoted text, operators, brackets. Linear in the length of the text."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from rapport.platform.query.errors import MAX_LENGTH, QueryError

Kind = Literal["word", "quoted", "operator", "mark", "end"]

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<operator><=|>=|!=|<>|==|[=<>≠≤≥])
  | (?P<mark>[(),])
  | (?P<quoted>"(?:[^"\\]|\\.)*"|[“„](?:[^“”\\]|\\.)*[“”]|'(?:[^'\\]|\\.)*'(?![\w']))
  | (?P<word>[^\s=<>≠≤≥(),"“„!]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME = {"≠": "!=", "<>": "!=", "≤": "<=", "≥": ">=", "==": "="}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
UNSEARCHABLE = re.compile("[\x00\ud800-\udfff]")


class Token(NamedTuple):
    """`text` is the word, the unquoted text, or the operator in its plain spelling; `low` the word in lower case."""

    kind: Kind
    text: str
    at: int
    length: int
    low: str = ""

    @property
    def end(self) -> int:
        return self.at + self.length


def tokens(text: str) -> list[Token]:
    """The tokens of a query, an "end" one last. Raises QueryError at what is no token."""
    if len(text) > MAX_LENGTH:
        message = _("This query is too long: %(length)s characters, at most %(limit)s are read.")
        raise QueryError(message % {"length": len(text), "limit": MAX_LENGTH}, MAX_LENGTH, 1)
    if found := UNSEARCHABLE.search(text):
        raise QueryError(_("There is a character here that no text contains."), found.start(), 1)
    result: list[Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _no_token(text, place)
        if found.lastgroup != "blank":
            result.append(_token(found))
        place = found.end()
    result.append(Token("end", "", len(text), 0))
    return result


def _token(found: re.Match[str]) -> Token:
    kind, text, at = str(found.lastgroup), found[0], found.start()
    if kind == "quoted":
        return Token("quoted", _ESCAPED.sub(r"\1", text[1:-1]), at, len(text))
    if kind == "operator":
        return Token("operator", _SAME.get(text, text), at, len(text))
    if kind == "mark":
        return Token("mark", text, at, len(text))
    return Token("word", text, at, len(text), text.lower())


def _no_token(text: str, place: int) -> QueryError:
    if text[place] in '"“„':
        return QueryError(_("The quotation mark is not closed."), place, len(text) - place)
    return QueryError(_("“%(sign)s” does not belong here.") % {"sign": text[place]}, place, 1, ("!=", "not"))
