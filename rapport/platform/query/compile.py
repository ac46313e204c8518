"""A plan as SQL for one actor. No ORM: text from registry identifiers, bound values, one alias per joined path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rapport.base.money import Money
from rapport.base.periods import Calendar, Instant, Rolling
from rapport.platform.access import Fragment
from rapport.platform.fields import Calculated
from rapport.platform.query import cursor, order
from rapport.platform.query.ast import And, Comparison, Condition, Measure, Not, Or, Path, Related, RightNow
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.memory import Memory
from rapport.platform.query.readers import Reader, reader
from rapport.platform.query.sql import all_of, is_everything, is_postgresql, piece
from rapport.platform.query.watched import Watched
from rapport.platform.query.watched import of_plan as watched_of_plan
from rapport.platform.query.where import condition_sql

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.query.ast import Sort
    from rapport.platform.query.plan import Plan

HEAD = 3  # id, uid, version
# What means something else tomorrow: with the hour, or with the rates of the day.
MOVING = (Calendar, Rolling, Instant, RightNow, Money)


@dataclass(frozen=True)
class Compiled:
    """Statements to run until the page is full, and how to read their rows: id, uid, version, first columns, others."""

    frame: Frame
    statements: tuple[Fragment, ...]
    readers: tuple[Reader, ...]
    keys: int  # how many sort keys stand at the end of each row
    # The sensitive fields it gives away; whoever runs it tells the audit trail.
    watched: tuple[Watched, ...] = ()

    @property
    def sql(self) -> str:
        return self.statements[0].sql

    @property
    def params(self) -> tuple[Any, ...]:
        return self.statements[0].params

    @cached_property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """Where in a row the columns of each reader stand."""
        found, rest = [], HEAD + len(self.readers)
        for head, item in enumerate(self.readers, HEAD):
            more = len(item.columns) - 1
            found.append((head, *range(rest, rest + more)))
            rest += more
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """All of a plan's SQL but the place in the list and the engine's own conditions.

    `frame` finds and sorts, `shown` reads what is selected; they are one where every row qualifies. Where conditions
    leave rows out, a sort may see thousands for the sake of fifty: then ids alone are sorted, and the values and the
    records pointed at are read for the rows of the page.
    """

    frame: Frame
    shown: Frame
    readers: tuple[Reader, ...]
    keys: list[order.Key]
    select: Fragment
    where: list[Fragment]
    watched: tuple[Watched, ...]


_prepared: Memory[_Prepared] = Memory(500)


def compile(actor: Actor, plan: Plan) -> Compiled:
    """The statements that read one page of a plan."""
    ready = _ready(actor, plan)
    values = cursor.unseal(order_name(plan.query.sort), plan.cursor) if plan.cursor else None
    found = tuple(_statement(ready, plan, by, condition) for condition, by in order.steps(ready.keys, values))
    return Compiled(ready.shown, found, ready.readers, len(ready.keys), ready.watched)


def compile_few(actor: Actor, plan: Plan) -> Compiled:
    """The first rows of a plan whose conditions leave few to sort: always one statement."""
    ready = _ready(actor, plan)
    found = (_statement(ready, plan, ready.keys),)
    return Compiled(ready.shown, found, ready.readers, len(ready.keys), ready.watched)


def _statement(ready: _Prepared, plan: Plan, by: Sequence[order.Key], *conditions: Fragment) -> Fragment:
    extra = [condition(ready.frame.alias) for condition in plan.extra]
    where, sort, limit = all_of([*ready.where, *extra, *conditions]), order.order_by(by), plan.limit + 1
    if ready.frame is ready.shown:
        text = "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}"
        return piece(text, ready.select, ready.frame.source(), where, sort, limit)
    ids = piece(", ".join(["{}"] * len(ready.keys)), *(_named(key, n) for n, key in enumerate(ready.keys)))
    text = "(SELECT {}.id AS id, {} FROM {} WHERE {} ORDER BY {} LIMIT {}) p JOIN"
    found = piece(text, ready.frame.alias, ids, ready.frame.source(), where, sort, limit)
    table = Fragment(f"{plan.obj.table} {ready.shown.alias} ON {ready.shown.alias}.id = p.id")
    again = order.order_by([_kept_key(ready.keys, key) for key in by])
    return piece("SELECT {} FROM {} {}{} ORDER BY {}", ready.select, found, table, ready.shown.joins(), again)


def _named(key: order.Key, place: int) -> Fragment:
    return piece("{} AS k{}", key.sql, place)


def _kept_key(keys: Sequence[order.Key], key: order.Key) -> order.Key:
    """The same key by the name it has in what was found."""
    place = next(place for place, known in enumerate(keys) if known.sql == key.sql)
    return replace(key, sql=Fragment(f"p.k{place}"))


def _ready(actor: Actor, plan: Plan) -> _Prepared:
    """Worked out once for an actor and a query whose values mean the same tomorrow."""
    query = plan.query
    if changing(query.condition) or any(map(moving, (*plan.select, *(key.path for key in query.sort)))):
        return _prepare(actor, plan)
    asked = (plan.obj.key, id(plan.obj), query.condition, query.sort, plan.select, plan.action, plan.archived)
    key = (actor.user_id, actor.team_ids, actor.culture.tz, asked)
    return _prepared.get(actor, key, lambda: _prepare(actor, plan))


def _prepare(actor: Actor, plan: Plan) -> _Prepared:
    context = Context(actor)
    frame = Frame(context, plan.obj)
    keys = order.keys(frame, plan.query.sort)
    where = conditions(frame, replace(plan, extra=()))
    late = plan.query.condition is not None or not is_everything(frame.context.scope(plan.obj, plan.action, "t"))
    shown = Frame(context, plan.obj) if late else frame
    readers = tuple(reader(shown, path) for path in plan.select)
    kept = [Fragment(f"p.k{place}") for place in range(len(keys))] if late else [key.sql for key in keys]
    watched, idents = watched_of_plan(plan, shown, readers, HEAD)
    select = _select(shown, readers, idents, kept)
    return _Prepared(frame, shown, readers, keys, select, where, watched)


def changing(condition: Condition | None) -> bool:
    """Whether a condition depends on the hour or on the rates of the day, so that its SQL must not be kept."""
    match condition:
        case And(items) | Or(items):
            return any(changing(item) for item in items)
        case Not(item):
            return changing(item)
        case Comparison(path, _operator, values):
            return moving(path) or any(isinstance(value, MOVING) for value in values)
        case Related(_relation, where, _none):
            return changing(where)
        case Measure():
            own = condition.path is not None and moving(condition.path)
            return own or isinstance(condition.value, MOVING) or changing(condition.where)
    return False


def moving(path: Path) -> bool:
    """Whether a field is calculated from the hour or from the rates of the day."""
    return isinstance(path.field, Calculated) and path.field.changes_by_itself


def _select(frame: Frame, readers: Sequence[Reader], idents: Sequence[Fragment], keys: Sequence[Fragment]) -> Fragment:
    alias = frame.alias
    heads = [item.columns[0] for item in readers]
    tails = [column for item in readers for column in item.columns[1:]]
    fixed = [Fragment(f"{alias}.id"), Fragment(f"{alias}.uid"), Fragment(f"{alias}.version")]
    columns = [*fixed, *heads, *tails, *idents, *(_as_kept(key) for key in keys)]
    return piece(", ".join(["{}"] * len(columns)), *columns)


def _as_kept(column: Fragment) -> Fragment:
    """A sort key as it stands in the table: the plus keeps SQLite's driver from making an object of it."""
    return column if is_postgresql() else piece("+{}", column)


def conditions(frame: Frame, plan: Plan) -> list[Fragment]:
    """What a row must meet: reachable for the actor, of this Object, not archived, and what the query says."""
    found = [frame.rows(plan.action)]
    if not plan.archived and not plan.query.names_archived:
        found.append(Fragment(f'{frame.alias}."archived_at" IS NULL'))
    if plan.query.condition is not None:
        found.append(condition_sql(frame, plan.query.condition))
    found.extend(extra(frame.alias) for extra in plan.extra)
    return found


def order_name(sort: Sequence[Sort]) -> str:
    """The order a cursor belongs to."""
    return ",".join(map(str, sort))
