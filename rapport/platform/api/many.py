"""POST …/bulk: creations, changes, upserts and archivings in one request, each with its own result.

The shape of the request is checked as a whole; what an item asks for is judged item by item, by the rules of the single
endpoints. Neighbours that ask for the same go through `batch` together. All run in the order they were sent, in one
transaction. `atomic` makes them one deed: the first refusal, told with all others, leaves the database as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform import batch, records
from rapport.platform.access import require, visible
from rapport.platform.api import check, incoming, lists, outgoing, parts, problems, schemas
from rapport.platform.api.problems import Problem, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.api.door import Call
    from rapport.platform.objects import Object

Json = dict[str, Any]


@dataclass
class Item:
    """One thing asked for, and what became of it."""

    place: int
    asked: Json
    values: Json
    done: bool = False
    status: int = 200
    record: Any = None
    problem: Problem | None = None

    @property
    def kind(self) -> tuple[str, str]:
        """What can be done in one pass: the verb, and the key of an upsert."""
        return (self.asked["do"], self.asked.get("key", ""))

    @property
    def identity(self) -> tuple[str, str]:
        """Whom it is about, so that two items about one record are never done in one pass."""
        return (self.asked.get("key", ""), self.asked.get("id") or str(self.asked.get("value", "")))

    def refuse(self, problem: Problem) -> None:
        self.problem, self.status = problem, problem.status

    def settle(self, fate: Any, status: int = 200) -> None:
        if isinstance(fate, batch.REFUSALS):
            self.refuse(_inside(problems.of(fate)))
        else:
            self.record, self.status = fate, status


def bulk(call: Call) -> HttpResponse:
    """Do up to 1,000 things, in order; one that is refused does not stop the others unless `atomic`."""
    actor, obj = call.actor, call.object
    body = incoming.body(call.request)
    incoming.refuse(list(check.errors(parts.BULK, body)))
    items = [Item(place, asked, {}) for place, asked in enumerate(body["items"])]
    _read(actor, obj, items)
    for group in _groups([item for item in items if item.problem is None]):
        DOERS[group[0].asked["do"]](actor, obj, group)
    wrong = [item for item in items if item.problem is not None]
    if wrong and body.get("atomic", False):
        raise _whole(wrong)
    content = {
        "done": len(items) - len(wrong),
        "refused": len(wrong),
        "items": [_result(item) for item in items],
    }
    return outgoing.answer(content)


def _result(item: Item) -> Json:
    return {
        "status": item.status,
        "id": str(item.record.uid) if item.record is not None else None,
        "version": item.record.version if item.record is not None else None,
        "problem": problems.document(item.problem) if item.problem else None,
    }


def _whole(wrong: Sequence[Item]) -> Problem:
    """Nothing was done: every place that was refused, in the body that was sent."""
    errors = []
    for item in wrong:
        assert item.problem is not None  # noqa: S101  # chosen by the caller
        for one in item.problem.errors or [{"message": item.problem.detail}]:
            errors.append({**one, "pointer": f"/items/{item.place}{one.get('pointer', '')}"})
    return Problem(422, _("Nothing was done, because some of it cannot be."), errors=errors)


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(actor: Actor, obj: Object, items: Sequence[Item]) -> None:
    """Values of every item by the schema its verb has alone; a mistake costs the item."""
    known = incoming.known_uids(actor, obj, [item.asked.get("values", {}) for item in items])
    for item in items:
        try:
            item.values = _values(actor, obj, item.asked, known)
        except Problem as problem:
            item.refuse(problem)
        except PermissionDenied as refusal:
            item.settle(refusal)


RIGHTS = {"create": "create", "update": "edit"}


def _values(actor: Actor, obj: Object, asked: Json, known: incoming.Known) -> Json:
    verb = asked["do"]
    if verb in RIGHTS:
        require(actor, obj, RIGHTS[verb])
    needed = {"create": (), "upsert": ("key", "value"), "update": ("id",)}.get(verb, ("id",))
    if lacking := [name for name in needed if name not in asked]:
        raise _lacks(*lacking)
    if verb == "update" and "version" not in asked:
        raise Problem(428, _("Say which version you changed, or “*” for any."), errors=[_needed("version")])
    if verb == "create":
        schema = schemas.kept(schemas.to_create, actor, obj)
    elif verb == "update":
        schema = schemas.kept(schemas.to_change, actor, obj)
    elif verb == "upsert":
        if asked["key"] not in lists.keys(actor, obj):
            message = _("Records cannot be addressed by this field.")
            raise Problem(422, message, errors=[{"pointer": "/key", "message": message}])
        schema = schemas.kept(schemas.to_upsert, actor, obj, asked["key"])
    else:
        return {}
    try:
        return incoming.values(actor, obj, asked.get("values", {}), schema, known)
    except Problem as problem:
        raise _inside(problem) from problem


def _inside(problem: Problem) -> Problem:
    """The same, its places below “values”."""
    for error in problem.errors:
        error["pointer"] = f"/values{error.get('pointer', '')}"
    return problem


def _lacks(*names: str) -> Problem:
    return Problem(422, _("Some values cannot be accepted."), errors=[_needed(name) for name in names])


def _needed(name: str) -> Json:
    return {"pointer": f"/{name}", "message": _("This is needed.")}


def _groups(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Neighbours with the same verb, no record twice."""
    group: list[Item] = []
    met: set[tuple[str, str]] = set()
    for item in items:
        creates = item.asked["do"] == "create"
        if group and (item.kind != group[0].kind or (item.identity in met and not creates)):
            yield group
            group, met = [], set()
        group.append(item)
        met.add(item.identity)
    if group:
        yield group


