"""Doing something with one record: its Actions with their questions, another stage, archive and restore.

A refusal that names fields of the record (a gate: "Proposal needs an amount") becomes a dialog that asks for just
these; what is answered there and the act itself are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, actions, records
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, cells, errors, share, stages
from rapport.platform.views.fields import form_field, names_for, raw_of
from rapport.platform.views.forms import read_values
from rapport.platform.views.http import (
    Request,
    body,
    came_from,
    go,
    is_fragment,
    last_event,
    page,
    render,
    stay,
    target,
    toast,
    version_of,
)
from rapport.platform.views.layouts import by_field
from rapport.platform.views.pick import create_missing

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.actions import Action
    from rapport.ui.shapes import FieldError, FormField

GATE = "gate"


@page(methods=("GET", "POST"))
def act(request: Request, obj: Object, pk: int, key: str) -> HttpResponse:
    """An Action: its questions (GET), or doing it (POST)."""
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    action = concrete.action(key)
    if action is None:
        raise access.NotFound(_("There is no such action."))
    if request.method != "POST":
        prefilled = {one.key: request.GET[one.key] for one in action.parameters if one.key in request.GET}
        return _ask(request, concrete, record, action, prefilled, [], proposed=_proposed(request, record, action))
    sent = body(request)
    try:
        result = _gated(request, concrete, record, sent, lambda: _run(request, concrete, record, action, sent))
    except ValidationError as error:
        found = errors.messages(error, {one.key: str(one.field.label) for one in action.parameters})
        return _ask(request, concrete, record, action, sent, found, status=422)
    return _done(request, concrete, record, str(action.label), result)


def _proposed(request: Request, record: Any, action: Action) -> Mapping[str, Any]:
    return action.prefill(request.actor, record) if action.prefill else {}


def _run(request: Request, obj: Object, record: Any, action: Action, sent: Mapping[str, Any]) -> Any:
    raw: dict[str, Any] = {}
    for one in action.parameters:
        found = create_missing(request.actor, one.field, raw_of(one.field, sent, one.key))
        # What was not on the form keeps the default of the function; an emptied answer is an answer.
        if found not in ("", []) or one.key in sent:
            raw[one.key] = found
    values = actions.parse(action, raw, request.actor.culture)
    return actions.run(
        request.actor, obj, record, action.key, values, version=None if sent.get(GATE) else version_of(request)
    )


def _gated(request: Request, obj: Object, record: Any, sent: Mapping[str, Any], do: Callable[[], Any]) -> Any:
    """Write the fields a gate asked for, then do it; both or neither."""
    asked = [key for key in str(sent.get(GATE) or "")[:2_000].split(",") if key in access.writable(request.actor, obj)]
    with transaction.atomic():
        if asked:
            records.update(request.actor, record, read_values(request, obj, asked, sent), version=version_of(request))
        return do()


def _ask(
    request: Request,
    obj: Object,
    record: Any,
    action: Action,
    sent: Mapping[str, Any],
    found: list[FieldError],
    *,
    status: int = 200,
    proposed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The dialog of an Action, with the fields of the record that a gate misses below its own questions."""
    said = by_field(found)
    stands = {one.key: raw_of(one.field, sent, one.key) for one in action.parameters} | dict(proposed or {})
    known = names_for(request.actor, [(one.field, stands[one.key]) for one in action.parameters])
    fields: list[FormField] = []
    for one in action.parameters:
        raw = raw_of(one.field, sent, one.key) if one.key in sent or found else None
        value = (proposed or {}).get(one.key, one.default)
        fields.append(
            form_field(
                request.actor,
                obj,
                one.field,
                value=value,
                raw=raw,
                error=said.get(one.key, ""),
                name=one.key,
                known=known,
                required=one.required,
            )
        )
    gate = [
        key
        for key in said
        if key in access.writable(request.actor, obj) and key not in {one.key for one in action.parameters}
    ]
    fields += missing(request, obj, record, gate, sent, said)
    hidden = {GATE: ",".join(gate)} if gate else {}
    return _dialog(
        request, obj, record, str(action.label), fields, found, hidden, intro=str(action.help), status=status
    )


def missing(
    request: Request, obj: Object, record: Any, keys: list[str], sent: Mapping[str, Any], said: Mapping[str, str]
) -> list[FormField]:
    """Controls for fields of the record that something else needs first."""
    known = access.writable(request.actor, obj)
    drawn = []
    for key in keys:
        raw = raw_of(known[key], sent) if key in sent else None
        control = form_field(
            request.actor, obj, known[key], value=known[key].read(record), raw=raw, error=said[key], required=True
        )
        drawn.append(control)
    return drawn


