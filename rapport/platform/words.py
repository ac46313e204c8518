"""Words of declarations: marked for translation where they stand, translated when they are read.

Django types a lazy text as a promise of its own. To a declaration it is text, and every reader turns it into text
(`str(...)`, a template, a format), so it is typed as what it is used as.
"""

from __future__ import annotations

from typing import cast

from django.utils.translation import pgettext_lazy as _in_context

from rapport.base.errors import InputError
from rapport.ui import language


def gettext_lazy(message: str) -> str:
    """The message in the reader's language, looked up each time it is read."""
    return language.gettext_lazy(message)


def pgettext_lazy(context: str, message: str) -> str:
    """The same where one English word stands for several: the context tells translators which."""
    return cast("str", _in_context(context, message))


def said(error: Exception) -> str:
    """What an error says, a value that could not be read in the language in use."""
    return language.gettext(error.sentence) % error.params if isinstance(error, InputError) else str(error)


_reasons: set[str] = set()


def own_reason(sentence: str) -> str:
    """Why the program did something: an Event keeps the sentence as it stands in the program, for readers of every
    language. Call it where modules are read, so that it is known again after a start."""
    _reasons.add(sentence)
    return sentence


def reason_said(reason: str) -> str:
    """The reason of an Event: one of the program's in the language in use, a person's as they wrote it."""
    return language.gettext(reason) if reason in _reasons else reason
