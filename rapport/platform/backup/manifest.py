"""The manifest of a backup, sealed like its other parts: what each table held, which files belong to it, under which
version and keys it was made. A restore is compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.audit import anchor
from rapport.platform.audit.models import AuditSeal
from rapport.platform.backup import keys, parts
from rapport.platform.backup.databases import Rows
from rapport.platform.backup.errors import torn
from rapport.platform.backup.pool import Pooled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rapport.platform.backup.databases import Taken
    from rapport.platform.backup.parts import Opener, Writing

NAME = "manifest.json.age"


def write(work: Path, taken: Taken, files: Sequence[Pooled], recipients: Sequence[str]) -> Writing:
    """The manifest as a part of its own, written last."""
    head = anchor.latest() if AuditSeal._meta.db_table in taken.rows else None
    told = {
        "rows": {table: list(rows) for table, rows in taken.rows.items()},
        "files": [asdict(one) for one in files],
        "migrations": taken.migrations,
        "schema": taken.schema,
        "audit_head": head.head if head else "",
        "ring": keys.ring_print(work.name.partition(".")[0]),
    }
    with parts.writing(work / NAME, recipients) as out:
        out.write(json.dumps(told).encode())
    return out


def read(folder: Path, opener: Opener) -> dict[str, Any]:
    """Raises Damaged, or BackupError for another's key."""
    with parts.reading(folder / NAME, opener) as source:
        content = source.read()
    try:
        told: dict[str, Any] = json.loads(content)
        told["rows"] = {table: Rows(*rows) for table, rows in told["rows"].items()}
        told["files"] = [Pooled(**one) for one in told["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise torn(NAME) from error
    return told


def differences(told: dict[str, Rows], found: dict[str, Rows]) -> list[str]:
    """Where restored tables are not what the backup says it holds."""
    lines = [_("The table {name} is missing.").format(name=name) for name in sorted(told.keys() - found.keys())]
    for name in sorted(told.keys() & found.keys()):
        if told[name].number != found[name].number:
            words = _("The table {name} has {found} rows instead of {told}.")
            lines.append(words.format(name=name, found=found[name].number, told=told[name].number))
        elif told[name] != found[name]:
            lines.append(_("Rows of the table {name} are not what they were.").format(name=name))
    return lines
