"""What can be wrong with a file or a mapping, in words for whoever brought it."""

from __future__ import annotations


class BadFile(ValueError):
    """The file cannot be read; the message says why and what to do."""


class BadMapping(ValueError):
    """The mapping does not fit; one sentence per problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
