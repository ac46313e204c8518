"""What an actor may not see makes no difference: two worlds that differ only there answer alike, byte for byte.

And the needle of the second world's hidden cells stands in none of its answers.
"""

from __future__ import annotations

import pytest

from tests import sizes
from tests.proofs import twins
from tests.proofs.questions import Question, questions

pytestmark = [pytest.mark.django_db, pytest.mark.proof, pytest.mark.slow]


@pytest.mark.parametrize("role", twins.ROLES)
def test_two_worlds_that_differ_in_what_is_hidden_answer_alike(role: str) -> None:
    with twins.world(role, twin=False) as first:
        asked = questions(first.actor, sizes.cases("non-interference"), sizes.seed() or 0)
        answers = [one.ask(first) for one in asked]
    with twins.world(role, twin=True) as second:
        others = [one.ask(second) for one in asked]
    assert len(asked) >= sizes.cases("non-interference")
    found = [_difference(one, *both) for one, *both in zip(asked, answers, others, strict=True) if both[0] != both[1]]
    assert not found, f"{len(found)} of {len(asked)} differ:\n" + "\n".join(found[:40])
    # A needle that was asked for comes back as the question's own words.
    told = [
        str(one) for one, answer in zip(asked, others, strict=True) if b"needle" in answer and "need" not in str(one)
    ]
    assert not told, f"The needle stands in {told[:20]}"


def _difference(one: Question, first: bytes, second: bytes) -> str:
    at = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    return f"{one}\n   - {first[max(at - 100, 0) : at + 120]!r}\n   + {second[max(at - 100, 0) : at + 120]!r}"
