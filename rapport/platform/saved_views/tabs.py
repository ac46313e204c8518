"""How views stand as tabs: their order, which are pinned, which one opens first; for me, my team or all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rapport.platform import layouts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.saved_views.views import Choice

PLACE = "views"


def content(actor: Actor, obj: Object) -> Mapping[str, Any]:
    """What holds for this actor."""
    return layouts.find(actor, obj, PLACE).content


def arranged(views: Iterable[Choice], content: Mapping[str, Any]) -> list[Choice]:
    """The views in order; those that the order does not name follow as they came."""
    order = {key: place for place, key in enumerate(_keys(content.get("order")))}
    hidden, first = set(_keys(content.get("unpinned"))), content.get("first")
    found = [replace(view, pinned=view.key not in hidden, first=view.key == first) for view in views]
    return sorted(found, key=lambda view: order.get(view.key, len(order)))


def _keys(value: Any) -> list[str]:
    return [key for key in value if isinstance(key, str)] if isinstance(value, list) else []


def open_first(actor: Actor, obj: Object, key: str, audience: layouts.Audience = "own") -> None:
    """This view opens where the address names none."""
    kept = layouts.stated(actor, obj, PLACE, audience)
    layouts.keep(actor, obj, PLACE, audience, {**kept, "first": key})


def pin(actor: Actor, obj: Object, key: str, *, as_tab: bool) -> None:
    """Show a view as a tab, or only in the menu; for this actor."""
    kept = layouts.stated(actor, obj, PLACE, "own")
    known = kept.get("unpinned", content(actor, obj).get("unpinned"))
    hidden = [one for one in _keys(known) if one != key]
    layouts.keep(actor, obj, PLACE, "own", {**kept, "unpinned": hidden if as_tab else [*hidden, key]})


def arrange(
    actor: Actor, obj: Object, audience: layouts.Audience, *, order: list[str], unpinned: list[str], first: str
) -> None:
    """Order, tabs and first view at once."""
    wanted: dict[str, Any] = {"order": order, "unpinned": unpinned}
    if first:
        wanted["first"] = first
    layouts.keep(actor, obj, PLACE, audience, wanted)


def reset(actor: Actor, obj: Object, audience: layouts.Audience) -> None:
    """As it was before anybody of this audience arranged anything."""
    layouts.reset(actor, obj, PLACE, audience)
