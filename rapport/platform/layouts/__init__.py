"""Layouts: how a page of an Object is arranged, for everybody, for a team or for one person. The nearest one wins.

`find(actor, obj, place)` gives what was arranged, `keep` and `reset` change it. A layout names fields, panels or views
by key and never grants anything: what a reader may not see, or what is no longer there, is left out where it is drawn.
"""

from rapport.platform.layouts.keep import ABSENT, Arranged, Audience, find, keep, may_arrange, reset, stated

__all__ = ["ABSENT", "Arranged", "Audience", "find", "keep", "may_arrange", "reset", "stated"]
