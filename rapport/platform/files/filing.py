"""Files that are more than files: a mail dropped on a record becomes a mail of that record.

A domain says which kind of file it makes a record of; what it cannot make one of is kept as the file it is, and it is
said why. Nothing is lost on either way.

@filing.filer(".eml", largest=30_000_000)
def file_mail(actor: Actor, on: Record, raw: bytes, name: str) -> Filed | None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import files
from rapport.platform.access import Actor
from rapport.platform.record import Record

if TYPE_CHECKING:
    from rapport.platform.fields import Ref
    from rapport.platform.files.models import StoredFile


class CannotFile(Exception):
    """Why no record could be made of a file, in words for whoever dropped it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The record that was made of a file, and what there is to say about it."""

    record: Ref
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that was dropped on a record: filed or kept; `problem` why it was only kept."""

    name: str
    filed: Filed | None = None
    file: StoredFile | None = None
    problem: str = ""


Filer = Callable[[Actor, Record, bytes, str], Filed | None]
_filers: dict[str, tuple[int, Filer]] = {}


def filer(extension: str, *, largest: int) -> Callable[[Filer], Filer]:
    """Make records of files with this ending, up to so many bytes. The function gives None where it does not apply."""

    def add(function: Filer) -> Filer:
        _filers[extension] = (largest, function)
        return function

    return add


def receive(actor: Actor, stream: Any, name: str, *, on: Record) -> Received:
    """File what was dropped on a record, or keep it there. Raises as `files.store`."""
    largest, function = _filers.get(PurePath(name.lower()).suffix, (0, None))
    problem = ""
    if function is not None:
        raw = stream.read(largest + 1)
        stream.seek(0)
        try:
            filed = function(actor, on, raw, name)
        except CannotFile as reason:
            filed, problem = None, _("%(reason)s It was kept as a file.") % {"reason": reason}
        if filed is not None:
            return Received(name, filed)
    return Received(name, file=files.store(actor, stream, name, on=on), problem=problem)
