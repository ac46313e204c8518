"""One record: read, change, put away, bring back, run a verb on it, tag it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from rapport.base.text import clean_line, fold
from rapport.platform import actions, records
from rapport.platform.access import NotFound, require
from rapport.platform.api import incoming, lists, outgoing, schemas
from rapport.platform.api.problems import Problem, missing
from rapport.platform.labels import names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from rapport.platform.api.door import Call


def get(call: Call) -> HttpResponse:
    """The record with every field the caller may read."""
    content = outgoing.by_uid(call.actor, call.object, call.address["uid"])
    return outgoing.answer(content, headers={"ETag": outgoing.etag(content["version"])})


def update(call: Call) -> HttpResponse:
    """Change fields at the version that If-Match names."""
    record = call.record()
    require(call.actor, call.object, "edit")
    call.if_match(required=True)
    schema = schemas.kept(schemas.to_change, call.actor, call.object)
    return lists.change(call, record, incoming.values(call.actor, call.object, incoming.body(call.request), schema))


def archive(call: Call) -> HttpResponse:
    """Put the record away; it keeps its history and can be restored."""
    return _put(call, records.archive)


def restore(call: Call) -> HttpResponse:
    """Bring an archived record back."""
    return _put(call, records.restore)


def _put(call: Call, verb: Callable[..., Any]) -> HttpResponse:
    record = call.record()
    version = call.if_match()
    if version is not None and version != record.version:
        raise lists.stale(call, records.Conflict(record, {}, {}), record.pk)
    try:
        done = verb(call.actor, record)
    except NotFound as error:
        raise lists.not_allowed(call, record, "delete") from error
    return outgoing.record(call.actor, call.object, done)


# --- verbs ------------------------------------------------------------------------------------------------------------


def act(call: Call) -> HttpResponse:
    """Run an Action of the Object on the record."""
    actor, obj = call.actor, call.object
    action = obj.action(call.address["action"])
    if action is None:
        raise missing()
    record = call.record()
    version = call.if_match()
    answers = incoming.answers(actor, action, incoming.body(call.request), schemas.answers(action))
    try:
        result = actions.run(actor, obj, record, action.key, answers, version=version)
    except records.Conflict as conflict:
        raise lists.stale(call, conflict, record.pk) from conflict
    except NotFound as error:
        raise lists.not_allowed(call, record, action.needs) from error
    record.refresh_from_db(fields=["version"])
    content = outgoing.one(actor, obj, record.pk) or {"id": str(record.uid), "version": record.version}
    return outgoing.answer(
        {"record": content, "result": _result(call, result)}, headers={"ETag": outgoing.etag(content["version"])}
    )


def _result(call: Call, result: Any) -> dict[str, Any] | None:
    """What the Action made or changed, where it gave a record back."""
    if not isinstance(result, models.Model):
        return None
    try:
        ref = registry.ref(result)
    except LookupError:
        return None
    return outgoing.any_link(names(call.actor, [ref]).get(ref))


# --- tags -------------------------------------------------------------------------------------------------------------


def tags(call: Call) -> HttpResponse:
    """The tags of the record."""
    if "tags" not in schemas.kept(schemas.record, call.actor, call.object)["properties"]:
        raise missing()
    return _tags_of(call, call.record())


def tag(call: Call) -> HttpResponse:
    """Add a tag; nothing changes when it is there."""
    return _retag(call, lambda known, word: known if fold(word) in map(fold, known) else [*known, word])


def untag(call: Call) -> HttpResponse:
    """Take a tag off; nothing changes when it is not there."""
    return _retag(call, lambda known, word: [one for one in known if fold(one) != fold(word)])


def _retag(call: Call, change: Callable[[list[str], str], list[str]]) -> HttpResponse:
    schema = schemas.kept(schemas.to_change, call.actor, call.object)
    record = call.record()
    require(call.actor, call.object, "edit")
    word = clean_line(call.address["tag"], 200).strip()
    if not word or len(word) > 60 or "tags" not in schema["properties"]:
        raise Problem(
            422,
            _("Some values cannot be accepted."),
            errors=[{"pointer": "/tags", "message": _("A tag has 1 to 60 characters.")}],
        )
    try:
        changed = records.update(call.actor, record, {"tags": change(call.object.field("tags").read(record), word)})
    except NotFound as error:
        raise lists.not_allowed(call, record, "edit") from error
    return _tags_of(call, changed)


def _tags_of(call: Call, record: Any) -> HttpResponse:
    return outgoing.answer({"tags": call.object.field("tags").read(record)})
