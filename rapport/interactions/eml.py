"""Reading a mail as it was sent (RFC 5322, MIME): never raises, never hangs, says what it could not read.

The standard library's parser raises on mail seen in the wild (IndexError, ValueError and others deep inside header
access; cpython 94306, 114906, 151857). So: the old policy, which leaves headers alone; every access wrapped; an own
walk over the parts with limits on depth and number; bytes decoded by us. Nothing of HTML but its text is kept.
What cannot be read at all is `Unreadable`, with the reason in words; the caller keeps the bytes.
"""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from typing import TypeVar

import nh3
from django.utils.translation import gettext as _

from rapport.base import email_address
from rapport.base.errors import InputError
from rapport.base.markup import bounded
from rapport.base.text import clean_line, clean_text, decode_bytes

T = TypeVar("T")
# What the library raises on hostile mail, seen or read in its reports. A MemoryError or a KeyboardInterrupt is ours.
HOSTILE = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    email.errors.MessageError,
)
LARGEST = 50_000_000
DEEPEST = 20
MOST_PARTS = 300
MOST_ADDRESSES = 300
MOST_REFERENCES = 100
LONGEST_HEADER = 20_000
LONGEST_TEXT = 150_000
LONGEST_HTML = 2_000_000
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{3,290}>")


class Unreadable(Exception):
    """Nothing of a mail is in these bytes; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody in a header: a normal address, and the name written with it."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with the mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What could be read; `problems` names what could not."""

    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    sender: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    text: str = ""
    attachments: tuple[Attached, ...] = ()
    problems: tuple[str, ...] = ()
    is_automatic: bool = False


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    rich: list[str] = field(default_factory=list)
    attachments: list[Attached] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    parts: int = 0


