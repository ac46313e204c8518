"""Runs: the same change to everything a Query finds, or to many named records, in the background.

The rules are those of the pages (`platform.bulk`): each record on its own, each fate told, all under one run that can
be taken back. A run is told only to whoever began it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from rapport.platform import bulk, query
from rapport.platform.access import require, visible
from rapport.platform.api import check, incoming, outgoing, parts, schemas
from rapport.platform.api.problems import Problem, missing
from rapport.platform.fields import Ref, Tags
from rapport.platform.jobs.models import Job, State
from rapport.platform.labels import names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.api.door import Call
    from rapport.platform.objects import Object

Json = dict[str, Any]
BULK, UNDO = "platform.bulk", "platform.undo_run"


def begin(call: Call) -> HttpResponse:
    """Begin to change what `q` finds, or the records named in `ids`: 202, and the address of the run in Location."""
    actor, obj = call.actor, call.object
    require(actor, obj, "mass")
    body = incoming.body(call.request)
    incoming.refuse(list(check.errors(parts.RUN_NEW, body)))
    work = _work(actor, obj, body)
    report = bulk.start(actor, work, _meant(actor, obj, body))
    found = _found(actor, report.run_id)
    return outgoing.answer(_run(found), status=202, headers={"Location": f"/api/v1/runs/{report.run_id}"})


def _meant(actor: Actor, obj: Object, body: Json) -> list[int]:
    if ("q" in body) == ("ids" in body):
        raise _wrong("/q", _("Say which records: either “q” or “ids”."))
    if "q" in body:
        try:
            return bulk.found(actor, query.plan(actor, obj, body["q"]))
        except query.QueryError as error:
            raise Problem(422, error.message, errors=[{"pointer": "/q", **error.plain()}]) from error
    wanted = [UUID(uid) for uid in body["ids"]]
    known = dict(visible(actor, obj).filter(uid__in=wanted).values_list("uid", "pk"))
    unknown = [place for place, uid in enumerate(wanted) if uid not in known]
    if unknown:
        message = missing().detail
        raise Problem(422, message, errors=[{"pointer": f"/ids/{n}", "message": message} for n in unknown[:100]])
    return [known[uid] for uid in dict.fromkeys(wanted)]


def _work(actor: Actor, obj: Object, body: Json) -> bulk.Work:
    """What to do, its values in plain form. Raises Problem 422."""
    verb, sent = body["do"], body.get("values", {})
    if verb == "act":
        action = obj.action(body.get("action", ""))
        if action is None or not action.many:
            raise _wrong("/action", _("There is no such action."))
        fields = {parameter.key: parameter.field for parameter in action.parameters}
        answers = incoming.answers(actor, action, sent, schemas.answers(action))
        return bulk.Work(obj.key, verb, action.key, {key: fields[key].plain(value) for key, value in answers.items()})
    if verb in ("archive", "restore"):
        return bulk.Work(obj.key, verb)
    values = incoming.values(actor, obj, sent, schemas.kept(schemas.to_change, actor, obj))
    if not values:
        raise _wrong("/values", _("This is needed."))
    if verb in ("tag", "untag") and any(not isinstance(obj.field(key), Tags) for key in values):
        raise _wrong("/values", _("Only tags can be added or taken off."))
    return bulk.Work(obj.key, verb, values={key: obj.field(key).plain(value) for key, value in values.items()})


def _wrong(pointer: str, message: str) -> Problem:
    return Problem(422, message, errors=[{"pointer": pointer, "message": message}])


# --- what became of it ------------------------------------------------------------------------------------------------


def get(call: Call) -> HttpResponse:
    """How far a run is."""
    return outgoing.answer(_run(_found(call.actor, call.address["run"])))


def results(call: Call) -> HttpResponse:
    """What became of each record of a run that has ended, in the order they were meant."""
    job = _found(call.actor, call.address["run"])
    begun, limit = call.given.get("after", 0), call.given.get("limit", 100)
    ids = job.arguments["ids"] if job.state == State.DONE else []
    shown = ids[begun : begun + limit]
    why = {pk: message for message, left in (job.result or {}).get("left", {}).items() for pk in left}
    key = registry.get(job.arguments["work"][0]).base.key
    known = names(call.actor, [Ref(key, pk) for pk in shown])
    items = [
        {"record": outgoing.any_link(known.get(Ref(key, pk))), "done": pk not in why, "message": why.get(pk, "")}
        for pk in shown
    ]
    return outgoing.answer({"items": items, "next": begun + limit if begun + limit < len(ids) else None})


def undo(call: Call) -> HttpResponse:
    """Put back what the run changed, newest first; what changed since stays, and is counted."""
    job = _found(call.actor, call.address["run"])
    report = bulk.undo(call.actor, job.arguments["run_id"])
    return outgoing.answer({"done": report.done, "left_out": report.left_out, "pending": report.job_id is not None})


def _found(actor: Actor, run_id: int) -> Job:
    """The job of a run this actor began. Raises Problem 404."""
    job = Job.objects.filter(key=BULK, unique_key=str(run_id), actor_id=actor.user_id or 0).first()
    if job is None or not registry.has(job.arguments["work"][0]):
        raise missing()
    return job


def _run(job: Job) -> Json:
    key, verb, action = job.arguments["work"][:3]
    result = job.result or {}
    return {
        "id": job.unique_key,
        "object": key,
        "do": verb,
        "action": action or None,
        "state": job.state,
        "total": len(job.arguments["ids"]),
        "reached": job.progress_done if job.state != State.DONE else len(job.arguments["ids"]),
        "done": result.get("done"),
        "left_out": result.get("left_out"),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "undo": _undo_of(job),
    }


def _undo_of(job: Job) -> Json | None:
    found = Job.objects.filter(key=UNDO, unique_key=job.unique_key, actor_id=job.actor_id).order_by("-id").first()
    if found is None:
        return None
    result = found.result or {}
    return {"state": found.state, "done": result.get("done"), "left_out": result.get("left_out")}
