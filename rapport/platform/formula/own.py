"""Formulas as own fields: two types of own field, their proof when they are defined, and what follows a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now

from rapport.platform.custom import types
from rapport.platform.custom.types import Lookup, Type
from rapport.platform.fields import Field, Text
from rapport.platform.formula import conditions
from rapport.platform.formula.ast import Expression, RollUp, parts
from rapport.platform.formula.field import CLASSES as RESULTS
from rapport.platform.formula.field import computed, expression_of, for_class, stored_class
from rapport.platform.formula.graph import all_reads, check_cycles
from rapport.platform.formula.proof import unkept, unseen
from rapport.platform.objects import Object, registry
from rapport.platform.query.errors import QueryError
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.custom.models import OwnField
    from rapport.platform.records.changes import Change


def build(definition: OwnField, _lookup: Lookup) -> Field[Any]:
    """The Field of a definition: of the class for what comes of it, kept in `custom` or worked out when asked for."""
    cls: Any = RESULTS.get(definition.result.partition(":")[0], (Text,))[0]
    places = {"places": definition.digits} if definition.result in ("number", "percent") else {}
    options = {**for_class(cls, places), "read_only": True}
    if definition.kept:
        found = types.stored(definition, stored_class(cls), **options)
    else:
        made: Any = computed(cls)
        found = made(definition.label, **{**types.common(definition), **options})
        found.key, found.home = definition.key, definition.object
    found.formula = definition.formula
    return found


def prove(definition: OwnField) -> None:
    """What comes of it, and whether it may be: names, cycles, rights, storing. Raises ValidationError."""
    if not registry.has(definition.object):
        return
    obj = registry.get(definition.object).base
    expression = understood(obj, definition)
    kind = expression.type
    definition.result = f"{kind.kind}:{kind.of}" if kind.of else kind.kind
    if definition.type == "roll_up" and not any(isinstance(part, RollUp) for part in parts(expression)):
        words = _now("A roll-up counts or sums related records, such as “count tasks where done_at is empty”.")
        raise ValidationError({"formula": words})
    if why := unseen(obj, definition.sensitivity, expression):
        raise ValidationError({"sensitivity": why})
    if definition.kept and (why := unkept(obj, expression)):
        raise ValidationError({"kept": why})


def understood(obj: Object, definition: OwnField) -> Expression:
    try:
        expression = expression_of(obj, definition.formula)
        check_cycles(obj, definition.key, expression)
        list(all_reads(obj, expression))
    except QueryError as error:
        raise ValidationError({"formula": placed(definition.formula, error)}) from error
    return expression


def placed(text: str, error: QueryError) -> str:
    """The words of an error with the part of the text they are about."""
    part = text[error.at : error.at + error.length].strip()[:60]
    return f"{error.message} ({part})" if part and part not in error.message else error.message


def keep(actor: Actor, change: Change) -> None:
    """Calculate a stored formula for every record when it is made or changed."""
    from rapport.platform.formula import stored

    definition: OwnField = change.record
    told = change.is_new or change.touches("formula", "kept", "type", "places", "archived_at")
    if told and definition.type in ("formula", "roll_up") and definition.kept and not definition.is_archived:
        stored.start(actor, registry.get(definition.object), definition.key)


types.followers.append(keep)
types.proofs.append(conditions.prove)
ASKS, CAN = frozenset({"formula", "places", "kept"}), frozenset({"filterable"})
FORMULA = types.add(Type("formula", _("Formula"), build, "sparkles", ASKS, CAN, derive=prove))
ROLL_UP = types.add(Type("roll_up", _("Roll-up of related records"), build, "layers", ASKS, CAN, derive=prove))
