"""Sealing: what opens, what does not, and that a rotation reaches everything and can be taken up again."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from rapport.platform import sealing
from rapport.platform.accounts.models import Team
from rapport.platform.sealing import Place, keyring, places

CELL = Place("toys_toy", "secret", "7")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR, settings.KEY_RING = tmp_path, ""
    return tmp_path


@pytest.fixture
def names() -> Iterator[sealing.Store]:
    """The names of teams as a column of seals, named by their numbers."""
    before = dict(places._stores)
    places._stores.clear()
    yield sealing.store(sealing.Store("names", Team, "name", "pk"))
    places._stores.clear()
    places._stores.update(before)


RING = keyring.new_ring()


@given(st.text(min_size=1))
def test_a_value_opens_in_its_own_cell_and_in_no_other(text: str) -> None:
    sealed = sealing.seal(text, CELL, using=RING)
    assert sealing.is_sealed(sealed)
    assert sealing.unseal(sealed, CELL, using=RING) == text
    for other in (Place("toys_toy", "secret", "8"), Place("toys_toy", "other", "7"), Place("toys", "secret", "7")):
        with pytest.raises(sealing.Broken):
            sealing.unseal(sealed, other, using=RING)


@given(st.integers(0, 80), st.integers(1, 255))
def test_one_changed_byte_does_not_open(at: int, by: int) -> None:
    sealed = sealing.seal("four words of text " * 3, CELL, using=RING)
    head, _dot, body = sealed.rpartition(".")
    letters = base64.urlsafe_b64decode(body)
    place = at % len(letters)
    changed = letters[:place] + bytes([letters[place] ^ by]) + letters[place + 1 :]
    with pytest.raises(sealing.Broken):
        sealing.unseal(f"{head}.{base64.urlsafe_b64encode(changed).decode()}", CELL, using=RING)


def test_the_same_text_is_sealed_differently_each_time_and_nothing_stays_nothing() -> None:
    assert len({sealing.seal("same", CELL) for _turn in range(50)}) == 50
    assert sealing.seal("", CELL) == sealing.unseal("", CELL) == sealing.blind("", "t", "c") == ""


def test_what_is_not_sealed_is_refused_rather_than_shown() -> None:
    with pytest.raises(sealing.Broken):
        sealing.unseal("plain text", CELL)


def test_the_blind_index_is_the_same_in_one_column_and_another_in_the_next() -> None:
    assert sealing.blind("DE89", "a", "iban") == sealing.blind("DE89", "a", "iban")
    others = (sealing.blind("DE89", "b", "iban"), sealing.blind("DE8", "a", "iban"))
    assert sealing.blind("DE89", "a", "iban") not in others


def test_the_ring_is_made_once_and_read_by_its_owner_alone(folder: Path) -> None:
    first = sealing.ring()
    file = folder / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sealing.ring() == first
    assert [path.name for path in folder.iterdir()] == ["keys.json"]
    file.chmod(0o644)
    with pytest.raises(sealing.BadRing, match="can be read by others"):
        sealing.ring()


def test_a_ring_of_the_environment_is_used_and_no_file_made(settings: Any, folder: Path) -> None:
    settings.KEY_RING = RING.text()
    assert sealing.ring() == RING
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "text", ["", "{}", "no", '{"keys": {}, "root": ""}', '{"keys": {"k1": "AAAA"}, "root": "AAAA"}']
)
def test_half_a_ring_is_refused(text: str) -> None:
    with pytest.raises(sealing.BadRing):
        keyring.read(text)


def test_a_secret_of_one_purpose_outlives_rotations_and_is_nobody_elses() -> None:
    before = sealing.secret_for("audit chain")
    keyring.keep(sealing.ring().with_new_key())
    assert sealing.secret_for("audit chain") == before
    assert sealing.secret_for("audit chains") != before


@pytest.mark.django_db
def test_a_rotation_that_stopped_is_taken_up_and_the_old_key_can_go(
    names: sealing.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "CHUNK", 3)
    Team.objects.all().delete()
    for number in range(8):
        team = Team.objects.create(name=f"to be sealed {number}")
        Team.objects.filter(pk=team.pk).update(name=sealing.seal(f"team {number}", names.place(team.pk)))
    keyring.keep(sealing.ring().with_new_key())
    assert names.reseal() == 3  # and here the machine stops
    with pytest.raises(CommandError, match="5 values are still sealed with k1"):
        call_command("keys", "drop", "k1")
    call_command("keys", "reseal")
    call_command("keys", "drop", "k1")
    assert list(sealing.ring().keys) == ["k2"]
    told = {sealing.unseal(name, names.place(pk)) for pk, name in Team.objects.values_list("pk", "name")}
    assert told == {f"team {number}" for number in range(8)}


@pytest.mark.django_db
def test_the_newest_key_cannot_be_dropped(names: sealing.Store) -> None:
    sealing.ring()
    with pytest.raises(CommandError, match="newest"):
        call_command("keys", "drop", "k1")
