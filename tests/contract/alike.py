"""What somebody learns from an answer: everything that leaves, without chance and without what they said themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

# Anew for every answer: the nonce of its scripts, the token of its forms, how far its page has heard.
CHANCE = re.compile(
    rb"nonce-[\w+/=-]+|nonce=\"[^\"]+\"|(?<=csrfmiddlewaretoken\" value=\")[^\"]+|(?<=csrf-token\" content=\")[^\"]+"
    rb"|(?<=data-live-place=\")[^\"]+"
)

LARGE = 1_000_000


def learned(answer: Any, said: Iterable[object] = ()) -> tuple[int, tuple[str, ...], bytes]:
    """(status, headers, bytes); `said` are the ids that stood in the question."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = [f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name != "Content-Length"]
    return (
        answer.status_code,
        tuple(_without(one.encode(), said).decode() for one in headers),
        _without(content, said),
    )


def _without(text: bytes, said: Iterable[object]) -> bytes:
    text = CHANCE.sub(b"~", text)
    for one in said:
        if isinstance(one, int) and one < LARGE:  # it stands in many places by itself; in an address it is the id
            text = re.sub(rb"(/|&#x2f;|%2F)" + str(one).encode() + rb"(?![\w-])", rb"\1_", text)
        else:
            text = text.replace(str(one).encode(), b"_")
    return text
