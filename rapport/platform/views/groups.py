"""A list in groups: which field it stands in groups by, headings with counts and sums, folding, more of one group.

`group=stage` or `group=closes_on by month` in the address and in saved views; `folded=won,lost` are the closed groups.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _

from rapport.platform import access, query
from rapport.platform.fields import Choice, Reference
from rapport.platform.query import Link, QueryError, sections
from rapport.platform.query.ast import Group
from rapport.platform.views import sums, table
from rapport.platform.views.http import Request
from rapport.ui import formats, reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.query import Path, Plan
    from rapport.platform.query.sections import Section
    from rapport.platform.views.state import State
    from rapport.ui.shapes import GroupHead, MenuItem, RowGroup

# Rows of each group at first.
ROWS = 10
UNITS = ("week", "month", "quarter", "year")
MOST_FOLDED = 200


def asked(actor: Actor, state: State) -> Group | None:
    """The field the list stands in groups by; None for a plain list, and for a group the reader may not see."""
    written = state.query.group
    try:
        found = (
            written or query.parse(actor, state.obj, f"group by {state.group}").group if state.group or written else ()
        )
    except QueryError:
        return None
    if not found or not sections.can_group(found[0].path):
        return None
    group = found[0]
    dated = group.path.field.family in ("date", "datetime")
    return Group(group.path, "month") if dated and not group.unit else group


def folded(request: Request) -> frozenset[str]:
    return frozenset(key for key in request.GET.get("folded", "")[:4_000].split(",")[:MOST_FOLDED] if key)


def read(request: Request, state: State, group: Group, plan: Plan) -> list[Section]:
    """The groups of a list with their first rows. A fixed number of statements."""
    actor = request.actor
    order = _order(actor, state.obj, group)
    return sections.sections(actor, plan, group, sums=sums.names(state), closed=folded(request), order=order)


def _order(actor: Actor, obj: Object, group: Group) -> Callable[[Section], Any] | None:
    """Stages come in the order of the board, not of the alphabet."""
    if obj.board is None or str(group.path) != obj.board.by or not isinstance(group.path.field, Reference):
        return None
    ids = query.ids(actor, query.plan(actor, group.path.field.target), 1_000)
    places = {pk: place for place, pk in enumerate(ids)}
    return lambda one: places.get(one.value.id, len(places)) if isinstance(one.value, Link) else len(places) + 1


def drawn(
    actor: Actor, state: State, group: Group, plan: Plan, found: list[Section], closed: frozenset[str]
) -> list[RowGroup]:
    """The groups as the table draws them."""
    return [_group(actor, state, group, plan, one, closed) for one in found]


def _group(actor: Actor, state: State, group: Group, plan: Plan, one: Section, closed: frozenset[str]) -> RowGroup:
    token = state.token()
    other = (closed - {one.key}) if one.key in closed else (closed | {one.key})
    keep = {"group": str(group), **({"folded": ",".join(sorted(other))} if other else {})}
    found: RowGroup = {
        "key": one.key,
        "head": _head(group, one),
        "rows": []
        if one.page is None
        else table.rows(state.obj, plan, one.page, state.columns, token=token, edited_by=actor),
        "folded": one.key in closed,
        "fold_url": state.url(**keep),
    }
    if one.page is None:
        found["more_url"] = more_url(state, group, one.key, "")
    elif one.page.next:
        found["more_url"] = more_url(state, group, one.key, one.page.next)
    return found


def more_url(state: State, group: Group, key: str, cursor: str) -> str:
    """The next rows of one group; without script, the list of that group."""
    return state.url(group=str(group), of=key, **({"after": cursor} if cursor else {}))


def _head(group: Group, one: Section) -> GroupHead:
    head: GroupHead = {"label": label(group, one.value), "count": formats.number(one.count)}
    tone = _tone(group, one.value)
    if tone:
        head["tone"] = tone
    told = [found for name, w in one.sums.items() if (found := sums.sum_of(name, w.base, w.by_currency))]
    if told:
        head["sums"] = told
    return head


def _tone(group: Group, value: Any) -> Any:
    option = group.path.field.option(value) if isinstance(group.path.field, Choice) and value else None
    return option.tone if option else ""


def label(group: Group, value: Any) -> str:
    """What a group is called."""
    field = group.path.field
    if value is None or value == "":
        return _("Without {field}").format(field=field.label)
    if isinstance(value, Link):
        return value.label
    if isinstance(value, bool):
        return _("{field}: yes").format(field=field.label) if value else _("{field}: no").format(field=field.label)
    if isinstance(value, date):
        return period(value, group.unit)
    option = field.option(value) if isinstance(field, Choice) else None
    return str(option.label) if option else str(value)


def period(first: date, unit: str) -> str:
    """ "December 2026", "Week 49, 30 Nov – 6 Dec", "Q4 2026", "2026"."""
    locale = reader.current().babel
    if unit == "week":
        ends = f"{formats.date_text(first)} – {formats.date_text(sections.last_day(first, unit))}"
        return _("Week {n}, {days}").format(n=first.isocalendar().week, days=ends)
    if unit == "month":
        return format_skeleton("yMMMM", first, locale=locale)
    if unit == "quarter":
        return format_date(first, "QQQ y", locale=locale)
    return str(first.year) if unit == "year" else formats.date_text(first, "long")


# --- choosing the group -----------------------------------------------------------------------------------------------


def menu(actor: Actor, state: State, group: Group | None) -> list[MenuItem]:
    """Every field the list can stand in groups by; for a date also other periods."""
    items: list[MenuItem] = []
    chosen = str(group.path) if group else ""
    if group:
        items.append({"label": _("No groups"), "href": state.url(group="", q=_plain(state)), "icon": "x"})
        if group.unit:
            words = {"week": _("by week"), "month": _("by month"), "quarter": _("by quarter"), "year": _("by year")}
            for unit in UNITS:
                if unit != group.unit:
                    text = f"{group.path} by {unit}"
                    name = f"{table.heading(state.obj, group.path)} {words[unit]}"
                    items.append({"label": name, "href": state.url(group=text, q=_plain(state)), "icon": "calendar"})
    for place, path in enumerate(offered(actor, state.obj)):
        if str(path) != chosen:
            text = f"{path} by month" if path.field.family in ("date", "datetime") else str(path)
            item: MenuItem = {"label": str(path.field.label), "href": state.url(group=text, q=_plain(state))}
            if place == 0 and items:
                item["divider"] = True
            items.append(item)
    return items


def _plain(state: State) -> str | None:
    """The filter without a "group by" of its own, which would win over the menu."""
    if not state.query.group:
        return state.asked().get("q")
    from rapport.platform.query.text import condition_text

    return condition_text(state.query.condition) if state.query.condition else ""


def offered(actor: Actor, obj: Object) -> list[Path]:
    """Fields of the noun first, then owner, team and the dates every record has."""
    found: list[Path] = []
    known = access.readable(actor, obj)
    for key in [*(key for key in known if key in obj.own_fields), *(key for key in known if key not in obj.own_fields)]:
        if key in obj.where:
            continue
        try:
            path = query.path(actor, obj, key)
        except QueryError:
            continue
        if sections.can_group(path):
            found.append(path)
    return found
