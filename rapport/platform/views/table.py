"""Rows of records as tables draw them: columns from paths, cells by kind of field; no model instance is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from rapport.platform import access, query
from rapport.platform.fields import (
    Address,
    Boolean,
    Calculated,
    Date,
    Duration,
    Email,
    Field,
    LongText,
    MoneyField,
    Number,
    Percent,
    Phone,
    RichText,
    Text,
    Url,
)
from rapport.platform.fields.numbers import DecimalNumber
from rapport.platform.formula import conditions
from rapport.platform.record import Steps
from rapport.platform.views import addresses, cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.query import Path, Plan
    from rapport.platform.query import Row as Read
    from rapport.platform.views.http import Request
    from rapport.ui.shapes import Cell, CellKind, Column, Row

# The next step and its moment are drawn as one: words with a colour.
STEP, STEP_AT = "next_step", "next_step_at"
# Kinds that leave small screens first.
LAST_KEPT = frozenset({"chips", "check", "number", "percent", "duration"})


class Drawn(NamedTuple):
    """What a table is made of."""

    columns: list[Column]
    rows: list[Row]


def extra_paths(obj: Object, columns: Sequence[Path]) -> tuple[str, ...]:
    """What must be read besides the columns to draw them."""
    return tuple(
        ".".join((*path.keys[:-1], STEP_AT)) for path in columns if is_step(obj, path) and path.keys[-1] == STEP
    )


def is_step(obj: Object, path: Path) -> bool:
    """Whether a path leads to the next step of a record that keeps one."""
    owner = obj if len(path.keys) == 1 else getattr(path.hops[-1], "target", obj)
    return path.keys[-1] in (STEP, STEP_AT) and issubclass(owner.model, Steps)


def columns(
    actor: Actor, obj: Object, paths: Sequence[Path], *, sort: str = "", sort_url: Any = None, editable: bool = False
) -> list[Column]:
    """Heads of the columns; `sort_url(text)` gives the address that sorts so, `sort` is the order in force."""
    may_edit = access.writable(actor, obj) if editable and actor.may(obj, "edit") != "none" else {}
    return [_column(obj, path, place, sort, sort_url, may_edit) for place, path in enumerate(paths)]


def _column(obj: Object, path: Path, place: int, sort: str, sort_url: Any, may_edit: dict[str, Field[Any]]) -> Column:
    name = str(path)
    column: Column = {"key": name, "label": heading(obj, path), "kind": kind(obj, path)}
    if place > 4 or column["kind"] in LAST_KEPT:
        column["keep"] = 3 if place > 6 else 2
    if sort_url is not None and path.field.sortable and (isinstance(path.field, Calculated) or not path.field.outside):
        first = sort.split(",")[0].strip()
        column["sorted"] = "ascending" if first == name else "descending" if first == f"-{name}" else ""
        column["sort_url"] = sort_url(f"-{name}" if first == name else name)
    if name in may_edit:
        column["editable"] = True
        column["edit_as"] = edit_as(path.field)
    return column


def heading(obj: Object, path: Path) -> str:
    """ "Industry" for a field, "Customer: industry" for one of a record pointed at."""
    label = str(path.field.label)
    return ": ".join([*(str(hop.label) for hop in path.hops), label]) if path.hops else label


def kind(obj: Object, path: Path) -> CellKind:
    if str(path) in (obj.name, "id"):
        return "title"
    if path.keys[-1] == STEP and is_step(obj, path):
        return "step"
    # What a board's lanes are made of is a state, also where it is a record.
    if obj.board is not None and str(path) == obj.board.by:
        return "chip"
    return cells.kind(path.field)


def edit_as(field: Field[Any]) -> Any:
    """How the browser itself draws the editor; "" where the server must be asked for it."""
    if isinstance(field, LongText | RichText | Address | Boolean):
        return ""
    if isinstance(field, Number | DecimalNumber | Percent):
        return "number"
    if isinstance(field, Date):
        return "date"
    return "text" if isinstance(field, Text | Email | Phone | Url | Duration | MoneyField) else ""


def rows(
    obj: Object,
    plan: Plan,
    page: query.Page,
    paths: Sequence[Path],
    *,
    token: str = "",
    edited_by: Actor | None = None,
) -> list[Row]:
    """The rows read, drawn. `token` goes to the record's address as `in`."""
    places = {str(path): place for place, path in enumerate(plan.select)}
    draw = [_drawer(obj, path, places) for path in paths]
    title = next((place for place, path in enumerate(paths) if kind(obj, path) == "title"), 0)
    names = ",".join(map(str, paths))
    way = _Way(addresses.list_url(obj), addresses.with_query("", {"in": token}), names if edited_by else "")
    drawn = [_row(obj, read, draw, title, way) for read in page.rows]
    if edited_by:
        _lock(edited_by, obj, paths, drawn)
    return drawn


