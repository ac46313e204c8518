"""The whole story, chapter by chapter, in one transaction: half a demonstration is worse than none."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.db import transaction

from rapport.base import clock
from rapport.demo import customers, deals, house
from rapport.demo.world import World
from rapport.platform.install import install

if TYPE_CHECKING:
    from collections.abc import Callable


def tell(progress: Callable[[str], None] = lambda _line: None) -> World:
    """Fill an empty database. Raises nothing on purpose: a database with users is the caller's to refuse."""
    world = World()
    with transaction.atomic():
        progress("our house")
        with clock.freeze(world.then(900)):
            install()
            house.found(world)
        progress("customers, suppliers, partners, households")
        with clock.freeze(world.then(400)):
            customers.gather(world)
        progress("a year of deals")
        deals.sell(world)
        if find_spec("rapport.interactions.interaction"):
            from rapport.demo import talk

            progress("conversations and tasks")
            talk.converse(world)
    return world
