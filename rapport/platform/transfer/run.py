"""Running an import: chunk by chunk, each a transaction that holds the effects and the journal of its rows.

`begin` makes the run, `go` does it (again after a crash: it starts below the last row that has a fate), `try_out`
does the
same work in one transaction that is rolled back. A run that somebody else is doing meanwhile stops itself
(`Overtaken`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.text import clean_line
from rapport.platform import counters
from rapport.platform.access import NotFound, renewed
from rapport.platform.access.renew import is_as_before
from rapport.platform.records import rows
from rapport.platform.transfer import consequences, second_pass, tables
from rapport.platform.transfer.errors import BadFile, BadMapping
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.limits import CHUNK, DRY_ROWS, NOTES
from rapport.platform.transfer.mapping import Mapping, read_mapping
from rapport.platform.transfer.models import Import, ImportRow, State
from rapport.platform.transfer.plan import Prepared, prepare
from rapport.platform.transfer.recognise import recognise
from rapport.platform.transfer.rowwork import ROW, Tally, Work
from rapport.platform.transfer.steps import Stepper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.access import Actor
    from rapport.platform.transfer.store import Kept


Step = Callable[[int, int | None], AbstractContextManager[Any]]


class Overtaken(Exception):
    """Another worker goes on with this run."""


def begin(actor: Actor, kept: Kept) -> Import:
    """A new run in draft."""
    with transaction.atomic():
        number = counters.take("run")[0]
        run: Import = Import.objects.create(
            run=number,
            name=kept.name,
            path=str(kept.path),
            original=str(kept.original),
            sha256=kept.sha256,
            size=kept.size,
            facts=kept.facts.plain(),
            user_id=actor.user_id,
            surface=actor.surface,
            created_at=now(),
        )
    return run


def find_run(actor: Actor, pk: int) -> Import:
    """One's own run, or any for those who keep the house. Raises NotFound alike for missing and foreign ones."""
    run = Import.objects.filter(pk=pk).first()
    mine = run is not None and run.user_id is not None and run.user_id == actor.user_id
    if run is None or not (mine or actor.rights.scope("import", "delete") == "all"):
        raise NotFound(_("There is no such import, or you may not see it."))
    return run


def set_mapping(run: Import, mapping: Mapping, actor: Actor) -> Prepared:
    """Give a draft its mapping; what its [file] part says replaces what was recognised. Raises BadMapping, BadFile."""
    if run.state not in {State.DRAFT, State.FAILED} or run.row:
        raise BadMapping([_("This import has begun; its mapping stands.")])
    facts = _with_file_part(Facts.from_plain(run.facts), mapping, Path(run.path))
    prepared = prepare(mapping, facts, actor)
    run.mapping, run.facts = mapping.plain(), facts.plain()
    run.mapping_name, run.object = mapping.name, prepared.steps[-1].obj.key if prepared.steps else ""
    run.trial = {}
    run.save(update_fields=["mapping", "facts", "mapping_name", "object", "trial"])
    return prepared


def _with_file_part(facts: Facts, mapping: Mapping, path: Path) -> Facts:
    said = {
        key: value for key, value in mapping.file.items() if key in {"encoding", "separator", "quote", "header_row"}
    }
    if facts.form == "xlsx":
        said = {key: value for key, value in said.items() if key == "header_row"}
    differs = {key: value for key, value in said.items() if getattr(facts, key) != value}
    if differs:
        facts = reread(facts, path, **differs)
    return with_habits(facts, mapping.file.get("date_order") or "", mapping.file.get("decimal_comma"))


def with_habits(facts: Facts, order: str, comma: bool | None) -> Facts:
    """The facts with one order of dates and one decimal mark for all columns, where given."""
    columns = tuple(
        replace(
            column,
            date_order=order or column.date_order,
            decimal_comma=column.decimal_comma if comma is None else comma,
        )
        for column in facts.columns
    )
    return facts.with_columns(columns)


