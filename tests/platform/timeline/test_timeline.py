"""One story per record and per customer: what is on it, in which order, for whom, at which cost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.base.clock import FrozenClock, freeze
from rapport.platform import access, records, timeline
from rapport.platform.access import Actor, Rights
from rapport.platform.objects import registry
from rapport.platform.timeline.sources import Wanted, union
from rapport.platform.timeline.subject import subject_of
from tests.make_sales import make_opportunity

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    with freeze(NOON) as frozen:
        yield frozen


def make(key: str, **values: object) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def make_toy(name: str = "Train", **values: object) -> Any:
    return make("toy", name=name, **values)


def make_play(toy: Any, subject: str, *, days: float = 0, **values: object) -> Any:
    return make("play", toy=toy.pk, subject=subject, occurred_at=NOON + timedelta(days=days), **values)


def titles(entries: Any) -> list[str]:
    return [entry.title for entry in entries]


def reader(user_id: int, scope: str = "own", hidden: tuple[str, ...] = ()) -> Actor:
    classes = dict.fromkeys(
        [name for name in ("public", "standard", "personal", "sensitive") if name not in hidden], "write"
    )
    grants = {"*": {"read": "all", "edit": "all"}, "play": {"read": scope}}
    return Actor(user_id, "Ana", "web", Rights((grants,), ({"*": classes},)))


def make_user(name: str) -> Any:
    return make("user", name=name)


def test_past_entries_stand_newest_first_and_planned_ones_soonest_first() -> None:
    toy = make_toy()
    make_play(toy, "Last week", days=-7, done_at=NOON - timedelta(days=7))
    make_play(toy, "Yesterday", days=-1, done_at=NOON - timedelta(days=1))
    make_play(toy, "Next week", days=7)
    make_play(toy, "Tomorrow", days=1)
    page = timeline.read(SYSTEM, toy)
    assert titles(page.planned) == ["Tomorrow", "Next week"]
    assert titles(page.past) == ["Created", "Yesterday", "Last week"]


def test_what_is_overdue_and_not_done_stays_above_the_line() -> None:
    toy = make_toy()
    make_play(toy, "Forgotten", days=-30)
    assert titles(timeline.read(SYSTEM, toy).planned) == ["Forgotten"]


def test_a_done_entry_stands_where_it_was_done() -> None:
    toy = make_toy()
    make_play(toy, "Planned for March", days=100, done_at=NOON - timedelta(hours=1))
    page = timeline.read(SYSTEM, toy)
    assert (titles(page.planned), titles(page.past)[1]) == ([], "Planned for March")
    assert page.past[1].at == NOON - timedelta(hours=1)


def test_paging_backwards_gives_every_entry_once_also_at_equal_moments() -> None:
    toy = make_toy()
    for number in range(25):
        make_play(toy, f"P{number}", days=-(number // 5), done_at=NOON - timedelta(days=number // 5))
    seen: list[tuple[str, int]] = []
    cursor = ""
    while True:
        page = timeline.read(SYSTEM, toy, cursor=cursor, limit=4)
        seen += [(entry.form, entry.ref.id) for entry in page.past]
        cursor = page.next
        if not cursor:
            break
        assert not timeline.read(SYSTEM, toy, cursor=cursor).planned
    assert len(seen) == len(set(seen)) == 26


def test_edits_of_a_day_are_one_entry_with_the_changes_in_words(clock: FrozenClock) -> None:
    toy = make_toy(pieces=3)
    ana = make_user("Ana")
    actor = reader(ana.pk)
    clock.advance(timedelta(minutes=5))
    records.update(actor, toy, {"pieces": 4})
    records.update(actor, toy, {"stage": "built", "name": "Big train"})
    edits = timeline.read(SYSTEM, toy).past[0]
    assert (edits.title, edits.text, edits.form) == ("Name, Stage, Pieces", "by Ana", "edits")
    assert {(change.label, change.before, change.after) for change in edits.changes} == {
        ("Pieces", "3", "4"),
        ("Stage", "", "Built"),
        ("Name", "Train", "Big train"),
    }


def test_a_single_change_says_from_what_to_what(clock: FrozenClock) -> None:
    toy, other = make_toy(stage="idea"), make("maker", name="Holz & Co")
    clock.advance(timedelta(minutes=5))
    records.update(SYSTEM, toy, {"maker": other.pk})
    assert (timeline.read(SYSTEM, toy).past[0].title, timeline.read(SYSTEM, toy).past[0].text.split(" · ")[0]) == (
        "Maker",
        "Holz & Co",
    )


def test_a_record_one_may_not_see_has_no_entry_and_no_name(clock: FrozenClock) -> None:
    toy, ana, ben = make_toy(), make_user("Ana"), make_user("Ben")
    make_play(toy, "Ben's", done_at=NOON, owner=ben.pk)
    make_play(toy, "Ana's", done_at=NOON, owner=ana.pk)
    assert set(titles(timeline.read(reader(ana.pk), toy).past)) == {"Created", "Ana's"}
    assert set(titles(timeline.read(reader(ana.pk, scope="none"), toy).past)) == {"Created"}


def test_a_change_of_a_hidden_field_is_not_told(clock: FrozenClock) -> None:
    toy, ana = make_toy(), make_user("Ana")
    clock.advance(timedelta(minutes=5))
    records.update(SYSTEM, toy, {"secret_recipe": "linseed oil"})
    assert titles(timeline.read(SYSTEM, toy).past) == ["Recipe", "Created"]
    assert titles(timeline.read(reader(ana.pk, hidden=("sensitive",)), toy).past) == ["Created"]


def test_it_can_be_narrowed_to_kinds() -> None:
    toy = make_toy()
    make_play(toy, "Ring", kind="call", done_at=NOON)
    make_play(toy, "Visit", kind="visit", done_at=NOON)
    assert titles(timeline.read(SYSTEM, toy, kinds=["changes"]).past) == ["Created"]
    assert set(titles(timeline.read(SYSTEM, toy, kinds=["play"]).past)) == {"Ring", "Visit"}
    assert titles(timeline.read(SYSTEM, toy, kinds=["play:call"]).past) == ["Ring"]
    assert titles(timeline.read(SYSTEM, toy, kinds=["no such kind"]).past) == []


def test_archived_records_leave_the_story() -> None:
    toy = make_toy()
    play = make_play(toy, "Gone", done_at=NOON)
    records.archive(SYSTEM, play)
    assert titles(timeline.read(SYSTEM, toy).past) == ["Created"]


@pytest.mark.parametrize("cursor", ["x", "\x00", "A" * 5000, "fHx8", "MjAyNi0xMS0yMnxldmVudHwx", "Ünï"])
def test_a_cursor_that_is_none_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(ValidationError):
        timeline.read(SYSTEM, make_toy(), cursor=cursor)


def test_the_number_of_queries_does_not_grow_with_the_story() -> None:
    toy, ana = make_toy(), make_user("Ana")
    for number in range(40):
        make_play(toy, f"P{number}", done_at=NOON, owner=ana.pk)
        records.update(reader(ana.pk), toy, {"pieces": number})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        timeline.read(SYSTEM, toy)
    assert len(queries) == 2


def test_as_json_it_names_records_and_moments() -> None:
    toy = make_toy()
    play = make_play(toy, "Tomorrow", days=1, kind="visit")
    plain = timeline.plain(timeline.read(SYSTEM, toy))
    entry = plain["planned"][0]
    assert (entry["form"], entry["at"], entry["kind"]) == ("record", "2026-11-23T12:00:00Z", "visit")
    assert (entry["object"], entry["id"], entry["title"], entry["done"]) == ("play", play.pk, "Tomorrow", False)
    assert plain["next"] is None


def test_hostile_text_is_told_as_text() -> None:
    toy = make_toy(name="<script>alert(1)</script> %s {0}")
    make_play(toy, "%s %(x)s {} '; DROP TABLE toyshop_toy; --", done_at=NOON)
    assert "%s %(x)s {} '; DROP TABLE toyshop_toy; --" in titles(timeline.read(SYSTEM, toy).past)


def test_many_changes_are_counted_rather_than_named(clock: FrozenClock) -> None:
    toy = make_toy()
    clock.advance(timedelta(minutes=5))
    records.update(SYSTEM, toy, {"pieces": 4, "stage": "built", "name": "Big train", "note": "x"})
    assert timeline.read(SYSTEM, toy).past[0].title == "4 changes"


def test_a_customers_story_holds_those_of_its_people_and_deals_with_their_names(clock: FrozenClock) -> None:
    firm = make("organisation", name="Nordlicht")
    ines = make("person", name="Ines Falk", parent=firm.pk)
    clock.advance(timedelta(hours=1))
    make("interaction", kind="call", subject="About the list", customer=ines.pk, occurred_at=NOON)
    told = timeline.read(SYSTEM, firm)
    call = next(entry for entry in told.past if entry.title == "About the list")
    assert (call.of_label, call.icon, call.kind) == ("Ines Falk", "phone", "call")
    assert "Ines Falk" in titles(told.past)
    assert "About the list" in titles(timeline.read(SYSTEM, ines).past)
    assert "About the list" not in titles(timeline.read(SYSTEM, firm, rolled_up=False).past)


def test_a_customers_story_shows_no_deal_one_may_not_see(clock: FrozenClock) -> None:
    firm, ana = make("organisation", name="Nordlicht"), make_user("Ana")
    deal = make_opportunity("Secret deal", customer=firm)
    clock.advance(timedelta(hours=1))
    records.write(SYSTEM, deal, {"description": "x"}, action="touch", event="touched")
    actor = reader(ana.pk)
    hidden = replace(
        actor, rights=Rights(({"*": {"read": "all"}, "opportunity": {"read": "own"}},), actor.rights.classes)
    )
    assert "Secret deal" in " ".join(titles(timeline.read(SYSTEM, firm).past))
    assert "Secret" not in str(timeline.plain(timeline.read(hidden, firm)))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite's planner")
def test_no_part_of_a_customers_story_walks_all_events_of_an_object() -> None:
    firm = make("organisation", name="Nordlicht")
    found = union(SYSTEM, subject_of(SYSTEM, firm), Wanted(31, NOON))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {found.sql}", found.params)
        steps = [row[3] for row in cursor.fetchall()]
    events = [step for step in steps if step.startswith(("SEARCH e ", "SCAN e"))]
    assert events
    assert all("event_of_party (party_id=?)" in step or "object=? AND record_id=?" in step for step in events), events
