"""What happens to one row on its way through the steps, and the counts and notes of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.platform.transfer.limits import NOTES, REASON

if TYPE_CHECKING:
    from rapport.platform.transfer.plan import Step
    from rapport.platform.transfer.tables import Line

STRENGTH = {"": -1, "skipped": 0, "unchanged": 1, "updated": 2, "created": 3, "refused": 4}


# The columns of the journal that a row fills.
ROW = ("run", "number", "outcome", "reason", "object", "record_id", "records", "warnings", "pending")


@dataclass(slots=True)
class Work:
    """One row: what it has become so far."""

    line: Line
    outcome: str = ""
    reason: str = ""
    warnings: list[str] = field(default_factory=list)
    # By the step's name: the id of its record, None where the step was left out.
    made: dict[str, int | None] = field(default_factory=dict)
    records: list[list[Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.outcome not in {"refused", "skipped"}

    def refuse(self, reason: str) -> None:
        self.outcome, self.reason = "refused", reason[:REASON]

    def skip(self, reason: str) -> None:
        self.outcome, self.reason = "skipped", reason[:REASON]

    def settle(self, step: Step, record_id: int, outcome: str) -> None:
        """The record of this step is there; the row's own outcome is the strongest of its records'."""
        self.made[step.name] = record_id
        self.records.append([step.name, step.obj.key, record_id, outcome])
        if STRENGTH[outcome] > STRENGTH[self.outcome]:
            self.outcome = outcome

    def row(self, run_id: int) -> tuple[Any, ...]:
        """The journal's row, in the order of `ROW`."""
        _step, key, record_id, _outcome = self.records[-1] if self.records else ("", "", None, "")
        return (
            *(run_id, self.line.number, self.outcome or "skipped", self.why, str(key), record_id),
            *(self.records, self.remarks, self.pending or None),
        )

    @property
    def why(self) -> str:
        """The reason that is kept."""
        return _clean(self.reason)

    @property
    def remarks(self) -> list[str]:
        """The warnings that are kept."""
        return [_clean(warning[:REASON]) for warning in (*self.line.warnings, *self.warnings)][:20]


@dataclass(slots=True)
class Entry:
    """One row in one step: its values, blank ones named apart."""

    work: Work
    values: dict[str, Any] = field(default_factory=dict)
    blanks: set[str] = field(default_factory=set)
    at: Any = None
    record: Any = None
    used_keys: tuple[str, ...] = ()
    # The values of those keys as they are compared.
    meant: tuple[Any, ...] = ()


class Tally:
    """Counts per outcome and per Object, and what people should know: aliases used, records made, names missing."""

    def __init__(self, counts: dict[str, Any], notes: dict[str, Any]) -> None:
        self.counts, self.notes = counts, notes

    def count(self, group: str, outcome: str, by: int = 1) -> None:
        found = self.counts.setdefault(group, {})
        found[outcome] = found.get(outcome, 0) + by

    def note(self, kind: str, text: str, by: int = 1) -> None:
        """Count a distinct note; beyond the limit only their number is kept."""
        found = self.notes.setdefault(kind, {})
        text = _clean(text)[:200]
        if text in found or len(found) < NOTES:
            found[text] = found.get(text, 0) + by
        else:
            self.notes["more"] = self.notes.get("more", 0) + by


def _clean(text: str) -> str:
    """Without what a database or a page cannot keep."""
    if not text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
