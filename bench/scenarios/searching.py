"""Search as people type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.measure import Figure, percentile, wall
from rapport.demo import names
from rapport.platform import search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.setting import Setting


def searching(setting: Setting) -> Iterator[Figure]:
    """What people type, letter by letter and two words at once, and with a mistake."""
    dice = setting.dice
    given, family = names.GIVEN_F + names.GIVEN_M, names.FAMILY
    one = [word[: dice.randint(2, len(word))] for word in dice.choices(given + family + names.FIRM_WORDS, k=150)]
    two = [f"{dice.choice(given)} {dice.choice(family)[: dice.randint(1, 6)]}" for _n in range(150)]
    wrong = [
        f"{dice.choice(given)} {word[:2]}{word[3:]}"
        for word in dice.choices([name for name in family if len(name) > 5], k=60)
    ]
    for label, typed, aim in (
        ("one word", one, "< 30 ms"),
        ("two words", two, "< 30 ms"),
        ("with a mistake", wrong, "< 100 ms"),
    ):
        taken = wall(lambda text: search.find(setting.actor, text), typed)
        yield Figure(
            f"search, {label}, p95",
            percentile(taken, 0.95),
            "ms wall",
            to_reach=aim,
            note=f"median {percentile(taken, 0.5):.1f}",
        )
    digits = [
        f"4940{number * 7919 % 100_000_000:08d}"[2 : dice.randint(6, 10)] for number in dice.sample(range(1, 5_000), 60)
    ]
    taken = wall(lambda text: search.find(setting.actor, text), digits)
    yield Figure(
        "search, run of digits, p95",
        percentile(taken, 0.95),
        "ms wall",
        to_reach="< 30 ms",
        note=f"median {percentile(taken, 0.5):.1f}",
    )
