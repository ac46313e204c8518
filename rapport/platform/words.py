"""Words of declarations: marked for translation where they stand, translated when they are read.

Django types a lazy text as a promise of its own. To a declaration it is text, and every reader turns it into text
(`str(...)`, a template, a format), so it is typed as what it is used as.
"""

from __future__ import annotations

from typing import cast

from django.utils import translation


def gettext_lazy(message: str) -> str:
    """The message in the reader's language, looked up each time it is read."""
    return cast("str", translation.gettext_lazy(message))
