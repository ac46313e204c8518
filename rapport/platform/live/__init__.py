"""Live pages: an open page hears that something it shows was changed, and fetches it as it fetches everything else.

A stream carries no data: it names what changed, as far as its reader may see it at that moment, and the page asks again
under the rights of that moment. Nothing is remembered on the server; a page that was away says how far it had heard.

live.look(session, wish, after)      what a page is told now; None when it may hear no more
live.Wish.parse("opportunity")       a list, board or calendar;  "organisation:<uid>"  a record with its story
live.begins(place)                   the place in the words of a page
"""

from rapport.platform.live.news import News, Wish, look, moved
from rapport.platform.live.place import PLACE, begins, here, opened, sealed

__all__ = ["PLACE", "News", "Wish", "begins", "here", "look", "moved", "opened", "sealed"]
