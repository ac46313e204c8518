"""Many records: a page of them by Query, a new one, and one by any key of its own (create it or change it)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform import query, records
from rapport.platform.access import NotFound, allows, readable, require, visible, writable
from rapport.platform.api import incoming, outgoing, schemas
from rapport.platform.api.problems import Problem
from rapport.platform.query.compile import compile
from rapport.platform.query.run import count as count_rows
from rapport.platform.query.run import count_capped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from rapport.platform.access import Actor, Rights
    from rapport.platform.api.door import Call
    from rapport.platform.api.outgoing import Json
    from rapport.platform.objects import Object
    from rapport.platform.query import Plan
    from rapport.platform.query.compile import Compiled

_plans: dict[tuple[Any, ...], tuple[Rights, Object, Plan, Compiled | None]] = {}


def many(call: Call, *, shown: Callable[[list[Json]], list[Json]] | None = None) -> HttpResponse:
    """A page of the records that meet `q`; `shown` gives the rows another form."""
    plan, compiled = _plan(call.actor, call.object, call.given)
    rows, following = outgoing.page(call.actor, plan, compiled)
    items = shown(rows) if shown else rows
    content = {"items": items, "next": following or None, "count": _count(call, plan)}
    return outgoing.answer(content, headers={"Link": _next_link(call, following)} if following else None)


def _plan(actor: Actor, obj: Object, given: Any) -> tuple[Plan, Compiled | None]:
    """The plan of a request, remembered while the actor's rights stand; compiled too, where nothing in it can age."""
    asked = (given.get("q", ""), given.get("sort", ""), given.get("fields", ""), given.get("limit", 50))
    key = (actor.user_id, id(actor.rights), obj.key, *asked)
    kept = _plans.get(key)
    if kept is None or kept[0] is not actor.rights or kept[1] is not obj:
        if len(_plans) > 1_000:
            _plans.clear()
        plan = parsed(actor, obj, *asked)
        # A condition holds moments such as "last 30 days", which are bound anew each time.
        lasting = plan.query.condition is None
        kept = _plans[key] = (actor.rights, obj, plan, compile(actor, plan) if lasting else None)
    cursor = given.get("cursor", "")
    return (replace(kept[2], cursor=cursor), None) if cursor else (kept[2], kept[3])


def parsed(actor: Actor, obj: Object, text: str, sort: str, fields: str, limit: int) -> Plan:
    """The plan of what a request asks for. Raises Problem 400, at the parameter that is wrong."""
    asked = _part("q", lambda: query.parse(actor, obj, text))
    if asked.group or asked.show:
        raise _wrong("q", _("Groups belong to reports; ask for records here."))
    if sort:
        asked = replace(asked, sort=_part("sort", lambda: query.parse_sort(actor, obj, sort)))
    names = [name.strip() for name in fields.split(",")] if fields else list(readable(actor, obj))
    paths = _part("fields", lambda: [query.path(actor, obj, name) for name in names])
    return query.plan(actor, obj, asked, select=list(dict.fromkeys(map(str, paths))), limit=limit)


def _part(parameter: str, read: Any) -> Any:
    try:
        return read()
    except query.QueryError as error:
        raise Problem(400, error.message, errors=[{"parameter": parameter, **error.plain()}]) from error


def _wrong(parameter: str, message: str) -> Problem:
    return Problem(400, message, errors=[{"parameter": parameter, "message": message}])


def _count(call: Call, plan: Plan) -> dict[str, Any] | None:
    match call.given.get("count", "none"):
        case "exact":
            return {"number": count_rows(call.actor, plan), "more": False}
        case "capped":
            found = count_capped(call.actor, plan)
            return {"number": found.number, "more": found.more}
    return None


def _next_link(call: Call, cursor: str) -> str:
    return f'<{call.request.path}?{urlencode({**call.request.GET.dict(), "cursor": cursor})}>; rel="next"'


# --- creating ---------------------------------------------------------------------------------------------------------


def create(call: Call) -> HttpResponse:
    """A new record: 201, its address in Location."""
    actor, obj = call.actor, call.object
    require(actor, obj, "create")
    schema = schemas.kept(schemas.to_create, actor, obj)
    values = incoming.values(actor, obj, incoming.body(call.request), schema)
    return created(call, records.create(actor, obj, values))


