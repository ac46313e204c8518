"""Search as you type over every Object that declares `search`.

`find(actor, text)` for pickers, `find_everywhere` for palette, search page and API (long texts too), `rebuild()`
after a change of declarations, `reindex` for noun code whose records are found by words kept elsewhere
(`Object.also_found_by`).
"""

from rapport.platform.search.find import Found, Hit, find, find_everywhere
from rapport.platform.search.index import rebuild, reindex

__all__ = ["Found", "Hit", "find", "find_everywhere", "rebuild", "reindex"]
