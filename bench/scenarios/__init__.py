"""What users do all day, each beside the least it could cost on the same data in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.scenarios.lists import filtered, lists
from bench.scenarios.paint import paint
from bench.scenarios.record import board, record
from bench.scenarios.searching import searching
from bench.scenarios.stack import stack
from bench.scenarios.writing import create, importing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.measure import Figure
    from bench.setting import Setting

    Scenario = Callable[[Setting], Iterator[Figure]]

# Reading before writing: an import leaves statistics and caches of the database behind.
SCENARIOS: dict[str, Scenario] = {
    "lists": lists,
    "filtered": filtered,
    "record": record,
    "search": searching,
    "board": board,
    "stack": stack,
    "paint": paint,
    "create": create,
    "import": importing,
}
