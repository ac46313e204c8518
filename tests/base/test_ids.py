import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from rapport.base import clock, ids

AT = datetime(2031, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)


def test_a_uuid7_has_the_version_and_variant_of_rfc_9562() -> None:
    uid = ids.uuid7()
    assert uid.version == 7
    assert uid.int >> 62 & 0b11 == 0b10


def test_a_uuid7_tells_when_it_was_made() -> None:
    with clock.freeze(AT):
        assert ids.uuid7_time(ids.uuid7()) == AT


def test_the_example_of_rfc_9562_is_read_right() -> None:
    uid = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    assert ids.uuid7_time(uid) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_ids_of_one_millisecond_rise_strictly() -> None:
    with clock.freeze(AT):
        made = [ids.uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert ids.uuid7_time(made[-1]) == AT


def test_a_small_step_back_of_the_clock_does_not_break_the_order() -> None:
    with clock.freeze(AT + timedelta(hours=1)) as frozen:
        before = ids.uuid7()
        frozen.advance(-timedelta(seconds=2))
        assert ids.uuid7() > before


def test_a_clock_set_back_on_purpose_is_believed() -> None:
    with clock.freeze(AT + timedelta(hours=2)) as frozen:
        ids.uuid7()
        earlier = frozen.advance(-timedelta(hours=1))
        assert ids.uuid7_time(ids.uuid7()) == earlier


def test_an_overflowing_counter_borrows_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.freeze(AT + timedelta(days=1)):
        before = ids.uuid7()
        monkeypatch.setattr(ids._sequence, "counter", 2**42 - 1)
        after = ids.uuid7()
    assert after > before
    assert ids.uuid7_time(after) - ids.uuid7_time(before) == timedelta(milliseconds=1)


def test_every_bit_of_the_counter_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.freeze(AT + timedelta(days=2)):
        ids.uuid7()
        for bit in range(41):
            monkeypatch.setattr(ids._sequence, "counter", 2**bit - 2)
            before, after = ids.uuid7(), ids.uuid7()
            assert after > before, bit


def test_threads_never_share_an_id() -> None:
    made: list[UUID] = []
    threads = [threading.Thread(target=lambda: made.extend(ids.uuid7() for _ in range(2_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


def test_other_versions_hold_no_time() -> None:
    with pytest.raises(ValueError, match="version 7"):
        ids.uuid7_time(uuid4())


def test_request_ids_are_short_and_different() -> None:
    made = {ids.request_id() for _ in range(1_000)}
    assert len(made) == 1_000
    assert {len(one) for one in made} == {16}