def created(call: Call, record: Any) -> HttpResponse:
    location = f"/api/v1/{call.object.url}/{record.uid}"
    return outgoing.record(call.actor, call.object, record, status=201, headers={"Location": location})


def keys(actor: Actor, obj: Object) -> list[str]:
    """The fields by which a record can be addressed: unique ones and those that matching uses alone."""
    able = {key: field for key, field in writable(actor, obj).items() if not field.outside and field.family == "text"}
    return [key for key, field in able.items() if field.unique or (key,) in obj.match or (key,) in obj.base.match]


def upsert(call: Call) -> HttpResponse:
    """Change the one record that has this value, or create it."""
    actor, obj, key = call.actor, call.object, call.address["key"]
    if key not in keys(actor, obj):
        raise Problem(404, _("There is nothing at this address."))
    value = value_of(actor, obj, key, call.address["value"])
    body = incoming.body(call.request)
    given = incoming.values(actor, obj, body, schemas.kept(schemas.to_upsert, actor, obj, key))
    if key in given and given[key] != value:
        raise Problem(
            422,
            _("Some values cannot be accepted."),
            errors=[{"pointer": f"/{key}", "message": _("The address says another value.")}],
        )
    _one_at_a_time(obj, key, value)
    found = list(obj.field(key).holding(visible(actor, obj), [value]).order_by("pk")[:2])
    if len(found) > 1:
        raise Problem(409, _("Several records have this value; change one of them by its id."))
    if found:
        return change(call, found[0], given)
    if call.if_match() is not None:
        raise Problem(412, _("There is no such record, so there is no version of it."))
    return created(call, records.create(actor, obj, {**given, key: value}))


def value_of(actor: Actor, obj: Object, key: str, text: str) -> Any:
    """What a text means as the value of a key. Raises Problem 422."""
    field = obj.field(key)
    try:
        value = field.parse(text, incoming.culture(actor))
    except ValidationError as error:
        raise Problem(
            422,
            _("Some values cannot be accepted."),
            errors=[{"pointer": f"/{key}", "message": m} for m in error.messages],
        ) from error
    if field.is_empty(value):
        raise Problem(
            422, _("Some values cannot be accepted."), errors=[{"pointer": f"/{key}", "message": _("This is needed.")}]
        )
    return value


def _one_at_a_time(obj: Object, key: str, value: Any) -> None:
    """Two upserts of one value at once must not both create; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{obj.access_key}.{key}={value}"])


def change(call: Call, record: Any, values: dict[str, Any]) -> HttpResponse:
    """Set values on a record the actor may read, at the version of If-Match."""
    version = call.if_match()
    try:
        changed = records.update(call.actor, record, values, version=version)
    except records.Conflict as conflict:
        raise stale(call, conflict, record.pk) from conflict
    except NotFound as error:
        raise not_allowed(call, record, "edit") from error
    return outgoing.record(call.actor, call.object, changed)


def not_allowed(call: Call, record: Any, action: str) -> Exception:
    """The record was readable a moment ago, so hiding it now would only puzzle."""
    refusal: Exception = refusal_of(call.actor, call.object, record, action, NotFound())
    return refusal


def refusal_of(actor: Actor, obj: Object, record: Any, action: str, fate: Any) -> Any:
    """The fate of a write; NotFound of a record that may be read is a refusal that says so."""
    if isinstance(fate, NotFound) and not allows(actor, obj, record, action):
        return PermissionDenied(_("You may read this record, not change it."))
    return fate


def stale(call: Call, conflict: records.Conflict, pk: int) -> Problem:
    """Somebody else was faster: both versions of the fields in question."""
    return stale_of(call.actor, call.object, conflict)


def stale_of(actor: Actor, obj: Object, conflict: records.Conflict) -> Problem:
    """The same, whoever asks."""
    current = conflict.record.version
    theirs = outgoing.plain_values(actor, obj, conflict.theirs)
    yours = outgoing.plain_values(actor, obj, conflict.yours)
    return Problem(
        412, str(conflict), headers={"ETag": outgoing.etag(current)}, version=current, theirs=theirs, yours=yours
    )