def _dialog(
    request: Request,
    obj: Object,
    record: Any,
    title: str,
    fields: list[FormField],
    found: list[FieldError],
    hidden: Mapping[str, str],
    *,
    intro: str = "",
    submit: str = "",
    status: int = 200,
) -> HttpResponse:
    in_panel = target(request) == "panel-body" or request.POST.get("place") == "panel"
    back = came_from(request, addresses.record_url(obj, record.pk))
    if fields:
        fields[0]["autofocus"] = True
    context = {
        "id": "act",
        "title": title,
        "subtitle": obj.title(record),
        "intro": intro,
        "fields": fields,
        "errors": found,
        "action": request.path,
        "hidden": {**hidden, **({"place": "panel"} if in_panel else {})},
        "version": record.version,
        "submit": submit or title,
        "back": back,
        "cancel": back,
        "in_panel": in_panel,
        "form_only": is_fragment(request) and status == 422,
    }
    template = "platform/record/form.html" if in_panel else "platform/dialog_form.html"
    return render(request, template, context, status=status)


def _done(request: Request, obj: Object, record: Any, label: str, result: Any) -> HttpResponse:
    """Say it with Undo; the page shows the record anew. A plain request goes to the record."""
    message = toast(_("{action}: done.").format(action=label), undo=last_event(request, record))
    if not is_fragment(request):
        return go(request, addresses.record_url(obj, record.pk), message)
    return stay(request, message, changed=f"{obj.key}-{record.pk}")


# --- stages ---------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def stage(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Put a record into another stage of its board; a gate asks for what is missing."""
    record = access.find(request.actor, obj, pk, "edit")
    concrete = registry.of_record(record)
    field = stages.by_field(request.actor, concrete)
    if field is None or field.key not in access.writable(request.actor, concrete):
        raise access.NotFound(_("There is nothing to move here."))
    if request.method != "POST":
        return go(request, addresses.record_url(concrete, pk))
    sent = body(request)
    raw = sent.get("stage") or sent.get(field.key) or ""
    try:
        values = records.parse(request.actor, concrete, {field.key: raw}, request.actor.culture)
        version = None if sent.get(GATE) else version_of(request)
        _gated(request, concrete, record, sent, lambda: records.update(request.actor, record, values, version=version))
    except ValidationError as error:
        return _gate(request, concrete, record, field, str(raw), error, sent)
    return _done(request, concrete, record, str(field.label), record)


def _gate(
    request: Request, obj: Object, record: Any, field: Any, raw: str, error: ValidationError, sent: Mapping[str, Any]
) -> HttpResponse:
    found = errors.messages(error, {key: str(one.label) for key, one in obj.fields.items()})
    said = by_field(found)
    keys = [key for key in said if key in access.writable(request.actor, obj) and key != field.key]
    if not keys:
        return errors.invalid(request, found)
    fields = missing(request, obj, record, keys, sent, said)
    hidden = {GATE: ",".join(keys), "stage": raw}
    intro = _("Something is missing before this move. Nothing was changed yet.")
    where = cells.text(field, field.parse(raw, request.actor.culture))
    title = f"{field.label}: {where}"
    return _dialog(request, obj, record, title, fields, [], hidden, intro=intro, submit=_("Move"), status=422)


# --- away and back --------------------------------------------------------------------------------------------------


@page(methods=("POST",))
def archive(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Put a record away."""
    record = records.archive(request.actor, access.find(request.actor, obj, pk))
    return _moved(request, record, _("Archived. It is out of lists and search, with its whole history kept."))


@page(methods=("POST",))
def restore(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Bring it back."""
    record = records.restore(request.actor, access.find(request.actor, obj, pk))
    return _moved(request, record, _("Brought back as it was."))


def _moved(request: Request, record: Any, words: str) -> HttpResponse:
    obj = registry.of_record(record)
    message = toast(words, undo=last_event(request, record))
    return go(request, addresses.record_url(obj, record.pk), message)


urlpatterns = [
    path("<obj:obj>/<int:pk>/actions/<str:key>", act, name="action"),
    path("<obj:obj>/<int:pk>/stage", stage, name="stage"),
    path("<obj:obj>/<int:pk>/archive", archive, name="archive"),
    path("<obj:obj>/<int:pk>/restore", restore, name="restore"),
    *share.urlpatterns,
]
