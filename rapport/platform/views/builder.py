"""The filter built by clicking: rows of field, comparison and value, joined by and / or; the text of the bar both ways.

What no row can show (brackets, related records, not) is a row in words, so nothing of a filter is ever lost here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.query import QueryError
from rapport.platform.views.addresses import list_url
from rapport.platform.views.filter_bar import asked_object, error_text
from rapport.platform.views.http import Request, go, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.objects import Object
    from rapport.ui.shapes import BuilderRow, Choice, FieldError

WORDS = "~"
MOST = 50
LONGEST = 2_000
CARRIED = ("view", "sort", "columns", "group", "layout")
Line = dict[str, str]


@page
def builder(request: Request) -> HttpResponse:
    """The dialog; each change of a field or a click draws it anew, "apply" goes to the list."""
    obj = asked_object(request)
    lines, wrong = _sent(request) if "rows" in request.GET else _of_text(request, obj)
    do = request.GET.get("do", "")
    if do == "add" or not lines:
        lines.append({"joint": "and", "field": "", "op": "", "value": ""})
    elif do.startswith("remove-") and do[7:].isdigit():
        lines = [line for place, line in enumerate(lines) if place != int(do[7:])]
    elif do == "apply":
        text, wrong = _text(request, obj, lines)
        if not wrong:
            return go(request, _list_with(request, obj, text))
    offers = {offer["key"]: offer for offer in query.builder_fields(request.actor, obj)}
    found: list[FieldError] = [{"text": words} for words in wrong.values()]
    context = {
        "rows": [_row(line, offers, wrong.get(place, "")) for place, line in enumerate(lines)],
        "fields": [{"value": key, "label": offer["label"]} for key, offer in offers.items()]
        + [{"value": WORDS, "label": _("in words")}],
        "action": reverse("builder"),
        "object": obj.key,
        "errors": found,
        "hidden": {key: request.GET[key] for key in CARRIED if request.GET.get(key)},
    }
    return render(request, "platform/builder.html", context)


def _list_with(request: Request, obj: Object, text: str) -> str:
    layout = "board" if request.GET.get("layout") == "board" and obj.board else "list"
    carried = {key: request.GET.get(key) for key in CARRIED if key != "layout"}
    url = list_url(obj, layout, **carried, q=text)
    return url if text else f"{url}{'&' if '?' in url else '?'}q="


def _sent(request: Request) -> tuple[list[Line], dict[int, str]]:
    """The rows of the form. The first row has no joint."""
    fields, ops, values = (request.GET.getlist(name)[:MOST] for name in ("field", "op", "value"))
    joints = ["and", *request.GET.getlist("joint")]
    lines = []
    for place, field in enumerate(fields):
        lines.append(
            {
                "joint": joints[place] if place < len(joints) else "and",
                "field": field,
                "op": ops[place] if place < len(ops) else "",
                "value": values[place][:LONGEST] if place < len(values) else "",
            }
        )
    return lines, {}


def _of_text(request: Request, obj: Object) -> tuple[list[Line], dict[int, str]]:
    """The text of the bar as rows; one in words where it cannot be understood yet."""
    text = request.GET.get("text", "")[:10_000]
    try:
        found = query.to_builder(query.parse(request.actor, obj, text))
    except QueryError as error:
        return [{"joint": "and", "field": WORDS, "op": "", "value": text}], {0: error_text(error)}
    lines: list[Line] = []
    for group in found["rows"] if found["match"] == "any" else [found]:
        inner = group["rows"] if group.get("match") == "all" and "related" not in group else [group]
        for place, row in enumerate(inner):
            lines.append({"joint": "or" if place == 0 else "and", **_line(request, obj, row)})
    return lines, {}


def _line(request: Request, obj: Object, row: dict[str, Any]) -> Line:
    if "field" in row:
        values = [value.get("text", "") if isinstance(value, dict) else _written(value) for value in row["values"]]
        return {"field": row["field"], "op": row["op"], "value": ", ".join(values)}
    words = row.get("text") or str(query.from_builder(request.actor, obj, {"match": "all", "rows": [row]}))
    return {"field": WORDS, "op": "", "value": words}


def _written(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _text(request: Request, obj: Object, lines: list[Line]) -> tuple[str, dict[int, str]]:
    """The filter that the rows mean, "and" binding tighter than "or"; and what is wrong with which row."""
    wrong: dict[int, str] = {}
    groups: list[dict[str, Any]] = []
    for place, line in enumerate(lines):
        row = _data(line)
        if row is None:
            continue
        try:
            query.from_builder(request.actor, obj, {"match": "all", "rows": [row]})
        except QueryError as error:
            wrong[place] = error_text(error)
        if not groups or (line["joint"] == "or" and place > 0):
            groups.append({"match": "all", "rows": []})
        groups[-1]["rows"].append(row)
    if wrong or not groups:
        return "", wrong
    return str(query.from_builder(request.actor, obj, {"match": "any", "rows": groups})), {}


def _data(line: Line) -> dict[str, Any] | None:
    """A row as the query language takes it; None for one that was left empty."""
    if line["field"] == WORDS:
        return {"text": line["value"]} if line["value"].strip() else None
    if not line["field"] or not line["op"]:
        return None
    if line["op"] in ("is empty", "is not empty"):
        return {"field": line["field"], "op": line["op"], "values": []}
    many = line["op"] in ("in", "not in", "between")
    values = [part.strip() for part in line["value"].split(",") if part.strip()] if many else [line["value"].strip()]
    return {"field": line["field"], "op": line["op"], "values": values}


def _row(line: Line, offers: dict[str, dict[str, Any]], error: str) -> BuilderRow:
    """A row as it is drawn; a changed field takes its first comparison."""
    field = line["field"] or next(iter(offers), WORDS)
    offer = offers.get(field)
    if offer is None:
        words: BuilderRow = {"field": WORDS, "ops": [], "value": line["value"], "input": "text"}
        return _joined(words, line, error)
    ops = offer["operators"]
    op = next((one for one in ops if one["op"] == line["op"]), ops[0])
    row: BuilderRow = {
        "field": field,
        "ops": [{"value": one["op"], "label": one["label"], "chosen": one is op} for one in ops],
        "value": line["value"],
        "input": "none"
        if op["widget"] == "none"
        else "number"
        if offer["family"] in ("number", "money", "percent")
        else "text",
    }
    choices = _choices(offer, op["widget"], line["value"])
    if choices:
        row["choices"] = choices
    return _joined(row, line, error)


def _choices(offer: dict[str, Any], widget: str, value: str) -> list[Choice]:
    if widget == "yes_no":
        pairs = [("true", _("Yes")), ("false", _("No"))]
    elif widget in ("select", "multi_select") and offer["options"]:
        pairs = [(option["key"], option["label"]) for option in offer["options"]]
    else:
        return []
    return [
        {"value": key, "label": label, "chosen": key == value.strip().lower() or label == value} for key, label in pairs
    ]


def _joined(row: BuilderRow, line: Line, error: str) -> BuilderRow:
    row["joint"] = "or" if line["joint"] == "or" else "and"
    if error:
        row["error"] = error
    return row


urlpatterns = [path("query/builder", builder, name="builder")]
