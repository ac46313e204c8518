"""Runs: the same change to everything a Query finds, or to many named records, in the background.

The rules are those of the pages (`platform.runs`): each record on its own, each fate told, all under one run that can
be taken back. A run is told only to whoever began it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from rapport.platform import query, runs
from rapport.platform.access import require, visible
from rapport.platform.api import check, incoming, outgoing, parts, schemas
from rapport.platform.api.problems import Problem, missing
from rapport.platform.fields import Ref, Tags
from rapport.platform.labels import names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.api.door import Call
    from rapport.platform.objects import Object

Json = dict[str, Any]
COUNTS = ("total", "changed", "unchanged", "refused", "undone", "left")


def begin(call: Call) -> HttpResponse:
    """Change what `q` finds, or the records named in `ids`: 202, and the address of the run in Location.

    Few are done before the answer, many by a job; `state` says which.
    """
    actor, obj = call.actor, call.object
    require(actor, obj, "mass")
    body = incoming.body(call.request)
    incoming.refuse(list(check.errors(parts.RUN_NEW, body)))
    work = _work(actor, obj, body)
    ids = _meant(actor, obj, body)
    try:
        run = runs.begin(actor, obj, work, ids=ids, text=body.get("q", ""))
    except query.QueryError as error:
        raise Problem(422, error.message, errors=[{"pointer": "/q", **error.plain()}]) from error
    return outgoing.answer(_run(run), status=202, headers={"Location": f"/api/v1/runs/{run.pk}"})


def _meant(actor: Actor, obj: Object, body: Json) -> list[int]:
    """The local ids of the records named; none where a Query finds them. Raises Problem 422."""
    if ("q" in body) == bool(body.get("ids")):
        raise _wrong("/q", _("Say which records: either “q” or “ids”."))
    wanted = [UUID(uid) for uid in body.get("ids", ())]
    known = dict(visible(actor, obj).filter(uid__in=wanted).values_list("uid", "pk"))
    unknown = [place for place, uid in enumerate(wanted) if uid not in known]
    if unknown:
        message = missing().detail
        raise Problem(422, message, errors=[{"pointer": f"/ids/{n}", "message": message} for n in unknown[:100]])
    return [known[uid] for uid in dict.fromkeys(wanted)]


def _work(actor: Actor, obj: Object, body: Json) -> runs.Work:
    """What to do, its values in plain form. Raises Problem 422."""
    verb, sent = body["do"], body.get("values", {})
    if verb == "act":
        action = obj.action(body.get("action", ""))
        if action is None or not action.many:
            raise _wrong("/action", _("There is no such action."))
        fields = {parameter.key: parameter.field for parameter in action.parameters}
        answers = incoming.answers(actor, action, sent, schemas.answers(action))
        return runs.Work(verb, {key: fields[key].plain(value) for key, value in answers.items()}, action.key)
    if verb in ("archive", "restore"):
        return runs.Work(verb)
    values = incoming.values(actor, obj, sent, schemas.kept(schemas.to_change, actor, obj))
    if not values:
        raise _wrong("/values", _("This is needed."))
    if verb in ("tag", "untag") and any(not isinstance(obj.field(key), Tags) for key in values):
        raise _wrong("/values", _("Only tags can be added or taken off."))
    return runs.Work(verb, {key: obj.field(key).plain(value) for key, value in values.items()})


def _wrong(pointer: str, message: str) -> Problem:
    return Problem(422, message, errors=[{"pointer": pointer, "message": message}])


# --- what became of it ------------------------------------------------------------------------------------------------


def get(call: Call) -> HttpResponse:
    """How far a run is."""
    return outgoing.answer(_run(_found(call)))


def results(call: Call) -> HttpResponse:
    """What became of each record of a run so far."""
    run, limit = _found(call), call.given.get("limit", 100)
    told = runs.RunRecord.objects.filter(run_id=run.pk, record_id__gt=call.given.get("after", 0)).exclude(outcome="")
    rows = list(told.order_by("record_id")[: limit + 1])
    shown = rows[:limit]
    key = registry.get(run.object).base.key
    known = names(call.actor, [Ref(key, row.record_id) for row in shown])
    items = [
        {
            "record": outgoing.any_link(known.get(Ref(key, row.record_id))),
            "outcome": row.outcome,
            "reason": row.reason,
            "left": row.left,
        }
        for row in shown
    ]
    return outgoing.answer({"items": items, "next": shown[-1].record_id if len(rows) > limit else None})


def undo(call: Call) -> HttpResponse:
    """Put back what the run changed, newest first; what changed since stays, and says why."""
    return outgoing.answer(_run(runs.undo(call.actor, _found(call))))


def _found(call: Call) -> runs.Run:
    """A run the caller began. Raises NotFound alike for a missing and a foreign one."""
    run = runs.find(call.actor, call.address["run"])
    if not registry.has(run.object):
        raise missing()
    return run


def _run(run: runs.Run) -> Json:
    return {
        "id": str(run.pk),
        "object": run.object,
        "do": run.verb,
        "action": run.action or None,
        "state": run.state,
        "message": run.message,
        **{key: getattr(run, key) for key in COUNTS},
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "undone_at": run.undone_at,
    }
