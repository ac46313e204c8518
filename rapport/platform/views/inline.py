"""Editing one field where it stands: a cell of a list, a fact of a record. Answers with the row or fact as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import access, records
from rapport.platform.audit import watch
from rapport.platform.fields import Ref
from rapport.platform.formula import conditions
from rapport.platform.labels import names
from rapport.platform.objects import Object, registry
from rapport.platform.views import errors, facts, table
from rapport.platform.views.fields import form_field, raw_of, raw_text, refs_of
from rapport.platform.views.http import (
    Request,
    body,
    is_fragment,
    last_event,
    page,
    render,
    stay,
    toast,
    version_of,
    with_toast,
    with_trigger,
)
from rapport.platform.views.meanwhile import conflict_field
from rapport.platform.views.pick import create_missing

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.fields import Field


@page(methods=("GET", "POST"))
def inline(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The editor of one field (GET), or its new value (POST)."""
    record = access.find(request.actor, obj, pk, "edit")
    concrete = registry.of_record(record)
    field = _field(request, concrete, request.POST.get("field") or request.GET.get("field") or "")
    if request.method == "POST":
        return _save(request, concrete, record, field)
    if field.key in conditions.locked(concrete, record):
        raise PermissionDenied(conditions.why_locked(request.actor, concrete, field.key))
    value = field.read(record)
    watch.shown(request.actor, concrete, record.pk, {field.key: field}, {field.key: value})
    control = form_field(request.actor, concrete, field, value=value)
    control["autofocus"] = True
    return render(
        request,
        "platform/record/inline.html",
        {"field": control, "title": concrete.title(record), "version": record.version},
    )


def _field(request: Request, obj: Object, key: str) -> Field[Any]:
    """A field this actor may write. Hidden and unknown ones get the same answer."""
    found = access.writable(request.actor, obj).get(key)
    if found is not None:
        return found
    if key in access.readable(request.actor, obj):
        raise PermissionDenied(_("This field cannot be set."))
    raise access.NotFound(_("There is no such field."))


def _save(request: Request, obj: Object, record: Any, field: Field[Any]) -> HttpResponse:
    sent = body(request, without=("field",))
    if field.key not in sent and "value" in sent:
        sent[field.key] = sent["value"]
    try:
        with transaction.atomic():
            raw = create_missing(request.actor, field, raw_of(field, sent))
            value = records.parse(request.actor, obj, {field.key: raw}, request.actor.culture)[field.key]
            updated = records.update(request.actor, record, {field.key: value}, version=version_of(request))
    except records.Conflict as conflict:
        return _conflict(request, obj, conflict, field)
    except ValidationError as error:
        labels = {key: str(one.label) for key, one in obj.fields.items() if key != field.key}
        return errors.invalid(request, errors.messages(error, labels))
    return _answer(request, obj, updated, field)


def _conflict(request: Request, obj: Object, conflict: records.Conflict, field: Field[Any]) -> HttpResponse:
    """Somebody changed the record meanwhile: only the same field is worth a question."""
    current = obj.model._default_manager.get(pk=conflict.record.pk)
    mine, theirs = conflict.yours.get(field.key), field.read(current)
    was = request.POST.get("was")
    if field.plain(mine) == field.plain(theirs) or (was is not None and raw_text(field, theirs) == was):
        updated = records.update(request.actor, current, {field.key: mine}, version=current.version)
        return _answer(request, obj, updated, field)
    context = {
        "fields": [conflict_field(field, mine, theirs, None)],
        "action": request.get_full_path(),
        "version": current.version,
        "title": obj.title(current),
        "hidden": {"field": field.key, "whole": "1"},
    }
    return render(request, "platform/conflict.html", context, status=409)


def _answer(request: Request, obj: Object, record: Any, field: Field[Any]) -> HttpResponse:
    """The row of a list when the address names its columns, else the fact."""
    event = last_event(request, record)
    message = toast(_("{field} saved.").format(field=field.label), undo=event) if event else None
    if not is_fragment(request) or request.POST.get("whole"):
        return stay(request, message, changed=f"{obj.key}-{record.pk}")
    columns = request.GET.get("columns", "")
    if columns:
        drawn = table.one_row(request, obj, record.pk, columns)
        response = render(
            request,
            "platform/record/row.html",
            {"columns": drawn.columns, "row": drawn.rows[0], "bulk": request.actor.may(obj, "mass") != "none"},
        )
    else:
        response = render(request, "platform/record/fact.html", _fact(request, obj, record, field))
        if conditions.conditional(obj):  # the other facts may be shown or locked otherwise now
            with_trigger(response, changed={"id": f"{obj.key}-{record.pk}"})
    return with_toast(response, message) if message else response


def _fact(request: Request, obj: Object, record: Any, field: Field[Any]) -> dict[str, Any]:
    fresh = obj.model._default_manager.get(pk=record.pk)
    value = field.read(fresh)
    origin = facts.Origin("web", fresh.updated_at or now(), request.actor.user_id, "")
    who = [Ref("user", request.actor.user_id)] if request.actor.user_id else []
    known = names(request.actor, [*refs_of(field, value), *who])
    drawn = facts.fact(field, value, known, origin, of=f"{obj.base.key}-{fresh.pk}", editable=True)
    return {"fact": drawn, "version": fresh.version}


urlpatterns = [path("<obj:obj>/<int:pk>/field", inline, name="inline")]
