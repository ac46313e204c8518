"""Notifications: what somebody should know happened to records they follow, were named in or were given.

Made by a reaction to Events (`reaction`), one bundle for each reader, record and kind while it is unread. Nothing is
stored in words: a bundle names Events, and what they say is worked out for its reader at the moment of reading, with
the rights of that moment. What may not be read then is neither shown nor counted.
"""
