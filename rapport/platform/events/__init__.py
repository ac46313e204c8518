"""Event: the stored fact that something happened.

One append-only table feeds audit, timeline, reactions and change feed.
"""
