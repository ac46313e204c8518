"""What a user is used to: favourites, density. JSON beside the user; no Event, nobody audits a taste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.platform.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_FAVOURITES = 30
MOST_ARRANGED = 200


def _change(user_id: int | None, how: Callable[[dict[str, Any]], None]) -> None:
    """Change the settings under a lock: two tabs must not lose each other's favourites."""
    if user_id is None:
        return
    with transaction.atomic():
        row = User.objects.select_for_update().filter(pk=user_id).values_list("settings", flat=True).first()
        settings = dict(row or {})
        how(settings)
        User.objects.filter(pk=user_id).update(settings=settings)


def set_density(user_id: int | None, density: str) -> None:
    _change(user_id, lambda settings: settings.update(density="compact" if density == "compact" else "cosy"))


def arrange(
    user_id: int | None, place: str, columns: Sequence[str], of: Sequence[str], widths: Mapping[str, int]
) -> None:
    """Keep order and widths of a view's columns; `of` are the columns the view had then. No columns: forget them."""

    def put(settings: dict[str, Any]) -> None:
        known = settings.get("columns")
        rest = {key: kept for key, kept in (known if isinstance(known, dict) else {}).items() if key != place}
        if columns:
            rest[place] = {"order": list(columns), "of": list(of), "widths": dict(widths)}
        settings["columns"] = dict(list(rest.items())[-MOST_ARRANGED:])

    _change(user_id, put)


def toggle_favourite(user_id: int | None, item: dict[str, str]) -> bool:
    """Pin or unpin an address; whether it is pinned now."""
    pinned = []

    def put(settings: dict[str, Any]) -> None:
        known = [one for one in settings.get("favourites", []) if isinstance(one, dict)]
        rest = [one for one in known if one.get("href") != item["href"]]
        pinned.append(len(rest) == len(known))
        settings["favourites"] = [*rest, item][-MOST_FAVOURITES:] if pinned[-1] else rest

    _change(user_id, put)
    return bool(pinned and pinned[-1])
