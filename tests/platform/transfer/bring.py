"""Bringing a text in as a file, for tests."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from rapport.platform import access
from rapport.platform.transfer import run, store
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.mapping import read_mapping_text
from rapport.platform.transfer.models import Import, ImportRow
from rapport.platform.transfer.recognise import recognise

SYSTEM = access.system("test", "import")


def kept(data: str | bytes, name: str = "file.csv") -> store.Kept:
    return store.keep(name, iter([data.encode() if isinstance(data, str) else data]))


def begun(data: str | bytes, mapping: str, actor: access.Actor = SYSTEM) -> Import:
    """A run with its mapping, not yet done."""
    found = run.begin(actor, kept(data))
    run.set_mapping(found, read_mapping_text("version = 1\n" + mapping), actor)
    return found


def bring(data: str | bytes, mapping: str, actor: access.Actor = SYSTEM) -> Import:
    """A run done to its end."""
    return run.go(begun(data, mapping, actor), actor)


def fates(found: Import) -> list[tuple[int, str, str]]:
    """(row, outcome, reason or remarks) of every row."""
    rows = ImportRow.objects.filter(run=found).order_by("number")
    return [(row.number, row.outcome, row.reason or " ".join(row.warnings)) for row in rows]


def facts_of(data: str | bytes) -> Facts:
    return kept(data).facts


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


__all__ = ["SYSTEM", "begun", "blocks", "bring", "facts_of", "fates", "folder", "kept", "recognise"]
