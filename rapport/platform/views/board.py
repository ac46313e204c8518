"""The board of an Object that has one: columns with figures, cards in parts, moves through the field's own Action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.base.clock import now
from rapport.base.money import Money
from rapport.platform import access, currencies, query, records
from rapport.platform.events.models import Event
from rapport.platform.fields import MoneyField, Reference
from rapport.platform.objects import Object
from rapport.platform.query import Count
from rapport.platform.views import addresses, cells, errors, fields, filter_bar, lanes
from rapport.platform.views.http import (
    Request,
    body,
    last_event,
    number_of,
    page,
    render,
    toast,
    version_of,
    with_toast,
)
from rapport.platform.views.lanes import Figures, Lane, Layout
from rapport.platform.views.list_ import count_text, new_url, read_state
from rapport.platform.views.view_menu import data_menu, layouts, tabs, view_menu
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.views.state import State
    from rapport.ui.shapes import BoardCard, BoardColumn, FormField, Link

CARDS = 50
STEP, STEP_AT = "next_step", "next_step_at"


@page
def board_page(request: Request, obj: Object) -> HttpResponse:
    """The board; filter, views and tabs are those of the list."""
    state = _state(request, obj)
    found = lanes.layout(request.actor, state)
    counted = lanes.figures(request.actor, found) if state.error is None else {}
    columns = [
        _column(request, state, found, lane, counted.get(lane.id, Figures()))
        for lane in lanes.with_empty(found, counted)
    ]
    number = sum(one.count for one in counted.values())
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
        "groups": _groups(state, found),
        "columns": columns,
        "move_url": _move_url(state, found),
    }
    return render(request, "platform/board.html", context)


@page
def board_column(request: Request, obj: Object) -> HttpResponse:
    """More cards of one column."""
    state = _state(request, obj)
    found = lanes.layout(request.actor, state)
    lane = _lane(found, request.GET.get("lane", ""))
    cards, more = _cards(request, state, found, lane.id, request.GET.get("after", "")[:2_000])
    return render(request, "platform/board_more.html", {"cards": cards, "more_url": more})


def _state(request: Request, obj: Object) -> State:
    access.require(request.actor, obj, "read")
    if obj.board is None:
        raise access.NotFound(_("There is no board of these records."))
    return read_state(request, obj, "board")


def _lane(found: Layout, ident: str) -> Lane:
    known = next((lane for lane in (*found.lanes, Lane(lanes.EMPTY, "")) if lane.id == ident), None)
    if known is None:
        raise access.NotFound(_("There is no such column."))
    return known


def _groups(state: State, found: Layout) -> list[Link]:
    if len(found.groups) < 2:
        return []
    return [
        {"label": one.label, "href": state.url(group=one.id), "current": one.id == found.group} for one in found.groups
    ]


def _move_url(state: State, found: Layout) -> str:
    asked = state.asked(**({"group": found.group} if found.group else {}))
    return addresses.with_query(reverse("board_move", args=(state.obj,)), asked)


# --- columns and cards ------------------------------------------------------------------------------------------------


def _column(request: Request, state: State, found: Layout, lane: Lane, one: Figures) -> BoardColumn:
    cards, more = _cards(request, state, found, lane.id, "") if one.count else ([], None)
    base = currencies.base_currency()
    column: BoardColumn = {
        "id": lane.id,
        "label": lane.label,
        "count": formats.number(one.count),
        "cards": cards,
        "more_url": more,
        "closed": lane.closed,
    }
    if found.board.value and one.count:
        column["total"] = formats.money(Money(one.total, base), short=True)
    if found.board.weight and one.weighted:
        column["weighted"] = formats.money(Money(one.weighted, base), short=True)
    if found.has_steps and one.count and not lane.closed:
        column["share_without"] = round(100 * one.without / one.count)
        column["note"] = (
            ngettext("{n} without next step", "{n} without next step", one.without).format(n=one.without)
            if one.without
            else _("all planned")
        )
    return column


def _cards(request: Request, state: State, found: Layout, lane: str, cursor: str) -> tuple[list[BoardCard], str | None]:
    """The next cards of a lane, and where to ask for more."""
    if state.error is not None:
        return [], None
    names = _names(request, found)
    plan = query.plan(request.actor, state.obj, lanes.in_lane(found, lane), select=names, limit=CARDS, cursor=cursor)
    read = query.rows(request.actor, plan)
    token = state.token()
    cards = [_card(found, row, dict(zip(names, row.values, strict=True)), token) for row in read.rows]
    more = None
    if read.next:
        asked = state.asked(lane=lane, after=read.next, **({"group": found.group} if found.group else {}))
        more = addresses.with_query(reverse("board_column", args=(state.obj,)), asked)
    return cards, more


def _names(request: Request, found: Layout) -> list[str]:
    """What a card shows, as far as this reader may see it."""
    board, obj = found.board, found.obj
    wanted = [obj.name, *board.card, board.value, board.since, board.limit_in_days]
    wanted += [STEP, STEP_AT] if found.has_steps else []
    return list(
        dict.fromkeys(name for name in wanted if name and lanes.known_path(request.actor, obj, name) is not None)
    )


def _card(found: Layout, row: query.Row, values: dict[str, Any], token: str) -> BoardCard:
    obj, board = found.obj, found.board
    card: BoardCard = {
        "id": str(row.id),
        "version": row.version,
        "title": str(values.get(obj.name) or "") or f"{obj.label} {row.id}",
        "page_url": addresses.record_url(obj, row.id, **{"in": token}),
        "panel_url": addresses.panel_url(obj, row.id, **{"in": token}),
    }
    facts: list[str] = []
    for name in board.card:
        if name in values and name not in (obj.name, board.value):
            _put(card, facts, obj, name, values[name])
    days = _days(values.get(board.since))
    if days is not None:
        facts.append(ngettext("{n} d", "{n} d", days).format(n=days))
        limit = values.get(board.limit_in_days)
        if limit is not None and days > limit:
            card["tone"] = "warn"
    if board.value and values.get(board.value) is not None:
        card["value"] = formats.money(values[board.value])
    if found.has_steps:
        drawn = cells.step(values.get(STEP) or "", values.get(STEP_AT))
        card["step"] = {"text": drawn["text"], "tone": cells.step_tone(values.get(STEP_AT))}
    if facts:
        card["facts"] = facts
    return card


def _put(card: BoardCard, facts: list[str], obj: Object, name: str, value: Any) -> None:
    """A field of the card where it belongs: a person as a face, the first other record as subtitle, the rest below."""
    one = obj.fields.get(name)
    if value in (None, "", []) or one is None:
        return
    kind = cells.kind(one)
    if kind == "face":
        card["face"] = cells.text(one, value)
    elif kind == "reference" and "subtitle" not in card:
        card["subtitle"] = cells.text(one, value)
    elif isinstance(one, MoneyField) and "value" not in card:
        card["value"] = formats.money(value)
    else:
        drawn = cells.cell(one, value)
        facts.append(drawn["text"] if isinstance(drawn, dict) else drawn or "")


def _days(since: Any) -> int | None:
    return None if since is None else max(0, (now() - since).days)


# --- moving -----------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
def board_move(request: Request, obj: Object) -> HttpResponse:
    """Put a card into another column: the field is written, by its Action where it has one.

    What the new column asks for and the record lacks is asked in a dialog (422) that posts here again.
    """
    state = _state(request, obj)
    found = lanes.layout(request.actor, state)
    lane = _lane(found, request.POST.get("column", ""))
    pk = number_of(request.POST.get("id"))
    record = access.find(request.actor, obj, pk, "edit")
    before = lanes.lane_key(found.by.field.read(record))
    answers = _answers(request, obj, found.board.by)
    asks = found.asks.get(lane.id, ())
    if asks and before != lane.id and "asked" not in request.POST:
        return _ask(request, obj, record, lane, ValidationError({}), dict.fromkeys(asks))
    try:
        _ensure_answered(obj, asks, answers)
        values = records.parse(request.actor, obj, answers, request.actor.culture)
        moved = _move(request, obj, record, {**values, found.board.by: _value(found, lane)})
    except ValidationError as error:
        return _ask(request, obj, record, lane, error, answers)
    except records.Conflict:
        return errors.invalid(request, [{"text": _("Somebody else moved this card meanwhile. Load the board again.")}])
    counted = lanes.figures(request.actor, found)
    touched = [one for one in lanes.with_empty(found, counted) if one.id in {before, lane.id}]
    columns = [_column(request, state, found, one, counted.get(one.id, Figures())) for one in touched]
    response = render(request, "platform/board_columns.html", {"columns": columns})
    words = _("{name} is in {lane}.").format(name=obj.title(moved), lane=lane.label)
    return with_toast(response, toast(words, undo=last_event(request, moved)))


def _ensure_answered(obj: Object, asks: tuple[str, ...], answers: dict[str, Any]) -> None:
    """The first thing a lane asks for must be said."""
    if asks and asks[0] in answers and answers[asks[0]] in (None, "", []):
        field = obj.field(asks[0])
        raise ValidationError({asks[0]: [_("Enter a value for “{field}”.").format(field=field.label)]})


def _value(found: Layout, lane: Lane) -> Any:
    if lane.id == lanes.EMPTY:
        return found.by.field.empty()
    return int(lane.id) if isinstance(found.by.field, Reference) else lane.id


def _answers(request: Request, obj: Object, by: str) -> dict[str, Any]:
    """What the dialog of a gated column asked for, in raw form."""
    sent = body(request, without=("id", "column", "before", by))
    asked = [key for key in request.POST.get("asked", "").split(",") if key in access.writable(request.actor, obj)]
    return {key: fields.raw_of(obj.field(key), sent) for key in asked[:40] if key != by}


def _move(request: Request, obj: Object, record: Any, values: dict[str, Any]) -> Any:
    """Write it. Other changes since the board was drawn do not stop a move; a move of somebody else does."""
    version = version_of(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                return records.update(request.actor, record, values, version=version)
        except records.Conflict:
            by = obj.board.by if obj.board else ""
            since = Event.objects.filter(object=obj.access_key, record_id=record.pk, version__gt=version or 0)
            if any(by in changes for changes in since.values_list("changes", flat=True)[:100]):
                raise
            return records.update(request.actor, record, values)


def _ask(
    request: Request, obj: Object, record: Any, lane: Lane, error: ValidationError, raw: dict[str, Any]
) -> HttpResponse:
    """A dialog with only the fields that are missing or wrong; a refusal that no field can heal is told in words."""
    labels = {key: str(one.label) for key, one in obj.fields.items()}
    found = errors.messages(error, {})
    writable = access.writable(request.actor, obj)
    wrong = {item["field"]: item["text"] for item in found if "field" in item}
    keys = [key for key in dict.fromkeys((*wrong, *raw)) if key in writable and obj.board and key != obj.board.by]
    if not keys or any(key not in keys for key in wrong):
        return errors.invalid(request, errors.messages(error, labels))
    # What the column named first, or refused, must be said; the rest may.
    must = {*wrong, *(keys[:1] if not wrong else ())}
    shown: list[FormField] = [
        fields.form_field(
            request.actor,
            obj,
            obj.field(key),
            value=obj.field(key).read(record),
            raw=raw.get(key),
            error=wrong.get(key, ""),
            required=key in must,
        )
        for key in keys
    ]
    shown[0]["autofocus"] = True
    hidden = {
        "id": str(record.pk),
        "column": lane.id,
        "asked": ",".join(keys),
        "version": request.POST.get("version", ""),
    }
    context = {
        "title": _("{name} to {lane}").format(name=obj.title(record), lane=lane.label),
        "intro": _("This column asks for a little more:"),
        "fields": shown,
        "errors": [],
        "hidden": hidden,
        "action": request.get_full_path(),
        "submit": _("Move"),
        "back": addresses.list_url(obj, "board"),
        "id": "gate",
    }
    return render(request, "platform/dialog_form.html", context, status=422)


urlpatterns = [
    path("<obj:obj>/board", board_page, name="board"),
    path("<obj:obj>/board/column", board_column, name="board_column"),
    path("<obj:obj>/board/move", board_move, name="board_move"),
]
