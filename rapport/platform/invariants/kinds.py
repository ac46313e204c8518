"""Which tables hold records, and which columns name a record by kind and number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps

from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db import models


class Kind(NamedTuple):
    """What Events and others call a kind of record, and where its rows are."""

    key: str
    table: str
    model: Any


def kinds() -> list[Kind]:
    """Every kind of record, families once."""
    found = {obj.access_key: Kind(obj.access_key, obj.table, obj.model) for obj in registry.all()}
    return list(found.values())


def tables() -> list[type[models.Model]]:
    """Every table of a model of this installation."""
    return [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]


def named(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Pairs of columns that name a record: (kind, number)."""
    columns = {one.attname for one in model._meta.concrete_fields}
    for kind, number in (("object", "record_id"), ("about_object", "about_id")):
        if {kind, number} <= columns:
            yield kind, number
