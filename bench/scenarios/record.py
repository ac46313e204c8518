"""A record with its relations and a long story, and the board over a large pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.measure import Figure, percentile, queries_of, wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.setting import Setting


def record(setting: Setting) -> Iterator[Figure]:
    """The page of a firm with people, deals and a long story."""
    busy = list(range(1, 41))
    pages = [f"/organisations/{number}" for number in busy]
    for address in pages[:3]:
        setting.page.get(address)
    taken = wall(setting.page.get, pages)
    yield Figure(
        "record page, p95",
        percentile(taken, 0.95),
        "ms wall",
        note=f"{queries_of(lambda: setting.page.get(pages[5]))} queries",
        to_reach="fixed queries",
    )


def board(setting: Setting) -> Iterator[Figure]:
    """The board with totals over the open stages of a pipeline."""
    taken = wall(setting.page.get, ["/opportunities/board?view=open"] * 8)
    yield Figure(
        "board, median",
        percentile(taken, 0.5),
        "ms wall",
        note=f"{queries_of(lambda: setting.page.get('/opportunities/board?view=open'))} queries",
    )
