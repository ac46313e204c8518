"""Transfer: bringing files in and giving them out. See `run` (import), `export`, `undo`, `mapping`.

Names: `history` (a domain lets imports bring dated facts), `History`, `HistoryFact`; `follows` (a domain draws
consequences of what a run brought).
`transfer.export.export(actor, plan, form)` gives what a list shows as CSV, XLSX or JSON lines;
`transfer.export.everything(actor, obj, query)` makes the plan of all fields.
"""

from rapport.platform.transfer.consequences import follows
from rapport.platform.transfer.history import History, HistoryFact, history

__all__ = ["History", "HistoryFact", "follows", "history"]
