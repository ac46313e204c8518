"""Records: the one write path.

`create`, `update`, `write` (inside Actions), `archive`, `restore`, `undo`, `undo_together`, `load` (batch).
"""

from rapport.platform.records.changes import Change, derived, follows_derived, project, projection
from rapport.platform.records.load import load, load_updates
from rapport.platform.records.undo import undo, undo_together
from rapport.platform.records.write import Conflict, archive, create, parse, restore, update, write

__all__ = [
    "Change",
    "Conflict",
    "archive",
    "create",
    "derived",
    "follows_derived",
    "load",
    "load_updates",
    "parse",
    "project",
    "projection",
    "restore",
    "undo",
    "undo_together",
    "update",
    "write",
]