def reread(facts: Facts, path: Path, **said: Any) -> Facts:
    """The facts with some given by people instead of recognised. Raises BadFile."""
    try:
        asked = replace(facts, columns=(), **said)
        "".encode(asked.encoding.removesuffix("-replaced").replace("utf-8+cp1252", "utf-8"))
        if facts.form == "csv" and (
            len(asked.separator) != 1
            or len(asked.quote) != 1
            or asked.separator == asked.quote
            or not isinstance(asked.header_row, int)
        ):
            raise BadFile(_("Separator and quotation mark are one character each."))
        return recognise(path, known=asked)
    except (LookupError, TypeError) as error:
        raise BadFile(_("There is no encoding “%(name)s”.") % {"name": str(said.get("encoding", ""))[:40]}) from error


# --- doing it --------------------------------------------------------------------------------------------------------


def _transaction(done: int, total: int | None) -> AbstractContextManager[Any]:
    return transaction.atomic()


def go(
    run: Import,
    actor: Actor,
    *,
    step: Step = _transaction,
    chunk: int = CHUNK,
) -> Import:
    """Do a run to its end, from wherever it stands. Raises Overtaken; BadFile and BadMapping end it with words in
    `message`."""
    run.refresh_from_db()
    if run.state in {State.DONE, State.UNDONE}:
        return run
    try:
        with _unmapped():
            work = _Work(run, renewed(actor).during(run.run), chunk)
            step = work.renewing(step)
            _start(run, work)
            for part in work.chunks(run.row):
                with step(run.done + len(part), run.total):
                    work.do(part)
            with step(run.done, run.total):
                _advance(run, second_pass=True)
            second_pass.finish(run, work.stepper, work.prepared, step, chunk)
            consequences.follow(run, work.actor, work.prepared, step)
    except (BadFile, BadMapping, PermissionDenied) as error:
        Import.objects.filter(pk=run.pk).update(state=State.FAILED, message=str(error)[:4000], finished_at=now())
        run.refresh_from_db()
        raise
    Import.objects.filter(pk=run.pk, state=State.RUNNING).update(state=State.DONE, message="", finished_at=now())
    run.refresh_from_db()
    return run


@contextmanager
def _unmapped() -> Iterator[None]:
    """SQLite maps its file into memory as far as it was read. A run reads all of it: without the mapping it needs as
    much memory for the millionth row as for the first.
    """
    if connection.vendor != "sqlite":
        yield
        return
    before = _pragma("mmap_size")
    _pragma("mmap_size = 0")
    try:
        yield
    finally:
        _pragma(f"mmap_size = {int(before)}")


