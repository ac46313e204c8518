"""Invariants: what must always be true of the data of a house, asked every night and by `rapport verify`.

    @invariant("jobs.known", _("Every job that waits is one this version can do."), _("What to do."))
    def known() -> Iterator[Found]:
        yield ask("", "SELECT id FROM … WHERE …")        rows at which it is not true
        yield told("", [...])                            or what Python found

A domain names its own in a module `invariants`, which is loaded with its jobs. Each question is one that both databases
answer, in bounded memory at a million rows. Each has a test that does the damage and sees it named.
"""

from rapport.platform.invariants import (  # noqa: F401  # each names its own
    nightly,
    of_database,
    of_history,
    of_records,
    of_rights,
    of_search,
    of_secrets,
    of_work,
)
from rapport.platform.invariants.asking import Finding, Found, Invariant, ask, every, get, invariant, run, told
from rapport.platform.invariants.trees import compared

__all__ = ["Finding", "Found", "Invariant", "ask", "compared", "every", "get", "invariant", "run", "told"]
