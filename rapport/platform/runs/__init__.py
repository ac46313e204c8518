"""Runs: the same change to many records, each on its own; every fate told, all of it undone together.

    work = Work("set", {"stage": "won"})                 also "tag", "untag", "archive", "restore", "act" (an Action)
    preview(actor, obj, work, ids=[…] or text="stage = built")     -> Preview: what would happen, from doing it and
                                                                      taking it back; nothing is written
    run = begin(actor, obj, work, ids=[…] or text="…")   few records are done at once, more than NOW by a job
    find(actor, pk), latest(actor), progress(run)        to leave and come back
    fates(actor, run, outcome), report(actor, run)       result per record; the same as a CSV
    undo(actor, run)                                     what changed since is left, and named

`values` are plain forms (JSON), so that a job can carry them; `parse_set` makes them of raw ones. Whoever writes many
records in a way of their own (a paste, a bulk request) takes a number with `kept` and says each fate: it can then be
found and undone like any other.
"""

from rapport.platform.runs.cells import CONFLICT, Cell, CellFate, fill
from rapport.platform.runs.models import Run, RunRecord, State
from rapport.platform.runs.preview import Preview, Sample, preview
from rapport.platform.runs.read import fates, find, latest, report
from rapport.platform.runs.run import NOW, begin, kept
from rapport.platform.runs.undo import undo
from rapport.platform.runs.work import CHANGED, REFUSED, UNCHANGED, Fate, Work, parse_set

__all__ = [
    "CHANGED",
    "CONFLICT",
    "NOW",
    "REFUSED",
    "UNCHANGED",
    "Cell",
    "CellFate",
    "Fate",
    "Preview",
    "Run",
    "RunRecord",
    "Sample",
    "State",
    "Work",
    "begin",
    "fates",
    "fill",
    "find",
    "kept",
    "latest",
    "parse_set",
    "preview",
    "report",
    "undo",
]
