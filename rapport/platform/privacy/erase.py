"""Erasure: somebody's records are emptied or removed, their history is silenced, every store forgets them.

Not through the write path, which would write the old values into new Events; this is the one exception (ADR 17). Each
step asks what is left, so the job can be killed anywhere and goes on. What stays is a row without a word of theirs, for
the rows that point at it, keyed digests that know them again, and a line in the ledger outside the database.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import access
from rapport.platform.access.keepers import require_privacy
from rapport.platform.events.append import append
from rapport.platform.fields import Reference
from rapport.platform.jobs import enqueue, stepwise_job
from rapport.platform.objects import registry
from rapport.platform.privacy import history, own_stores, suppression  # noqa: F401  # registers its stores
from rapport.platform.privacy.models import Erasure
from rapport.platform.privacy.stores import stores
from rapport.platform.privacy.subject import Subject, gather, has_subjects, is_own_word, is_personal
from rapport.platform.search.body_models import FTS

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.jobs import Run as JobRun
    from rapport.platform.objects import Object
    from rapport.platform.record import Record

LEDGER = "erasures.jsonl"
REMEMBERED = timedelta(seconds=5)


def preview(actor: Actor, record: Record) -> list[dict[str, Any]]:
    """What would go and what would stay, for each Object: {object, count, goes, why}. Changes nothing."""
    found = _asked_by(actor, record)
    return [
        {
            "object": obj.key,
            "label": str(obj.plural),
            "count": len(rows),
            "goes": not _stays(obj, found),
            "why": _why(obj),
        }
        for obj, rows in found.each()
    ]


def request(actor: Actor, record: Record, *, reason: str = "") -> Erasure:
    """Ask for somebody's erasure; a job does it. Raises PermissionDenied, NotFound, ValidationError."""
    found = _asked_by(actor, record)
    key = found.obj.base.key
    with transaction.atomic():
        waiting = Erasure.objects.filter(object=key, record_id=record.pk, done_at=None).first()
        if waiting is not None:
            return waiting
        made = Erasure.objects.create(
            object=key,
            record_id=record.pk,
            record_uid=record.uid,
            reason=reason[:200],
            actor_id=actor.user_id,
            asked_at=now(),
        )
        enqueue(actor, erase, {"erasure": made.pk}, unique=str(made.pk))
    return made


@stepwise_job("privacy.erase", retries=20)
def erase(actor: Actor, job: JobRun, *, erasure: int) -> dict[str, Any]:
    """Erase somebody: records, history, words, files, and everything kept beside them."""
    asked = Erasure.objects.get(pk=erasure)
    if asked.done_at is not None:
        return dict(asked.receipt)
    record = registry.get(asked.object).model._default_manager.filter(pk=asked.record_id).first()
    if record is None:
        raise ValidationError(_("There is no such record, or you may not see it."))
    # The values are known only until the records are emptied: everything that looks for them comes before.
    with job.step():
        receipt = forget(actor, asked, gather(record))
    tidy()
    with job.step():
        Erasure.objects.filter(pk=asked.pk).update(receipt=receipt, done_at=now())
    return receipt


def forget(actor: Actor, asked: Erasure, subject: Subject) -> dict[str, Any]:
    """All of it in one transaction; what lies in files is taken away first, for it cannot be rolled back to a half."""
    known = sorted(_digests(subject))
    write_down(asked, known)
    suppression.remember(asked, known)
    receipt = _take_out(actor, subject)
    append(actor, subject.obj, subject.record, kind="erased", action="erase", before={}, after={}, reason=asked.reason)
    return receipt


def erase_record(actor: Actor, record: Record, *, reason: str) -> None:
    """Erase one record of any kind, in the caller's transaction: somebody with all that is theirs, else it alone."""
    obj = registry.of_record(record)
    if not has_subjects(obj):
        _take_out(actor, Subject(obj, record, {obj.base.key: [record]}))
        return
    asked = Erasure.objects.create(
        object=obj.base.key, record_id=record.pk, record_uid=record.uid, reason=reason[:200], asked_at=now()
    )
    receipt = forget(actor, asked, gather(record))
    Erasure.objects.filter(pk=asked.pk).update(receipt=receipt, done_at=now())


