"""A run killed at any moment and taken up again ends like one that was never killed: nothing twice, nothing lost."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.parties.party import Party
from rapport.platform.events.models import Event
from rapport.platform.transfer import run, undo
from rapport.platform.transfer.models import Import, State
from tests import sizes
from tests.platform.jobs.database import ROOT, environment, shared
from tests.platform.transfer.bring import SYSTEM, begun, fates

pytestmark = [pytest.mark.slow]
ROWS = 1_200
KILLS = sizes.cases("imports killed")
FIRMS = """
[[record]]
object = "organisation"
keys = ["name"]
[record.fields]
name = "name"
employees = "employees"
email = "mail"
parent = { column = "parent", object = "organisation", missing = "empty" }
"""


@pytest.fixture
def address(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    with shared(tmp_path) as found:
        yield found


def file() -> str:
    """Rows that repeat, point forwards and backwards, and some that cannot be read."""
    rows = [
        f"Firm {n % 1_000},{n if n % 97 else 'many'},info@firm{n % 1_000}.example,Firm {(n * 7 + 500) % 1_100}"
        for n in range(ROWS)
    ]
    return "name,employees,mail,parent\n" + "\n".join(rows) + "\n"


def outcome(found: Import) -> dict[str, Any]:
    return {
        "firms": sorted(map(str, Party.objects.values_list("name", "employees", "email", "parent__name", "version"))),
        "events": sorted(Event.objects.filter(run_id=found.run).values_list("kind", flat=True)),
        "fates": fates(found),
        "counts": found.counts,
        "notes": found.notes,
        "done": (found.done, found.total, found.state),
    }


@pytest.mark.proof
def test_killed_and_resumed_equals_never_killed(address: str) -> None:
    whole = run.go(begun(file(), FIRMS), SYSTEM, chunk=60)
    expected = outcome(whole)
    assert expected["done"] == (ROWS, ROWS, State.DONE)
    undo.undo_run(whole, SYSTEM)
    assert not Party.objects.exists()

    seed = random.randrange(10**6)
    chance = random.Random(seed)
    found = begun(file(), FIRMS)
    kills = 0
    while kills < KILLS:
        killed = start_and_kill(found, address, chance.uniform(0.0, 0.8))
        kills += killed
        if not killed:
            break
    assert kills >= 2, "the machine was too fast for this test; let it bring in more rows"
    found = run.go(found, SYSTEM, chunk=60)
    assert outcome(found) == expected, f"seed {seed}"


def start_and_kill(found: Import, address: str, after: float) -> bool:
    """Whether the process was still at work when it was killed."""
    command = [sys.executable, "-m", "tests.platform.transfer.run_process", str(found.pk), "60"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(address), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    ended = process.poll()
    process.kill()
    process.wait(timeout=20)
    process.stdout.close()
    assert ended in (None, 0), "the process failed by itself"
    return ended is None


def test_a_run_that_somebody_else_goes_on_with_stops_itself(address: str) -> None:
    found = begun(file(), FIRMS)
    late = Import.objects.get(pk=found.pk)
    steps = 0

    def overtaken(done: int, total: int | None) -> Any:
        nonlocal steps
        steps += 1
        if steps == 3:
            run.go(found, SYSTEM, chunk=60)
        from django.db import transaction

        return transaction.atomic()

    with pytest.raises(run.Overtaken):
        run.go(late, SYSTEM, step=overtaken, chunk=60)
    found.refresh_from_db()
    assert (found.state, found.done, found.rows.count()) == (State.DONE, ROWS, ROWS)
