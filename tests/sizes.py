"""How many cases a property is tried with: a few in `make test`, the nightly size in `make prove`.

The one place that says it. `cases("query")` gives the number of this run, `worlds("query")` the seeds of its random
worlds. A test with `@given` and no number of its own needs no line here: its nightly size is `NIGHTLY`. `make prove`
runs every test that hypothesis knows, and what is marked `@pytest.mark.proof`: mark it where `@given` stands inside.
"""

from __future__ import annotations

import os
from typing import NamedTuple

NIGHTLY = 10_000
SIZE, SEED = "RAPPORT_TEST_SIZE", "RAPPORT_TEST_SEED"


class Size(NamedTuple):
    """Cases of one property, each in that many random worlds; for what makes no worlds, of the test itself."""

    short: int
    nightly: int
    short_worlds: int = 1
    nightly_worlds: int = 1


SIZES = {
    # Random Queries and formulas over random worlds, SQL against plain Python.
    "query": Size(50, 200, 10, 50),
    "formula": Size(100, 400, 5, 50),
    "own fields": Size(150, 3_400, 3, 3),
    # Texts nobody meant as one.
    "query texts": Size(300, NIGHTLY),
    "completion": Size(200, NIGHTLY),
    "query words": Size(500, NIGHTLY),
    "query builder": Size(200, NIGHTLY),
    "formula texts": Size(300, NIGHTLY),
    "formula words": Size(1_000, NIGHTLY),
    # Every operation of the API against its description: cases of each of about 110 pairs of operation and mode.
    "api": Size(3, 100),
    "api boundaries": Size(60, 1_000),
    "json schemas": Size(400, NIGHTLY),
    # Questions for each role to two worlds that differ only in what it may not see.
    "non-interference": Size(1_000, NIGHTLY),
    # Changes of rights and looks between them, in runs of 30, at night of 100.
    "changes of rights": Size(240, NIGHTLY),
    # Checks taken out of the engine, each noticed; at night all of them.
    "mutants": Size(4, 60),
    # Texts with places that somebody wrote to break in.
    "merge templates": Size(400, NIGHTLY),
    # What arrives in files and messages.
    "export and import": Size(6, 300),
    "spreadsheet cells": Size(200, NIGHTLY),
    "damaged mails": Size(150, NIGHTLY),
    "mails of any bytes": Size(100, NIGHTLY),
    "recurrence": Size(60, NIGHTLY),
    # Processes killed in the middle of what they do.
    "couriers killed": Size(2, 500),
    "upgrades killed": Size(2, 500),
    "backups killed": Size(2, 500),
    "workers killed": Size(1, 50),
    "notifying killed": Size(1, 50),
    "imports killed": Size(3, 100),
    # Ways in which somebody with the database breaks the audit trail.
    "audit tamperings": Size(50, 1_000),
}


def is_nightly() -> bool:
    """Whether this run tries the nightly sizes. Raises ValueError for a size that does not exist."""
    wanted = os.environ.get(SIZE, "short")
    if wanted not in ("short", "nightly"):
        raise ValueError(f"{SIZE} is “short” or “nightly”, not “{wanted}”.")
    return wanted == "nightly"


def cases(name: str) -> int:
    """How many cases this run tries of a property, in each of its worlds."""
    size = SIZES[name]
    return size.nightly if is_nightly() else size.short


def worlds(name: str) -> range:
    """The seeds of the worlds this run makes for a property; others for each seed of the run."""
    size = SIZES[name]
    count = size.nightly_worlds if is_nightly() else size.short_worlds
    return range((seed() or 0) * count, (seed() or 0) * count + count)


def seed() -> int | None:
    """What this run was told to begin chance with; None where it may try what it likes."""
    given = os.environ.get(SEED, "")
    return int(given) if given else None
