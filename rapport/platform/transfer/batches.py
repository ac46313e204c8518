"""Many at once, and where that is refused, all but the bad ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def isolate(
    items: list[T], act: Callable[[list[T]], None], refuse: Callable[[T, ValidationError | PermissionDenied], None]
) -> None:
    """Do `act` with all items in one savepoint. A refusal that names its row costs that row; another one halves the
    batch
    until the bad one stands alone, log2(n) tries each."""
    waiting = [items]
    while waiting:
        batch = waiting.pop()
        if not batch:
            continue
        try:
            with transaction.atomic():
                act(batch)
        except (ValidationError, PermissionDenied) as error:
            place = (getattr(error, "params", None) or {}).get("row")
            if isinstance(place, int) and place < len(batch):
                refuse(batch[place], error)
                waiting.append(batch[:place] + batch[place + 1 :])
            elif len(batch) == 1:
                refuse(batch[0], error)
            else:
                half = len(batch) // 2
                waiting += [batch[half:], batch[:half]]
