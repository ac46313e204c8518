"""Finds texts for people that stand outside of gettext: in Python by where they stand, in templates by being text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from tools.messages import KEYWORDS

# Arguments by these names are read by people.
SHOWN = {
    *("label", "help", "title", "text", "subtitle", "submit", "intro", "empty", "headline", "caption", "hint"),
    *("placeholder", "message", "confirm", "plural"),
}
# The first argument of these is, or the second after a key.
SAID = {
    "ValidationError",
    "PermissionDenied",
    "NotFound",
    "GiveUp",
    "QueryError",
    "invalid",
    "toast",
    "Toast",
    "Section",
}
AFTER_A_KEY = {"View", "Panel", "Column"}
FIELDS = {
    *("Text", "LongText", "RichText", "Number", "DecimalNumber", "Percent", "MoneyField", "Boolean", "Date"),
    *("DateTime", "Duration", "Choice", "MultiChoice", "Email", "Phone", "Url", "Reference", "ReferenceAny"),
    *("References", "Address", "Tags", "FileField", "AutoNumber"),
}
_SENTENCE = re.compile(r"[A-Z“„…>][a-z’'“].* .*", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]{2}")
# A word with a capital, or several words: a key of the program is neither.
_WORDS = re.compile(r"[A-Z“„][a-z’'“][^_]*|[a-z’']+ [a-z].*")
PLACE = "\ue000"  # stands for an expression in the HTML of a template
# What is raised for programmers, and what is no text at all.
_FOR_PROGRAMMERS = re.compile(r"\w*(Type|Runtime|Lookup|Assertion|Value|Key|Import|NotImplemented|Attribute)\w*Error")
_FOR_PROGRAMMERS_TOO = {
    *("ImproperlyConfigured", "cast", "warn", "warning", "info", "error", "log", "compile"),
    # Describe the API to programmers, in the language of its names.
    *("Endpoint", "Parameter"),
}
_SQL = re.compile(r"\b(SELECT|WHERE|INSERT|UPDATE|DELETE|EXISTS|CREATE)\b")


@dataclass(frozen=True)
class Bare:
    """One text outside of gettext."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.text!r}"


def in_python(path: Path, name: str) -> Iterator[Bare]:
    reader = _Python(name)
    reader.visit(ast.parse(path.read_text(encoding="utf-8")))
    yield from reader.found


class _Python(ast.NodeVisitor):
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Bare] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        if node.annotation and not isinstance(node.annotation, ast.Constant):
            self.visit(node.annotation)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in KEYWORDS or called in _FOR_PROGRAMMERS_TOO or _FOR_PROGRAMMERS.fullmatch(called):
            return
        at = 1 if called in AFTER_A_KEY else 0
        if called in SAID | AFTER_A_KEY | FIELDS and len(node.args) > at:
            self._say(node.args[at])
        for keyword in node.keywords:
            if keyword.arg in SHOWN:
                self._say(keyword.value)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in SHOWN:
                self._say(value)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and _SENTENCE.match(text) and not _SQL.search(text):
            self._add(node.lineno, text)

    def _say(self, node: ast.expr) -> None:
        """Add what is said here when it is plainly a text: a constant, or one of two."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _WORDS.fullmatch(node.value):
            self._add(node.lineno, node.value)
        elif isinstance(node, ast.IfExp):
            self._say(node.body)
            self._say(node.orelse)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                self._say(value)
        elif isinstance(node, ast.List):
            for value in node.elts:
                self._say(value)

    def _add(self, line: int, text: str) -> None:
        bare = Bare(self.name, line, text)
        if bare not in self.found:
            self.found.append(bare)


def in_template(path: Path, name: str) -> Iterator[Bare]:
    """Text between tags, attributes that are read out, and texts given to macros."""
    tree = Environment().parse(path.read_text(encoding="utf-8"))  # noqa: S701  # parsed, never rendered
    text = _Html(name)
    text.feed("".join(_pieces(tree)))
    text.close()
    yield from text.found
    for call in tree.find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS):
            for keyword in call.kwargs:
                yield from _said(keyword.key, keyword.value, name)
    for table in tree.find_all(nodes.Dict):
        for pair in table.items:
            yield from _said(getattr(pair.key, "value", ""), pair.value, name)
    for written in tree.find_all(nodes.Const):
        if isinstance(written.value, str) and _SENTENCE.match(written.value) and not _marked(tree, written):
            yield Bare(name, written.lineno, written.value)


def _said(key: object, value: nodes.Expr, name: str) -> Iterator[Bare]:
    if (
        key in SHOWN
        and isinstance(value, nodes.Const)
        and isinstance(value.value, str)
        and _WORDS.fullmatch(value.value)
    ):
        yield Bare(name, value.lineno, value.value)


def _marked(tree: nodes.Template, written: nodes.Const) -> bool:
    return any(
        isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS and written in call.args
        for call in tree.find_all(nodes.Call)
    )


def _pieces(node: nodes.Node) -> Iterator[str]:
    """The HTML of a template, its expressions left out."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Stmt):
            yield from _pieces(child)
        elif isinstance(node, nodes.Output):
            yield PLACE


class _Html(HTMLParser):
    """Words between tags and in attributes that people hear or see."""

    READ_OUT = frozenset(("aria-label", "title", "placeholder", "alt", "label", "data-confirm"))
    SILENT = frozenset(("script", "style", "code", "pre", "kbd", "samp"))

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.within = name, ""
        self.found: list[Bare] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag if tag in self.SILENT else self.within
        for key, value in attrs:
            if key in self.READ_OUT and value and _LETTERS.search(value.replace(PLACE, " ")):
                self._add(value)

    def handle_endtag(self, tag: str) -> None:
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data: str) -> None:
        # A macro may hold nothing but attributes of a tag.
        if not self.within and _LETTERS.search(data) and '="' not in data:
            self._add(data.strip())

    def _add(self, text: str) -> None:
        self.found.append(Bare(self.name, self.getpos()[0], " ".join(text.replace(PLACE, "…").split()).strip("… ")))
