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
QUOTE, CLOSED, PANEL_CLOSED, PANEL_GREATER = html('"'), html('">'), html('" data-panel>'), html(" data-panel>")
LINK, LINK_END, SPAN, SPAN_END = html('<a href="'), html("</a>"), html("<span"), html("</span>")
TIME, TIME_END, TITLE, CHIPS = html('<time datetime="'), html("</time>"), html(' title="'), html('<span class="chips">')
OPENING = (html('<tr id="row-'), html('" data-row="'), html('" data-version="'), html('" data-page-url="'))
PANEL_URL, EDIT_URL, CLASS = html(' data-panel-url="'), html(' data-edit-url="'), html(' class="')
TICK: Final = '<td class="tick"><input type="checkbox" name="ids" value="{id}" aria-label="{label}"></td>'

LOCKED, TITLE_AFTER = html(' data-locked="'), html('" title="')
NO_LOCKS: Final[dict[str, str]] = {}

Parts = tuple[str, ...]


class Plan(NamedTuple):
    """What every cell of a column shares: its beginning, filled and empty, up to the value an editor starts with (or,
    where nothing is edited, up to the content).
    """

    kind: str
    start: Safe
    empty: Safe
    edited: bool
    key: str
    locked: Safe  # the beginning where this one line may not be edited
    draw: Callable[[Cell], Parts]


def rows_html(columns: Sequence[Column], rows: Sequence[Row], bulk: object = None, edit_url: str | None = None) -> Safe:
    """The `<tr>` elements of `rows`; with `bulk` each begins with a check box."""
    plans = [_plan(column) for column in columns]
    select = _("Select {name}") if bulk else ""
    return join([part for row in rows for part in _row(plans, row, select, edit_url)])


def _plan(column: Column) -> Plan:
    kind = column["kind"]
    keep = column.get("keep") or 1
    names = f"{'num ' if kind in NUMERIC else ''}k-{kind}{f' keep-{int(keep)}' if keep > 1 else ''}"
    edited = bool(column.get("editable"))
    rest = _editing(column) if edited else GREATER
    start = html('<th scope="row" class="title"') if kind == "title" else html('<td class="{names}"', names=names)
    empty = join((html('<td class="{names} none"', names=names), rest))
    return Plan(kind, join((start, rest)), empty, edited, column["key"], start, KINDS.get(kind, _value))


def _editing(column: Column) -> Safe:
    how = column.get("edit_as")
    drawn = html(' data-edit-as="{how}"', how=how) if how else NOTHING
    return html(
        ' data-edit="{key}" data-label="{label}"{drawn} data-raw="',
        key=column["key"], label=column["label"], drawn=drawn,
    )  # fmt: skip


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
    edit, tone, panel = row.get("edit_url") or edit_url, row.get("tone"), row.get("panel_url")
    ident = row["id"]
    parts: Parts = (
        *(OPENING[0], ident, OPENING[1], ident, OPENING[2], _shown(row.get("version"))),
        *(OPENING[3], href(row["page_url"]), QUOTE),
    )
    if panel:
        parts += (PANEL_URL, href(panel), QUOTE)
    if edit:
        parts += (EDIT_URL, href(edit), QUOTE)
    if tone:
        parts += (CLASS, tone, QUOTE)
    return join((*parts, GREATER))


def _shown(value: object) -> str:
    return "" if value is None else str(value)


# Pieces rather than a filled pattern: `join` escapes what is not Safe, and one join is far cheaper than 400 formats.
def _cell(plan: Plan, cell: Cell | str | None, row: Row) -> Parts:
    if plan.kind == "title":
        inner, start, end = _title(cell, row), plan.start, TH_END
    elif not cell:
        inner, start, end = (), plan.empty, TD_END
    else:
        inner, start, end = (cell,) if isinstance(cell, str) else plan.draw(cell), plan.start, TD_END
    if not plan.edited:
        return (start, *inner, end)
    if (why := row.get("locked", NO_LOCKS).get(plan.key)) is not None:
        return (plan.locked, *_locked(why), *inner, end)
    raw = cell if isinstance(cell, str) else cell.get("raw", cell["text"]) if cell else ""
    return (start, raw, CLOSED, *inner, end)


def _locked(why: str) -> Parts:
    return (LOCKED, why, TITLE_AFTER, why, CLOSED)


def _title(cell: Cell | str | None, row: Row) -> Parts:
    text, address = (cell, None) if isinstance(cell, str) or cell is None else (cell["text"], cell.get("href"))
    end = PANEL_CLOSED if row.get("panel_url") else CLOSED
    return (LINK, href(address or row["page_url"]), end, text or row["label"], LINK_END)


def _value(cell: Cell) -> Parts:
    text, title = cell["text"], _titled(cell.get("title"))
    if cell.get("href"):
        return (LINK, href(cell["href"]), QUOTE, *title, GREATER, text, LINK_END)
    if cell.get("iso"):
        return (TIME, cell["iso"], QUOTE, *title, GREATER, text, TIME_END)
    if cell.get("tone"):
        return (_one_chip({"text": text, "tone": cell["tone"], "title": cell.get("title") or ""}),)
    return (SPAN, *title, GREATER, text, SPAN_END) if title else (text,)


def _reference(cell: Cell) -> Parts:
    if not cell.get("href"):
        return _value(cell)
    return (LINK, href(cell["href"]), QUOTE, *_titled(cell.get("title")), PANEL_GREATER, cell["text"], LINK_END)


def _titled(title: str | None) -> Parts:
    return (TITLE, title, QUOTE) if title else ()


def _chip(cell: Cell) -> Parts:
    return (_one_chip(cell),)


def _one_chip(chip: Chip | Cell) -> Safe:
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


def _chips(cell: Cell) -> Parts:
    return (CHIPS, *[_one_chip(chip) for chip in cell.get("chips", ())], SPAN_END)


def _step(cell: Cell) -> Parts:
    return (
        html(
            '<span class="with-step"><i class="step {tone}"></i><span class="cut">{text}</span></span>',
            tone=cell.get("tone"), text=cell["text"],
        ),
    )  # fmt: skip


def _face(cell: Cell) -> Parts:
    return (_face_html(cell["text"], cell.get("title") == "name"),)


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


def _check(cell: Cell) -> Parts:
    return (icon("check", _("Yes")) if cell.get("checked") else html('<span class="unseen">{no}</span>', no=_("No")),)


def _title_attribute(title: str | None) -> Safe:
    return html(' title="{title}"', title=title) if title else NOTHING


KINDS: dict[str, Callable[[Cell], Parts]] = {
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
    return join(KINDS.get(kind, _value)(cell))
