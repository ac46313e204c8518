"""An id is no right: whoever may not see a record is told the same as of an id that never existed, on every verb.

And nothing is written. Asked by somebody who may do everything, with what is theirs.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from rapport.platform import access, records
from rapport.platform.access import actor_for, visible
from rapport.platform.objects import registry
from tests import sizes
from tests.contract.alike import learned
from tests.contract.conftest import KEYS
from tests.contract.foreign import Ask, about
from tests.contract.people import Somebody, two_with_their_own
from tests.contract.test_records import created
from tests.contract.things import NEVER, NEVER_UID
from tests.contract.yard import Yard
from tests.fingerprint import Watched

FIRST = 765_000_000
# All of them at night; by day a fourth of each Object's, others for its neighbour.
STEP = 1 if sizes.is_nightly() else 4
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.proof]


@pytest.fixture
def other() -> Somebody:
    return Somebody(two_with_their_own()[0])


@pytest.mark.parametrize("key", KEYS)
def test_a_foreign_id_answers_like_one_that_never_was(yard: Yard, other: Somebody, key: str) -> None:
    obj = registry.get(key)
    _count_on(obj.table)
    uid = UUID(created(yard, obj).json["id"])
    pk = obj.model._default_manager.get(uid=uid).pk
    actor = actor_for(other.user.pk, "web")
    assert actor is not None
    assert not visible(actor, obj).filter(pk=pk).exists(), "a record that may be seen proves nothing"
    visitor = Watched(other.browser)
    asked, apart = 0, []
    questions = list(zip(about(obj, pk, uid), about(obj, NEVER, NEVER_UID), strict=True))
    for foreign, unknown in questions[KEYS.index(key) % STEP :: STEP]:
        found, missing = _learned(other, visitor, foreign, pk, uid), _learned(other, visitor, unknown, NEVER, NEVER_UID)
        asked += 1
        if found != missing:
            apart.append(f"{foreign.name}: {_difference(found, missing)}")
    visitor.nothing_was_missed()
    assert not apart, f"{len(apart)} of {asked}:\n" + "\n".join(apart[:30])
    assert asked >= len(questions) // STEP > 60 // STEP


def _count_on(table: str) -> None:
    """Ids as long as the one that never was, and found nowhere else in an answer."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, FIRST])
        elif not cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [FIRST, table]).rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, FIRST])


def _learned(other: Somebody, visitor: Watched, ask: Ask, pk: int, uid: UUID) -> tuple[Any, ...]:
    headers = {"If-Match": '"1"'}
    if ask.is_api:
        headers["Authorization"] = f"Bearer {other.secret}"
    answer = visitor.ask(ask.method, ask.url, ask.body, writes=True, content_type=ask.kind, headers=headers)
    return learned(answer, (uid, pk))


def _difference(one: tuple[Any, ...], two: tuple[Any, ...]) -> str:
    if one[:2] != two[:2]:
        return f"{one[0]} {set(one[1]) ^ set(two[1])} {two[0]}"
    at = next((n for n, (a, b) in enumerate(zip(one[2], two[2], strict=False)) if a != b), 0)
    return f"{one[2][max(at - 100, 0) : at + 100]!r}\n{two[2][max(at - 100, 0) : at + 100]!r}"


def test_the_same_questions_find_what_is_ones_own(other: Somebody) -> None:
    """The proof above is not empty: by these very questions its owner reads, changes and archives a record."""
    actor = actor_for(other.user.pk, "web")
    assert actor is not None
    toy: Any = records.create(actor, registry.get("toy"), {"name": "Mine", "owner": other.user.pk})
    assert access.find(actor, registry.get("toy"), toy.pk)
    visitor = Watched(other.browser)
    done = 0
    for ask in about(registry.get("toy"), toy.pk, toy.uid):
        headers = {"If-Match": '"1"', "Authorization": f"Bearer {other.secret}"}
        answer = visitor.ask(ask.method, ask.url, ask.body, writes=True, content_type=ask.kind, headers=headers)
        done += answer.status_code < 400
    assert done > 40
