"""The stage bar of a record whose Object has a board: its columns as a path, the current one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform import access
from rapport.platform.fields import Choice, Reference

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.ui.shapes import Stage

MOST = 14


def by_field(actor: Actor, obj: Object) -> Choice | Reference[Any] | None:
    """The field whose values are the stages, when this reader may see it."""
    board = obj.board or obj.base.board
    found = access.readable(actor, obj).get(board.by) if board else None
    return found if isinstance(found, Choice | Reference) else None


def stages(actor: Actor, obj: Object, record: Any) -> list[Stage]:
    """The stages in order; those that mean failure only where the record stands in one. One query for references."""
    field = by_field(actor, obj)
    if field is None:
        return []
    now = field.read(record)
    known = _of_choice(field) if isinstance(field, Choice) else _of_reference(actor, obj, field, record)
    place = next((number for number, (key, _label, _bad) in enumerate(known) if key == str(now or "")), -1)
    shown: list[Stage] = []
    for number, (key, label, bad) in enumerate(known):
        if bad and number != place:
            continue
        state: Any = (
            ("lost" if bad else "now")
            if number == place
            else "done"
            if number < place and not _lost(known, place)
            else "ahead"
        )
        shown.append({"key": key, "label": label, "state": state})
    return shown


def _lost(known: list[tuple[str, str, bool]], place: int) -> bool:
    """What was lost was not won on the way there."""
    return place >= 0 and known[place][2]


def _of_choice(field: Choice) -> list[tuple[str, str, bool]]:
    return [(option.key, str(option.label), option.tone == "bad") for option in field.options][:MOST]


def _of_reference(actor: Actor, obj: Object, field: Reference[Any], record: Any) -> list[tuple[str, str, bool]]:
    """The records the reference may point at, of the same group (a pipeline) as the record."""
    target = field.target
    rows = access.visible(actor, target).filter(archived_at=None)
    board = obj.board or obj.base.board
    group = obj.fields.get(board.group) if board else None
    if isinstance(group, Reference):
        link = next(
            (key for key, one in target.fields.items() if isinstance(one, Reference) and one.to == group.to), ""
        )
        if link:
            rows = rows.filter(**{f"{link}_id": group.read(record)})
    order = [*(key.strip() for key in target.sort.split(",") if key.strip().lstrip("-") in target.fields), "pk"]
    means = next(
        (
            one
            for one in target.fields.values()
            if isinstance(one, Choice) and any(o.tone == "bad" for o in one.options)
        ),
        None,
    )
    found = []
    for row in rows.order_by(*order)[:MOST]:
        option = means.option(means.read(row)) if means else None
        found.append((str(row.pk), target.title(row), option is not None and option.tone == "bad"))
    return found
