"""Timeline: one story per record and one per customer, told from Events and from every Object that declares `story`.

page = timeline.read(actor, record)                      the newest page, what is planned above it
page = timeline.read(actor, record, cursor=page.next)    further back
timeline.read(actor, record, together=True)              a conversation told by its latest entry
told = timeline.gather(actor, record); told.page(names)  the same where other names are looked up with its own
timeline.plain(page)                                     the same for the API
timeline.rollup("party", members_of)                     whose stories belong to a customer's
timeline.touches(actor, record, {"interaction": {7}})      whether changed records stand in its story
timeline.icons(call="phone", letter="file-text")         pictures for the kinds of a noun
"""

from rapport.platform.timeline.entries import Change, Entry, Page, icon_of, icons
from rapport.platform.timeline.plain import plain
from rapport.platform.timeline.read import Kind, Told, gather, kinds, read
from rapport.platform.timeline.subject import Subject, rollup, subject_of
from rapport.platform.timeline.touched import touches

__all__ = [
    "Change",
    "Entry",
    "Kind",
    "Page",
    "Subject",
    "Told",
    "gather",
    "icon_of",
    "icons",
    "kinds",
    "plain",
    "read",
    "rollup",
    "subject_of",
    "touches",
]
