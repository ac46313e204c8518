"""Access: who may do what with which records and which fields. The one door to data.

Names: `Actor`, `actor_for`, `system`, `visible`, `scope_sql`, `find`, `require`, `readable`, `writable`, `NotFound`,
`renewed`, `NoLonger`.
"""

from rapport.platform.access.actor import (
    Actor,
    Rights,
    Scope,
    Surface,
    actor_for,
    actor_for_token,
    actors_for,
    rights_changed,
    system,
)
from rapport.platform.access.door import NotFound, allows, find, readable, require, writable
from rapport.platform.access.renew import NoLonger, renewed
from rapport.platform.access.scope import Fragment, scope_sql, visible

__all__ = [
    "Actor",
    "Fragment",
    "NoLonger",
    "NotFound",
    "Rights",
    "Scope",
    "Surface",
    "actor_for",
    "actor_for_token",
    "actors_for",
    "allows",
    "find",
    "readable",
    "renewed",
    "require",
    "rights_changed",
    "scope_sql",
    "system",
    "visible",
    "writable",
]