def read(raw: bytes) -> Mail:
    """The mail in these bytes. Raises Unreadable, and nothing else."""
    if len(raw) > LARGEST:
        raise Unreadable(_("The mail is larger than %(limit)s MB.") % {"limit": LARGEST // 1_000_000})
    message = _attempt(lambda: email.message_from_bytes(raw, policy=email.policy.compat32), None)
    if message is None:
        raise Unreadable(_("This cannot be read as a mail at all."))
    names: set[str] = {name.lower() for name, _value in _pairs(message)}
    if not names & {"from", "to", "date", "subject", "message-id", "received"}:
        raise Unreadable(_("This is no mail: it has none of the headers every mail has."))
    found = _Found()
    _collect(message, found, 0)
    return Mail(
        message_id=next(iter(_ids(message, "message-id")), ""),
        references=_references(message),
        subject=clean_line(_header(message, "subject"))[:300],
        sent_at=_date(message),
        sender=_addresses(message, "from") or _addresses(message, "sender"),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        text=_text(found),
        attachments=tuple(found.attachments),
        problems=tuple(dict.fromkeys(found.problems)),
        is_automatic=_header(message, "auto-submitted").strip().lower() not in ("", "no"),
    )


def _attempt(function: Callable[[], T], otherwise: T) -> T:
    """What the library gives, or what stands for it when it fails on hostile input."""
    try:
        return function()
    except HOSTILE:
        return otherwise


# --- headers ---------------------------------------------------------------------------------------------------------


def _raw_headers(message: Message, name: str) -> list[str]:
    """As they stand in the mail; bytes beyond ASCII are surrogates."""
    return [value[:LONGEST_HEADER] for key, value in _pairs(message) if key.lower() == name][:5]


def _pairs(message: Message) -> list[tuple[str, str]]:
    none: list[tuple[str, str]] = []
    return _attempt(lambda: [(str(key), str(value)) for key, value in message.raw_items()], none)


def _header(message: Message, name: str) -> str:
    """The first header of this name, decoded (RFC 2047); "" for none."""
    raw = next(iter(_raw_headers(message, name)), "")
    return _decoded(raw)


def _decoded(raw: str) -> str:
    parts = _attempt(lambda: email.header.decode_header(raw), [(raw, None)])
    return "".join(_piece(content, charset) for content, charset in parts)


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        # Bytes beyond ASCII stand in surrogates here: the header broke the rules and said no charset.
        return _attempt(lambda: decode_bytes(content.encode("ascii", "surrogateescape"))[0], clean_line(content))
    return _characters(content, charset)


def _characters(content: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset they claim, else by what they look like."""
    if charset:
        claimed = _attempt(lambda: content.decode(charset), None)
        if claimed is not None:
            return claimed
    return decode_bytes(content)[0]


def _addresses(message: Message, name: str) -> tuple[Address, ...]:
    """Everybody in the headers of this name whose address can be read, once each."""
    found: dict[str, Address] = {}
    for raw in _raw_headers(message, name):
        for label, address in _split(raw)[:MOST_ADDRESSES]:
            try:
                normal = str(email_address.parse(_decoded(address)))
            except InputError:
                continue
            found.setdefault(normal, Address(normal, clean_line(_decoded(label))[:200].strip("\"' ")))
    return tuple(found.values())[:MOST_ADDRESSES]


def _split(raw: str) -> list[tuple[str, str]]:
    none: list[tuple[str, str]] = []
    return _attempt(lambda: email.utils.getaddresses([raw]), none)


def _ids(message: Message, name: str) -> list[str]:
    return [one for raw in _raw_headers(message, name) for one in _ID.findall(raw.replace("\x00", ""))]


def _references(message: Message) -> tuple[str, ...]:
    """Message-IDs this one answers, the nearest first (RFC 5322, 3.6.4)."""
    near = _ids(message, "in-reply-to")
    return tuple(dict.fromkeys([*near, *reversed(_ids(message, "references"))]))[:MOST_REFERENCES]


def _date(message: Message) -> datetime | None:
    """When it says it was sent, in UTC; None for a date nobody could have written."""
    raw = _header(message, "date")
    found = _attempt(lambda: email.utils.parsedate_to_datetime(raw), None)
    if found is None or not 1980 <= found.year <= 9000:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return _attempt(lambda: aware.astimezone(UTC), None)


# --- parts -----------------------------------------------------------------------------------------------------------


def _collect(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if depth > DEEPEST or found.parts > MOST_PARTS:
        found.problems.append(_("The mail has more parts inside one another than can be meant; some were left out."))
        return
    for child in _children(part):
        _collect(child, found, depth + 1)
    if not _attempt(part.is_multipart, False):
        _leaf(part, found)


def _children(part: Message) -> Iterator[Message]:
    inside = part.get_payload() if _attempt(part.is_multipart, False) else []
    if isinstance(inside, list):
        yield from (one for one in inside if isinstance(one, Message))


def _leaf(part: Message, found: _Found) -> None:
    content = _attempt(lambda: part.get_payload(decode=True), None)
    if not isinstance(content, bytes):
        raw = _attempt(lambda: _payload(part), "")
        content = raw.encode("utf-8", "replace")
        if raw:
            found.problems.append(_("A part of the mail is damaged and was kept as it came."))
    kind = _attempt(part.get_content_type, "application/octet-stream")
    name = clean_line(_decoded(_attempt(lambda: str(part.get_filename() or ""), "")))[:200]
    disposition = _attempt(lambda: str(part.get_content_disposition() or ""), "")
    if kind in ("text/plain", "text/html") and not name and disposition != "attachment":
        charset = _attempt(lambda: str(part.get_content_charset() or ""), "")
        text = _characters(content[:LONGEST_HTML], charset or None)
        (found.plain if kind == "text/plain" else found.rich).append(text)
    elif content:
        found.attachments.append(Attached(name or _("attachment %(n)s") % {"n": len(found.attachments) + 1}, content))


def _payload(part: Message) -> str:
    found: object = part.get_payload()
    return found if isinstance(found, str) else ""


def _text(found: _Found) -> str:
    text = "\n\n".join(found.plain).strip() or "\n\n".join(text_of_html(one) for one in found.rich)
    cleaned = clean_text(text)
    if len(cleaned) > LONGEST_TEXT:
        found.problems.append(_("The text is very long; its end is only in the original."))
    return cleaned[:LONGEST_TEXT]


def text_of_html(source: str) -> str:
    """The words of HTML: no tag, script or style is left."""
    broken = _BREAKS.sub(lambda tag: f"\n{tag[0]}", bounded(source, LONGEST_HTML))
    words = html.unescape(nh3.clean(broken, tags=set(), attributes={}))
    return re.sub(r"\n{3,}", "\n\n", clean_text(words))
