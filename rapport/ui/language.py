"""Which language texts are in, and what was said in it before.

`speaking` is the only door: it sets Django's language, so that everything of Django's follows, and a memory of this
language beside it. Django asks asgiref's locals for the language at every text, which takes ten times as long as
finding the text; here a text is one look into a context variable and one into a dict. Outside of `speaking`
Django answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import cast

from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation.trans_real import parse_accept_lang_header

from rapport.ui import pseudo

SOURCE = "en"
# Texts are those of the program; a label that somebody wrote for an own field may be among them.
MOST = 20_000

_memories: dict[str, dict[str, str]] = {}
_speaking: ContextVar[tuple[str, dict[str, str]] | None] = ContextVar("language", default=None)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Texts are in this language inside the block; in the house's own where it is not known here."""
    code = code if code in languages() else settings.LANGUAGE_CODE
    if code == pseudo.CODE:
        pseudo.install()
    with translation.override(code):
        token = _speaking.set((code, _memories.setdefault(code, {})))
        try:
            yield
        finally:
            _speaking.reset(token)


@contextmanager
def as_written() -> Iterator[None]:
    """Texts are the words of the program inside the block: for keys and files, which all languages share."""
    with translation.override(None):
        token = _speaking.set((SOURCE, _memories.setdefault("", {})))
        try:
            yield
        finally:
            _speaking.reset(token)


def languages() -> dict[str, str]:
    """The languages Rapport is written in, by code, each by its own name."""
    return dict(settings.LANGUAGES)


@lru_cache(maxsize=256)
def asked_for(accept: str) -> str:
    """The first language of an Accept-Language header that is known here; "" for none."""
    for tag, _weight in parse_accept_lang_header(accept):
        for code in (tag, tag.partition("-")[0]):
            if code in languages():
                return code
    return ""


def current() -> str:
    """The code of the language in use: "de"."""
    now = _speaking.get()
    return now[0] if now else translation.get_language() or SOURCE


def tag(code: str) -> str:
    """The BCP 47 tag that says a language to a browser."""
    return "en-XA" if code == pseudo.CODE else code


@lru_cache(maxsize=64)
def cldr(code: str) -> Locale:
    """What CLDR knows of a language: names of days, lists, which way its texts run."""
    return Locale(SOURCE) if code == pseudo.CODE else Locale.parse(code, sep="-")


def direction(code: str) -> str:
    """Which way texts of a language run: "ltr" or "rtl"."""
    return "rtl" if code == pseudo.CODE else cldr(code).text_direction


def gettext(message: str) -> str:
    """The message in the language in use."""
    now = _speaking.get()
    if now is None:
        return translation.gettext(message)
    known = now[1]
    try:
        return known[message]
    except KeyError:
        if len(known) >= MOST:
            known.clear()
        found = known[message] = translation.gettext(message)
        return found


def ngettext(one: str, many: str, n: int) -> str:
    """The form for `n` in the language in use."""
    return translation.ngettext(one, many, n)


gettext_lazy = cast("Callable[[str], str]", lazy(gettext, str))
