"""Interactions: every contact with a party on any channel, and the tasks that come of it.

Words: an *interaction* is one contact, planned or done; a *thread* joins those that answer one another; a *participant*
took part in a role; a *task* is something one of us is to do; a *template* is a text with places for names; a *channel*
is a way contacts come and go. May import parties, platform, ui, base.
"""
