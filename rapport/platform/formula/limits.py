"""How large a formula and what it comes to may be. What is beyond is unknown, never cut to something wrong."""

from __future__ import annotations

from decimal import Decimal

MAX_LENGTH = 5_000
MAX_DEPTH = 30
MAX_NODES = 200
# SQLite takes 127 arguments of a function at most; money and roll-ups need several of them.
MAX_FIELDS = 40
# Products and quotients are rounded to so many decimals, halves away from zero.
PLACES = 12
# What a result may be: numbers of 14 digits before the point, lengths of time of 285 years.
MOST = Decimal(10) ** 14
MOST_SECONDS = 9_000_000_000
MOST_DAYS = 100_000
MOST_MONTHS = 1_200
# Texts are cut at so many characters.
MOST_TEXT = 10_000
