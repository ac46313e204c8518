"""`make messages`: bring the catalogues up to date with the code and compile them.

    python -m tools.messages            extract, update every django.po, write every django.mo
    python -m tools.messages --open de  what German still lacks, one message a line, with its places

The English sentence is the message id, so English has no catalogue. Babel reads the Python files, and the templates
with jinja2's parser (minijinja has its syntax). The compiled `.mo` files are kept beside the `.po` files, so that
neither `make run` nor the wheel needs a step; a test compiles anew and compares byte for byte. Places are written
without line numbers: a moved line is no change of a catalogue.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "rapport"
LOCALES = PACKAGE / "locale"
LANGUAGES = ("de",)

# What marks a text for people: the names of django.utils.translation, as they are imported in rapport, the sentences
# of rapport.base (which knows no Django), and `marked` for what is translated where it is read.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_now": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "marked": None,
    "own_reason": None,
    "InputError": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
VERBS = ("action", "job", "stepwise_job")
# Written for those who build Rapport, never shipped to a reader.
NOT_FOR_PEOPLE = ("rapport/ui/gallery.py", "rapport/ui/gallery_samples.py", "rapport/ui/templates/ui/gallery/")
# {name} and {n:,} of str.format, %(name)s of the other; doubled signs are the signs themselves.
PLACES = re.compile(r"\{\{|\}\}|%%|\{(?P<brace>[a-z_][a-z0-9_.]*)?(?:![rs])?(?::[^{}]*)?\}|%\((?P<percent>\w+)\)[sd]")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make messages", description=__doc__.partition("\n")[0])
    parser.add_argument("--open", metavar="LANGUAGE", help="list what this language lacks and change nothing")
    wanted = parser.parse_args().open
    if wanted:
        for message in lacking(catalogue(wanted, extracted())):
            print(f"{_written(message.id)}\t{', '.join(sorted({name for name, _line in message.locations}))}")
        return 0
    template = extracted()
    for language in LANGUAGES:
        known = catalogue(language, template)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(known))
        path.with_suffix(".mo").write_bytes(compiled(known))
        wrong = [*lacking(known), *(message for message, _why in disagreeing(known))]
        print(f"{language}: {len(known)} messages, {len(wrong)} to do")
        for message, why in disagreeing(known):
            print(f"  {_written(message.id)}: {why}")
    return 0


def extracted() -> Catalog:
    """All messages of the package, with the files they stand in."""
    found = Catalog(project="Rapport", copyright_holder="", header_comment="")
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        options = {"silent": "false", "trimmed": "false"} if path.suffix == ".html" else {}
        for _line, text, comments, context in extract_from_file(method, path, KEYWORDS, ("Translators:",), options):
            found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
        for text in _told(path) if path.suffix == ".py" else ():
            found.add(text, None, [(name, 0)])
    return found


def _told(path: Path) -> Iterator[str]:
    """What an Action or a job does, in the first line of its docstring; and the past form of what became of it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.keyword)
            and node.arg == "event"
            and isinstance(node.value, ast.Constant)
            and node.value.value
        ):
            yield str(node.value.value).replace("_", " ").capitalize()
        if isinstance(node, ast.FunctionDef) and any(_is_verb(decorator) for decorator in node.decorator_list):
            yield (ast.get_docstring(node) or node.name).partition("\n")[0]


def _is_verb(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else None
    return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) in VERBS


def sources() -> Iterator[Path]:
    """Python files and templates in a lasting order."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NOT_FOR_PEOPLE) and "/migrations/" not in name:
            yield path


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    """The catalogue as it lies in the tree."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def catalogue(language: str, template: Catalog) -> Catalog:
    """The stored catalogue with exactly the messages of the template; nothing is guessed, nothing old is kept."""
    old, new = stored(language), Catalog(locale=language, project="Rapport", header_comment=HEADER, fuzzy=False)
    for message in template:
        if message.id:
            known = old.get(message.id, message.context)
            text = known.string if known is not None and bool(known.pluralizable) == bool(message.pluralizable) else ""
            new.add(
                message.id,
                text or (("",) * new.num_plurals if message.pluralizable else ""),
                sorted(set(message.locations)),
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return new


HEADER = "# The words of Rapport. Glossary: docs/guides/languages.md. Made current by: make messages"
# Babel writes the hour and the version of itself; neither is a fact about the words.
_FACTS = re.compile(rb"(Project-Id-Version|Language|Plural-Forms|MIME-Version|Content-[\w-]+): ")


def written(known: Catalog) -> bytes:
    """The text of a `.po` file, the same for the same messages."""
    out = io.BytesIO()
    write_po(out, known, width=120, include_lineno=False, sort_by_file=True)
    head, blank, messages = out.getvalue().partition(b"\n\n")
    lines = head.splitlines(keepends=True)
    kept = b"".join(line for line in lines if line[:1] != b'"' or _FACTS.match(line, 1))
    return kept.rstrip() + blank + messages


def compiled(known: Catalog) -> bytes:
    """The bytes of a `.mo` file, the same for the same messages."""
    plain = _Plain(locale=known.locale, charset="utf-8")
    for message in known:
        if message.id:
            plain.add(message.id, message.string, context=message.context, flags=message.flags)
    out = io.BytesIO()
    write_mo(out, plain)
    return out.getvalue()


class _Plain(Catalog):
    """A catalogue whose header says only what a program needs to read it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]


def lacking(known: Catalog) -> list[Message]:
    """Messages without a translation, or with one that somebody should look at."""
    return [message for message in known if message.id and (message.fuzzy or not all(_strings(message)))]


def disagreeing(known: Catalog) -> list[tuple[Message, str]]:
    """Translations whose places are not those of the message: a value would be lost, or the page would break."""
    found = []
    for message in known:
        wanted = set().union(*(places(text) for text in _ids(message)))
        for text in _strings(message) if message.id else ():
            # A form for one may say "a" in place of the figure.
            missing = wanted - places(text) - ({"n"} if message.pluralizable else set())
            if text and (missing or places(text) - wanted):
                found.append((message, f"{sorted(wanted)} became {sorted(places(text))}"))
    return found


def places(text: str) -> set[str]:
    """The names that values are put in for; `""` for a bare {}."""
    return {
        found["brace"] or found["percent"] or ""
        for found in PLACES.finditer(text)
        if found[0] not in ("{{", "}}", "%%")
    }


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(text or "" for text in texts)


def _written(one: str | tuple[str, ...] | list[str]) -> str:
    return " | ".join((one,) if isinstance(one, str) else one)


if __name__ == "__main__":
    sys.exit(main())
