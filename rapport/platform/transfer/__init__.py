"""Transfer: bringing files in and giving them out. See `run` (import), `export`, `undo`, `mapping`.

Names: `history` (a domain lets imports bring dated facts), `HistoryFact`.
"""

from rapport.platform.transfer.history import HistoryFact, history

__all__ = ["HistoryFact", "history"]
