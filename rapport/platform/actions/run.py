"""Running a verb: parse, right, offered?, guard, then the function; all in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform import guards
from rapport.platform.access import NotFound, allows, find
from rapport.platform.records.refer import check_references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.actions.declare import Action
    from rapport.platform.culture import Culture
    from rapport.platform.objects import Object
    from rapport.platform.record import Record


def parse(action: Action, raw: Mapping[str, object], culture: Culture) -> dict[str, Any]:
    """Raw answers to Python values. Raises ValidationError by parameter; unknown names are errors too."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    known = {parameter.key for parameter in action.parameters}
    for key in raw:
        if key not in known:
            errors[str(key)[:60]] = [_("This is not asked for here.")]
    for parameter in action.parameters:
        if parameter.key not in raw:
            if parameter.required:
                errors[parameter.key] = [_("Enter a value for “%(field)s”.") % {"field": parameter.field.label}]
            continue
        try:
            value = parameter.field.parse(raw[parameter.key], culture)
        except ValidationError as error:
            errors[parameter.key] = error.messages
            continue
        if parameter.required and parameter.field.is_empty(value):
            errors[parameter.key] = [_("Enter a value for “%(field)s”.") % {"field": parameter.field.label}]
        elif not parameter.field.is_empty(value) or parameter.default is None:
            values[parameter.key] = value
    if errors:
        raise ValidationError(errors)
    return values


def allowed(actor: Actor, obj: Object, record: Record, action: Action) -> bool:
    """Whether the verb is offered: the right on this record, and its `when`."""
    return offered(record, action) and allows(actor, obj, record, action.needs)


def offered(record: Record, action: Action) -> bool:
    """Whether the record is in a state in which the verb makes sense."""
    return action.when is None or action.when(record)


def run(
    actor: Actor, obj: Object, record: Record | int, key: str, values: Mapping[str, Any], *, version: int | None = None
) -> Any:
    """Do it. Raises NotFound (foreign or missing record, unknown verb), ValidationError, PermissionDenied, Conflict.

    `values` are Python values by parameter; references are ids and are checked for visibility here.
    """
    from rapport.platform.records.write import check_version

    action = obj.action(key)
    if action is None:
        raise NotFound(_("There is no such action."))
    with transaction.atomic():
        found = find(actor, obj, record if isinstance(record, int) else record.pk, "read")
        found = find(actor, obj, found.pk, action.needs) if action.needs != "read" else found
        check_version(obj, found, version, values)
        if not offered(found, action):
            raise ValidationError(_("“%(action)s” is not possible in this state.") % {"action": action.label})
        ready = check_references(
            actor, {parameter.key: parameter.field for parameter in action.parameters}, values, fetch=True
        )
        guards.ask(f"{obj.access_key}.{key}", actor, found, ready)
        return action.function(actor, found, **ready)
