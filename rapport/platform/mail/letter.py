"""Letter: a mail before it leaves, as plain values that an outbox row can keep, and the bytes it becomes (RFC 5322).

The bytes follow from the values alone: the Message-ID and the date are given once, so that a second try is the same
mail, which mail programs show once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base import email_address
from rapport.base.errors import InputError

MOST_RECIPIENTS = 100
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name written before it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes to whom, and what. `sent_at` is an ISO moment, `files` are ids of stored files.

    `automatic` marks what no person wrote (RFC 3834): it gets no automatic answers.
    """

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    message_id: str
    sent_at: str
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    reply_to: str = ""
    answers: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    language: str = "en"
    automatic: bool = False

    @property
    def recipients(self) -> list[str]:
        """Every address it goes to, once."""
        return list(dict.fromkeys(one.address for one in (*self.to, *self.cc, *self.bcc)))

    def as_json(self) -> dict[str, Any]:
        """What an outbox row keeps."""
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Letter:
    """The letter of an outbox row."""
    boxes = {key: tuple(Mailbox(**one) for one in kept[key]) for key in ("to", "cc", "bcc")}
    lists = {key: tuple(kept[key]) for key in ("answers", "files")}
    return Letter(**{**kept, **boxes, **lists, "sender": Mailbox(**kept["sender"])})


def mailbox(address: str, name: str = "") -> Mailbox:
    """A mailbox with a normal address. Raises ValidationError in words."""
    try:
        normal = str(email_address.parse(address))
    except InputError as error:
        raise ValidationError(_("“%(address)s” is no e-mail address.") % {"address": address[:100]}) from error
    return Mailbox(normal, _one_line(name)[:200])


def check(letter: Letter) -> Letter:
    """The letter, if it can be sent as it is. Raises ValidationError in words."""
    if not letter.recipients:
        raise ValidationError(_("Say who it goes to."))
    if len(letter.recipients) > MOST_RECIPIENTS:
        raise ValidationError(_("One mail goes to at most %(most)s addresses.") % {"most": MOST_RECIPIENTS})
    return letter


def as_bytes(letter: Letter, attached: Sequence[tuple[str, str, bytes]] = ()) -> bytes:
    """The mail as it travels; `attached` are (name, content type, content). Blind copies are in no header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _header(letter.sender)
    message["To"] = [_header(one) for one in letter.to]
    if letter.cc:
        message["Cc"] = [_header(one) for one in letter.cc]
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = datetime.fromisoformat(letter.sent_at)
    message["Message-ID"] = letter.message_id
    if letter.answers:
        message["In-Reply-To"] = letter.answers[0]
        message["References"] = " ".join(reversed(letter.answers))
    if letter.automatic:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(as_html(letter.text, letter.language), subtype="html")
    for name, kind, content in attached:
        main, _sep, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=_one_line(name))
    return _same_boundaries(message, letter.message_id)


def _header(box: Mailbox) -> Address:
    return Address(display_name=_one_line(box.name), addr_spec=box.address)


def _one_line(text: str) -> str:
    """No line break or other control character gets into a header: what follows one would be a header of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _same_boundaries(message: EmailMessage, message_id: str) -> bytes:
    """Boundaries by number instead of by chance, so that every try has the same bytes."""
    stem = re.sub(r"[^A-Za-z0-9]", "", message_id)[:40]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{stem}_{number}")
    return message.as_bytes()


def as_html(text: str, language: str) -> str:
    """The text as a page that mail programs show: paragraphs, line breaks and links; nothing else."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip())
    body = "\n".join(f"<p>{_with_links(one)}</p>" for one in paragraphs if one.strip())
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8"></head>\n'
        f'<body style="font-family:sans-serif;font-size:15px;line-height:1.5">\n{body}\n</body></html>\n'
    )


def _with_links(paragraph: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in _LINK.finditer(paragraph):
        address = found[0].rstrip(".,;:!?)]}’”")
        pieces.append(html.escape(paragraph[at : found.start()]))
        pieces.append(f'<a href="{html.escape(address)}">{html.escape(address)}</a>')
        at = found.start() + len(address)
    pieces.append(html.escape(paragraph[at:]))
    return "".join(pieces).replace("\n", "<br>\n")
