"""Reading a page of a timeline: one UNION ALL, one look-up of names, then words."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection

from rapport.base.clock import now
from rapport.base.quoting import split_quoted
from rapport.platform.access import readable
from rapport.platform.audit import watch
from rapport.platform.fields import Choice, DateTime, Ref, Reference, RichText
from rapport.platform.labels import Names, names
from rapport.platform.objects import Object, registry
from rapport.platform.timeline.entries import Change, Entry, Page, icon_of
from rapport.platform.timeline.sources import EVENT, Before, Wanted, union
from rapport.platform.timeline.subject import Subject, subject_of
from rapport.platform.timeline.words import bare, changes_in_words, past, refs_in, surface_word, told
from rapport.platform.words import reason_said
from rapport.ui.language import gettext as _
from rapport.ui.language import ngettext

if TYPE_CHECKING:
    from rapport.platform.access import Actor

MOST_ENTRIES = 200
# So many changed fields are called by name; of more only the number is told.
MOST_LABELS = 3
# Acts whose reason names what they were done with: a file, a colleague.
NAMING = frozenset({"attach", "detach", "share"})
_AT = DateTime("at")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind one may narrow a timeline to: an Object's key, `object:answer`, or `changes`."""

    key: str
    label: str
    icon: str


class _Row(NamedTuple):
    planned: int
    at: datetime | None
    source: str
    id: int
    object: str
    kind_of: str
    record_id: int
    party_id: int | None
    who_id: int | None
    kind: str
    title: str | None
    body: str | None
    done: int
    action: str | None
    surface: str | None
    reason: str | None
    changes: dict[str, list[Any]]
    thread_id: int | None
    number: int

    @property
    def is_event(self) -> bool:
        return self.source == EVENT

    @property
    def is_edit(self) -> bool:
        return self.is_event and self.action == "update"


@dataclass(frozen=True)
class Told:
    """A page of a timeline as read: which records it names, and its entries once those have been called by name."""

    actor: Actor
    subject: Subject
    planned: Sequence[_Row]
    past: Sequence[_Row]
    next: str

    @cached_property
    def refs(self) -> frozenset[Ref]:
        """Every record the entries name."""
        return frozenset(ref for row in (*self.planned, *self.past) for ref in self._words.refs(row))

    @cached_property
    def _words(self) -> _Words:
        return _Words(self.actor, self.subject, [*self.planned, *self.past])

    def page(self, called: Names) -> Page:
        """The entries in words; `called` holds the names of `refs`."""
        words = self._words
        words.names = called
        soonest = sorted(_once(self.planned), key=lambda row: (row.at is None, row.at or now(), row.id))
        return Page([words.entry(row) for row in soonest], words.grouped(_once(self.past)), self.next)


class Asked(TypedDict, total=False):
    """What one may ask of a timeline: where the page begins, which kinds, how many; without the customers below it.

    `together` tells a conversation by its latest entry; `thread` reads the entries of one conversation alone.
    """

    cursor: str
    kinds: Iterable[str]
    limit: int
    rolled_up: bool
    together: bool
    thread: int | None


def read(actor: Actor, record: Any, **asked: Unpack[Asked]) -> Page:
    """A page of the timeline of a record the actor may read. At most three queries: roll-up, union, names.

    Raises ValidationError for a cursor that is none.
    """
    told = gather(actor, record, **asked)
    return told.page(names(actor, told.refs))


def gather(actor: Actor, record: Any, **asked: Unpack[Asked]) -> Told:
    """The same before its names are known, for a page that has other records to call by name as well."""
    subject = subject_of(actor, record, rolled_up=asked.get("rolled_up", True))
    size = min(max(asked.get("limit", 30), 1), MOST_ENTRIES)
    before = _from_cursor(asked["cursor"]) if asked.get("cursor") else None
    kinds, together = frozenset(asked.get("kinds", ())), asked.get("together", False)
    fragment = union(actor, subject, Wanted(size + 1, now(), before, kinds, together, asked.get("thread")))
    rows = _rows(fragment.sql, fragment.params)
    planned = [row for row in rows if row.planned]
    past_rows = [row for row in rows if not row.planned]
    following = _cursor_of(past_rows[size - 1]) if len(past_rows) > size else ""
    return Told(actor, subject, planned, past_rows[:size], following)


