"""Record: the abstract model of every noun. One row of an Object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from rapport.base import ids
from rapport.platform.fields import DateTime, Reference, Tags, Text
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.accounts.models import Team, User

# Records that were not put away: the condition of indexes under lists, which show no others.
PRESENT = models.Q(archived_at=None)


class Record(models.Model):
    """Local bigint `id`, public `uid` (UUIDv7), `version` for conflict checks, who and when, owner and team, `custom`.

    Written only by `records` (create, update, archive, load, undo); nothing else calls save().
    """

    id: int
    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    custom = models.JSONField(default=dict, blank=True, editable=False)

    owner: Reference[User] = Reference(_("Owner"), "platform.User", panel=False)
    team: Reference[Team] = Reference(_("Team"), "platform.Team", panel=False)
    tags: Tags = Tags(_("Tags"))
    created_at = DateTime(_("Created"), read_only=True)
    created_by: Reference[User] = Reference(_("Created by"), "platform.User", read_only=True, panel=False)
    updated_at = DateTime(_("Updated"), read_only=True, indexed=True)
    updated_by: Reference[User] = Reference(_("Updated by"), "platform.User", read_only=True, panel=False)
    archived_at = DateTime(_("Archived"), read_only=True)

    owner_id: int | None
    team_id: int | None
    created_by_id: int | None
    updated_by_id: int | None
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        from rapport.platform.objects import registry

        return registry.of_model(type(self)).title(self)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Steps(models.Model):
    """Mix-in for Objects whose next step matters (deals, customers); kept by the domain that plans steps.

    Both are empty when nothing is planned, which is what lists, boards and Today warn about.
    """

    next_step = Text(_("Next step"), read_only=True)
    next_step_at = DateTime(_("Next step at"), read_only=True, indexed=True)

    class Meta:
        abstract = True
