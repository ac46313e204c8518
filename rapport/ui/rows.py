"""The rows of a list, drawn in Python: the one component that is not a template.

A list is 400 cells and more; as a macro 50 rows of 8 cells with editing, chips and faces took 6.2 ms of CPU, nearly
all of it for crossing between Rust and Python some 3,000 times. Here the page crosses once, and what is the same in
every row is made once per table: about 1.7 ms. `row(…)`, `rows_more(…)` and `table(…)` of `ui/table.html` all come
here, so a row has one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from rapport.ui.attributes import href
from rapport.ui.formats import hue, initials
from rapport.ui.icons import icon
from rapport.ui.safe import Safe, html, join
from rapport.ui.shapes import Cell, Chip, Column, Row

NUMERIC = frozenset({"number", "money", "percent", "duration"})
NOTHING = html("")
GREATER, TD_END, TH_END, ROW_END = html(">"), html("</td>"), html("</th>"), html("</tr>\n")
RAW, QUOTE, PANEL = html(' data-raw="'), html('"'), html(" data-panel")
TICK: Final = '<td class="tick"><input type="checkbox" name="ids" value="{id}" aria-label="{label}"></td>'


class Plan(NamedTuple):
    """What every cell of a column shares."""

    kind: str
    start: Safe  # up to the class attribute, left open
    empty: Safe
    edit: Safe | None  # the constant part of the editing attributes


def rows_html(columns: Sequence[Column], rows: Sequence[Row], bulk: object = None, edit_url: str | None = None) -> Safe:
    """The `<tr>` elements of `rows`; with `bulk` each begins with a check box."""
    plans = [_plan(column) for column in columns]
    select = _("Select {name}") if bulk else ""
    return join([part for row in rows for part in _row(plans, row, select, edit_url)])


def _plan(column: Column) -> Plan:
    kind = column["kind"]
    keep = column.get("keep") or 1
    names = f"{'num ' if kind in NUMERIC else ''}k-{kind}{f' keep-{int(keep)}' if keep > 1 else ''}"
    start = html('<th scope="row" class="title"') if kind == "title" else html('<td class="{names}"', names=names)
    return Plan(
        kind, start, html('<td class="{names} none"', names=names), _editing(column) if column.get("editable") else None
    )


def _editing(column: Column) -> Safe:
    how = column.get("edit_as")
    drawn = html(' data-edit-as="{how}"', how=how) if how else NOTHING
    return html(' data-edit="{key}" data-label="{label}"{drawn}', key=column["key"], label=column["label"], drawn=drawn)


def _row(plans: Sequence[Plan], row: Row, select: str, edit_url: str | None) -> list[str]:
    parts: list[str] = [_opening(row, edit_url)]
    if select:
        label = select.replace("{name}", row["label"])
        parts.append(html(TICK, id=row["id"], label=label))
    for plan, cell in zip(plans, row["cells"], strict=False):
        parts += _cell(plan, cell, row)
    parts.append(ROW_END)
    return parts


def _opening(row: Row, edit_url: str | None) -> Safe:
    edit = row.get("edit_url") or edit_url
    tone = row.get("tone")
    panel = row.get("panel_url")
    return html(
        '<tr id="row-{id}" data-row="{id}" data-version="{version}" data-page-url="{page}"{panel}{edit}{tone}>',
        id=row["id"], version=row.get("version"), page=href(row["page_url"]),
        panel=html(' data-panel-url="{url}"', url=href(panel)) if panel else NOTHING,
        edit=html(' data-edit-url="{url}"', url=href(edit)) if edit else NOTHING,
        tone=html(' class="{tone}"', tone=tone) if tone else NOTHING,
    )  # fmt: skip


# Pieces rather than a filled pattern: `join` escapes what is not Safe, and one join is far cheaper than 400 formats.
def _cell(plan: Plan, cell: Cell | str | None, row: Row) -> tuple[str, ...]:
    if plan.kind == "title":
        return (plan.start, *_edit(plan.edit, cell), GREATER, _title(cell, row), TH_END)
    if not cell:
        return (plan.empty, *_edit(plan.edit, cell), GREATER, TD_END)
    inner = cell if isinstance(cell, str) else KINDS.get(plan.kind, _value)(cell)
    return (plan.start, *_edit(plan.edit, cell), GREATER, inner, TD_END)


def _edit(constant: Safe | None, cell: Cell | str | None) -> tuple[str, ...]:
    if constant is None:
        return ()
    raw = cell if isinstance(cell, str) else cell.get("raw", cell["text"]) if cell else ""
    return (constant, RAW, raw, QUOTE)


def _title(cell: Cell | str | None, row: Row) -> Safe:
    text, address = (cell, None) if isinstance(cell, str) or cell is None else (cell["text"], cell.get("href"))
    return html(
        '<a href="{href}"{panel}>{text}</a>',
        href=href(address or row["page_url"]), text=text or row["label"],
        panel=PANEL if row.get("panel_url") else NOTHING,
    )  # fmt: skip


def _value(cell: Cell) -> Safe:
    text, title = cell["text"], _title_attribute(cell.get("title"))
    if cell.get("href"):
        return html('<a href="{href}"{title}>{text}</a>', href=href(cell["href"]), title=title, text=text)
    if cell.get("iso"):
        return html('<time datetime="{iso}"{title}>{text}</time>', iso=cell["iso"], title=title, text=text)
    if cell.get("tone"):
        return _chip({"text": text, "tone": cell["tone"], "title": cell.get("title") or ""})
    return html("<span{title}>{text}</span>", title=title, text=text) if title else html("{text}", text=text)


def _reference(cell: Cell) -> Safe:
    if not cell.get("href"):
        return _value(cell)
    title = _title_attribute(cell.get("title"))
    return html(
        '<a href="{href}"{title} data-panel>{text}</a>', href=href(cell["href"]), title=title, text=cell["text"]
    )


def _chip(chip: Chip | Cell) -> Safe:
    if not chip["text"]:
        return NOTHING
    title, address = chip.get("title"), chip.get("href")
    return _chip_html(chip["text"], chip.get("tone"), chip.get("icon"), title, address)


# Stages, kinds and owners repeat down a list, so these two are worth remembering.
@lru_cache(maxsize=4096)
def _chip_html(text: str, tone: str | None, sign: str | None, title: str | None, address: str | None) -> Safe:
    return html(
        '<{tag} class="chip {tone}"{href}{title}>{sign}<span>{text}</span></{tag}>',
        tag="a" if address else "span", tone=tone, text=text, sign=icon(sign) if sign else NOTHING,
        href=html(' href="{url}"', url=href(address)) if address else NOTHING, title=_title_attribute(title),
    )  # fmt: skip


def _chips(cell: Cell) -> Safe:
    return html('<span class="chips">{chips}</span>', chips=join([_chip(chip) for chip in cell.get("chips", ())]))


def _step(cell: Cell) -> Safe:
    return html(
        '<span class="with-step"><i class="step {tone}"></i><span class="cut">{text}</span></span>',
        tone=cell.get("tone"), text=cell["text"],
    )  # fmt: skip


def _face(cell: Cell) -> Safe:
    return _face_html(cell["text"], cell.get("title") == "name")


@lru_cache(maxsize=4096)
def _face_html(name: str, with_name: bool) -> Safe:
    values = {"hue": hue(name), "initials": initials(name), "name": name}
    if with_name:
        return html(
            '<span class="face-name"><i class="face hue-{hue}" aria-hidden="true">{initials}</i>'
            '<span class="cut">{name}</span></span>',
            **values,
        )
    pattern: Final = '<span class="face hue-{hue}" title="{name}" role="img" aria-label="{name}">{initials}</span>'
    return html(pattern, **values)


def _check(cell: Cell) -> Safe:
    return icon("check", _("Yes")) if cell.get("checked") else html('<span class="unseen">{no}</span>', no=_("No"))


def _title_attribute(title: str | None) -> Safe:
    return html(' title="{title}"', title=title) if title else NOTHING


KINDS: dict[str, Callable[[Cell], Safe]] = {
    "chip": _chip,
    "chips": _chips,
    "step": _step,
    "face": _face,
    "check": _check,
    "reference": _reference,
}


def cell_html(kind: str, cell: Cell | str | None) -> Safe:
    """The inside of one cell, for facts and other places that show a value as a list does."""
    if not cell or isinstance(cell, str):
        return html("{text}", text=cell)
    return KINDS.get(kind, _value)(cell)
