"""The chain names what was changed, and holds where nothing was."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from rapport.base import clock
from rapport.platform import audit
from rapport.platform.audit import anchor, chain, keys, redact, seal
from rapport.platform.audit.models import AuditEntry, AuditSeal, AuditSeen
from rapport.platform.audit.verify import verify
from rapport.platform.events.models import Event
from rapport.platform.sealing import keyring
from tests import sizes
from tests.make import SYSTEM, make_user
from tests.platform.audit import trails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and anchors of its own, and seals of a handful."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(chain, "BLOCK", 4)


class _Back(Exception):
    pass


@pytest.mark.proof
def test_each_of_many_tamperings_is_named_at_its_first_entry() -> None:
    trails.make_trail(22, 5)
    assert verify().problem is None
    missed = []
    for number in range(sizes.cases("audit tamperings")):
        chance = random.Random(f"{sizes.seed() or 0}:{number}")
        with pytest.raises(_Back), transaction.atomic():
            done, first = trails.attack(chance)
            problem = verify().problem
            if problem is None or problem.number != first:
                missed.append((number, done, first, str(problem)))
            raise _Back
    assert not missed
    assert verify().problem is None


def test_a_trail_that_nobody_touched_holds_however_it_grows() -> None:
    for entries in (1, 3, 4, 5, 9):
        for number in range(entries):
            audit.record(SYSTEM, "read", object="user", record=number)
        make_user()
        trails.settle()
        seal.seal_all()
        anchor.keep(anchor.latest())
        result = verify()
        assert (result.problem, result.count) == (None, AuditEntry.objects.count() + Event.objects.count())


def test_numbers_have_no_gap_and_every_row_one() -> None:
    trails.make_trail(10, 3)
    seals = list(AuditSeal.objects.order_by("number"))
    assert [one.number for one in seals] == list(range(1, len(seals) + 1))
    assert all(after.first == one.first + one.count for one, after in pairwise(seals))
    assert len(set(trails.rows())) == len(trails.rows()) == 10 + Event.objects.count()


def test_entries_of_several_records_can_be_found_by_each_once_sealed() -> None:
    trails.make_trail(4, 0)
    assert set(AuditSeen.objects.filter(entry_id=40).values_list("object", "record_id")) == {
        ("user", number) for number in range(1, 5)
    }


def test_a_new_key_goes_on_where_the_old_one_ended(tmp_path: Path) -> None:
    trails.make_trail(6, 0)
    old = keys.keys().current
    assert keys.rotate() != old
    audit.record(SYSTEM, "sign_in")
    trails.settle()
    seal.seal_all()
    assert verify().problem is None
    assert set(AuditSeal.objects.values_list("key", flat=True)) == {old, keys.keys().current}
    assert keyring.ring().audit == 2 and (keyring.place().stat().st_mode & 0o777) == 0o600


def test_a_key_of_before_the_ring_seals_until_the_next_and_proves_for_ever() -> None:
    keys.path().write_text("a-key-of-some-forty-random-signs-of-old\n")
    trails.make_trail(4, 0)
    old = keys.keys().current
    assert old == keys.name_of(b"a-key-of-some-forty-random-signs-of-old")
    assert keys.rotate() != old
    audit.record(SYSTEM, "sign_in")
    trails.settle()
    seal.seal_all()
    assert verify().problem is None and AuditSeal.objects.order_by("number").first().key == old  # type: ignore[union-attr]  # there are some


def test_without_its_key_nothing_is_sealed_and_the_trail_does_not_count_as_right() -> None:
    trails.make_trail(3, 0)
    keyring.place().unlink()
    audit.record(SYSTEM, "sign_in")
    trails.settle()
    with pytest.raises(keys.NoKey):
        seal.seal_all()
    assert not verify().holds
    keyring.keep(keyring.ring().with_audit_key())
    with pytest.raises(keys.NoKey, match="that sealed last"):
        seal.seal_all()
    problem = verify().problem
    assert problem is not None and problem.number == 1


def test_an_erasure_is_told_from_a_forgery() -> None:
    trails.make_trail(3, 2)
    event = Event.objects.filter(kind="user.created").order_by("id").first()
    assert event is not None
    Event.objects.filter(pk=event.pk).update(changes={"name": [None, None]})
    assert not verify().holds
    redact.redacted(SYSTEM, [event.pk])
    trails.settle()
    seal.seal_all()
    assert verify().problem is None
    Event.objects.filter(pk=event.pk).update(changes={"name": [None, "Somebody else"]})
    assert not verify().holds


def test_verifying_since_a_moment_leaves_out_what_was_before() -> None:
    start = clock.now()
    with clock.freeze(start - timedelta(days=2)):
        trails.make_trail(6, 0)
    audit.record(SYSTEM, "sign_in")
    trails.settle()
    seal.seal_all()
    assert verify(since=start - timedelta(days=1)).count == 1
    AuditEntry.objects.filter(kind="read").update(actor_id=4)
    assert verify(since=start - timedelta(days=1)).problem is None
    assert not verify().holds


def test_after_a_backup_was_restored_the_anchors_begin_anew() -> None:
    trails.make_trail(6, 0)
    AuditSeal.objects.filter(number__gt=1).delete()
    AuditEntry.objects.filter(pk__gt=40).delete()
    problem = verify().problem
    assert problem is not None and problem.number == 5
    assert len(anchor.set_aside()) == 2
    assert verify().problem is None
