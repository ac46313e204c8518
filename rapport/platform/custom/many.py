"""A reference to many records as an own field: its links stand in one table that all such fields share.

A JSON list in `custom` was dropped: who points at a record is asked as often as what a record points at, and neither
database walks a list inside a JSON column by an index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.fields import ReferenceMany

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db import models

HERE, THERE = "record_id", "target_id"


class OwnReferenceMany(ReferenceMany):
    """Several records; `field_id` is the definition whose links these are."""

    stored: str
    field_id: int

    @property
    def link_source(self) -> str:
        table = _links()._meta.db_table
        return f'(SELECT id, "{HERE}", "{THERE}" FROM {table} WHERE field_id = {int(self.field_id)})'  # noqa: S608

    @property
    def link_ends(self) -> tuple[str, str]:
        return HERE, THERE

    def load_links(self, record_ids: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        rows = _links()._default_manager.filter(field_id=self.field_id, record_id__in=record_ids).order_by("pk")
        for source, target in rows.values_list(HERE, THERE):
            found.setdefault(source, []).append(target)
        return found

    def save_links(self, values: Mapping[int, list[int] | None]) -> None:
        rows = _links()._default_manager
        rows.filter(field_id=self.field_id, record_id__in=list(values)).delete()
        made = [
            _links()(field_id=self.field_id, record_id=source, target_id=target)
            for source, ids in values.items()
            for target in ids or []
        ]
        rows.bulk_create(made, batch_size=500)


def _links() -> type[models.Model]:
    from rapport.platform.custom.models import OwnLink

    return OwnLink


def holders(field_id: int) -> Any:
    """The ids of the records that have a value in a field."""
    return _links()._default_manager.filter(field_id=field_id).values_list(HERE, flat=True).distinct()
