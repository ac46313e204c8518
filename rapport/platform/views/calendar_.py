"""The calendar of any Object with a date: month, week and agenda of what the filter finds; another day by dragging.

It stands by one date or moment (`group` in the address and in saved views), in weeks as the reader's country has them.
What is told of a day is read in one statement, and counted in a second where a period holds more than can be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import today
from rapport.platform import access, query
from rapport.platform.fields import Choice
from rapport.platform.objects import Calendar, Object
from rapport.platform.query import And, Comparison, Count, Link, Or, QueryError, sections
from rapport.platform.query.ast import Group
from rapport.platform.views import addresses, days, filter_bar
from rapport.platform.views import state as states
from rapport.platform.views.days import Span
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.list_ import count_text, new_url, read_state
from rapport.platform.views.view_menu import data_menu, layouts, tabs, view_menu
from rapport.ui import formats, reader

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.query import Path, Row
    from rapport.platform.views.state import State
    from rapport.ui.calendar_shapes import CalendarDay, CalendarEntry
    from rapport.ui.shapes import Link as Anchor
    from rapport.ui.shapes import MenuItem

MODES = ("month", "week", "agenda")
AGENDA_DAYS = 30
# Entries of one period; what is beyond is counted.
MOST = 1_000
# Shown of one day in a month, before "+3 more".
SHOWN = 4


@dataclass(frozen=True)
class Board:
    """What a calendar stands by: the date, how long a record goes on, and what is shown of it."""

    at: Path
    until: Path | None
    length: Path | None
    tone: Path | None
    done: Path | None
    select: tuple[str, ...]


@page
def calendar_page(request: Request, obj: Object) -> HttpResponse:
    """The calendar; filter, views and tabs are those of the list."""
    access.require(request.actor, obj, "read")
    state = read_state(request, obj, "calendar")
    board = stand(request.actor, state)
    mode = request.GET.get("mode", "")
    mode = mode if mode in MODES else "month"
    here = days.parse(request.GET.get("day", "")) or today(request.actor.culture.tz)
    span = period(mode, here)
    entries, counts = _entries(request, state, board, span) if state.error is None else ([], {})
    weeks = days.weeks(span) if mode != "agenda" else [[span.first + timedelta(n) for n in range(AGENDA_DAYS)]]
    number = sum(counts.values())
    may_move = _may_move(request.actor, obj, board)
    context = {
        "title": obj.plural,
        "live": obj.key,
        "state": state,
        "tabs": tabs(state),
        "layouts": layouts(state),
        "view_menu": view_menu(request, state),
        "data_menu": data_menu(request, state),
        "new_url": new_url(request, obj),
        "filter": filter_bar.context(request.actor, state, count_text(Count(number))),
        "group_menu": _field_menu(request.actor, state, board, mode, here),
        "mode": mode,
        "heading": _heading(mode, here, span),
        "field": str(board.at.field.label),
        "steps": _steps(state, mode, here),
        "modes": _modes(state, mode, here),
        "weekdays": _weekdays(),
        "weeks": [_week(request, state, board, mode, here, week, entries, counts) for week in weeks],
        "empty": not number,
        "move_url": reverse("calendar_move", args=(obj,)) if may_move else "",
        "moved": str(board.at),
    }
    return render(request, "platform/calendar.html", context)


def stand(actor: Actor, state: State) -> Board:
    """By which date, as asked for or as the Object says. Raises NotFound where there is none for this reader."""
    obj = state.obj
    keys = [key for key in states.day_fields(obj) if key in access.readable(actor, obj)]
    if not keys:
        raise access.NotFound(_("These records have no date to stand by."))
    key = state.group if state.group in keys else keys[0]
    said = obj.calendar or obj.base.calendar or Calendar(keys[0])
    lasts = said if said.at == key else Calendar(key)
    story = obj.story or obj.base.story
    until, length = _path(actor, obj, lasts.until), _path(actor, obj, lasts.length)
    done = _path(actor, obj, story.done) if story else None
    tone = _path(actor, obj, _toned(actor, obj))
    shown = [obj.name, key, *(str(one) for one in (until, length, tone, done) if one is not None)]
    select = tuple(name for name in dict.fromkeys(shown) if _path(actor, obj, name) is not None)
    return Board(query.path(actor, obj, key), until, length, tone, done, select)


def _toned(actor: Actor, obj: Object) -> str:
    """The first choice whose answers have tones."""
    toned = (
        key
        for key, one in access.readable(actor, obj).items()
        if isinstance(one, Choice) and any(option.tone for option in one.options)
    )
    return next(toned, "")


def _path(actor: Actor, obj: Object, name: str) -> Path | None:
    if not name:
        return None
    try:
        return query.path(actor, obj, name)
    except QueryError:
        return None


def _may_move(actor: Actor, obj: Object, board: Board) -> bool:
    return actor.may(obj, "edit") != "none" and str(board.at) in access.writable(actor, obj)


def period(mode: str, day: date) -> Span:
    """The days a page shows: whole weeks of a month, one week, or a month from a day on."""
    if mode == "agenda":
        return Span(day, day + timedelta(AGENDA_DAYS - 1))
    if mode == "week":
        first = days.week_start(day)
        return Span(first, first + timedelta(6))
    first = day.replace(day=1)
    return Span(days.week_start(first), days.week_start(sections.last_day(first, "month")) + timedelta(6))


# --- entries ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """A record with the days it stands on."""

    row: Row
    span: Span
    drawn: CalendarEntry


def _entries(request: Request, state: State, board: Board, span: Span) -> tuple[list[Placed], dict[date, int]]:
    """What stands in a period, in the order of time, and how many on each day."""
    actor = request.actor
    inside: Any = Comparison(board.at, "between", (span.first, span.last))
    if board.until is not None:
        begun = And(
            (Comparison(board.at, "<", (span.first,)), Comparison(board.until, ">=", (span.first,)))
        )  # fmt: skip
        inside = Or((inside, begun))
    narrowed = state.query.narrowed(inside)
    plan = query.plan(actor, state.obj, _sorted(actor, state.obj, narrowed, board), select=board.select, limit=MOST)
    found = query.rows(actor, plan)
    placed = [_placed(state, board, dict(zip(board.select, row.values, strict=True)), row) for row in found.rows]
    if found.next:
        return placed, _counts(actor, state, board, span)
    counts: dict[date, int] = {}
    for one in placed:
        for day in days.between(Span(max(one.span.first, span.first), min(one.span.last, span.last))):
            counts[day] = counts.get(day, 0) + 1
    return placed, counts


def _sorted(actor: Actor, obj: Object, narrowed: Any, board: Board) -> Any:
    from dataclasses import replace

    return replace(narrowed, sort=query.parse_sort(actor, obj, str(board.at)), group=(), show=())


def _counts(actor: Actor, state: State, board: Board, span: Span) -> dict[date, int]:
    """How many begin on each day, where they are too many to read."""
    from dataclasses import replace

    inside = state.query.narrowed(Comparison(board.at, "between", (span.first, span.last)))
    plan = query.plan(actor, state.obj, replace(inside, group=(Group(board.at, "day"),), show=()))
    return {row.values[0]: row.count for row in query.groups(actor, plan)}


def _placed(state: State, board: Board, values: dict[str, Any], row: Row) -> Placed:
    zone = reader.current().tz
    at = values[str(board.at)]
    first = days.local_day(at, zone)
    last = days.local_day(values[str(board.until)], zone) if board.until and values[str(board.until)] else first
    if board.length and values[str(board.length)] and isinstance(at, datetime):
        last = days.local_day(at + values[str(board.length)], zone)
    name = values.get(state.obj.name)
    token = state.token()
    drawn: CalendarEntry = {
        "id": str(row.id),
        "version": row.version,
        "title": (name.label if isinstance(name, Link) else str(name or "")) or f"{state.obj.label} {row.id}",
        "page_url": addresses.record_url(state.obj, row.id, **{"in": token}),
        "panel_url": addresses.panel_url(state.obj, row.id, **{"in": token}),
    }
    if isinstance(at, datetime):
        drawn["time"] = format_time(at.astimezone(zone), "short", locale=reader.current().babel)
    if board.length and values[str(board.length)]:
        drawn["length"] = formats.duration(values[str(board.length)])
    if board.tone is not None and isinstance(board.tone.field, Choice):
        option = board.tone.field.option(values[str(board.tone)] or "")
        if option is not None:
            drawn |= {"tone": option.tone, "state": str(option.label)}
    if board.done is not None and values[str(board.done)]:
        drawn["done"] = True
    return Placed(row, Span(first, max(first, last)), drawn)


def _week(
    request: Request, state: State, board: Board, mode: str, here: date, week: list[date], entries: list[Placed],
    counts: dict[date, int],
) -> dict[str, Any]:  # fmt: skip
    thursday = days.thursday(week[0])
    return {
        "number": thursday.isocalendar().week,
        "url": state.url("calendar", mode="week", day=week[0].isoformat(), **_kept(state, board)),
        "days": [_day(request, state, board, mode, here, day, entries, counts) for day in week],
    }


def _day(
    request: Request, state: State, board: Board, mode: str, here: date, day: date, entries: list[Placed],
    counts: dict[date, int],
) -> CalendarDay:  # fmt: skip
    mine = [_on(one, day) for one in entries if one.span.first <= day <= one.span.last]
    most = len(mine) if mode != "month" else SHOWN if len(mine) > SHOWN + 1 else len(mine)
    drawn: CalendarDay = {
        "iso": day.isoformat(),
        "number": str(day.day),
        "name": formats.date_text(day, "full"),
        "url": state.url("calendar", mode="agenda", day=day.isoformat(), **_kept(state, board)),
        "entries": mine,
        "shown": most,
        "more": max(0, counts.get(day, 0) - most),
        "today": day == today(request.actor.culture.tz),
        "outside": mode == "month" and day.month != here.month,
    }
    if drawn["number"] == "1" and mode == "month":
        drawn["number"] = format_skeleton("MMMd", day, locale=reader.current().babel)
    if new_url(request, state.obj) and str(board.at) in access.writable(request.actor, state.obj):
        drawn["new_url"] = addresses.with_query(
            new_url(request, state.obj), {str(board.at): days.typed(board.at.field, day)}
        )
    return drawn


def _on(one: Placed, day: date) -> CalendarEntry:
    """An entry on one of its days: where it begins it can be taken, on the others it goes on."""
    if one.span.first == one.span.last:
        return one.drawn
    drawn: CalendarEntry = {**one.drawn, "begins": day == one.span.first, "ends": day == one.span.last}
    if day != one.span.first:
        drawn.pop("time", None)
    drawn["spans"] = True
    return drawn


# --- around it --------------------------------------------------------------------------------------------------------


def _kept(state: State, board: Board) -> dict[str, str]:
    return {"group": str(board.at)} if state.group == str(board.at) else {}


def _heading(mode: str, here: date, span: Span) -> str:
    locale = reader.current().babel
    if mode == "month":
        return str(format_date(here, "LLLL y", locale=locale))
    words = f"{formats.date_text(span.first, 'long')} – {formats.date_text(span.last, 'long')}"
    if mode == "week":
        return _("Week {n}, {days}").format(n=days.thursday(span.first).isocalendar().week, days=words)
    return words


def _steps(state: State, mode: str, here: date) -> dict[str, str]:
    """Where back, today and forward lead."""
    back, forth = days.neighbours(mode, here, AGENDA_DAYS)
    return {
        "back": state.url("calendar", mode=mode, day=back.isoformat()),
        "today": state.url("calendar", mode=mode),
        "forth": state.url("calendar", mode=mode, day=forth.isoformat()),
    }


def _modes(state: State, mode: str, here: date) -> list[Anchor]:
    words = {"month": _("Month"), "week": _("Week"), "agenda": _("Agenda")}
    return [
        {"label": words[one], "href": state.url("calendar", mode=one, day=here.isoformat()), "current": one == mode}
        for one in MODES
    ]


def _field_menu(actor: Actor, state: State, board: Board, mode: str, here: date) -> list[MenuItem]:
    """The other dates the records could stand by."""
    known = access.readable(actor, state.obj)
    return [
        {
            "label": str(known[key].label),
            "href": state.url("calendar", group=key, mode=mode, day=here.isoformat()),
            "icon": "check" if key == str(board.at) else "calendar",
        }
        for key in states.day_fields(state.obj)
        if key in known
    ]


def _weekdays() -> list[dict[str, str]]:
    names = get_day_names("abbreviated", locale=reader.current().babel)
    full = get_day_names("wide", locale=reader.current().babel)
    return [{"short": names[number % 7], "full": full[number % 7]} for number in days.order()]


urlpatterns = [path("<obj:obj>/calendar", calendar_page, name="calendar")]
