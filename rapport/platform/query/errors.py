"""What is wrong with a query, where, and what may have been meant; and how large a query may be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

MAX_LENGTH = 10_000
MAX_DEPTH = 30
MAX_NODES = 500
MAX_PATH = 4
MAX_RELATED = 3
MAX_VALUES = 1_000


class QueryError(ValueError):
    """A query cannot be understood. `at` and `length` mark the place in its text (0, 0 where it has none)."""

    def __init__(self, message: str, at: int = 0, length: int = 0, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.length = length
        self.suggestions = suggestions

    def plain(self) -> dict[str, object]:
        """JSON for the filter bar and the API."""
        return {
            "message": self.message,
            "at": self.at,
            "length": self.length,
            "suggestions": list(self.suggestions),
        }


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names that `word` may have been meant to be, the likeliest first."""
    found = process.extract(word[:60].lower(), list(known), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return tuple(name for name, _score, _place in found)
