"""Search as you type over every Object that declares `search`.

`find(actor, text)` for palette and pickers, `rebuild()` after a change of declarations, `reindex` for noun code whose
records are found by words kept elsewhere (`Object.also_found_by`).
"""

from rapport.platform.search.find import Found, Hit, find
from rapport.platform.search.index import rebuild, reindex

__all__ = ["Found", "Hit", "find", "rebuild", "reindex"]