def _take_out(actor: Actor, subject: Subject) -> dict[str, Any]:
    """Out of every store, the history and the records themselves; says how much of each."""
    receipt: dict[str, Any] = {name: function(actor, subject) for name, function in stores().items()}
    receipt["history"] = history.forget(actor, history.of(subject))
    removed, emptied = 0, 0
    for obj, rows in reversed(list(subject.each())):
        for row in rows:
            whole = obj.key == subject.obj.base.key and row.pk == subject.record.pk
            stays = has_subjects(obj) if whole else bool(obj.keeps)
            gone = not stays and _remove(row)
            removed, emptied = removed + gone, emptied + (not gone)
            if not gone:
                _empty(obj, row, whole=whole)
    return {**receipt, "records removed": removed, "records emptied": emptied}


# --- records ----------------------------------------------------------------------------------------------------------


def _remove(row: Any) -> bool:
    """Delete it where nothing that stays points at it; else it is emptied instead."""
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, RestrictedError):
        return False
    return True


def _empty(obj: Object, row: Any, *, whole: bool) -> None:
    """Take out of a row what is somebody's; `whole`: all that is not needed for the row to stand."""
    kept = set(obj.where) | {"owner", "team", "created_at", "created_by", "updated_at", "updated_by", "archived_at"}
    for key, field in obj.fields.items():
        if field.formula or key in kept:
            continue
        if field.outside:
            if whole or field.family == "tags":
                field.save_links({row.pk: field.empty()})
        elif is_own_word(field) or (whole and not field.required):
            field.write(row, _nothing(field, key == obj.name))
    columns = [column for column in row._meta.concrete_fields if not column.primary_key and column.attname != "uid"]
    row.version += 1
    row.archived_at = row.archived_at or (now() if whole else None)
    if whole:
        row.custom = {}
    row.__class__._default_manager.filter(pk=row.pk).update(
        **{one.attname: getattr(row, one.attname) for one in columns}
    )


def _nothing(field: Field[Any], is_name: bool) -> Any:
    if field.family == "text" and (field.required or is_name):
        return _("Erased")
    if isinstance(field, Reference):
        return None
    return field.initial() if field.family in ("choice", "choices", "boolean") else field.empty()


# --- rights, words ----------------------------------------------------------------------------------------------------


def _asked_by(actor: Actor, record: Record) -> Subject:
    require_privacy(actor)
    obj = registry.of_record(record)
    if not has_subjects(obj):
        raise ValidationError(_("Only people and organisations can be erased; put this record away instead."))
    return gather(access.find(actor, obj, record.pk))


def _stays(obj: Object, subject: Subject) -> bool:
    return bool(obj.keeps) or obj.key == subject.obj.base.key


def _why(obj: Object) -> str:
    return str(obj.keeps) or (
        _("Other records point at it; it stays without a word of theirs.") if has_subjects(obj) else ""
    )


# --- knowing them again -----------------------------------------------------------------------------------------------


def _digests(subject: Subject) -> set[str]:
    """Of every address and number they are reached by, and never of a name: others have it too."""
    found = set()
    for obj, rows in subject.each():
        fields = [one for one in obj.fields.values() if is_personal(one) and one.family == "text"]
        found |= {suppression.digest(str(value)) for row in rows for one in fields if (value := one.read(row))}
    return found


def ledger() -> Path:
    return Path(settings.DATA_DIR) / LEDGER


def write_down(asked: Erasure, digests: list[str]) -> None:
    """A line outside the database, flushed before anything is erased: a restored backup is made to forget by it."""
    line = {
        "erasure": str(asked.uid),
        "object": asked.object,
        "uid": str(asked.record_uid),
        "at": now().isoformat(),
        "digests": digests,
    }
    path = ledger()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def apply_ledger(actor: Actor) -> int:
    """Erase again whom the ledger names and this database still knows: after a restore, before anybody signs in."""
    done = 0
    for line in ledger().read_text().splitlines() if ledger().exists() else ():
        told = json.loads(line)
        obj = registry.get(told["object"])
        record = obj.model._default_manager.filter(uid=told["uid"]).first()
        if record is None or Erasure.objects.filter(record_uid=told["uid"]).exclude(done_at=None).exists():
            continue
        asked = Erasure.objects.create(
            object=obj.key, record_id=record.pk, record_uid=record.uid, reason="ledger", asked_at=now()
        )
        with transaction.atomic():
            receipt = forget(actor, asked, gather(record))
            Erasure.objects.filter(pk=asked.pk).update(receipt=receipt, done_at=now())
        done += 1
    if done:
        tidy()
    return done


def tidy() -> None:
    """Take erased bytes out of the database's own files: freed pages, the log of changes, merged search trees.

    Measured on SQLite: deleted text stays in freed pages and in FTS5 segments until both are written anew.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('optimize')")  # noqa: S608  # an identifier of ours
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM")
