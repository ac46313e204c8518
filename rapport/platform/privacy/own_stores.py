"""The stores of the engine: words, files, notifications, shares, kept answers, jobs, runs, imports, views."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rapport.base.clock import now
from rapport.platform.access.models import Share
from rapport.platform.api.models import IdempotencyKey
from rapport.platform.events.models import Cursor
from rapport.platform.files import places
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.jobs.models import Job
from rapport.platform.mail import caught
from rapport.platform.notifications.models import Follow, Notification
from rapport.platform.outbox.models import Effect, Lane
from rapport.platform.privacy import history
from rapport.platform.privacy.stores import store
from rapport.platform.runs.models import Run, RunRecord
from rapport.platform.saved_views.models import SavedView
from rapport.platform.search import bodies
from rapport.platform.search.models import Misspelling, SearchWord, Vocabulary
from rapport.platform.tags import Tag, Tagging
from rapport.platform.transfer.models import Import, ImportHistory, ImportRow, SavedMapping
from rapport.platform.transfer.store import forget
from rapport.platform.webhooks.webhook import Webhook

if TYPE_CHECKING:
    from django.db import models

    from rapport.platform.access import Actor
    from rapport.platform.privacy.subject import Subject

GONE = "(erased)"
CHUNK = 500


@store("search words")
def words(actor: Actor, subject: Subject) -> int:
    """Their words go; those nobody else has go from the vocabulary too, for it would still suggest them."""
    count = 0
    for key, ids in subject.ids.items():
        bodies.forget(key, ids)
        mine = SearchWord.objects.filter(object=key, record_id__in=ids)
        said = set(mine.values_list("word", flat=True))
        count += mine.delete()[0]
        alone = said - set(SearchWord.objects.filter(word__in=said).values_list("word", flat=True))
        Misspelling.objects.filter(word__in=alone).delete()
        Vocabulary.objects.filter(word__in=alone).delete()
    return count


@store("files")
def files(actor: Actor, subject: Subject) -> int:
    """Files that hang on their records and nowhere else: the record, and the bytes where no other file has them."""
    hanging = set()
    for key, ids in subject.ids.items():
        mine = Attachment.objects.filter(object=key, record_id__in=ids)
        hanging |= set(mine.values_list("file_id", flat=True))
        mine.delete()
    shared = set(Attachment.objects.filter(file_id__in=hanging).values_list("file_id", flat=True))
    gone = list(StoredFile.objects.filter(pk__in=hanging - shared))
    for file in gone:
        sha256 = file.sha256
        SearchWord.objects.filter(object="file", record_id=file.pk).delete()
        history.forget(actor, Q(object="file", record_id=file.pk))
        file.delete()
        if not StoredFile.objects.filter(sha256=sha256).exists():
            places.place_of(sha256).unlink(missing_ok=True)
    return len(gone)


@store("tags")
def tags(actor: Actor, subject: Subject) -> int:
    """Tags come off; one that nobody else has goes, for it may be a word about them alone."""
    worn: set[int] = set()
    for key, ids in subject.ids.items():
        worn |= set(Tagging.objects.filter(object=key, record_id__in=ids).values_list("tag_id", flat=True))
    count = _of_records(Tagging, subject)
    Tag.objects.filter(pk__in=worn).exclude(pk__in=Tagging.objects.values("tag_id")).delete()
    return count


@store("notifications")
def notifications(actor: Actor, subject: Subject) -> int:
    return _of_records(Notification, subject) + _of_records(Follow, subject)


@store("shares")
def shares(actor: Actor, subject: Subject) -> int:
    return _of_records(Share, subject)


@store("undo of imports")
def import_history(actor: Actor, subject: Subject) -> int:
    return _of_records(ImportHistory, subject)


def _of_records(model: type[models.Model], subject: Subject) -> int:
    found = (model._default_manager.filter(object=key, record_id__in=ids) for key, ids in subject.ids.items())
    return sum(rows.delete()[0] for rows in found)


# What an import keeps of the cells it read: samples of columns, a trial, remarks.
SEEN = ("facts", "trial", "notes")


@store("import files")
def imports(actor: Actor, subject: Subject) -> int:
    """A file that names them goes as a whole: its rows are records by now, and its other people lose nothing."""
    gone = 0
    for one in Import.objects.exclude(state__in=("queued", "running")):
        paths = [Path(one.path), Path(one.original)]
        if any(_names(path, subject.values) for path in paths):
            forget(*paths)
            seen = {name: scrubbed(getattr(one, name), subject.values | subject.words) for name in SEEN}
            Import.objects.filter(pk=one.pk).update(**seen)
            gone += 1
    return gone


def _names(path: Path, values: frozenset[str]) -> bool:
    """Whether a file holds one of the values, in whatever of the usual encodings; read in overlapping pieces."""
    wanted = {form.encode(code, "ignore") for text in values for form in _forms(text) for code in ("utf-8", "cp1252")}
    wanted |= {text.encode("utf-16-le") for text in values}
    if not path.is_file():
        return False
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            around = tail + piece
            if any(one in around for one in wanted if one):
                return True
            tail = around[-2_000:]
    return False


@store("kept answers")
def answers(actor: Actor, subject: Subject) -> int:
    """Answers kept for repeated requests that tell of them: the repeat is refused a stale answer, not done twice."""
    told = [one.encode() for one in (*subject.uids, *subject.values)]
    gone = 0
    for one in IdempotencyKey.objects.iterator(chunk_size=CHUNK):
        if any(text in bytes(one.body) for text in told):
            IdempotencyKey.objects.filter(pk=one.pk).update(body=b"{}", headers={})
            gone += 1
    return gone


# Where people's words may stand by the way: what jobs and runs were given, what they said, filters that name somebody.
SWEPT: dict[type[models.Model], tuple[str, ...]] = {
    Job: ("arguments", "result", "last_error"),
    Run: ("values", "query", "message"),
    RunRecord: ("reason", "left"),
    Import: ("name", "facts", "notes", "trial", "message"),
    ImportRow: ("reason", "warnings", "pending"),
    SavedView: ("label", "query"),
    Effect: ("payload", "once", "reason", "result"),
    Lane: ("reason",),
    Cursor: ("last_error",),
    SavedMapping: ("content",),
    Webhook: ("problem",),
}


@store("caught mails")
def caught_mails(actor: Actor, subject: Subject) -> int:
    """What a house in development caught instead of sending, where it names them."""
    gone = 0
    for path in caught.folder().glob("*.eml") if caught.folder().exists() else ():
        beside = path.with_suffix(".json")
        if _names(path, subject.values) or _names(beside, subject.values):
            path.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)
            gone += 1
    return gone


@store("mails and calls that waited")
def outgoing(actor: Actor, subject: Subject) -> int:
    """What was to leave about them does not; what left is scrubbed below."""
    count = 0
    for key, ids in subject.ids.items():
        waiting = Effect.objects.filter(about_object=key, about_id__in=ids, state="queued", attempt_id=None)
        count += waiting.update(state="cancelled", leased_until=None, settled_at=now())
    return count


@store("jobs, runs, fates of rows, saved filters")
def by_the_way(actor: Actor, subject: Subject) -> int:
    return sum(_sweep(model, columns, subject.values) for model, columns in SWEPT.items())


def _sweep(model: type[models.Model], columns: tuple[str, ...], values: frozenset[str]) -> int:
    asked = Q()
    for text in (form for value in values for form in _forms(value)):
        for column in columns:
            asked |= Q(**{f"{column}__icontains": text})
    if not asked:
        return 0
    count = 0
    for row in model._default_manager.filter(asked).iterator(chunk_size=CHUNK):
        clean = {column: scrubbed(getattr(row, column), values) for column in columns}
        count += model._default_manager.filter(pk=row.pk).update(**clean)
    return count


def _forms(text: str) -> set[str]:
    """A text as it is, and as JSON writes it where it keeps to ASCII."""
    return {text, json.dumps(text)[1:-1]}


def scrubbed(content: Any, values: frozenset[str]) -> Any:
    """JSON or text in which none of the values stands any more, whatever the case."""
    match content:
        case str():
            return _without(content, values)
        case list():
            return [scrubbed(one, values) for one in content]
        case dict():
            return {_without(str(key), values): scrubbed(one, values) for key, one in content.items()}
    return content


def _without(text: str, values: frozenset[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        while (at := text.lower().find(value.lower())) >= 0:
            text = text[:at] + GONE + text[at + len(value) :]
    return text
