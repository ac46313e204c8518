"""Where sealed values stand, so that a rotation reaches each of them; resumable, for it asks what is left.

A part of the program that seals a column names it once, while Django loads its models. One whose seals stand elsewhere
(inside of JSON) gives a Store of its own with `left` and `reseal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from rapport.platform.sealing.keyring import ring
from rapport.platform.sealing.seals import Place, seal, unseal

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Store:
    """One column of seals; `uid` is the attribute that names its row for ever."""

    name: str
    model: type[models.Model]
    attribute: str
    uid: str = "uid"

    def place(self, uid: object) -> Place:
        return Place(self.model._meta.db_table, self.attribute, str(uid))

    def stale(self) -> models.QuerySet[Any]:
        """Rows whose value is not sealed with the newest key."""
        rows = self.model._default_manager.exclude(**{self.attribute: ""})
        return rows.exclude(**{f"{self.attribute}__startswith": f"v1.{ring().newest}."})

    def used(self, key_id: str) -> int:
        """How many values are sealed with a key."""
        return self.model._default_manager.filter(**{f"{self.attribute}__startswith": f"v1.{key_id}."}).count()

    def reseal(self) -> int:
        """Seal a chunk of stale values anew; 0 when none is left. What changed meanwhile is left to its writer."""
        with transaction.atomic():
            rows = list(self.stale().order_by("pk").values_list("pk", self.uid, self.attribute)[:CHUNK])
            for pk, uid, sealed in rows:
                place = self.place(uid)
                new = seal(unseal(sealed, place), place)
                self.model._default_manager.filter(pk=pk, **{self.attribute: sealed}).update(**{self.attribute: new})
        return len(rows)


_stores: dict[str, Store] = {}
_further: list[Callable[[], list[Store]]] = []


def store(found: Store) -> Store:
    _stores[found.name] = found
    return found


def further(function: Callable[[], list[Store]]) -> Callable[[], list[Store]]:
    """For stores that are known only while the program runs (fields an administrator made)."""
    _further.append(function)
    return function


def stores() -> list[Store]:
    return [*_stores.values(), *(one for function in _further for one in function())]


def reseal() -> int:
    """Bring every value under the newest key; what a crash left, the next call does. Returns how many were done."""
    done = 0
    for one in stores():
        while count := one.reseal():
            done += count
    return done
