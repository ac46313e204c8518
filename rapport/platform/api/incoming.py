"""From the body of a request to Python values: strict JSON, checked against the published schema, uids to local ids.

A uid of a record the actor may not see gives exactly the error of one that does not exist, at the same step, so that
what else is wrong with the body cannot tell the two apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound, readable, visible
from rapport.platform.actions import parse as parse_answers
from rapport.platform.api import check, schemas
from rapport.platform.api.problems import Problem, places
from rapport.platform.culture import Culture
from rapport.platform.fields import File, Reference, ReferenceAny, ReferenceMany, unknown_reference
from rapport.platform.files import keep
from rapport.platform.objects import registry
from rapport.platform.records import parse as parse_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.http import HttpRequest

    from rapport.platform.access import Actor
    from rapport.platform.actions import Action
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object

JSON = "application/json"
POINTING = frozenset({"reference", "file"})
# {Object key: {uid: local id}} of records that may be seen.
Known = dict[str, dict[UUID, int]]


def culture(actor: Actor) -> Culture:
    """How bodies are read: the same for everybody, only the region for national phone numbers is the user's."""
    return Culture(decimal_comma=False, date_order="ymd", region=actor.culture.region, currency=actor.culture.currency)


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; {} where nothing was sent. Raises Problem 400, 415."""
    if not request.body:
        return {}
    if request.content_type != JSON:
        raise Problem(415, _("Send JSON: “Content-Type: application/json”."))
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        # orjson refuses NaN, lone surrogates, broken UTF-8 and more than 1,024 levels.
        raise Problem(400, _("The body is not valid JSON: %(error)s.") % {"error": str(error)[:200]}) from error
    if not isinstance(found, dict):
        raise Problem(
            422, _("Expected a JSON object."), errors=[{"pointer": "", "message": _("Expected a JSON object.")}]
        )
    return found


def values(
    actor: Actor, obj: Object, raw: Mapping[str, Any], schema: schemas.Schema, known: Known | None = None
) -> dict[str, Any]:
    """Values by field key; `known` are uids looked up beforehand. Raises Problem 422 with every place at once."""
    problems = []
    for error in check.errors(schema, raw):
        key = error["pointer"][1:]
        locked = key not in schema["properties"] and key in readable(actor, obj)
        problems.append({**error, "message": _("This field cannot be set.")} if locked else error)
    refuse(problems)
    ready = _with_local_ids(actor, {key: obj.field(key) for key in raw}, raw, known)
    try:
        return parse_record(actor, obj, ready, culture(actor))
    except ValidationError as error:
        raise Problem(422, _("Some values cannot be accepted."), errors=places(error)) from error


def answers(actor: Actor, action: Action, raw: Mapping[str, Any], schema: schemas.Schema) -> dict[str, Any]:
    """Values by parameter of an Action. Raises Problem 422, ValidationError."""
    refuse(list(check.errors(schema, raw)))
    fields = {parameter.key: parameter.field for parameter in action.parameters}
    return parse_answers(action, _with_local_ids(actor, fields, raw), culture(actor))


def refuse(problems: list[dict[str, str]]) -> None:
    """Raises Problem 422 where there are any."""
    if problems:
        raise Problem(422, _("Some values cannot be accepted."), errors=problems)


def _with_local_ids(
    actor: Actor, fields: Mapping[str, Field[Any]], raw: Mapping[str, Any], known: Known | None = None
) -> dict[str, Any]:
    ready, errors = dict(raw), {}
    for key, field in fields.items():
        if field.family not in POINTING or raw.get(key) is None:
            continue
        try:
            ready[key] = _local(actor, field, raw[key], known)
        except ValidationError as error:
            errors[key] = error
    if errors:
        raise Problem(422, _("Some values cannot be accepted."), errors=places(ValidationError(errors)))
    return ready


def _local(actor: Actor, field: Field[Any], sent: Any, known: Known | None) -> Any:
    match field:
        case ReferenceAny():
            return {"object": sent["object"], "id": _ids(actor, registry.get(sent["object"]), [sent["id"]], known)[0]}
        case ReferenceMany():
            return _ids(actor, field.target, sent, known)
        case File():
            # Rights on files as such say little: what counts is a record it hangs on.
            return _file(actor, field, sent)
        case Reference():
            return _ids(actor, field.target, [sent], known)[0]
    return sent


def _ids(actor: Actor, target: Object, uids: list[str], known: Known | None) -> list[int]:
    """Local ids of records the actor may see. Raises ValidationError for one that is not there for them."""
    wanted = [UUID(uid) for uid in uids]
    found = known.get(target.key, {}) if known is not None else _found(actor, target, wanted)
    if any(uid not in found for uid in wanted):
        raise unknown_reference(target)
    return [found[uid] for uid in wanted]


def _found(actor: Actor, target: Object, uids: Iterable[UUID]) -> dict[UUID, int]:
    return dict(visible(actor, target).filter(uid__in=list(uids)).values_list("uid", "pk"))


def known_uids(actor: Actor, obj: Object, raws: Iterable[Mapping[str, Any]]) -> Known:
    """Local ids of everything many bodies point at, as far as the actor may see it: one query per Object."""
    wanted: dict[str, set[UUID]] = {}
    for raw in raws:
        for key, sent in raw.items():
            field = obj.fields.get(key)
            for target, uid in _pointed(field, sent) if field is not None and sent is not None else ():
                wanted.setdefault(target.key, set()).add(uid)
    return {key: _found(actor, registry.get(key), uids) for key, uids in wanted.items()}


def _pointed(field: Field[Any], sent: Any) -> Iterator[tuple[Object, UUID]]:
    """What a value points at; whether it is well formed is judged later, at its place."""
    match field, sent:
        case ReferenceAny(), {"object": str(key), "id": str(uid)} if registry.has(key) and check.UUID.fullmatch(uid):
            yield registry.get(key), UUID(uid)
        case ReferenceMany(), list(uids):
            yield from ((field.target, UUID(uid)) for uid in uids if isinstance(uid, str) and check.UUID.fullmatch(uid))
        case File(), _:
            return
        case Reference(), str(uid) if check.UUID.fullmatch(uid):
            yield field.target, UUID(uid)


def _file(actor: Actor, field: File, uid: str) -> int:
    try:
        return int(keep.find(actor, UUID(uid)).pk)
    except NotFound as error:
        raise unknown_reference(field.target) from error
