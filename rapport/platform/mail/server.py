"""Where mails go: the server named in the settings, or the catcher of a house in development."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

Safety = Literal["starttls", "tls", "plain"]
SCHEMES: dict[str, tuple[Safety, int]] = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("plain", 25)}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how we talk to it."""

    host: str
    port: int
    safety: Safety
    user: str = ""
    password: str = field(default="", repr=False)


def read(url: str) -> Server:
    """The server of a RAPPORT_MAIL_URL, which the settings have judged already."""
    parts = urlsplit(url)
    safety, port = SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname or "", parts.port or port, safety, user, password)


def current() -> Server | None:
    """The server mails go to now; None where there is none."""
    if settings.MAIL_URL:
        return read(settings.MAIL_URL)
    if not settings.CATCH_MAIL:
        return None
    port = settings.CAUGHT_MAIL / "port"
    return Server("127.0.0.1", int(port.read_text()), "plain") if port.exists() else None
