"""What must hold of a formula wherever it was defined: who may see it, and whether it can be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.models import CLASSES
from rapport.platform.fields import Calculated, Field
from rapport.platform.formula.ast import Expression
from rapport.platform.formula.depends import asks_who, moves
from rapport.platform.formula.field import CLASSES as RESULTS
from rapport.platform.formula.field import expression_of
from rapport.platform.formula.graph import all_reads, check_cycles
from rapport.platform.formula.typing import named
from rapport.platform.objects import Object
from rapport.platform.query.errors import QueryError


def unseen(obj: Object, sensitivity: str, expression: Expression) -> str:
    """Nobody learns by a formula what the fields it reads would not show them: what is wrong, or ""."""
    for read in all_reads(obj, expression):
        if read.field.sensitivity == "secret":
            return _("“%(field)s” is secret; no formula reads it.") % {"field": read.field.label}
        if CLASSES.index(read.field.sensitivity) > CLASSES.index(sensitivity):
            words = _("The formula reads “%(field)s”, which fewer people may see; choose at least the same here.")
            return words % {"field": read.field.label}
    return ""


def unkept(obj: Object, expression: Expression) -> str:
    """What changes without a record being written cannot be kept up to date: why not, or ""."""
    if moves(expression):
        return _(
            "It changes with the day or with exchange rates, so it cannot be stored, only calculated when asked for."
        )
    inner = (read for read in all_reads(obj, expression) if isinstance(read.field, Calculated))
    if asks_who(expression) or any(asks_who(expression_of(read.obj.base, read.field.formula)) for read in inner):
        return _("“me” is somebody else for every reader, so it cannot be stored.")
    return ""


def problems(obj: Object, fields: Mapping[str, Field[Any]] | None = None) -> Iterator[str]:
    """What is wrong with the formulas of a declaration, in words for its author."""
    for key, field in (obj.declared if fields is None else fields).items():
        if field.formula:
            yield from (f"the formula of “{key}”: {wrong}" for wrong in _of_field(obj.base, key, field) if wrong)


def _of_field(obj: Object, key: str, field: Field[Any]) -> Iterator[str]:
    try:
        expression = expression_of(obj, field.formula)
        check_cycles(obj, key, expression)
        if not isinstance(field, RESULTS[expression.type.kind]):
            yield f"comes to {named(expression.type)}, which a {type(field).__name__} does not hold"
        yield unseen(obj, field.sensitivity, expression)
        if not isinstance(field, Calculated):
            yield unkept(obj, expression)
    except QueryError as error:
        yield error.message
