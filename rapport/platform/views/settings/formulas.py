"""The editor of a formula: read as one types, with what it comes to for some records, and what may come next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.access import NotFound
from rapport.platform.custom.objects import only_keepers
from rapport.platform.formula import completion, parse
from rapport.platform.formula.ast import Expression
from rapport.platform.formula.field import CLASSES, computed, for_class, read
from rapport.platform.formula.graph import all_reads, check_cycles
from rapport.platform.formula.typing import named
from rapport.platform.objects import Object, registry
from rapport.platform.query import schema
from rapport.platform.query.errors import QueryError
from rapport.platform.views import cells
from rapport.platform.views.filter_bar import error_text
from rapport.platform.views.http import Request, number_of, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

SHOWN = 5
LONGEST = 6_000


@page(methods=("POST",))
def check(request: Request, key: str) -> HttpResponse:
    """What is wrong with the formula and where; or its type in words and what it comes to for the newest records."""
    only_keepers(request.actor, None, {})
    obj = _object(key)
    text = request.POST.get("formula", "")[:LONGEST]
    context: dict[str, Any] = {"fragment": True, "blank": not text.strip(), "error": None, "rows": []}
    if text.strip():
        context |= _read(request, obj, text, request.POST.get("key", "")[:60])
    return render(request, "platform/settings/formula_check.html", context)


def _object(key: str) -> Object:
    if not registry.has(key):
        raise NotFound(_("There is no such kind of record."))
    return registry.get(key).base


def _read(request: Request, obj: Object, text: str, key: str) -> dict[str, Any]:
    try:
        expression = parse(request.actor, obj, text)
        check_cycles(obj, key, expression)
        list(all_reads(obj, expression))
    except QueryError as error:
        at, end = error.at, error.at + error.length
        return {"error": error_text(error), "before": text[:at], "part": text[at:end], "after": text[end:]}
    kind = named(expression.type)
    comes = _("Comes to {type} in {currency}.") if expression.type.of else _("Comes to {type}.")
    return {
        "comes": comes.format(type=kind, currency=expression.type.of),
        "rows": _preview(request, obj, text, expression),
    }


def _preview(request: Request, obj: Object, text: str, expression: Expression) -> list[dict[str, str]]:
    """The records changed last, as the administrator sees them, with what the formula comes to."""
    cls: Any = CLASSES[expression.type.kind][0]
    given = request.POST.get("places", "")
    places = (
        {"places": min(int(given), 8)}
        if given.isascii() and given.isdigit() and expression.type.kind == "number"
        else {}
    )
    field: Any = computed(cls)("", read_only=True, **for_class(cls, places))
    field.key, field.home, field.formula = "formula", obj.key, text
    name = [obj.name] if obj.name in schema.fields(request.actor, obj) else []
    page = query.rows(request.actor, query.plan(request.actor, obj, "", select=name, sort="-updated_at", limit=SHOWN))
    values = read(request.actor, obj, {"formula": field}, [row.id for row in page.rows])["formula"]
    return [
        {
            "name": str(row.values[0]) if name and row.values[0] else f"{obj.label} {row.id}",
            "value": cells.text(field, values.get(row.id)) or "–",
        }
        for row in page.rows
    ]


@page
def complete(request: Request, key: str) -> HttpResponse:
    """What may stand where the cursor is."""
    only_keepers(request.actor, None, {})
    text, at = request.GET.get("text", "")[:LONGEST], number_of(request.GET.get("at"))
    found = completion.complete(request.actor, _object(key), text, at)
    items = [
        {
            "label": item.label,
            "insert": item.text,
            "start": found.start,
            "end": found.end,
            "note": item.detail,
            "kind": item.kind,
        }
        for item in found.items[:12]
    ]
    return render(request, "platform/completions.html", {"items": items, "fragment": True})


urlpatterns = [
    path("settings/fields/of/<slug:key>/formula", check, name="settings_formula_check"),
    path("settings/fields/of/<slug:key>/formula/words", complete, name="settings_formula_words"),
]