# --- doing ------------------------------------------------------------------------------------------------------------


def _create(actor: Actor, obj: Object, items: Sequence[Item]) -> None:
    try:
        fates = batch.create_many(actor, obj, [item.values for item in items])
    except batch.REFUSALS as refusal:
        fates = [refusal] * len(items)
    for item, fate in zip(items, fates, strict=True):
        item.settle(fate, 201)


def _update(actor: Actor, obj: Object, items: Sequence[Item]) -> None:
    found = _by_uid(actor, obj, items)
    _change(actor, obj, [(item, found[item.place]) for item in items if item.place in found])


def _change(actor: Actor, obj: Object, pairs: Sequence[tuple[Item, Any]]) -> None:
    changes = [(record, item.values, _version(item)) for item, record in pairs]
    for (item, _record), fate in zip(pairs, batch.update_many(actor, obj, changes), strict=True):
        if isinstance(fate, records.Conflict):
            item.refuse(lists.stale_of(actor, obj, fate))
        else:
            item.settle(fate)


def _version(item: Item) -> int | None:
    version = item.asked.get("version", "*")
    return None if version == "*" else int(version)


def _by_uid(actor: Actor, obj: Object, items: Sequence[Item]) -> dict[int, Any]:
    """Records by the place of the item that names them; the others are refused alike, missing or foreign."""
    uids = {item.place: UUID(item.asked["id"]) for item in items}
    found = {record.uid: record for record in visible(actor, obj).filter(uid__in=set(uids.values()))}
    for item in items:
        if uids[item.place] not in found:
            item.refuse(missing())
    return {place: found[uid] for place, uid in uids.items() if uid in found}


def _upsert(actor: Actor, obj: Object, items: Sequence[Item]) -> None:
    """Change the one record that has the value, or create it; all values of the group are looked up together."""
    key = items[0].asked["key"]
    wanted: dict[int, Any] = {}
    for item in items:
        try:
            wanted[item.place] = lists.value_of(actor, obj, key, item.asked["value"])
            if item.values.get(key, wanted[item.place]) != wanted[item.place]:
                message = _("“value” says another value.")
                raise Problem(422, message, errors=[{"pointer": f"/values/{key}", "message": message}])
        except Problem as problem:
            item.refuse(problem)
    open_ = [item for item in items if item.problem is None]
    _one_at_a_time(obj, key, sorted({str(wanted[item.place]) for item in open_}))
    found = _having(actor, obj, key, [wanted[item.place] for item in open_])
    new: list[Item] = []
    old: list[tuple[Item, Any]] = []
    for item in open_:
        having = found.get(wanted[item.place], [])
        if len(having) > 1:
            item.refuse(Problem(409, _("Several records have this value; change one of them by its id.")))
        elif having:
            old.append((item, having[0]))
        elif _version(item) is not None:
            item.refuse(Problem(412, _("There is no such record, so there is no version of it.")))
        else:
            item.values[key] = wanted[item.place]
            new.append(item)
    _change(actor, obj, old)
    if new:
        _create(actor, obj, new)


def _having(actor: Actor, obj: Object, key: str, values: Sequence[Any]) -> dict[Any, list[Any]]:
    field = obj.field(key)
    (column,) = field.attributes
    found: dict[Any, list[Any]] = {}
    for record in visible(actor, obj).filter(**{f"{column}__in": list(values)}).order_by("pk"):
        found.setdefault(field.read(record), []).append(record)
    return found


def _one_at_a_time(obj: Object, key: str, values: Sequence[str]) -> None:
    """As for a single upsert; in one order, so that two requests cannot wait for each other."""
    if connection.vendor == "postgresql" and values:
        names = [f"{obj.access_key}.{key}={value}" for value in values]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(n, 0)) FROM unnest(%s::text[]) AS n", [names])


def _put(verb: Callable[..., Any]) -> Callable[[Actor, Object, Sequence[Item]], None]:
    def put(actor: Actor, obj: Object, items: Sequence[Item]) -> None:
        found = _by_uid(actor, obj, items)
        for item in items:
            record = found.get(item.place)
            if record is None:
                continue
            version = _version(item)
            if version is not None and version != record.version:
                item.refuse(lists.stale_of(actor, obj, records.Conflict(record, {}, {})))
                continue
            fate = batch.alone(partial(verb, actor, record))
            item.settle(lists.refusal_of(actor, obj, record, "delete", fate))

    return put


DOERS: dict[str, Callable[[Any, Any, Sequence[Item]], None]] = {
    "create": _create,
    "update": _update,
    "upsert": _upsert,
    "archive": _put(records.archive),
    "restore": _put(records.restore),
}
