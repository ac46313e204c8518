"""Proof: the nightly verification, which leaves its result in the trail itself; and how the chain stands now."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from rapport.platform.access import system
from rapport.platform.audit.models import AuditEntry, AuditSeal
from rapport.platform.audit.seal import waiting
from rapport.platform.audit.verify import Result, verify
from rapport.platform.audit.write import record
from rapport.platform.jobs import job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

log = logging.getLogger("rapport.audit")


@job("audit.verify", every=timedelta(days=1), longest=timedelta(hours=6))
def verify_nightly(actor: Actor, job: Run) -> None:
    """Verify the whole audit trail."""
    tell(system("nightly verification"), verify())


def tell(actor: Actor, result: Result) -> None:
    """Keep a result as an entry; what does not hold is logged as an error too."""
    facts = {"count": result.count, "head": result.head, "warnings": result.warnings}
    if result.problem is None:
        record(actor, "verified", detail=facts)
        return
    log.error("The audit trail does not hold: %s", result.problem)
    record(actor, "tampered", detail={**facts, "problem": str(result.problem), "number": result.problem.number})


@dataclass(frozen=True)
class Standing:
    """How many are sealed and how many wait, the head, and what the last verification said and when."""

    sealed: int
    waiting: int
    head: str
    sealed_at: datetime | None
    verified_at: datetime | None
    problem: str


def standing() -> Standing:
    """Read from the tables alone: a web server may run where no key is. Seven small queries."""
    last = AuditSeal.objects.order_by("-number").defer("ids", "tags").first()
    told = AuditEntry.objects.filter(kind__in=("verified", "tampered")).order_by("-id").first()
    open_ = sum(waiting(table)[:1_001].count() for table in ("entry", "event"))
    problem = orjson.loads(told.detail).get("problem", "") if told else ""
    return Standing(
        sealed=last.first + last.count - 1 if last else 0,
        waiting=open_,
        head=bytes(last.head).hex() if last else "",
        sealed_at=last.at if last else None,
        verified_at=told.at if told else None,
        problem=problem,
    )
