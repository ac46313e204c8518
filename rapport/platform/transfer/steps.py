"""One step for many rows: read the values, find the record by its keys, create or change, load history. Set-wise.

Order within a chunk: rows that mean the same record are done one after the other, all others together. Rights are
those of
the actor: what may not be seen is not found, what may not be changed is refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.postal_address import PostalAddress
from rapport.platform import guards, records
from rapport.platform.access import visible
from rapport.platform.accounts.models import User
from rapport.platform.fields import Choice, MultiChoice
from rapport.platform.transfer import compare
from rapport.platform.transfer.batches import isolate
from rapport.platform.transfer.cells import Cell
from rapport.platform.transfer.history import HistoryFact, history_of, keep
from rapport.platform.transfer.links import Link, Links
from rapport.platform.transfer.match import Matcher, normal, one_of
from rapport.platform.transfer.plan import Composite, FromRecord, Part, Step
from rapport.platform.transfer.rowwork import Entry, Tally, Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field


class Stepper:
    """Does steps for one actor in one run."""

    def __init__(self, actor: Actor, tally: Tally) -> None:
        self.tally = tally
        self.act_as(actor)

    def act_as(self, actor: Actor, *, second_pass: bool = False) -> None:
        """Go on as this actor: what was found with other rights is forgotten."""
        self.actor, self.matcher = actor, Matcher(actor)
        self.links = Links(actor, self.matcher, self.tally.note)
        self.links.second_pass = second_pass
        self._teams: dict[Any, int | None] = {}

    def do(self, step: Step, works: Sequence[Work]) -> None:
        """Bring every open row through one step."""
        entries = []
        for work in works:
            if work.is_open:
                if any(check.holds(work.line.cells) for check in step.skip):
                    work.made[step.name] = None
                else:
                    entries.append(Entry(work))
        self._read(step, entries)
        entries = [entry for entry in entries if entry.work.is_open]
        for wave in self._waves(step, entries):
            self._match(step, wave)
            self._write(step, [entry for entry in wave if entry.work.is_open])
        self._history(step, entries)

    # --- values ---------------------------------------------------------------------------------------------------

    def _read(self, step: Step, entries: list[Entry]) -> None:
        for key, part in step.parts.items():
            self._read_part(step, key, part, entries)
        if step.created_at:
            place, read = step.created_at
            for entry in entries:
                try:
                    entry.at = read(entry.work.line.cells[place].strip())
                except ValidationError as error:
                    entry.work.refuse(" ".join(error.messages))

    def _read_part(self, step: Step, key: str, part: Part, entries: list[Entry]) -> None:
        label = str(step.obj.fields[key].label) if key in step.obj.fields else key
        if isinstance(part, FromRecord):
            for entry in entries:
                pk = entry.work.made.get(part.record)
                entry.values.update({} if pk is None else {key: pk})
                entry.blanks.update({key} if pk is None else ())
            return
        if isinstance(part, Composite):
            for entry in entries:
                self._read_composite(step, key, part, entry)
            return
        found = self.links.read(part, [entry.work.line.cells for entry in entries])
        note_blank = part.source.note_blank
        # Values of a known set: another spelling can be given a meaning in the mapping.
        may_mean = isinstance(part, Link) or isinstance(part.field, Choice | MultiChoice)
        for entry, one in zip(entries, found, strict=True):
            if not (one.alias or one.warning or one.error or one.later or one.blank):
                entry.values[key] = one.value
                continue
            if one.alias:
                self.tally.note("aliases", f"{label}: {one.alias}")
            if one.warning:
                entry.work.warnings.append(one.warning)
            if (one.error or one.warning) and one.text and may_mean:
                self.tally.note("unknown", json.dumps([step.name, key, one.text[:100]], ensure_ascii=False))
            if one.error:
                entry.work.refuse(one.error)
            elif one.later:
                entry.work.pending.append({"step": step.name, "field": key, "text": one.later})
            elif one.blank:
                entry.blanks.add(key)
                if note_blank and not one.warning:
                    self.tally.note("blank", label)
                    entry.work.warnings.append(_("“%(field)s” is blank.") % {"field": label})
            else:
                entry.values[key] = one.value

    def _read_composite(self, step: Step, key: str, part: Composite, entry: Entry) -> None:
        given: dict[str, str] = {}
        for name, cell in part.parts.items():
            read = cell.read(entry.work.line.cells)
            if read.alias:
                self.tally.note("aliases", f"{part.field.label}: {read.alias}")
            if read.error:
                entry.work.refuse(read.error)
            elif not read.blank:
                given[name] = read.value
        if not given or ("amount" in part.parts and "amount" not in given):
            entry.blanks.add(key)
            return
        try:
            entry.values[key] = part.field.parse(given, part.culture)
        except ValidationError as error:
            if "country" in given and not compare.is_country(given["country"]):
                self.tally.note(
                    "unknown", json.dumps([step.name, f"{key}.country", given["country"][:100]], ensure_ascii=False)
                )
            entry.work.refuse(
                _("“%(field)s”: %(reason)s") % {"field": part.field.label, "reason": " ".join(error.messages)}
            )

    # --- which record ---------------------------------------------------------------------------------------------

    def _waves(self, step: Step, entries: list[Entry]) -> list[list[Entry]]:
        """Entries with the same key come in different waves, in order; without keys all come at once."""
        if not step.keys:
            return [entries]
        waves: list[list[Entry]] = [[]]
        last: dict[Any, tuple[Entry, int]] = {}
        for entry in entries:
            keys = next((keys for keys in step.keys if all(key in entry.values for key in keys)), None)
            if keys is None:
                names = ", ".join(
                    str(step.obj.fields[key].label) if key in step.obj.fields else key for key in step.keys[0]
                )
                entry.work.refuse(_("“%(fields)s” is blank, by which this record is found.") % {"fields": names})
                continue
            entry.used_keys, entry.meant = keys, normal(tuple(entry.values[key] for key in keys))
            meant = (keys, entry.meant)
            before = last.get(meant)
            wave = before[1] + 1 if before else 0
            # The same again (the region of forty rows) waits for the first only: it will find the record and change
            # nothing.
            if before is None or (entry.values, entry.blanks) != (before[0].values, before[0].blanks):
                last[meant] = (entry, wave)
            if wave == len(waves):
                waves.append([])
            waves[wave].append(entry)
        return waves

    def _match(self, step: Step, entries: list[Entry]) -> None:
        for keys in {entry.used_keys for entry in entries if entry.used_keys}:
            asking = [entry for entry in entries if entry.used_keys == keys]
            found = self.matcher.find(step.obj, keys, [tuple(entry.values[key] for key in keys) for entry in asking])
            for entry in asking:
                there = found.get(entry.meant)
                entry.record = one_of(there) if there else None
                if there and entry.record is None:
                    entry.work.refuse(_("Several records fit; make the key more exact."))

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(self, step: Step, entries: list[Entry]) -> None:
        known = [entry for entry in entries if entry.record is not None]
        fresh = [entry for entry in entries if entry.record is None]
        if step.mode == "update":
            for entry in fresh:
                entry.work.skip(_("There is no such record, and this mapping only changes records."))
            fresh = []
        if step.mode == "create":
            for entry in known:
                entry.work.settle(step, entry.record.pk, "unchanged")
            known = []
        self._create(step, fresh)
        self._update(step, known)

    def _create(self, step: Step, entries: list[Entry]) -> None:
        obj = step.obj
        needed = [
            (key, field) for key, field in obj.editable.items() if field.required and field.is_empty(field.initial())
        ]
        entries = [entry for entry in entries if self._may_be_created(step, entry, needed)]
        self._give_teams(step, entries)

        def load(batch: list[Entry]) -> None:
            rows = [{key: value for key, value in entry.values.items() if key not in step.keys_only} for entry in batch]
            at = [entry.at or self.moment for entry in batch] if step.created_at else None
            made = records.load(self.actor, obj, rows, at=at)
            self._ensure_reach(step, [record.pk for record in made])
            for entry, record in zip(batch, made, strict=True):
                entry.record = record

        isolate(entries, load, lambda entry, error: self._refuse(step, entry, error))
        for entry in entries:
            if entry.work.is_open:
                entry.work.settle(step, entry.record.pk, "created")

    def _give_teams(self, step: Step, entries: list[Entry]) -> None:
        """A record of somebody else's belongs to their team, unless the file says to which."""
        if "team" in step.parts or "owner" not in step.parts or "team" not in step.obj.editable:
            return
        owners = {entry.values["owner"] for entry in entries if "owner" in entry.values} - set(self._teams)
        if owners:
            self._teams |= dict(User.objects.filter(pk__in=owners).values_list("pk", "team_id"))
        for entry in entries:
            team = self._teams.get(entry.values.get("owner"))
            if team is not None:
                entry.values["team"] = team

    def _may_be_created(self, step: Step, entry: Entry, needed: Sequence[tuple[str, Field[Any]]]) -> bool:
        obj = step.obj
        missing = next((field for key, field in needed if key not in entry.values), None)
        if missing is not None:
            entry.work.refuse(
                _("“%(field)s” is blank, and a new %(object)s needs it.")
                % {"field": missing.label, "object": obj.label}
            )
            return False
        try:
            guards.ask(f"{obj.access_key}.create", self.actor, None, entry.values)
            guards.ask(f"{obj.access_key}.bring", self.actor, None, entry.values)
        except (ValidationError, PermissionDenied) as error:
            self._refuse(step, entry, error)
            return False
        return True

    def _ensure_reach(self, step: Step, ids: list[int]) -> None:
        """Nobody brings in what they then could not reach."""
        if self.actor.may(step.obj, "create") == "all" or self.actor.user_id is None:
            return
        reached = set(visible(self.actor, step.obj.base, "create").filter(pk__in=ids).values_list("pk", flat=True))
        for place, pk in enumerate(ids):
            if pk not in reached:
                raise ValidationError(
                    _("You may only create records of your own or of your team."), params={"row": place}
                )

    def _update(self, step: Step, entries: list[Entry]) -> None:
        tags = self._outside(step, entries)
        changed: list[tuple[Entry, dict[str, Any]]] = []
        for entry in entries:
            differs = self._difference(step, entry, tags)
            if differs:
                changed.append((entry, differs))
            else:
                entry.work.settle(step, entry.record.pk, "unchanged")
        editable = self._editable(step, [entry.record.pk for entry, _differs in changed])
        keep(self.actor.run_id, step.obj.access_key, sorted(editable))
        by_verb: list[tuple[Entry, dict[str, Any]]] = []
        plain: list[tuple[Entry, dict[str, Any]]] = []
        for entry, differs in changed:
            if entry.record.pk not in editable:
                entry.work.refuse(_("There is no such record, or you may not change it."))
            elif not step.facts and any(key in step.obj.set_by or key in step.obj.base.set_by for key in differs):
                by_verb.append((entry, differs))
            else:
                plain.append((entry, differs))
        self._update_plainly(step, plain)
        for entry, differs in by_verb:
            self._update_by_verb(step, entry, differs)

    def _update_plainly(self, step: Step, changed: list[tuple[Entry, dict[str, Any]]]) -> None:
        tried: set[int] = set()

        def load(batch: list[tuple[Entry, dict[str, Any]]]) -> None:
            again = [entry.record.pk for entry, _differs in batch if entry.record.pk in tried]
            # A refused try has left its values on the records in memory: read those again.
            fresh = step.obj.model._default_manager.in_bulk(again) if again else {}
            tried.update(entry.record.pk for entry, _differs in batch)
            for entry, differs in batch:
                entry.record = fresh.get(entry.record.pk, entry.record)
                guards.ask(f"{step.obj.access_key}.update", self.actor, entry.record, differs)
            records.load_updates(self.actor, step.obj, [(entry.record, differs) for entry, differs in batch])

        isolate(changed, load, lambda item, error: self._refuse(step, item[0], error))
        for entry, _differs in changed:
            if entry.work.is_open:
                entry.work.settle(step, entry.record.pk, "updated")

    def _update_by_verb(self, step: Step, entry: Entry, differs: dict[str, Any]) -> None:
        """A field with behaviour goes through its Action, as on every other surface."""
        try:
            with transaction.atomic():
                records.update(self.actor, entry.record, differs)
        except (ValidationError, PermissionDenied, records.Conflict, LookupError) as error:
            self._refuse(step, entry, error)
            return
        entry.work.settle(step, entry.record.pk, "updated")

    def _editable(self, step: Step, ids: list[int]) -> set[int]:
        if not ids or self.actor.may(step.obj, "edit") == "none":
            return set()
        return set(visible(self.actor, step.obj, "edit").filter(pk__in=ids).values_list("pk", flat=True))

    def _outside(self, step: Step, entries: list[Entry]) -> dict[str, dict[int, Any]]:
        """Values of fields kept in link tables, one query per field."""
        ids = [entry.record.pk for entry in entries]
        keys = [key for key in step.parts if key in step.obj.fields and step.obj.field(key).outside]
        return {key: step.obj.field(key).load_links(ids) if ids else {} for key in keys}

    def _difference(self, step: Step, entry: Entry, outside: dict[str, dict[int, Any]]) -> dict[str, Any]:
        """What the row says otherwise than the record. Keys it was found by and blanks that keep are no difference."""
        differs: dict[str, Any] = {}
        values = {
            key: value
            for key, value in entry.values.items()
            if key not in step.keys_only and key not in entry.used_keys
        }
        for key in entry.blanks:
            if step.clearing.get(key, step.clears) and not step.obj.field(key).required and key not in step.keys_only:
                values[key] = step.obj.field(key).empty()
        for key, value in values.items():
            field = step.obj.field(key)
            now = outside[key].get(entry.record.pk, field.empty()) if key in outside else field.read(entry.record)
            if (
                isinstance(value, PostalAddress)
                and isinstance(step.parts[key], Composite)
                and isinstance(now, PostalAddress)
            ):
                value = compare.merged(value, now)
            if not compare.same(value, now):
                differs[key] = value
        return differs

    def _refuse(self, step: Step, entry: Entry, error: Exception) -> None:
        entry.work.refuse(compare.words(step, error))

    # --- history ------------------------------------------------------------------------------------------------------

    def _history(self, step: Step, entries: list[Entry]) -> None:
        """Give dated facts of records that were created or changed to the domain that keeps them."""
        kept = history_of(step.obj.access_key)
        if kept is None or not step.facts:
            return
        done = {
            tuple(found[:1] + found[2:3]): found[3]
            for entry in entries
            for found in entry.work.records
            if found[0] == step.name
        }
        told = [
            entry
            for entry in entries
            if entry.record is not None
            and done.get((step.name, entry.record.pk)) in {"created", "updated"}
            and entry.work.is_open
        ]
        facts: list[HistoryFact] = []
        for fact in step.facts:
            holding = [entry for entry in told if all(check.holds(entry.work.line.cells) for check in fact.when)]
            values: dict[int, dict[str, Any]] = {place: {} for place in range(len(holding))}
            for key, part in fact.parts.items():
                if isinstance(part, Cell | Link):
                    for place, one in enumerate(self.links.read(part, [entry.work.line.cells for entry in holding])):
                        if one.error:
                            holding[place].work.warnings.append(one.error)
                        elif not one.blank:
                            values[place][key] = one.value
            for place, entry in enumerate(holding):
                self._add_fact(fact, entry, values[place], facts)
        if facts:
            kept.load(self.actor, facts)

    def _add_fact(self, fact: Any, entry: Entry, values: dict[str, Any], facts: list[HistoryFact]) -> None:
        text = entry.work.line.cells[fact.at].strip()
        try:
            at = fact.read(text) if text else None
        except ValidationError as error:
            entry.work.warnings.append(_("Not in the history: %(reason)s") % {"reason": " ".join(error.messages)})
            return
        if at is not None and values:
            facts.append(HistoryFact(entry.record.pk, at, values))

    @property
    def moment(self) -> Any:
        from rapport.base.clock import now

        return now()
