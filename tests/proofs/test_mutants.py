"""Seeded mutants: each takes one check out of the engine, and the oracle or a named leak notices every one.

A mutant is a piece of source and what stands there instead. The function that holds it is compiled anew, and its code
put in the place of the old one, so that everybody who imported it runs the mutant.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from types import FunctionType
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError, transaction

from rapport.base.clock import now
from rapport.platform import access, labels, query, records, tagged
from rapport.platform.access import actor as actors
from rapport.platform.access import administer, door, explain, looking, renew, scope
from rapport.platform.access.models import ACTIONS, CLASSES
from rapport.platform.access.rules import Rules
from rapport.platform.accounts import objects as account_objects
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import Team, Token, User
from rapport.platform.audit.exports import Told
from rapport.platform.fields import Ref
from rapport.platform.objects import Object, registry
from rapport.platform.query.run import ids
from rapport.platform.transfer import pages
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
    Mutant(actors._able, "is_active=True, ", ""),
    Mutant(actors._able, ", archived_at=None", ""),
    # Who looks as somebody else, with the rights of both.
    Mutant(RIGHTS._level, "return min(max(given, default=0), most)", "return max(given, default=0)"),
    Mutant(RIGHTS._scope, 'self.ceiling.scope(access_key, action) == "none"', "False"),
    Mutant(scope.scope_sql, "else all_of(found, own)", "else found"),
    Mutant(labels._of_one, " AND {scope.sql}", " AND ({scope.sql} OR 1 = 1)"),
    Mutant(tagged._tagged, " AND {scope.sql}", " AND ({scope.sql} OR 1 = 1)"),
    Mutant(finding._matching, " AND {reach.sql}{others}", " AND ({reach.sql} OR 1 = 1){others}"),
    Mutant(finding._is_seen, "_matching(actor, obj, (word,), counts)", "True"),
    Mutant(explain._Ways.told, "if not holds[0]:", "if False:"),
    # What was once known stays known, though rights changed since.
    Mutant(actors._remembered, "kept[0] == epoch and epoch > 0", "True"),
    Mutant(actors.rights_changed, 'number=F("number") + 1', 'number=F("number")'),
    Mutant(renew.renewed, "rights=found.rights, ", ""),
    Mutant(renew.renewed, "team_ids=found.team_ids, ", ""),
    Mutant(renew.renewed, "token_id=actor.token_id", "token_id=None"),
    Mutant(actors._valid, ", revoked_at=None", ""),
    Mutant(actors._valid, "Q(expires_at__gt=now())", "~Q(pk=0)"),
    Mutant(actors.within, "rights=actor.rights.narrowed(frozenset(token.scopes)), ", ""),
    Mutant(pages.Pages._ask_again, 'require(self.actor, self.plan.obj, "export")', "pass"),
    # Teams below a team.
    Mutant(account_objects.keep_closure, "tree.depth < 30", "tree.depth < 1"),
    Mutant(account_objects.keep_closure, 'change.is_new or change.touches("parent")', "change.is_new"),
    Mutant(account_objects.keep_closure, "rights_changed()", "pass"),
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
    for one in tree.body:
        if isinstance(one, ast.FunctionDef):
            one.decorator_list = []  # a projection must not be registered a second time
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
    for check in (_rows, _fields, _single, _limits, _nobody, _named, _explained, _through_others, _changed):
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


def _through_others(world: World) -> None:
    for mine, theirs in ((1, 2), (2, 3), (4, 1), (3, 5)):
        user, other = world.users[mine], world.users[theirs]
        seen = looking.as_person(_actor(user), other)
        assert seen is not None
        for kind in KINDS:
            both = _expected(world, user, kind, "read") & _expected(world, other, kind, "read")
            assert set(access.visible(seen, registry.get(kind)).values_list("pk", flat=True)) == both
            rights = [_actor(one).rights for one in (user, other)]
            for name in CLASSES:
                assert seen.rights.level(kind, name) == min(one.level(kind, name) for one in rights)
            for action in ACTIONS:
                scopes = [one.scope(kind, action) for one in rights]
                assert (seen.may(registry.get(kind), action) == "none") == ("none" in scopes)


def _changed(world: World) -> None:
    """Changes of rights act on the next look; all of them are taken back at the end."""
    for change in (_a_team_moves, _a_role_goes, _a_token_ends, _an_export_goes_on):
        with transaction.atomic():
            change(World(copy.deepcopy(world.oracle), world.users))
            transaction.set_rollback(True)
        actors._memory.clear()


def _a_team_moves(world: World) -> None:
    """An area with two teams moves below another region, where somebody sees what is of their team."""
    system, user = access.system("proof"), world.users[0]
    (area,), (region,) = Team.objects.filter(name="A1"), Team.objects.filter(name="R2")
    role = administer.make(system, "Of the team")
    administer.set_rules(system, role, Rules({"*": {"read": "team"}}))
    administer.give(system, role, user)
    records.update(system, User.objects.get(pk=user), {"team": region.pk})
    world.oracle["roles"][role.key], world.oracle["classes"][role.key] = {"*": {"read": "team"}}, {}
    world.oracle["roles_of"][user], world.oracle["teams_of"][user] = [role.key], [region.pk]
    before = {one: _actor(one) for one in world.users}
    records.update(system, area, {"parent": region.pk})
    world.oracle["team_parent"][area.pk] = region.pk
    _same(world, before)


def _a_role_goes(world: World) -> None:
    before = {user: _actor(user) for user in world.users}
    for user in world.users:
        held = world.oracle["roles_of"][user]
        administer.change_roles(access.system("proof"), user, take=held[:1])
        world.oracle["roles_of"][user] = held[1:]
    _same(world, before)


def _same(world: World, before: dict[int, access.Actor]) -> None:
    for user, old in before.items():
        for asking in (_actor(user), access.renewed(old)):
            for kind in ("maker", "toy"):
                found = set(access.visible(asking, registry.get(kind)).values_list("pk", flat=True))
                assert found == _expected(world, user, kind, "read"), (user, kind)


def _a_token_ends(world: World) -> None:
    user = User.objects.get(pk=world.users[1])
    token, secret = tokens.make(user, "proof", scopes=("read",))
    actor = access.actor_for_token(secret)
    assert actor is not None
    assert {access.renewed(actor).may(obj, "edit") for obj in registry.all()} == {"none"}
    later, sooner = now() + timedelta(days=1), now() - timedelta(days=1)
    fates = (({"expires_at": later}, True), ({"expires_at": sooner}, False), ({"revoked_at": now()}, False))
    for ends, is_valid in fates:
        Token.objects.filter(pk=token.pk).update(**{"expires_at": None, "revoked_at": None, **ends})
        assert (access.actor_for(user.pk, "job", token_id=token.pk) is not None) == is_valid
        assert (_renewed_or_none(actor) is not None) == is_valid


def _renewed_or_none(actor: access.Actor) -> access.Actor | None:
    try:
        return access.renewed(actor)
    except access.NoLonger:
        return None


def _an_export_goes_on(world: World) -> None:
    """Not by who has lost the right to it, though everything it holds may still be read."""
    role = administer.make(access.system("proof"), "Exporters")
    wide = Rules({"*": dict.fromkeys(ACTIONS, "all")}, {"*": dict.fromkeys(CLASSES, "write")})
    administer.set_rules(access.system("proof"), role, wide)
    user = world.users[0]
    administer.give(access.system("proof"), role, user)
    actor, toys = _actor(user), registry.get("toy")
    plan = query.plan(actor, toys, "", select=["name"], action="export")
    reading = pages.Pages(actor, plan, Told(actor, plan, "csv"))
    assert reading._may_go_on()
    assert not reading.note
    less = {**dict.fromkeys(ACTIONS, "all"), "export": "none"}
    administer.set_rules(access.system("proof"), role, Rules({"*": less}, wide.classes))
    assert not reading._may_go_on()
    assert reading.note


def _apart(world: World) -> None:
    """An own Object shares its table without being a family: whoever may everything with it reaches no other row."""
    visits = Object(
        key="seen_visit", label="Visit", plural="Visits", model_class=Play, name="subject", where={"kind": "visit"}
    )
    assert not explain.why(access.system("proof"), visits, next(iter(world.rows("play")))).may
