"""Declarations are proved at start:
a column that names no field fails `manage.py check`, not somebody's first click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from rapport.platform import policies
from rapport.platform.fields import AutoNumber, Field, Reference, ReferenceAny, ReferenceMany
from rapport.platform.formula.proof import problems as formula_problems
from rapport.platform.objects import Object, registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@register()
def declarations(app_configs: Sequence[Any] | None = None, **_options: Any) -> list[CheckMessage]:
    """Every Object's declaration, read once as its readers will."""
    return [
        Error(f"Object {obj.key}: {problem}", id="rapport.E001") for obj in registry.all() for problem in problems(obj)
    ]


@register()
def addresses(app_configs: Sequence[Any] | None = None, **_options: Any) -> list[CheckMessage]:
    """An address without a policy stops the start: it would answer nobody."""
    found = policies.addresses()
    missing = [f"{method} {one.route}" for one in found for method, policy in one.policies() if policy is None]
    gone = sorted(policies.declared().keys() - {one.route for one in found})
    told = [f"The address {name} has no policy: declare who may come (rapport.platform.policies)" for name in missing]
    told += [f"A policy is declared for {route}, which is no address" for route in gone]
    return [Error(words, id="rapport.E002") for words in told]


def problems(obj: Object) -> Iterator[str]:
    """What is wrong with a declaration, in words for its author."""
    if obj.of and not registry.has(obj.of):
        yield f"its base “{obj.of}” is not registered"
        return
    yield from _unknown_names(obj)
    yield from _references(obj)
    yield from _uniqueness(obj)
    yield from _board(obj)
    if not obj.of:
        yield from formula_problems(obj)
    yield from _calendar(obj)
    urls = [other.key for other in registry.all() if other.url == obj.url]
    if len(urls) > 1:
        yield f"shares its address “{obj.url}” with {', '.join(urls)}"
    for action in obj.actions:
        list(action.parameters)


def _unknown_names(obj: Object) -> Iterator[str]:
    named = {
        "columns": obj.columns,
        "subtitle": obj.subtitle,
        "quick": obj.quick,
        "search": obj.search,
        "search_bodies": obj.search_bodies,
        "only": obj.only,
        "mine": tuple(key for key in obj.mine if key != "id"),
        "parents": obj.parents,
        "set_by": tuple(obj.set_by),
        "match": tuple(key for keys in obj.match for key in keys),
        "sections": tuple(key for section in obj.sections for key in section.fields),
        "name": (obj.name,),
    }
    for place, keys in named.items():
        for key in keys:
            if key not in obj.fields:
                yield f"{place} names the field “{key}”, which it does not have"


def _references(obj: Object) -> Iterator[str]:
    for key, field in obj.fields.items():
        kinds: tuple[str, ...] = ()
        if isinstance(field, Reference | ReferenceMany):
            kinds = field.kinds
            try:
                found = field.target
            except LookupError:
                yield f"field “{key}” points at {field.to}, which is no Object"
                continue
            if found.of:
                yield f"field “{key}” points at {found.key}; point at its base {found.of} and name kinds"
        elif isinstance(field, ReferenceAny):
            kinds = field.to
        for kind in kinds:
            if not registry.has(kind):
                yield f"field “{key}” allows the kind “{kind}”, which is no Object"


def _uniqueness(obj: Object) -> Iterator[str]:
    """A field that says it is unique must be so in the database, or two writers at once make it a lie."""
    if obj.of:
        return
    constrained = {
        constraint.fields[0]
        for constraint in obj.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields
    }
    for key, field in obj.own_fields.items():
        if (
            field.unique
            and not isinstance(field, AutoNumber)
            and key not in constrained
            and not _column_unique(obj, field)
        ):
            yield f"field “{key}” is unique by declaration but not in the database"


def _column_unique(obj: Object, field: Field[Any]) -> bool:
    return any(getattr(obj.model._meta.get_field(name), "unique", False) for name in field.attributes)


def _calendar(obj: Object) -> Iterator[str]:
    if obj.calendar is None:
        return
    days = ("date", "datetime")
    for place, families in {"at": days, "until": days, "length": ("duration",)}.items():
        key = getattr(obj.calendar, place)
        if key and (key not in obj.fields or obj.fields[key].family not in families):
            yield f"its calendar names the field “{key}” in {place}"


def _board(obj: Object) -> Iterator[str]:
    if obj.board is None:
        return
    for place in ("by", "value", "weight", "since", "group", "open_only"):
        key = getattr(obj.board, place).split(".")[0]
        if key and key not in obj.fields:
            yield f"its board names the field “{key}” in {place}"
