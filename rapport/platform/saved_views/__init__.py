"""Saved views: a Query with its columns and layout under a name; one's own, a team's, or everybody's.

`choices(actor, obj)` are the tabs of a list: those the Object declares, then the stored ones. `save`, `change`,
`rename` and `delete` write them; only who made a view, or who keeps the house, changes it.
"""

from rapport.platform.saved_views.views import (
    LINK,
    Choice,
    by_link,
    change,
    choices,
    delete,
    find,
    may_change,
    rename,
    save,
    share,
    unshare,
    visible,
)

__all__ = [
    "LINK",
    "Choice",
    "by_link",
    "change",
    "choices",
    "delete",
    "find",
    "may_change",
    "rename",
    "save",
    "share",
    "unshare",
    "visible",
]
