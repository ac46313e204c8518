"""The change feed: complete, in order, each once; and only what the reader may see now."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from rapport.platform import records
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.accounts import tokens
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.platform.api.caller import SYSTEM, Caller, caller
from tests.platform.jobs.database import shared
from tests.toyshop.models import Toy

# What is settled is asked of the whole server: an open transaction of another test process holds it back.
pytestmark = pytest.mark.alone


@pytest.fixture
def everybody(transactional_db: None) -> Caller:
    return caller("Olga", "owner")


@pytest.fixture
def alone(transactional_db: None) -> Caller:
    """Reads their own records, no sensitive field."""
    role = Role.objects.create(key="alone", name="Alone")
    Grant.objects.create(role=role, object="*", action="read", scope="own")
    for name in ("public", "standard"):
        FieldRule.objects.create(role=role, object="*", sensitivity=name, level="read")
    rights_changed()
    return caller("Alan", "alone")


def make(key: str, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def follow(who: Caller, after: str = "", *, limit: int = 100, objects: str = "") -> tuple[list[dict[str, Any]], str]:
    """Everything after a place, page by page, and the place then reached."""
    items: list[dict[str, Any]] = []
    more = True
    while more:
        url = f"/changes?after={after}&limit={limit}" + (f"&objects={objects}" if objects else "")
        page = who("GET", url).json
        items += page["items"]
        after, more = page["next"], page["more"]
    return items, after


def test_it_tells_what_happened_once_and_goes_on_from_the_place_reached(everybody: Caller) -> None:
    start = everybody("GET", "/changes?after=latest").json
    assert (start["items"], start["more"]) == ([], False)
    made = [everybody("POST", "/makers", {"name": f"M{n}"}).json["id"] for n in range(5)]
    items, place = follow(everybody, start["next"], limit=2)
    assert [item["id"] for item in items] == made
    assert {(item["object"], item["event"]["kind"]) for item in items} == {("workshop", "maker.created")}
    assert follow(everybody, place) == ([], place)
    everybody("PATCH", f"/makers/{made[0]}", {"people": 3}, if_match="*")
    (item,), _place = follow(everybody, place)
    assert (item["event"]["changes"], item["label"], item["event"]["by"]["label"]) == (
        {"people": [None, 3]},
        "M0",
        "Olga",
    )


def test_objects_narrow_it_and_the_place_still_moves_on(everybody: Caller) -> None:
    start = everybody("GET", "/changes?after=latest").json["next"]
    make("toy", name="Bus")
    make("maker", name="Werk", kind="factory")
    make("maker", name="Hof", kind="workshop")
    items, place = follow(everybody, start, objects="factory")
    assert [item["label"] for item in items] == ["Werk"]
    assert place != start
    assert everybody("GET", "/changes?objects=nonsense").status == 400
    assert everybody("GET", "/changes?after=nonsense").status == 400


def test_only_what_may_be_seen_now_is_told(everybody: Caller, alone: Caller) -> None:
    start = everybody("GET", "/changes?after=latest").json["next"]
    make("maker", name="Foreign", owner=everybody.user.pk)
    mine = make("maker", name="Mine", owner=alone.user.pk, tax_number="needle")
    records.update(SYSTEM, mine, {"tax_number": "needle-2"})
    items, place = follow(alone, start)
    assert [item["label"] for item in items] == ["Mine"]
    assert "needle" not in str(items)
    records.update(SYSTEM, mine, {"owner": everybody.user.pk})
    records.update(SYSTEM, mine, {"name": "Secret"})
    gone, _place = follow(alone, place)
    assert gone == [{"object": "maker", "id": str(mine.uid), "label": "", "gone": True, "event": None}]
    # Read from the start, what it was when it was theirs is not told either.
    assert {item["gone"] for item in follow(alone, start)[0]} == {True}
    assert len(follow(everybody, start)[0]) == 5


def test_what_hangs_on_a_record_out_of_reach_is_not_told(everybody: Caller, alone: Caller) -> None:
    start = everybody("GET", "/changes?after=latest").json["next"]
    toy = make("toy", name="Bus", owner=alone.user.pk)
    foreign = make("toy", name="Car", owner=everybody.user.pk)
    play = make("play", subject="Test", toy=toy.pk, owner=alone.user.pk)
    make("play", subject="Theirs", toy=foreign.pk, owner=alone.user.pk)
    items, place = follow(alone, start, objects="play")
    assert [item["label"] for item in items] == ["Test"]
    records.update(SYSTEM, play, {"toy": foreign.pk})
    assert [item["gone"] for item in follow(alone, place)[0]] == [True]


def test_a_token_for_one_object_hears_of_that_alone(everybody: Caller) -> None:
    start = everybody("GET", "/changes?after=latest").json["next"]
    make("toy", name="Bus")
    make("maker", name="Hof")
    narrow = Caller(everybody.user, *tokens.make(everybody.user, "toys", scopes=("read:toy",)))
    assert [item["object"] for item in follow(narrow, start)[0]] == ["toy"]


def test_a_place_beyond_the_database_is_refused(everybody: Caller) -> None:
    make("toy", name="Bus")
    place = everybody("GET", "/changes?after=latest").json["next"]
    Event.objects.all().delete()
    assert everybody("GET", f"/changes?after={place}").status == 410


def test_a_place_of_another_server_tells_again_what_is_near_rather_than_lose_it(everybody: Caller) -> None:
    Event.objects.all().delete()
    toys = [make("toy", name=f"T{n}") for n in range(3)]
    items, place = follow(everybody)
    assert len(items) == 3
    # Restored elsewhere: the numbers of the transactions are set to 0 (on SQLite they were).
    Event.objects.update(transaction=0)
    make("toy", name="New")
    again = [item["id"] for item in follow(everybody, place)[0]]
    assert again[-1] == str(Toy.objects.get(name="New").uid)
    assert set(again) <= {str(toy.uid) for toy in toys} | {again[-1]}


# --- writers at the same time -----------------------------------------------------------------------------------------


@pytest.fixture
def address(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    with shared(tmp_path) as found:
        yield found


@pytest.mark.slow
def test_with_many_writers_nothing_is_missed_and_nothing_comes_twice(address: str) -> None:
    owner = caller("Olga", "owner")
    Event.objects.all().delete()
    place, told = "", []
    writing = threading.Semaphore(0)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(12):
            with transaction.atomic():
                for part in range(chance.randrange(1, 4)):
                    make("toy", name=f"{seed}-{number}-{part}")
                    if connection.vendor == "postgresql":
                        time.sleep(chance.random() / 50)  # ids are taken, nothing is committed
                if chance.random() < 0.2:
                    transaction.set_rollback(True)
        connection.close()
        writing.release()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for thread in writers:
        thread.start()
    while any(thread.is_alive() for thread in writers):
        items, place = follow(owner, place, limit=7)
        told += items
    for thread in writers:
        thread.join()
    told += follow(owner, place, limit=7)[0]
    expected = {str(uid) for uid in Toy.objects.values_list("uid", flat=True)}
    assert len(told) == len({item["id"] for item in told})
    assert {item["id"] for item in told} == expected
    assert [item["event"]["id"] for item in told] == list(
        Event.objects.filter(object="toy").order_by("transaction", "id").values_list("pk", flat=True)
    )
