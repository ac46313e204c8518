"""Anchors: the head of the chain, written down outside of the database. Without them nobody sees what was cut off.

`audit_head` in the data folder is renewed with every seal; `audit_anchors` there, and the file RAPPORT_AUDIT_ANCHOR
names (on another machine, best of all), get a line every hour. Another place (mail, webhook) registers a function.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from django.conf import settings

from rapport.base import clock
from rapport.platform.audit.models import AuditSeal
from rapport.platform.jobs import job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

log = logging.getLogger("rapport.audit")


@dataclass(frozen=True)
class Anchor:
    """The chain at a moment: after seal `number`, which ends with entry `last`, its head was this (hexadecimal)."""

    number: int
    last: int
    head: str
    at: str

    def line(self) -> bytes:
        return orjson.dumps(asdict(self)) + b"\n"


Place = Callable[[Anchor], None]
_places: list[Place] = []


def place(function: Place) -> Place:
    """Register another place that keeps an anchor every hour; what it raises is logged and stops no other place."""
    _places.append(function)
    return function


def of_seal(seal: AuditSeal) -> Anchor:
    return Anchor(seal.number, seal.first + seal.count - 1, bytes(seal.head).hex(), clock.now().isoformat())


def latest() -> Anchor | None:
    """The end of the chain now; None before the first seal."""
    last = AuditSeal.objects.order_by("-number").first()
    return None if last is None else of_seal(last)


def keep_head(seal: AuditSeal) -> None:
    """Renew the head beside the database: written in full, then moved into place."""
    kept = head_path()
    made = kept.with_name(f"{kept.name}.{os.getpid()}")
    made.write_bytes(of_seal(seal).line())
    made.replace(kept)


@job("audit.anchor", every=timedelta(hours=1))
def keep_anchor(actor: Actor, job: Run) -> None:
    """Write the head of the audit trail down outside of the database."""
    keep(latest())


def keep(found: Anchor | None) -> None:
    """Give an anchor to every place."""
    if found is None:
        return
    for keeper in (_to_files, *_places):
        try:
            keeper(found)
        except OSError:
            log.exception("The audit trail could not be anchored")


def _to_files(found: Anchor) -> None:
    for kept in paths():
        with kept.open("ab") as file:
            file.write(found.line())
            file.flush()
            os.fsync(file.fileno())


def known() -> Iterator[Anchor]:
    """Every anchor that can be read again, from all files."""
    for kept in (*paths(), head_path()):
        if kept.exists():
            for line in kept.read_bytes().splitlines():
                if line.strip():
                    yield Anchor(**orjson.loads(line))


def set_aside() -> list[Path]:
    """Begin new files, the old ones kept beside them: after a backup was restored, the chain is rightly shorter."""
    moved = []
    for kept in (*paths(), head_path()):
        if kept.exists():
            aside = kept.with_name(f"{kept.name}.before-{clock.now():%Y%m%dT%H%M%S}")
            kept.rename(aside)
            moved.append(aside)
    return moved


def paths() -> list[Path]:
    own = Path(settings.DATA_DIR) / "audit_anchors"
    return [own, Path(settings.AUDIT_ANCHOR)] if settings.AUDIT_ANCHOR else [own]


def head_path() -> Path:
    return Path(settings.DATA_DIR) / "audit_head"
