"""What `make test` counts."""

from __future__ import annotations

import pytest

from tools.checks import Tally


@pytest.mark.parametrize(
    "code, said, expected",
    [
        (0, "12 passed in 3.21s", (12, 0, 0)),
        (0, "12 passed, 3 skipped, 2 deselected, 1 warning in 3.21s", (12, 0, 3)),
        (1, "2 failed, 10 passed, 1 skipped, 4 errors in 9.00s (0:00:09)", (10, 6, 1)),
        (1, "1 error in 0.50s", (0, 1, 0)),
        (5, "9 deselected in 0.10s", (0, 1, 0)),
        (-9, "", (0, 1, 0)),
        (3, "10 passed in 1.00s", (10, 1, 0)),
    ],
)
def test_a_test_run_counts_what_it_says_and_a_death_as_a_failure(
    code: int, said: str, expected: tuple[int, int, int]
) -> None:
    tally = Tally()
    tally.add("tests", code, said, counts=True)
    assert (tally.passed, tally.failed, tally.skipped) == expected
    assert tally.failures == (["tests"] if code else [])


def test_a_proof_that_is_no_test_counts_as_one() -> None:
    tally = Tally()
    tally.add("form", 0, "", counts=False)
    tally.add("types", 1, "2 failed", counts=False)
    assert (tally.passed, tally.failed, tally.failures) == (1, 1, ["types"])
