"""Jobs: work to be done later, in a table of the same database, at least once.

    @job("party.reindex", retries=5)
    def reindex(actor: Actor, job: Run, *, party: int) -> None: ...

    enqueue(actor, reindex, {"party": 7}, unique="7")

A job belongs to the transaction that enqueues it. `@job` runs in one transaction with its own completion, so what it
changes in the database happens exactly once; `@stepwise_job` commits in steps. A worker that is killed loses its
lease, never the job; one that wakes up late changes nothing. Names: `job`, `stepwise_job`, `enqueue`, `Run`,
`GiveUp`, `Cancelled`, `daily`, `retry`, `cancel`, `overview`.
"""

from rapport.platform.jobs.control import cancel, retry
from rapport.platform.jobs.overview import overview
from rapport.platform.jobs.queue import LeaseLost, enqueue
from rapport.platform.jobs.registry import job, stepwise_job
from rapport.platform.jobs.run import Cancelled, GiveUp, Run
from rapport.platform.jobs.schedule import Schedule, daily

__all__ = [
    "Cancelled",
    "GiveUp",
    "LeaseLost",
    "Run",
    "Schedule",
    "cancel",
    "daily",
    "enqueue",
    "job",
    "overview",
    "retry",
    "stepwise_job",
]
