"""Audit: who saw, took out, tried and entered what. What changed is an Event already and is not written twice (ADR 14).

audit.record(actor, "export", object="party", detail={"form": "csv", "count": 214})   in the caller's transaction
audit.read(actor, "party", [4, 7], fields=["party.income"])                           sensitive values were shown
"""

from rapport.platform.audit.kinds import KINDS, register
from rapport.platform.audit.trail import around, visit
from rapport.platform.audit.write import braked, read, record

__all__ = ["KINDS", "around", "braked", "read", "record", "register", "visit"]