def kinds(actor: Actor, record: Any) -> list[Kind]:
    """What the timeline of a record can be narrowed to, whether or not something of the kind is there."""
    base = registry.of_model(type(record))
    found = [Kind("changes", _("Changes"), "pencil")]
    for obj in registry.all():
        if obj.story is None or actor.may(obj, "read") == "none":
            continue
        leads = any(
            field for field in obj.references_to(base) if getattr(field, "panel", True) or field.key in obj.story.party
        )
        if leads and not obj.of:
            found.append(Kind(obj.key, str(obj.plural), icon_of(obj.key, obj)))
    return [found[0], *sorted(found[1:], key=lambda kind: registry.get(kind.key).navigation or 1_000)]


def _rows(sql: str, params: Sequence[Any]) -> list[_Row]:
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Sequence[Any]) -> _Row:
    number = int(row[18] or 1) if len(row) > 18 else 1
    values = [row[0], _AT.from_row(row[1]), *row[2:16], json.loads(row[16]) if row[16] else {}, row[17], number]
    return _Row(*values)


def _once(rows: Sequence[_Row]) -> list[_Row]:
    """A record reached by two references is one entry."""
    return list({(row.source, row.id): row for row in rows}.values())


# --- cursor ---------------------------------------------------------------------------------------------------------


def _cursor_of(row: _Row) -> str:
    moment = row.at.isoformat() if row.at else ""
    return base64.urlsafe_b64encode(f"{moment}|{row.source}|{row.id}".encode()).decode().rstrip("=")


def _from_cursor(text: str) -> Before:
    try:
        raw = base64.urlsafe_b64decode(text[:200] + "=" * (-len(text) % 4)).decode()
        moment, source, pk = raw.split("|")
        at, number = datetime.fromisoformat(moment), int(pk)
        if at.tzinfo is None or not 0 <= number < 2**63:
            raise ValueError(text)
        return Before(at, source, number)
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise ValidationError(_("This place in the story cannot be found. Open the record again.")) from error


# --- rows to entries ------------------------------------------------------------------------------------------------


