"""Storing, attaching, finding and opening files. The bytes are in `places`, who may read them in `reach`."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform import access, records
from rapport.platform.access import NotFound
from rapport.platform.events.append import append
from rapport.platform.files import kinds, places
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.files.reach import reach_sql
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from typing import BinaryIO

    from django.db.models import QuerySet

    from rapport.platform.access import Actor
    from rapport.platform.files.places import Kept, Readable
    from rapport.platform.record import Record

LONGEST_NAME = 255


def store(actor: Actor, stream: Readable, name: str, *, on: Record | None = None) -> StoredFile:
    """Keep what the stream gives, under a name, and hang it on a record.

    Raises ValidationError (too large, empty), PermissionDenied, NotFound (the record may not be edited).
    """
    return store_kept(actor, receive(actor, stream, on=on), name, on=on)


def receive(actor: Actor, stream: Readable, *, on: Record | None = None) -> Kept:
    """Take the bytes in, outside of any transaction: nobody waits for a slow upload. Raises as `store`.

    Until `store_kept` makes the record, nobody can reach them; when that never comes, `orphans` sweeps them away.
    """
    access.require(actor, registry.get("file"), "create")
    if on is not None:
        _editable(actor, on)
    return places.keep(stream)


def store_kept(actor: Actor, kept: Kept, name: str, *, on: Record | None = None) -> StoredFile:
    """Make a record of bytes that lie in their place, and hang it on a record. Raises as `store`."""
    target = _editable(actor, on) if on is not None else None
    called = clean_name(name)
    if kept.size == 0:
        raise ValidationError(_("“%(name)s” is empty: a file of 0 bytes.") % {"name": called})
    values = {
        "name": called,
        "content_type": kinds.content_type(kept.head, called),
        "size": kept.size,
        "sha256": kept.sha256,
    }
    with transaction.atomic():
        file: StoredFile = records.create(actor, registry.get("file"), values)
        if target is not None:
            _hang(actor, file, target)
    return file


def attach(actor: Actor, file: StoredFile, record: Record) -> None:
    """Hang a file the actor may read on a record they may edit; once is enough."""
    found, target = find(actor, file.pk), _editable(actor, record)
    with transaction.atomic():
        if not Attachment.objects.filter(file=found, **_place(target)).exists():
            _hang(actor, found, target)


def detach(actor: Actor, file: StoredFile, record: Record) -> None:
    """Take a file off a record; the file itself stays. Raises NotFound when it does not hang there."""
    target = _editable(actor, record)
    with transaction.atomic():
        taken, _each = Attachment.objects.filter(file=file, **_place(target)).delete()
        if not taken:
            raise NotFound(_("There is no such file, or you may not see it."))
        _tell(actor, target, "detach", "file_detached", file.name)


def on_record(actor: Actor, record: Record, *, limit: int = 100) -> list[StoredFile]:
    """The files that hang on a record the actor may read, newest first."""
    hanging = Attachment.objects.filter(**_place(record)).values("file_id")
    return list(StoredFile.objects.filter(pk__in=hanging, archived_at=None).order_by("-created_at", "-pk")[:limit])


def find(actor: Actor, ident: object) -> StoredFile:
    """The file with this id or uid. Raises NotFound alike for a missing and a foreign one."""
    # Rights on files as such say nothing here: what counts is the record it hangs on.
    found = _asked(ident)
    file = reachable(actor).filter(**found).first() if found else None
    if file is None:
        raise NotFound(_("There is no such file, or you may not see it."))
    return file


def reachable(actor: Actor) -> QuerySet[StoredFile]:
    """Every file the actor may read."""
    fragment = reach_sql(actor, "v")
    chosen = RawSQL(f"SELECT v.id FROM platform_storedfile v WHERE {fragment.sql}", fragment.params)  # noqa: S608, S611  # built by `reach`, values bound
    rows: QuerySet[StoredFile] = StoredFile.objects.all()
    return rows if actor.user_id is None else rows.filter(pk__in=chosen)


def open_stored(file: StoredFile) -> BinaryIO:
    """Its bytes. Raises NotFound when they are gone from the disk."""
    try:
        return places.place_of(file.sha256).open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise NotFound(_("The content of this file is missing on the disk.")) from error


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, at most 255 bytes, with its ending."""
    last = PureWindowsPath(PurePosixPath(str(name).replace("\x00", "")).name).name
    text = clean_line(unicodedata.normalize("NFC", last), 1_000).strip(" .") or _("unnamed")
    path = PurePosixPath(text)
    suffix = path.suffix if len(path.suffix.encode()) <= 20 else ""
    stem = text.removesuffix(suffix).encode()[: LONGEST_NAME - len(suffix.encode())].decode("utf-8", "ignore")
    return f"{stem}{suffix}"


def _asked(ident: object) -> dict[str, Any]:
    from rapport.platform.access.door import _lookup

    return _lookup(ident)


def _editable(actor: Actor, record: Record) -> Any:
    return access.find(actor, registry.of_model(type(record)), record.pk, "edit")


def _hang(actor: Actor, file: StoredFile, record: Record) -> None:
    Attachment.objects.create(file=file, **_place(record))
    _tell(actor, record, "attach", "file_attached", file.name)


def _tell(actor: Actor, record: Record, action: str, kind: str, name: str) -> None:
    """The fact on the record's story; its fields did not change, so neither does its version."""
    append(actor, registry.of_model(type(record)), record, kind=kind, action=action, before={}, after={}, reason=name)


def _place(record: Record) -> dict[str, Any]:
    ref = registry.ref(record)
    return {"object": ref.object, "record_id": ref.id}