def _pragma(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _start(run: Import, work: _Work) -> None:
    if run.total is None:
        run.total = work.survey()
    else:
        work.survey()
    run.started_at = run.started_at or now()
    run.state, run.message, run.finished_at = State.RUNNING, "", None
    run.save(update_fields=["total", "started_at", "state", "message", "finished_at"])


def _advance(run: Import, **values: Any) -> None:
    """Move the run on, only from where this worker left it: the row's own update is the fence."""
    moved = Import.objects.filter(pk=run.pk, row=run.row, state=State.RUNNING).update(**values)
    if not moved:
        raise Overtaken(f"import {run.pk}")
    for key, value in values.items():
        setattr(run, key, value)


class _Work:
    """One worker's doing of one run."""

    def __init__(self, run: Import, actor: Actor, chunk: int = CHUNK) -> None:
        self.run, self.actor, self.chunk = run, actor, chunk
        self.path, self.facts = Path(run.path), Facts.from_plain(run.facts)
        if not self.path.exists():
            raise BadFile(_("The file of this import is no longer there."))
        self.prepared = prepare(read_mapping(run.mapping), self.facts, actor)
        self.tally = Tally(copy.deepcopy(run.counts), copy.deepcopy(run.notes))
        self.stepper = Stepper(actor, self.tally)

    def renewing(self, step: Step) -> Step:
        """Steps that each begin with the rights of their moment. Raises NoLonger, BadMapping, PermissionDenied."""

        @contextmanager
        def renewed_step(done: int, total: int | None) -> Iterator[None]:
            with step(done, total):
                self.renew()
                yield

        return renewed_step

    def renew(self) -> None:
        """Go on with what may be done now; what the mapping asks beyond that ends the run."""
        before, self.actor = self.actor, renewed(self.actor)
        if not is_as_before(before, self.actor):
            prepare(read_mapping(self.run.mapping), self.facts, self.actor)
            self.stepper.act_as(self.actor, second_pass=self.stepper.links.second_pass)

    def survey(self) -> int:
        """How many rows there are; on the way, the names this file itself brings."""
        coming: dict[int, set[str]] = {place: set() for _link, place in self.prepared.names}
        count = 0
        for line in tables.body(self.path, self.facts):
            count += 1
            for place, names in coming.items():
                names.add(line.cells[place].strip().lower())
        for link, place in self.prepared.names:
            link.coming |= coming[place]
        return count

    def chunks(self, after: int) -> Iterator[list[tables.Line]]:
        body = (line for line in tables.body(self.path, self.facts) if line.number > after)
        while part := list(islice(body, self.chunk)):
            yield part

    def do(self, part: list[tables.Line]) -> list[Work]:
        """One chunk, inside a transaction: effects, journal, counts, position."""
        # The fence first: a second worker waits here for the first, and finds that the run has moved on.
        _advance(self.run, row=self.run.row)
        works = self.work(part)
        rows.insert_values(ImportRow, ROW, [work.row(self.run.pk) for work in works])
        _advance(
            self.run,
            row=part[-1].number,
            done=self.run.done + len(part),
            counts=self.tally.counts,
            notes=self.tally.notes,
        )
        return works

    def work(self, part: list[tables.Line]) -> list[Work]:
        """Bring rows through every step."""
        works = [Work(line) for line in part]
        for work in works:
            if work.line.problem:
                work.refuse(work.line.problem)
            elif work.line.is_blank:
                work.skip(_("This row is empty."))
            elif any(check.holds(work.line.cells) for check in self.prepared.skip):
                work.skip(_("Left out, as the mapping says."))
        for step in self.prepared.steps:
            self.stepper.do(step, works)
        for work in works:
            self.tally.count("rows", work.outcome or "skipped")
            if work.warnings or work.line.warnings:
                self.tally.count("rows", "warnings")
            for _name, key, _pk, outcome in work.records:
                self.tally.count(key, outcome)
        return works


# --- trying it -------------------------------------------------------------------------------------------------------


def try_out(run: Import, actor: Actor, *, limit: int = DRY_ROWS) -> dict[str, Any]:
    """What `go` would do with the first `limit` rows, without doing it: counts, notes and samples, kept as
    `run.trial`."""
    work = _Work(run, actor.during(run.run))
    work.tally.counts.clear()
    work.tally.notes.clear()
    total = work.survey()
    samples: dict[str, list[dict[str, Any]]] = {}
    seen = 0
    with transaction.atomic():
        for part in work.chunks(0):
            part = part[: limit - seen]
            seen += len(part)
            for done in work.work(part):
                _sample(samples, done)
            if seen >= limit:
                break
        transaction.set_rollback(True)
    trial = {
        "counts": work.tally.counts,
        "notes": work.tally.notes,
        "samples": samples,
        "rows": seen,
        "total": total,
        "at": now().isoformat(),
    }
    Import.objects.filter(pk=run.pk).update(trial=trial)
    run.trial = trial
    return trial


def _sample(samples: dict[str, list[dict[str, Any]]], work: Work) -> None:
    kind = work.outcome or "skipped"
    for name in (kind, "warnings") if work.warnings or work.line.warnings else (kind,):
        found = samples.setdefault(name, [])
        if len(found) < min(NOTES, 20):
            found.append(
                {
                    "row": work.line.number,
                    "reason": work.why or " ".join(work.remarks),
                    "cells": [clean_line(cell, 60) for cell in work.line.cells[:8]],
                }
            )
