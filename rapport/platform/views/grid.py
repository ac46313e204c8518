"""The list as a spreadsheet: many cells in one request, each with its fate; the rows come back as they are now.

`POST …/cells` takes `cells` (JSON: [{"id", "field", "value", "version"}]) and `columns`, and answers with JSON: `rows`
(HTML by id), `cells` (those not applied, with the reason), `dialog` (both values where somebody else was quicker). The
toast and its Undo, which takes back all of it, come in the header.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import labels, runs
from rapport.platform.fields import Address, Field, MultiChoice, Ref, Reference, ReferenceMany, Tags
from rapport.platform.objects import Object
from rapport.platform.query.plan import MAX_LIMIT
from rapport.platform.views import cells as drawn_cells
from rapport.platform.views import table
from rapport.platform.views.fields import raw_of, raw_text
from rapport.platform.views.http import Request, number_of, page, toast, with_toast
from rapport.platform.views.pick import NEW, create_missing
from rapport.ui import formats
from rapport.ui.rows import rows_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.runs import Cell, CellFate, Run
    from rapport.ui.shapes import ConflictField, Toast

LONGEST = 2_000_000


@page(methods=("POST",))
def fill_cells(request: Request, obj: Object) -> HttpResponse:
    """Fill cells: a paste, a fill down, a clearing."""
    return _fill(request, obj, _sent(request.POST.get("cells", "")))


@page(methods=("POST",))
def choose_cells(request: Request, obj: Object) -> HttpResponse:
    """What was chosen where somebody else was quicker: each answer is named "id:field", "seen:id" is the version."""
    chosen = []
    for name, raw in request.POST.items():
        ident, colon, key = name.partition(":")
        pk = number_of(ident)
        if colon and pk is not None:
            field = obj.fields.get(key)
            value = raw if field is None else raw_of(field, {key: raw})
            chosen.append(runs.Cell(pk, key, value, number_of(request.POST.get(f"seen:{pk}"))))
    return _fill(request, obj, chosen)


def _sent(text: str) -> list[Cell]:
    """The cells a script sends. Raises ValidationError for anything else."""
    wrong = ValidationError(_("These cells cannot be read. Nothing was changed."))
    try:
        found = json.loads(text[:LONGEST])
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise wrong
    cells = []
    for one in found:
        pk, version = number_of(str(one.get("id", ""))), number_of(str(one.get("version") or ""))
        if pk is None or not isinstance(one.get("field"), str) or not isinstance(one.get("value"), str):
            raise wrong
        cells.append(runs.Cell(pk, one["field"], one["value"], version))
    return cells


def _fill(request: Request, obj: Object, asked: Sequence[Cell]) -> HttpResponse:
    def read(field: Field[Any], raw: Any) -> Any:
        """As a person writes it: the name of a record, the label of an answer, several with commas."""
        if isinstance(raw, str) and isinstance(field, MultiChoice | ReferenceMany | Tags | Address):
            raw = raw_of(field, {field.key: raw})
        if isinstance(field, Reference | ReferenceMany) and not str(raw).startswith(NEW):
            return create_missing(request.actor, field, raw)
        return raw

    run, fates = runs.fill(request.actor, obj, asked, request.actor.culture, read=read)
    ids = list(dict.fromkeys(cell.record_id for cell in asked))[:MAX_LIMIT]
    drawn = table.some_rows(request, obj, ids, request.POST.get("columns", ""))
    bulk = request.actor.may(obj, "mass") != "none"
    content = {
        "rows": {line["id"]: rows_html(drawn.columns, [line], bulk) for line in drawn.rows},
        "cells": [
            {"id": fate.record_id, "field": fate.key, "outcome": fate.outcome, "reason": fate.reason}
            for fate in fates
            if fate.outcome in (runs.REFUSED, runs.CONFLICT)
        ],
        "dialog": _conflicts(request, obj, [fate for fate in fates if fate.outcome == runs.CONFLICT]),
    }
    answer = HttpResponse(json.dumps(content), content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return with_toast(answer, _told(run, fates))


def _told(run: Run, fates: Sequence[CellFate]) -> Toast:
    """ "198 cells filled, 2 refused", with Undo for all of them."""
    done = sum(fate.outcome == runs.CHANGED for fate in fates)
    refused = sum(fate.outcome == runs.REFUSED for fate in fates)
    words = ngettext("{n} cell filled.", "{n} cells filled.", done).format(n=formats.number(done))
    if refused:
        words += " " + ngettext("{n} was refused: it says why.", "{n} were refused: they say why.", refused).format(
            n=formats.number(refused)
        )
    told = toast(words, "warn" if refused else "good")
    if done:
        told["undo_url"] = reverse("undo_run", args=(run.pk,))
    return told


def _conflicts(request: Request, obj: Object, fates: Sequence[CellFate]) -> str:
    """A dialog with both values of every cell that somebody else changed meanwhile; "" where none was."""
    if not fates:
        return ""
    ids = list(dict.fromkeys(fate.record_id for fate in fates))
    known = labels.names(request.actor, [Ref(obj.base.key, pk) for pk in ids])
    versions = dict(obj.model._default_manager.filter(pk__in=ids).values_list("pk", "version"))
    shown: list[ConflictField] = []
    for fate in fates:
        field = obj.field(fate.key)
        shown.append(
            {
                "name": f"{fate.record_id}:{fate.key}",
                "label": f"{known.text(Ref(obj.base.key, fate.record_id))} · {field.label}",
                "mine": drawn_cells.text(field, fate.mine),
                "theirs": drawn_cells.text(field, fate.theirs),
                "mine_raw": raw_text(field, fate.mine),
                "theirs_raw": raw_text(field, fate.theirs),
            }
        )
    context = {
        "fields": shown,
        "action": reverse("cells_chosen", args=(obj,)),
        "version": "",
        "title": obj.plural,
        "hidden": {f"seen:{pk}": str(version) for pk, version in versions.items()},
        "fragment": True,
    }
    return render_to_string("platform/conflict.html", context, request)


urlpatterns = [
    path("<obj:obj>/cells", fill_cells, name="cells"),
    path("<obj:obj>/cells/chosen", choose_cells, name="cells_chosen"),
]
