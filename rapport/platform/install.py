"""What a fresh database needs before anybody signs in: starting roles, a first pipeline, ... Each domain adds its own.

Installers only add what is missing, so they run after every upgrade too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from rapport.platform.access import roles

if TYPE_CHECKING:
    from collections.abc import Callable

_installers: list[Callable[[], None]] = [roles.install]


def installer(function: Callable[[], None]) -> Callable[[], None]:
    """Run this after the tables exist; it must bear being run again."""
    _installers.append(function)
    return function


def install() -> None:
    """Run every installer, all or nothing."""
    with transaction.atomic():
        for function in _installers:
            function()
