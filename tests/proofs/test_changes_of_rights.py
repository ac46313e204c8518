"""Changes of rights in any order, against the oracle: after each of them the next look is exactly what it should be.

Roles get other rules, people come and go, teams move, records change hands, are shared and closed again, accounts are
closed, all by the ways of the product. In between somebody looks: with a new request, with a token, and with an actor
from before who asks again (`renewed`), as an export, a job or an import does.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from rapport.platform import access, records
from rapport.platform.access import Actor, NoLonger, actor_for, administer, renewed
from rapport.platform.access.actor import actor_for_token
from rapport.platform.access.models import ACTIONS, CLASSES, LEVELS, SCOPES, Role, Share
from rapport.platform.access.rules import Rules
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import Team, User
from rapport.platform.objects import registry
from tests import sizes
from tests.platform.access import oracle
from tests.platform.access.world import KINDS, SYSTEM, World, make, trials
from tests.platform.views.site import make_user, visit

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.proof]
STEPS = 100 if sizes.is_nightly() else 30
PLACE = st.integers(0, 10**6)
RULES = st.dictionaries(st.sampled_from(ACTIONS), st.sampled_from(SCOPES), min_size=1)


class ChangesOfRights(RuleBasedStateMachine):
    """One world and its oracle, changed together."""

    world: World
    keeper: Client

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.around.enter_context(transaction.atomic())
        self.around.callback(transaction.set_rollback, True)  # as Django has it
        self.around.enter_context(trials())
        self.before: dict[int, Actor] = {}
        self.closed: set[int] = set()

    @initialize(seed=st.integers(1, 3))
    def begin(self, seed: int) -> None:
        access.actor._memory.clear()
        self.world = make(seed)
        self.keeper = visit(make_user("owner"))
        self.secrets = {user: tokens.make(User.objects.get(pk=user), "proof")[1] for user in self.world.users}

    def teardown(self) -> None:
        self.around.close()
        access.actor._memory.clear()

    # --- what changes -------------------------------------------------------------------------------------------------

    @rule(role=PLACE, place=st.sampled_from(("*", *KINDS[:3])), given=RULES, level=st.sampled_from(LEVELS))
    def a_role_gets_other_rules(self, role: int, place: str, given: dict[str, str], level: str) -> None:
        key = self._pick(sorted(self.world.oracle["roles"]), role)
        grants = {**self.world.oracle["roles"][key], place: given}
        classes = {**self.world.oracle["classes"][key], place: dict.fromkeys(CLASSES, level)}
        administer.set_rules(SYSTEM, Role.objects.get(key=key), Rules(grants, classes))
        self.world.oracle["roles"][key], self.world.oracle["classes"][key] = grants, classes

    @rule(user=PLACE, role=PLACE)
    def somebody_gets_or_loses_a_role(self, user: int, role: int) -> None:
        who, key = self._user(user), self._pick(sorted(self.world.oracle["roles"]), role)
        held = self.world.oracle["roles_of"][who]
        change = {"take": [key]} if key in held else {"give": [key]}
        administer.change_roles(SYSTEM, who, **change)
        self.world.oracle["roles_of"][who] = [one for one in held if one != key] + change.get("give", [])

    @rule(user=PLACE, team=PLACE)
    def somebody_moves_to_another_team(self, user: int, team: int) -> None:
        who, to = self._user(user), self._pick([None, *self._teams()], team)
        person = User.objects.get(pk=who)
        main = person.team_id
        records.update(SYSTEM, person, {"team": to})
        others = [one for one in self.world.oracle["teams_of"][who] if one != main]
        self.world.oracle["teams_of"][who] = [*others, *([to] if to is not None and to not in others else [])]

    @rule(team=PLACE, parent=PLACE)
    def a_team_moves_below_another(self, team: int, parent: int) -> None:
        parents = self.world.oracle["team_parent"]
        moved, to = self._pick(self._teams(), team), self._pick([None, *self._teams()], parent)
        above = to
        while above is not None:
            if above == moved:
                return  # a team is never below itself
            above = parents[above]
        records.update(SYSTEM, Team.objects.get(pk=moved), {"parent": to})
        parents[moved] = to

    @rule(kind=st.sampled_from(("maker", "toy", "play")), row=PLACE, user=PLACE, team=PLACE)
    def a_record_changes_hands(self, kind: str, row: int, user: int, team: int) -> None:
        pk = self._row(kind, row)
        values = {
            "owner": self._pick([None, *self.world.users], user),
            "team": self._pick([None, *self._teams()], team),
        }
        records.update(SYSTEM, registry.get(kind).model._default_manager.get(pk=pk), values)
        for name in (kind, "trial") if kind == "play" else (kind,):
            self.world.rows(name)[pk].update(values)

    @rule(kind=st.sampled_from(("maker", "toy", "play")), row=PLACE, user=PLACE, team=PLACE, edit=st.booleans())
    def a_record_is_shared(self, kind: str, row: int, user: int, team: int, edit: bool) -> None:
        pk, with_user = self._row(kind, row), user % 2
        who, group = self._user(user), self._pick(self._teams(), team)
        if who in self.closed:
            return
        sent = {"user": who} if with_user else {"team": group}
        url = f"/{registry.get(kind).url}/{pk}/share"
        assert self.keeper.post(url, {**sent, **({"may_edit": "on"} if edit else {})}).status_code < 400
        named = {"user": who if with_user else None, "team": None if with_user else group}
        shares = self.world.oracle["shares"]
        same = {"kind": kind, "id": pk, **named}
        shares[:] = [one for one in shares if {key: one[key] for key in same} != same] + [{**same, "may_edit": edit}]

    @rule(share=PLACE)
    def a_share_is_closed(self, share: int) -> None:
        shares = self.world.oracle["shares"]
        known = [one for one in shares if one["kind"] != "trial"]
        if not known:
            return
        one = self._pick(known, share)
        row = Share.objects.get(object=one["kind"], record_id=one["id"], user=one["user"], team=one["team"])
        url = f"/{registry.get(one['kind']).url}/{one['id']}/share/{row.pk}/remove"
        assert self.keeper.post(url).status_code < 400
        same = {key: one[key] for key in ("kind", "id", "user", "team")}
        shares[:] = [other for other in shares if {key: other[key] for key in same} != same]

    @rule(user=PLACE)
    def an_account_is_closed_or_opened(self, user: int) -> None:
        who = self._user(user)
        records.update(SYSTEM, User.objects.get(pk=who), {"is_active": who in self.closed})
        self.closed ^= {who}

    # --- who looks ----------------------------------------------------------------------------------------------------

    @rule(user=PLACE, kind=st.sampled_from(KINDS), action=st.sampled_from(("read", "edit", "delete", "export")))
    def somebody_looks(self, user: int, kind: str, action: str) -> None:
        who = self._user(user)
        ways = (actor_for(who, "web"), actor_for_token(self.secrets[who]), self._again(who))
        if who in self.closed:
            assert ways == (None, None, None)
            return
        expected = {
            pk for pk, row in self.world.rows(kind).items() if oracle.may(self.world.oracle, who, action, kind, row)
        }
        for actor in ways:
            assert actor is not None
            assert set(access.visible(actor, registry.get(kind), action).values_list("pk", flat=True)) == expected
            for name in CLASSES:
                level = actor.rights.level(kind, name)
                assert (level >= 1) == oracle.may_field(self.world.oracle, who, kind, name, "read")
        self.before.setdefault(who, ways[0])  # type: ignore[arg-type]  # asserted above

    def _again(self, who: int) -> Actor | None:
        """Somebody from before, as a long piece of work has them."""
        old = self.before.get(who)
        if old is None:
            return actor_for(who, "web")
        try:
            return renewed(old)
        except NoLonger:
            return None

    # --- picking ------------------------------------------------------------------------------------------------------

    def _pick(self, among: list[Any], place: int) -> Any:
        return among[place % len(among)]

    def _user(self, place: int) -> int:
        return int(self._pick(self.world.users, place))

    def _teams(self) -> list[int]:
        return list(self.world.oracle["team_parent"])

    def _row(self, kind: str, place: int) -> int:
        return int(self._pick(sorted(self.world.rows(kind)), place))


def test_after_each_change_of_rights_the_next_look_is_right() -> None:
    run_state_machine_as_test(
        ChangesOfRights,
        settings=settings(
            max_examples=sizes.cases("changes of rights") // STEPS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=not sizes.is_nightly(),
            database=None,
        ),
    )
