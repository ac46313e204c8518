"""The same change to many records: each on its own, each fate told, all under one run that can be found and undone.

Small numbers are done at once; more than NOW as a job in steps. Every change carries the run's number, so a job that
begins again after its worker died steps over what this run has changed already and does nothing twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform import actions, jobs, query, records
from rapport.platform.access import NotFound, find, require, visible, writable
from rapport.platform.actions.run import Outcome
from rapport.platform.events.models import Event
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object

# Done in the request; what is more becomes a job.
NOW = 200
MOST = 100_000
STEP = 50
TOLD = 200


@dataclass(frozen=True)
class Work:
    """What to do with each record: "set" fields, "tag", "untag", "archive", "restore", or "act" (an Action's key)."""

    object: str
    verb: str
    action: str = ""
    # Plain forms, so that a job can carry them.
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """What became of it. `missed` says why for the first TOLD records that were left out."""

    run_id: int
    done: int = 0
    left_out: int = 0
    missed: list[Outcome] = field(default_factory=list)
    # Every record that was left out, by the reason: many have the same.
    left: dict[str, list[int]] = field(default_factory=dict)
    job_id: int | None = None

    def add(self, outcomes: Sequence[Outcome]) -> None:
        self.done += sum(outcome.done for outcome in outcomes)
        left = [outcome for outcome in outcomes if not outcome.done]
        self.left_out += len(left)
        self.missed.extend(left[: max(0, TOLD - len(self.missed))])
        for outcome in left:
            self.left.setdefault(outcome.message, []).append(outcome.record_id)

    def plain(self) -> dict[str, Any]:
        missed = [[outcome.record_id, outcome.message] for outcome in self.missed]
        return {
            "run_id": self.run_id,
            "done": self.done,
            "left_out": self.left_out,
            "missed": missed,
            "left": self.left,
        }


def run(actor: Actor, work: Work, ids: Sequence[int]) -> Report:
    """Do it now, or hand it to a job when there are many.

    Raises PermissionDenied, NotFound and ValidationError before the first write.
    """
    if len(ids) > NOW:
        return start(actor, work, ids)
    obj = _checked(actor, work, ids)
    report = Report(secrets.randbits(62))
    report.add(each(actor.during(report.run_id), obj, work, ids))
    return report


def start(actor: Actor, work: Work, ids: Sequence[int]) -> Report:
    """Hand it to a job, however many there are. Raises as `run`."""
    _checked(actor, work, ids)
    report = Report(secrets.randbits(62))
    arguments = {
        "work": [work.object, work.verb, work.action, work.values],
        "ids": list(ids),
        "run_id": report.run_id,
    }
    report.job_id = jobs.enqueue(actor, bulk_work, arguments, unique=str(report.run_id)).pk
    return report


def found(actor: Actor, plan: query.Plan) -> list[int]:
    """The records of a plan, as far as the actor may change many of them. One more than may be changed at once tells
    that there are too many.
    """
    return query.ids(actor, replace(plan, action="mass", cursor=""), MOST + 1)


def _checked(actor: Actor, work: Work, ids: Sequence[int]) -> Object:
    obj = registry.get(work.object)
    require(actor, obj, "mass")
    check(actor, obj, work)
    if len(ids) > MOST:
        raise ValidationError(_("At most {n} records can be changed at once.").format(n=MOST))
    return obj


def check(actor: Actor, obj: Object, work: Work) -> None:
    """What would be refused for every record is refused at once."""
    if work.verb == "act":
        action = obj.action(work.action)
        if action is None or not action.many:
            raise NotFound(_("There is no such action."))
        require(actor, obj, action.needs)
    elif work.verb in ("set", "tag", "untag"):
        require(actor, obj, "edit")
        known = writable(actor, obj)
        if any(key not in known for key in work.values):
            raise ValidationError(_("You may not change this field."))
        if "owner" in work.values:
            require(actor, obj, "assign")
    else:
        require(actor, obj, "delete")


def each(actor: Actor, obj: Object, work: Work, ids: Sequence[int]) -> list[Outcome]:
    """Every record in a savepoint of its own: one refusal does not stop the rest."""
    within = set(visible(actor, obj, "mass").filter(pk__in=ids).values_list("pk", flat=True))
    beyond = [Outcome(pk, False, _("You may not change many of these at once.")) for pk in ids if pk not in within]
    return [*_each(actor, obj, work, [pk for pk in ids if pk in within]), *beyond]


def _each(actor: Actor, obj: Object, work: Work, ids: Sequence[int]) -> list[Outcome]:
    if work.verb == "act":
        values = _values(obj.action(work.action), work.values)  # type: ignore[arg-type]  # `check` found it
        return actions.run_many(actor, obj, ids, work.action, values)
    return [_one(actor, obj, work, pk) for pk in ids]


def _values(action: actions.Action, plain: dict[str, Any]) -> dict[str, Any]:
    fields = {parameter.key: parameter.field for parameter in action.parameters}
    return {key: fields[key].from_plain(value) for key, value in plain.items() if key in fields}


def _one(actor: Actor, obj: Object, work: Work, pk: int) -> Outcome:
    try:
        with transaction.atomic():
            _do(actor, obj, work, pk)
    except ValidationError as error:
        return Outcome(pk, False, " ".join(error.messages))
    except (NotFound, PermissionDenied, records.Conflict) as error:
        return Outcome(pk, False, str(error) or _("You may not do this."))
    return Outcome(pk, True)


def _do(actor: Actor, obj: Object, work: Work, pk: int) -> None:
    if work.verb in ("archive", "restore"):
        record = find(actor, obj, pk, "delete")
        (records.archive if work.verb == "archive" else records.restore)(actor, record)
        return
    record = find(actor, obj, pk, "edit")
    if work.verb == "set":
        records.update(actor, record, {key: obj.field(key).from_plain(value) for key, value in work.values.items()})
        return
    for key, words in work.values.items():
        records.update(actor, record, {key: _words(obj.field(key), record, words, add=work.verb == "tag")})


def _words(tags: Field[Any], record: Any, words: Sequence[str], *, add: bool) -> list[str]:
    from rapport.base.text import fold

    now = list(tags.read(record) or [])
    given = {fold(word) for word in words}
    kept = [word for word in now if fold(word) not in given]
    return [*kept, *words] if add else kept


@jobs.stepwise_job("platform.bulk")
def bulk_work(actor: Actor, job: jobs.Run, *, work: list[Any], ids: list[int], run_id: int) -> dict[str, Any]:
    """Change many records, step by step."""
    what = Work(*work)
    obj = registry.get(what.object)
    require(actor, obj, "mass")
    check(actor, obj, what)
    report = Report(run_id)
    told = Event.objects.filter(run_id=run_id, object=obj.access_key).values_list("record_id", flat=True)
    before = set(told) & set(ids)
    report.done = len(before)
    left = [pk for pk in ids if pk not in before]
    for place in range(0, len(left), STEP):
        chunk = left[place : place + STEP]
        with job.step(len(before) + place + len(chunk), len(ids)):
            report.add(each(actor.during(run_id), obj, what, chunk))
    return report.plain()


# --- taking it back -----------------------------------------------------------------------------------------------


def undo(actor: Actor, run_id: int) -> Report:
    """Put back what one run of this actor changed, newest first; what changed since stays, and is counted."""
    ids = list(_changes_of(actor, run_id).values_list("pk", flat=True))
    report = Report(run_id)
    if len(ids) > NOW:
        report.job_id = jobs.enqueue(actor, undo_work, {"run_id": run_id}, unique=str(run_id)).pk
        return report
    report.add(undo_each(actor, ids))
    return report


def _changes_of(actor: Actor, run_id: int) -> QuerySet[Event]:
    return Event.objects.filter(run_id=run_id, actor_id=actor.user_id).order_by("-id")


def undo_each(actor: Actor, ids: Sequence[int]) -> list[Outcome]:
    """Each change in a savepoint of its own. One that was put back before is left: its record differs by now."""
    outcomes = []
    for event in Event.objects.filter(pk__in=ids).order_by("-id"):
        try:
            with transaction.atomic():
                records.undo(actor, event)
            outcomes.append(Outcome(event.record_id, True))
        except ValidationError as error:
            outcomes.append(Outcome(event.record_id, False, " ".join(error.messages)))
        except (NotFound, PermissionDenied, records.Conflict) as error:
            outcomes.append(Outcome(event.record_id, False, str(error)))
    return outcomes


@jobs.stepwise_job("platform.undo_run")
def undo_work(actor: Actor, job: jobs.Run, *, run_id: int) -> dict[str, Any]:
    """Take a change of many records back, step by step."""
    ids = list(_changes_of(actor, run_id).values_list("pk", flat=True))
    report = Report(run_id)
    for place in range(0, len(ids), STEP):
        chunk = ids[place : place + STEP]
        with job.step(place + len(chunk), len(ids)):
            report.add(undo_each(actor, chunk))
    return report.plain()
