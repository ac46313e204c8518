"""Parties: people, organisations and households, what connects them, how to reach them, what they agreed to.

Words: a *party* is anybody we deal with; it *belongs to* at most one other (employer, parent company, household); a
*relationship* is a dated, directed fact between two parties or a party and one of us; a *contact point* is one address,
number or account; *consent* is what somebody allowed, with proof. May import platform, ui, base.
"""
