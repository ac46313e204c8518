"""The table of layouts: one row for each Object, place and audience that arranged something."""

from __future__ import annotations

from django.db import models

from rapport.platform.words import gettext_lazy as _

AUDIENCES = (("own", _("Only me")), ("team", _("My team")), ("all", _("Everybody")))
PLACES = (
    ("views", _("Views")),
    ("page", _("Record page and form")),
    ("card", _("Card of the board")),
    ("panels", _("Panels")),
)


class Layout(models.Model):
    """What one audience arranged in one place; `content` is read by the place alone."""

    object = models.CharField(max_length=40)
    place = models.CharField(max_length=10, choices=PLACES)
    audience = models.CharField(max_length=10, choices=AUDIENCES)
    user = models.ForeignKey("platform.User", models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey("platform.Team", models.CASCADE, null=True, blank=True, related_name="+")
    content = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(audience="all", user=None, team=None)
                | models.Q(audience="team", user=None, team__isnull=False)
                | models.Q(audience="own", user__isnull=False, team=None),
                name="layout_has_its_audience",
            ),
            models.UniqueConstraint(
                fields=["object", "place"], condition=models.Q(audience="all"), name="layout_of_all_once"
            ),
            models.UniqueConstraint(
                fields=["object", "place", "team"], condition=models.Q(audience="team"), name="layout_of_team_once"
            ),
            models.UniqueConstraint(
                fields=["object", "place", "user"], condition=models.Q(audience="own"), name="layout_of_user_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} of {self.object} for {self.audience}"
