"""Seeded mutants: each takes one check out of the engine, and the oracle or a named leak notices every one.

A mutant is a piece of source and what stands there instead. The function that holds it is compiled anew, and its code
put in the place of the old one, so that everybody who imported it runs the mutant.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FunctionType
from typing import Any, NamedTuple

import pytest

from rapport.platform import access, labels, query, tagged
from rapport.platform.access import actor as actors
from rapport.platform.access import door, explain, scope
from rapport.platform.access.models import ACTIONS, CLASSES
from rapport.platform.fields import Ref
from rapport.platform.objects import Object, registry
from rapport.platform.query.run import ids
from tests import sizes
from tests.platform.access import oracle
from tests.platform.access.world import KINDS, World, make, trials
from tests.toyshop.models import Play

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


class Mutant(NamedTuple):
    function: Any
    source: str
    instead: str


RIGHTS = actors.Rights
# The package gives its function out under the same name.
finding: Any = import_module("rapport.platform.search.find")
MUTANTS = (
    Mutant(scope.scope_sql, "obj.of or found is NO", "True"),
    Mutant(scope._scope_sql, "if own is NO or not obj.base.parents or depth > 3:", "if True:"),
    Mutant(scope._scope_sql, "if own is EVERY:", "if True:"),
    Mutant(scope._scope_sql, "all_of(own, parents)", "own"),
    Mutant(scope._scope_sql, "all_of(own, parents)", "any_of(own, parents)"),
    Mutant(scope._scope_sql, "actor.may(obj, action)", "'all'"),
    Mutant(scope._scope_sql, "actor.may(obj, action)", "actor.may(obj, 'read')"),
    Mutant(scope.own_ways, 'scope == "all"', 'scope in ("all", "team")'),
    Mutant(scope.own_ways, 'scope == "none" or ', ""),
    Mutant(scope.own_ways, 'scope == "team" and ', ""),
    Mutant(scope.own_ways, 'scope == "team" and actor.team_ids', "False"),
    Mutant(scope.own_ways, "for key in obj.base.mine", "for key in obj.base.mine[:1]"),
    Mutant(scope.own_ways, '{"read", "edit", "export"}', '{"read", "edit", "export", "delete"}'),
    Mutant(scope.own_ways, '{"read", "edit", "export"}', '{"read", "export"}'),
    Mutant(scope.own_ways, '{"read", "edit", "export"}', "set()"),
    Mutant(scope._shared, '" AND s.may_edit" if action == "edit" else ""', '""'),
    Mutant(scope._shared, "s.object = %s AND s.record_id", "%s <> '' AND s.record_id"),
    Mutant(scope._shared, " AND s.record_id = {alias}.id", ""),
    Mutant(scope._shared, " AND {with_us.sql}", " AND ({with_us.sql} OR 1 = 1)"),
    Mutant(scope._shared, "any_of(with_me, _in(", "any_of(_in("),
    Mutant(
        scope.parent_ways,
        '"read", p, depth=depth + 1)\n                there',
        '"create", p, depth=depth + 1)\n                there',
    ),
    Mutant(scope.parent_ways, 'scope_sql(actor, found.target, "read"', 'scope_sql(actor, found.target, "edit"'),
    Mutant(scope.parent_ways, "{p}.id = {column} AND {inner.sql}", "{p}.id = {column} AND ({inner.sql} OR 1 = 1)"),
    Mutant(scope.parent_ways, "{p}.id = {alias}.{found.key}_id AND {inner.sql}", "({inner.sql} OR 1 = 1)"),
    Mutant(scope.parent_ways, "' AND '.join(unset)", "' OR '.join(unset)"),
    Mutant(scope.visible, "return rows.none()", "return rows"),
    Mutant(scope.visible, "return rows.filter(_Reached(obj.table, fragment))", "return rows"),
    Mutant(scope._Reached.as_sql, "v.id = {pk} AND ", ""),
    Mutant(door.readable, ">= 1", ">= 0"),
    Mutant(door.readable, ">= 1", ">= 2"),
    Mutant(door.writable, ">= 2", ">= 1"),
    Mutant(door.find, "visible(actor, obj, action)", "visible(actor, obj)"),
    Mutant(door.find, "visible(actor, obj, action)", "obj.model._default_manager"),
    Mutant(door.allows, "visible(actor, obj.base, action)", "visible(actor, obj.base)"),
    Mutant(RIGHTS._scope, "if self.limits and not self._within_limits(access_key, action):", "if False:"),
    Mutant(RIGHTS._scope, "max(given", "min(given"),
    Mutant(RIGHTS._level, 'if sensitivity == "secret":', "if False:"),
    Mutant(RIGHTS._level, "max(given", "min(given"),
    Mutant(RIGHTS._within_limits, 'if action == "read"', "if True"),
    Mutant(actors._rules, "role.get(access_key) or ", ""),
    Mutant(actors._rules, 'role.get("*") or {}', "{}"),
    Mutant(actors.user_row, "is_active=True, ", ""),
    Mutant(actors.user_row, ", archived_at=None", ""),
    Mutant(labels._of_one, " AND {scope.sql}", " AND ({scope.sql} OR 1 = 1)"),
    Mutant(tagged._tagged, " AND {scope.sql}", " AND ({scope.sql} OR 1 = 1)"),
    Mutant(finding._matching, " AND {reach.sql}{others}", " AND ({reach.sql} OR 1 = 1){others}"),
    Mutant(finding._is_seen, "_matching(actor, obj, (word,), counts)", "True"),
    Mutant(explain.why, "not held or held[0] is not whole", "not held"),
)


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """The function with other source in its place. Raises ValueError where the source does not hold the piece."""
    function: FunctionType = inspect.unwrap(mutant.function)
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(mutant.source) < 1:
        raise ValueError(f"{function.__qualname__} does not hold {mutant.source!r} any more")
    tree = ast.parse("from __future__ import annotations\n" + source.replace(mutant.source, mutant.instead))
    made: dict[str, Any] = {}
    exec(compile(tree, f"<mutant of {function.__qualname__}>", "exec"), function.__globals__, made)  # noqa: S102  # our own source
    kept, function.__code__ = function.__code__, made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = kept


def _asked() -> list[Mutant]:
    """All of them at night; otherwise a handful, others for each seed."""
    if sizes.is_nightly():
        return list(MUTANTS)
    step = len(MUTANTS) // sizes.cases("mutants")
    return list(MUTANTS[(sizes.seed() or 0) % step :: step])


@pytest.fixture
def world() -> Iterator[World]:
    with trials():
        yield make(1)


def test_every_mutant_is_killed(world: World) -> None:
    assert survivors_of(world, None) == [], "the engine itself passes"
    alive = []
    for mutant in _asked():
        with mutated(mutant):
            if not survivors_of(world, mutant):
                alive.append(mutant)
    assert not alive


def test_mutants_can_still_be_made() -> None:
    assert len(MUTANTS) >= 40
    for mutant in MUTANTS:
        with mutated(mutant):
            pass


# --- the suite that kills ---------------------------------------------------------------------------------------------


def survivors_of(world: World, _mutant: Mutant | None) -> list[str]:
    """What is wrong now, at the first that is; an error of the database is noticed as well."""
    from django.db import DatabaseError, transaction

    for check in (_rows, _fields, _single, _limits, _nobody, _named, _explained):
        actors._memory.clear()
        try:
            with transaction.atomic():
                check(world)
        except (AssertionError, DatabaseError, TypeError, KeyError) as error:
            return [f"{check.__name__}: {error}"]
    return []


def _actor(user: int) -> access.Actor:
    found = access.actor_for(user, "api")
    assert found is not None
    return found


def _expected(world: World, user: int, kind: str, action: str) -> set[int]:
    return {pk for pk, row in world.rows(kind).items() if oracle.may(world.oracle, user, action, kind, row)}


def _rows(world: World) -> None:
    for user in world.users:
        asking = _actor(user)
        for kind in KINDS:
            for action in ("read", "edit", "delete", "create"):
                found = set(access.visible(asking, registry.get(kind), action).values_list("pk", flat=True))
                assert found == _expected(world, user, kind, action), (user, kind, action)
            plan = query.plan(asking, registry.get(kind), "", sort="id")
            assert set(ids(asking, plan)) == _expected(world, user, kind, "read")
    # A family member shares its table: its rows are those of its kind alone.
    boss = access.system("proof")
    assert set(access.visible(boss, registry.get("factory")).values_list("kind", flat=True)) <= {"factory"}


def _fields(world: World) -> None:
    for user in world.users:
        for kind in KINDS:
            obj, asking = registry.get(kind), _actor(user)
            for need, found in (("read", access.readable(asking, obj)), ("write", access.writable(asking, obj))):
                may = {name for name in CLASSES if oracle.may_field(world.oracle, user, kind, name, need)}
                pool = obj.fields if need == "read" else obj.editable
                assert set(found) == {key for key, field in pool.items() if field.sensitivity in may}
    assert access.system("proof").rights.level("toy", "secret") == 0
    everything = actors.Rights(({},), ({"*": {"secret": "write"}},))
    assert everything.level("toy", "secret") == 0


def _single(world: World) -> None:
    for user in world.users:
        reach = _expected(world, user, "toy", "edit")
        for pk in list(world.rows("toy"))[:25]:
            record = registry.get("toy").model._default_manager.get(pk=pk)
            assert door.allows(_actor(user), registry.get("toy"), record, "edit") == (pk in reach)
            try:
                found = bool(access.find(_actor(user), registry.get("toy"), pk, "edit"))
            except access.NotFound:
                found = False
            assert found == (pk in reach)


def _limits(_world: World) -> None:
    limited = access.system("proof").rights.narrowed(frozenset({"read"}))
    assert {action: limited.scope("toy", action) for action in ACTIONS} == {
        action: "all" if action == "read" else "none" for action in ACTIONS
    }


def _nobody(world: World) -> None:
    from rapport.base.clock import now
    from rapport.platform.accounts.models import User

    user = world.users[1]
    for lost, back in (({"is_active": False}, {"is_active": True}), ({"archived_at": now()}, {"archived_at": None})):
        User.objects.filter(pk=user).update(**lost)
        try:
            assert access.actor_for(user, "web") is None
        finally:
            User.objects.filter(pk=user).update(**back)


def _named(world: World) -> None:
    from rapport.platform import tags
    from rapport.platform.search import find

    model = registry.get("toy").model
    tags.save(model, {pk: [f"tag {pk}"] for pk in world.rows("toy")})
    for user in world.users:
        asking, reach = _actor(user), _expected(world, user, "toy", "read")
        refs = [Ref("toy", pk) for pk in world.rows("toy")]
        known = labels.names(asking, refs)
        assert {ref.id for ref in refs if known.get(ref)} == reach
        if "tags" in access.readable(asking, registry.get("toy")):
            assert set(tagged.words(asking, "tag", 100)) == {f"tag {pk}" for pk in reach}
        assert {hit.id for hit in find(asking, "T1", objects=["toy"], limit=60).hits} <= reach
        assert finding._is_seen(asking, [registry.get("toy")], "t1") == any(
            world.rows("toy")[pk]["name"].startswith("T1") for pk in reach
        )


def _explained(world: World) -> None:
    for user in world.users:
        for pk, row in list(world.rows("play").items())[:20]:
            may = oracle.may(world.oracle, user, "read", "play", row)
            assert explain.why(_actor(user), registry.get("play"), pk).may == may
    _apart(world)


def _apart(world: World) -> None:
    """An own Object shares its table without being a family: whoever may everything with it reaches no other row."""
    visits = Object(
        key="seen_visit", label="Visit", plural="Visits", model_class=Play, name="subject", where={"kind": "visit"}
    )
    assert not explain.why(access.system("proof"), visits, next(iter(world.rows("play")))).may
