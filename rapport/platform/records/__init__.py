"""Records: the one write path.

`create`, `update`, `write` (inside Actions), `archive`, `restore`, `undo`, `load` (batch).
"""

from rapport.platform.records.changes import Change, project, projection
from rapport.platform.records.load import load, load_updates
from rapport.platform.records.undo import undo
from rapport.platform.records.write import Conflict, archive, create, parse, restore, update, write

__all__ = [
    "Change",
    "Conflict",
    "archive",
    "create",
    "load",
    "load_updates",
    "parse",
    "project",
    "projection",
    "restore",
    "undo",
    "update",
    "write",
]