class _Words:
    """Entries of rows; `names` are those of everything they mention."""

    names: Names

    def __init__(self, actor: Actor, subject: Subject, rows: Sequence[_Row]) -> None:
        self.actor, self.subject = actor, subject
        self.fields = {
            key: readable(actor, registry.get(key)) for key in {row.object for row in rows} if registry.has(key)
        }

    def refs(self, row: _Row) -> Iterable[Ref]:
        if row.who_id is not None:
            yield Ref("user", row.who_id)
        if row.party_id is not None and self._of(row) is not None:
            yield Ref(self.subject.obj.key, row.party_id)
        if row.is_event:
            if self._elsewhere(row):
                yield Ref(row.object, row.record_id)
            if row.action != "create":
                yield from refs_in(self.fields.get(row.object, {}), row.changes)

    def _elsewhere(self, row: _Row) -> bool:
        return (row.object, row.record_id) != (self.subject.obj.key, self.subject.record_id)

    def _of(self, row: _Row) -> Ref | None:
        """The customer an entry of a rolled-up story belongs to, when it is not the page's own."""
        if not self.subject.is_customer or row.party_id is None or row.party_id == self.subject.record_id:
            return None
        return Ref(self.subject.obj.key, row.party_id)

    def grouped(self, rows: Sequence[_Row]) -> list[Entry]:
        """Edits of one record on one day, in a row, are told as one entry."""
        entries: list[Entry] = []
        run: list[_Row] = []
        for row in rows:
            if run and not (row.is_edit and self._day(row) == self._day(run[0]) and row[4:7] == run[0][4:7]):
                entries += self._edits(run)
                run = []
            if row.is_edit:
                run.append(row)
            else:
                entries.append(self.entry(row))
        return entries + self._edits(run)

    def _day(self, row: _Row) -> object:
        return row.at.astimezone(self.actor.culture.tz).date() if row.at else None

    def _edits(self, run: Sequence[_Row]) -> list[Entry]:
        changes = [change for row in run for change in self._changes(row)]
        if not changes:
            return []
        people = list(dict.fromkeys(self._who(row) for row in run if self._who(row)))
        first = run[0]
        alone = changes[0] if len(changes) == 1 else None
        labels = list(dict.fromkeys(change.label for change in changes))
        many = ngettext("%(n)s change", "%(n)s changes", len(changes)) % {"n": len(changes)}
        title = many if len(labels) > MOST_LABELS else ", ".join(labels)
        text = _joined(_arrow(alone) if alone else "", self._by(people))
        where = self._label(first)
        return [
            self._base(
                first,
                form="edits",
                kind="edits",
                icon="pencil",
                title=f"{where}: {title}" if where else title,
                text=text,
                changes=() if alone else tuple(changes),
                count=len(changes),
                event=first.id,
                undoable=len(run) == 1,
                who=", ".join(people),
            )
        ]

    def _by(self, people: Sequence[str]) -> str:
        return _("by %(names)s") % {"names": ", ".join(people)} if any(people) else ""

    def entry(self, row: _Row) -> Entry:
        return self._of_event(row) if row.is_event else self._of_record(row)

    def _of_event(self, row: _Row) -> Entry:
        obj = registry.get(row.object) if registry.has(row.object) else None
        changes = self._changes(row) if row.action != "create" else []
        fact = past(row.kind, obj) if obj else row.kind
        shown = told(obj, row.action or "", changes) if obj else []
        who, where, how = self._who(row), self._label(row), surface_word(row.surface or "")
        of_action = obj is not None and obj.action(row.action or "") is not None
        # A stage called "Won" says nothing beside the fact "Won".
        news = [change for change in shown if change.after != fact]
        said = ", ".join(_after(change) if of_action else f"{change.label}: {_arrow(change)}" for change in news)
        text = _joined(
            _joined(fact, said, by=" ") if where else said, _joined(how, self._by([who]), by=" "), self._reason(row)
        )
        return self._base(
            row,
            form="event",
            kind=row.kind.rpartition(".")[2],
            icon=icon_of(row.kind.rpartition(".")[2], obj) if obj else "circle",
            title=where or fact,
            text=text,
            changes=tuple(change for change in changes if change not in shown) if len(changes) > len(shown) else (),
            event=row.id,
            who=who,
            undoable=row.action != "create" and bool(row.changes),
        )

    def _reason(self, row: _Row) -> str:
        """Why, as somebody said it; the name of an engine's own actor is no reason."""
        if row.action == "undo":
            return ""
        return f"“{reason_said(row.reason)}”" if row.reason and (row.who_id is not None or row.action in NAMING) else ""

    def _of_record(self, row: _Row) -> Entry:
        obj = registry.get(row.object)
        story_obj = registry.get(row.kind_of) if registry.has(row.kind_of) else obj
        story = story_obj.story or obj.story
        field = obj.fields.get(story.kind) if story else None
        word = str(field.format(row.kind, self.actor.culture)) if isinstance(field, Choice) else ""
        who = self._who(row)
        text = _joined(word or str(story_obj.label), self._by([who]))
        body_field = obj.fields.get(story.body) if story else None
        body = bare(row.body or "") if isinstance(body_field, RichText) else (row.body or "")
        title = (row.title or "").strip() or word or f"{story_obj.label} {row.record_id}"
        own, quoted = split_quoted(body)
        return self._base(
            row,
            form="record",
            kind=row.kind or obj.key,
            icon=icon_of(row.kind or obj.key, story_obj),
            title=title,
            text=text,
            body=own,
            quoted=quoted,
            who=who,
            thread=self._thread(obj, row),
            messages=row.number,
        )

    def _thread(self, obj: Object, row: _Row) -> Ref | None:
        if row.thread_id is None or obj.story is None:
            return None
        field = obj.field(obj.story.thread)
        return Ref(field.target.key, row.thread_id) if isinstance(field, Reference) else None

    def _base(self, row: _Row, **rest: Any) -> Entry:
        of = self._of(row)
        ref = Ref(row.kind_of if registry.has(row.kind_of) else row.object, row.record_id)
        return Entry(
            at=row.at,
            planned=bool(row.planned),
            ref=ref,
            of=of,
            of_label=self.names.text(of),
            done=bool(row.done),
            surface=row.surface or "",
            **rest,
        )

    def _label(self, row: _Row) -> str:
        return self.names.text(Ref(row.object, row.record_id), _("A record")) if self._elsewhere(row) else ""

    def _who(self, row: _Row) -> str:
        if row.who_id is None:
            return (row.reason or "") if row.is_event and row.action not in NAMING else ""
        return self.names.text(Ref("user", row.who_id))

    def _changes(self, row: _Row) -> list[Change]:
        if row.object in self.fields:
            watch.told(self.actor, registry.get(row.object), row.record_id, self.fields[row.object], row.changes)
        return changes_in_words(
            self.fields.get(row.object, {}), row.changes, self.names, self.actor.culture, self._who(row)
        )


def _joined(*parts: str, by: str = " · ") -> str:
    return by.join(part for part in parts if part)


def _arrow(change: Change) -> str:
    return f"{change.before} → {change.after or _('empty')}" if change.before else change.after


def _after(change: Change) -> str:
    return _("to %(value)s") % {"value": change.after} if change.before and change.after else change.after


__all__ = ["Kind", "Object", "Told", "gather", "kinds", "read"]
