"""The table of saved views. The Query is stored as its canonical text and checked again for whoever opens it."""

from __future__ import annotations

from django.db import models

from rapport.platform.layouts.models import AUDIENCES
from rapport.platform.words import gettext_lazy as _

__all__ = ["AUDIENCES", "LAYOUTS", "SavedView"]
LAYOUTS = (("list", _("List")), ("board", _("Board")), ("calendar", _("Calendar")))


class SavedView(models.Model):
    """A named way to look at the records of one Object. It shows to each reader only what they may see."""

    object = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    query = models.TextField(blank=True, default="")
    sort = models.CharField(max_length=200, blank=True, default="")
    columns = models.JSONField(default=list, blank=True)
    layout = models.CharField(max_length=10, choices=LAYOUTS, default="list")
    group = models.CharField(max_length=40, blank=True, default="")
    audience = models.CharField(max_length=10, choices=AUDIENCES, default="own")
    owner = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    team = models.ForeignKey("platform.Team", models.CASCADE, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    # Whoever has the address with this word opens the view, with their own rights; NULL while there is no such address.
    link = models.CharField(max_length=32, null=True, blank=True, unique=True)  # NULLs do not collide
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["object", "audience"], name="saved_views_of_object"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(audience="team") | models.Q(team__isnull=False), name="team_view_has_team"
            ),
        )

    def __str__(self) -> str:
        return self.label
