"""Subject access: everything held about somebody in one zip, for machines (JSON) and for people (HTML), with files.

Articles 15 and 20 of the GDPR. Every record that belongs to them with every field but secrets, what happened to it and
through which door it came, consents, files, and who took it out. Colleagues are named by their number only.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from html import escape
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import access, audit
from rapport.platform.access.keepers import require_privacy
from rapport.platform.audit.models import AuditEntry
from rapport.platform.events.models import Event
from rapport.platform.files import places
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.objects import registry
from rapport.platform.privacy import history
from rapport.platform.privacy.subject import gather, has_subjects
from rapport.platform.words import gettext_lazy as _lazy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.privacy.subject import Subject
    from rapport.platform.record import Record


audit.register("bundled", _lazy("Given out whole"), _lazy("{who} gave out everything held about {what}"))


def give(actor: Actor, record: Record) -> IO[bytes]:
    """The bundle as a file without a name, gone when it is closed; who took it is in the trail.

    Raises PermissionDenied, NotFound, ValidationError.
    """
    subject = about(actor, record)
    key = subject.obj.base.key
    audit.record(actor, "bundled", object=key, record=record.pk)
    made = tempfile.TemporaryFile()  # noqa: SIM115  # the caller reads and closes it
    _write(actor, subject, made)
    made.seek(0)
    return made


def about(actor: Actor, record: Record) -> Subject:
    """Everything of somebody, for who handles privacy. Raises PermissionDenied, NotFound, ValidationError."""
    require_privacy(actor)
    obj = registry.of_record(record)
    if not has_subjects(obj):
        raise ValidationError(_("This is asked about people and organisations."))
    return gather(access.find(actor, obj, record.pk))


def write(actor: Actor, subject: Subject, target: Path) -> None:
    """Write the bundle; there at once and whole, or not at all. The caller asked for the right."""
    made = target.with_name(target.name + ".part")
    with made.open("wb") as file:
        _write(actor, subject, file)
    made.replace(target)


def _write(actor: Actor, subject: Subject, file: IO[bytes]) -> None:
    told = content(subject)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        archive.writestr("data.html", readable(told, actor))
        for kept in _files(subject):
            path = places.place_of(kept.sha256)
            if path.exists():
                archive.write(path, f"files/{kept.pk}-{kept.name}")


def content(subject: Subject) -> dict[str, Any]:
    """What is held, as JSON."""
    return {
        "made_at": now().isoformat(),
        "subject": str(subject.record.uid),
        "records": {obj.key: [_record(obj, row) for row in rows] for obj, rows in subject.each()},
        "files": [{"name": file.name, "type": file.content_type, "size": file.size} for file in _files(subject)],
        "history": list(_history(subject)),
        "given_to": list(_given_to(subject)),
    }


def _record(obj: Object, row: Any) -> dict[str, Any]:
    """Every field but secrets, own fields included; of other people's records only the numbers."""
    found: dict[str, Any] = {"uid": str(row.uid)}
    linked = {key: field.load_links([row.pk]).get(row.pk) for key, field in obj.fields.items() if field.outside}
    for key, field in obj.fields.items():
        if field.sensitivity == "secret" or field.formula:
            continue
        value = linked[key] if field.outside else field.read(row)
        if not field.is_empty(value):
            found[key] = field.plain(value)
    return found


def _history(subject: Subject) -> Iterator[dict[str, Any]]:
    columns = ("at", "kind", "object", "surface", "actor_id", "run_id", "changes", "reason")
    for row in Event.objects.filter(history.of(subject)).order_by("pk").values(*columns).iterator():
        yield {**row, "at": row["at"].isoformat()}


def _given_to(subject: Subject) -> Iterator[dict[str, Any]]:
    """Who saw sensitive values of theirs or took them out, as far as the trail names the records."""
    columns = ("at", "kind", "actor_id", "surface")
    for key, ids in subject.ids.items():
        for row in AuditEntry.objects.filter(object=key, record_id__in=ids).order_by("pk").values(*columns):
            yield {**row, "at": row["at"].isoformat()}


def _files(subject: Subject) -> list[StoredFile]:
    found: set[int] = set()
    for key, ids in subject.ids.items():
        found |= set(Attachment.objects.filter(object=key, record_id__in=ids).values_list("file_id", flat=True))
    return list(StoredFile.objects.filter(pk__in=found).order_by("pk"))


def readable(told: dict[str, Any], actor: Actor) -> str:
    """The same as a page that needs nothing but a browser; every value escaped."""
    title = _("What we hold about you")
    parts = [f"<h1>{escape(title)}</h1><p>{escape(told['made_at'])}</p>"]
    for key, rows in (*told["records"].items(), *((name, told[name]) for name in ("files", "history", "given_to"))):
        parts.append(f"<h2>{escape(key)}</h2>" + "".join(_table(row) for row in rows))
    style = "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto}th{text-align:left;padding-right:1rem}"
    head = f'<!doctype html><html lang="{escape(actor.culture.language)}"><meta charset="utf-8"><title>{escape(title)}'
    return f"{head}</title><style>{style}</style><body>{''.join(parts)}</body></html>"


def _table(row: dict[str, Any]) -> str:
    cells = (f"<tr><th>{escape(key)}</th><td>{escape(_text(value))}</td></tr>" for key, value in row.items())
    return f"<table>{''.join(cells)}</table><hr>"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
