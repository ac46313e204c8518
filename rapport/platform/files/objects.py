"""A stored file as an Object: it has rights, Events and a place in search like every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.files.models import StoredFile
from rapport.platform.objects import Object, register
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor, Fragment


def _reach(actor: Actor, alias: str) -> Fragment:
    from rapport.platform.files.reach import reach_sql

    return reach_sql(actor, alias)


FILE = register(
    Object(
        key="file",
        label=_("File"),
        plural=_("Files"),
        model_class=StoredFile,
        icon="paperclip",
        subtitle=("content_type",),
        columns=("name", "content_type", "size", "created_at", "created_by"),
        search=("name",),
        sort="-created_at",
        reach=_reach,
    )
)