def _lock(actor: Actor, obj: Object, paths: Sequence[Path], drawn: Sequence[Row]) -> None:
    """Say on each row which of its fields cannot be changed as the record stands, and why."""
    names = [str(path) for path in paths]
    for key, ids in conditions.locked_among(obj, names, [int(row["id"]) for row in drawn]).items():
        why = conditions.why_locked(actor, obj, key)
        for row in drawn:
            if int(row["id"]) in ids:
                row["locked"] = {**row.get("locked", {}), key: why}


class _Way(NamedTuple):
    """What the addresses of all rows have in common."""

    base: str
    ending: str
    names: str


def _row(obj: Object, read: Read, draw: Sequence[Any], title: int, way: _Way) -> Row:
    drawn: list[Cell | str | None] = [one(read.values) for one in draw]
    label = _words(drawn[title])
    if not label:
        drawn[title] = label = f"{obj.label} {read.id}"
    url = f"{way.base}/{read.id}"
    row: Row = {
        "id": str(read.id),
        "label": label,
        "cells": drawn,
        "version": read.version,
        "page_url": f"{url}{way.ending}",
        "panel_url": f"{url}/panel{way.ending}",
    }
    if way.names:
        row["edit_url"] = f"{url}/field?columns={way.names}"
    return row


def _words(cell: Cell | str | None) -> str:
    return cell["text"] if isinstance(cell, dict) else (cell or "")


def _drawer(obj: Object, path: Path, places: dict[str, int]) -> Any:
    """A function from a row's values to one cell."""
    place, field, drawn = places[str(path)], path.field, kind(obj, path)
    if drawn == "step":
        at = places[".".join((*path.keys[:-1], STEP_AT))]
        return lambda values: cells.step(values[place] or "", values[at])
    if drawn == "title":
        return lambda values: cells.text(field, values[place])
    if drawn == "chip" and cells.kind(field) == "reference":
        return lambda values: cells.state(field, values[place])
    draw = cells.drawer(field)
    return lambda values: draw(values[place])


def one_row(request: Request, obj: Object, pk: int, names: str) -> Drawn:
    """One record as a row of a list with these columns (comma separated): what an inline edit answers with."""
    drawn = some_rows(request, obj, [pk], names)
    if not drawn.rows:
        raise access.NotFound(_("There is no such record, or you may not see it."))
    return drawn


def some_rows(request: Request, obj: Object, ids: Sequence[int], names: str) -> Drawn:
    """Records as rows of a list, in no order; those the reader may not see are missing."""
    from rapport.platform.views import state

    paths = state.columns_of(request.actor, obj, state.split(names))
    plan = query.plan(
        request.actor, obj, select=[*map(str, paths), *extra_paths(obj, paths)], limit=len(ids), archived=True
    )  # fmt: skip
    page = query.rows(request.actor, plan.with_extra(query.among(ids)))
    return Drawn(
        columns(request.actor, obj, paths, editable=True),
        rows(obj, plan, page, paths, token=request.GET.get("in", ""), edited_by=request.actor),
    )


def related(actor: Actor, obj: Object, text: str, names: Sequence[str], *, limit: int = 10) -> Drawn:
    """A small table of records that meet a query, with these of its columns that the actor may see."""
    from rapport.platform.views import state

    paths = state.columns_of(actor, obj, tuple(names))
    plan = query.plan(actor, obj, text, select=[*map(str, paths), *extra_paths(obj, paths)], limit=limit)
    page = query.rows(actor, plan)
    return Drawn(columns(actor, obj, paths), rows(obj, plan, page, paths))


__all__ = [
    "Drawn",
    "columns",
    "edit_as",
    "extra_paths",
    "heading",
    "is_step",
    "kind",
    "one_row",
    "related",
    "rows",
    "some_rows",
]
