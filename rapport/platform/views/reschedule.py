"""Another day for a record of the calendar: its date is written as any other field, with Undo; its end moves along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, records
from rapport.platform.events.models import Event
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, days, errors
from rapport.platform.views import state as states
from rapport.platform.views.http import Request, last_event, number_of, page, render, stay, toast, version_of
from rapport.platform.views.meanwhile import conflict_field
from rapport.ui import formats, reader

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from rapport.platform.fields import Field


@page(methods=("POST",))
def calendar_move(request: Request, obj: Object) -> HttpResponse:
    """Put a record on another `day` of the reader's calendar; the hour of its clock stays."""
    record = access.find(request.actor, obj, number_of(request.POST.get("id")), "edit")
    concrete = registry.of_record(record)
    key = request.POST.get("field", "")
    field = access.writable(request.actor, concrete).get(key)
    day = days.parse(request.POST.get("day", ""))
    if field is None or key not in states.day_fields(obj) or day is None:
        raise access.NotFound(_("There is nothing to move here."))
    values = _moved(request, concrete, record, field, day)
    try:
        updated = _write(request, concrete, record, key, values)
    except records.Conflict as conflict:
        return _conflict(request, concrete, conflict, field, values[key])
    except ValidationError as error:
        return errors.invalid(request, errors.messages(error, {one: str(f.label) for one, f in obj.fields.items()}))
    words = _("{name} is on {day}.").format(name=concrete.title(updated), day=formats.date_text(day, "full"))
    return stay(request, toast(words, undo=last_event(request, updated)), changed=f"{obj.key}-{record.pk}", close=False)


def _moved(request: Request, obj: Object, record: Any, field: Field[Any], day: date) -> dict[str, Any]:
    """The new date, and the end of a span that moves along where the reader may write it."""
    zone, at = reader.current().tz, field.read(record)
    if at is None:
        raise access.NotFound(_("There is nothing to move here."))
    by = day - days.local_day(at, zone)
    values: dict[str, Any] = {field.key: days.moved(at, by, zone)}
    said = obj.calendar or obj.base.calendar
    if said is not None and said.at == field.key and said.until in access.writable(request.actor, obj):
        until = obj.field(said.until)
        if (there := until.read(record)) is not None:
            values[said.until] = days.moved(there, by, zone)
    return values


def _write(request: Request, obj: Object, record: Any, key: str, values: dict[str, Any]) -> Any:
    """Other changes since the page was drawn do not stop a move; another day given by somebody else does."""
    version = version_of(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                return records.update(request.actor, record, values, version=version)
        except records.Conflict:
            since = Event.objects.filter(object=obj.access_key, record_id=record.pk, version__gt=version or 0)
            if any(key in changes for changes in since.values_list("changes", flat=True)[:100]):
                raise
            return records.update(request.actor, record, values)


def _conflict(request: Request, obj: Object, conflict: records.Conflict, field: Field[Any], mine: Any) -> HttpResponse:
    """Both days; the answer goes where an edit in place goes."""
    current = obj.model._default_manager.get(pk=conflict.record.pk)
    context = {
        "fields": [conflict_field(field, mine, field.read(current), None)],
        "action": reverse("inline", args=(obj, current.pk)),
        "version": current.version,
        "title": obj.title(current),
        "hidden": {"field": field.key, "whole": "1"},
        "back": addresses.list_url(obj, "calendar"),
    }
    return render(request, "platform/conflict.html", context, status=409)


urlpatterns = [path("<obj:obj>/calendar/move", calendar_move, name="calendar_move")]
