"""How many cases a property is tried with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sizes

TESTS = Path(__file__).resolve().parents[1]
# One case is a whole trip, or a process killed and started anew.
KILLED = {name for name in sizes.SIZES if name.endswith(" killed")}
WHOLE_TRIPS = {"api", "api boundaries", "export and import", "audit tamperings", "mutants", *KILLED}


@pytest.fixture
def nightly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sizes.SIZE, "nightly")


def test_every_property_named_is_tried_somewhere() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    assert [name for name in sizes.SIZES if f'cases("{name}")' not in written] == []


def test_the_nightly_size_is_ten_thousand_cases(nightly: None) -> None:
    tried = {name: sizes.cases(name) * len(sizes.worlds(name)) for name in set(sizes.SIZES) - WHOLE_TRIPS}
    assert {name: count for name, count in tried.items() if count < sizes.NIGHTLY} == {}


def test_a_seed_makes_worlds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    known = set()
    for seed in ("0", "1", "2"):
        monkeypatch.setenv(sizes.SEED, seed)
        known |= set(sizes.worlds("query"))
    assert len(known) == 3 * sizes.SIZES["query"].short_worlds


def test_a_size_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sizes.SIZE, "huge")
    with pytest.raises(ValueError, match="short"):
        sizes.cases("query")
