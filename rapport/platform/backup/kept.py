"""Which backups stay: the newest of each of the last so many days, weeks and months that have one. Plain Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime


class Keep(NamedTuple):
    """How many days, weeks and months back."""

    days: int
    weeks: int
    months: int


def parse(text: str) -> Keep:
    """`7d,4w,0m`, in any order. Raises ValueError."""
    found = {"d": 0, "w": 0, "m": 0}
    for one in text.replace(" ", "").split(","):
        read = re.fullmatch(r"([0-9]{1,4})([dwm])", one)
        if read is None:
            raise ValueError("must say how many days, weeks and months, such as 7d,4w,12m")
        found[read[2]] = int(read[1])
    if not any(found.values()):
        raise ValueError("would keep no backup at all")
    return Keep(found["d"], found["w"], found["m"])


PERIODS: tuple[Callable[[datetime], tuple[int, ...]], ...] = (
    lambda at: (at.year, at.month, at.day),
    lambda at: tuple(at.isocalendar()[:2]),
    lambda at: (at.year, at.month),
)


def kept(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Which of these moments stay; pure, so that it can be tried with any calendar."""
    newest_first = sorted(moments, reverse=True)
    stay: set[datetime] = set()
    for count, period in zip(keep, PERIODS, strict=True):
        seen: list[tuple[int, ...]] = []
        for moment in newest_first:
            if period(moment) not in seen and len(seen) < count:
                seen.append(period(moment))
                stay.add(moment)
    return stay
