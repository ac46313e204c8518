"""Reading what the catcher kept: the mails a house in development would have sent."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
MOST = 200


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as it arrived; `to` are the addresses of its envelope, blind copies included."""

    name: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str = ""
    files: tuple[str, ...] = ()
    raw: str = ""


def latest(most: int = MOST) -> list[Caught]:
    """The newest first."""
    found = sorted(folder().glob("*.eml"), reverse=True)[:most] if folder().exists() else []
    return [one for path in found if (one := _read(path, whole=False))]


def find(name: str) -> Caught | None:
    """One of them, with its text; None for a name the catcher did not give."""
    path = folder() / f"{name}.eml"
    return _read(path, whole=True) if NAME.fullmatch(name) and path.exists() else None


def folder() -> Path:
    """Where they are kept."""
    return Path(settings.CAUGHT_MAIL)


def _read(path: Path, *, whole: bool) -> Caught | None:
    """None for one that is thinned out just now."""
    try:
        told = json.loads(path.with_suffix(".json").read_text())
        raw = path.read_bytes()
    except (OSError, ValueError):
        return None
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",)) if whole else None
    return Caught(
        name=path.stem,
        at=datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1e9, UTC),
        sender=str(told["from"]),
        to=tuple(map(str, told["to"])),
        subject=str(message["Subject"] or ""),
        text=str(body.get_content()) if body is not None else "",
        files=tuple(str(part.get_filename()) for part in message.iter_attachments()) if whole else (),
        raw=raw.decode("utf-8", "replace")[:200_000] if whole else "",
    )
