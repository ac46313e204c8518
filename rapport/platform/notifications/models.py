"""Who follows what, the bundles of notifications with the Events in them, and how somebody wants to be told."""

from __future__ import annotations

from django.db import models

from rapport.platform.words import gettext_lazy as _

KINDS = (
    ("mention", _("Somebody names me with @")),
    ("assigned", _("A record is given to me")),
    ("followed", _("Something changes on what I follow")),
    ("reminder", _("A reminder is due")),
    ("reset", _("Somebody forgot their password")),
)


class Follow(models.Model):
    """Somebody's own word about following a record; without a row its owner follows it and nobody else does."""

    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    following = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["object", "record_id", "user"], name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.object}:{self.record_id}"


class Notification(models.Model):
    """A bundle: everything of one kind about one record (or of one run) that its reader has not read yet."""

    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["user", "-at"], name="notification_of_user"),
            models.Index(
                fields=["user", "object", "record_id"],
                condition=models.Q(read_at=None),
                name="notification_unread",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object}:{self.record_id} for {self.user_id}"


class Notice(models.Model):
    """One reason in a bundle. The key is its name in the whole house: the same thing is never told twice."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="notices")
    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    event_id = models.BigIntegerField(null=True)
    # The fields in whose text somebody is named; empty for other kinds.
    fields = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="notice_once"),)

    def __str__(self) -> str:
        return self.key


class Wishes(models.Model):
    """How somebody wants to be told: kinds left out, and hours in which nothing rings, in their own time zone."""

    user = models.OneToOneField("platform.User", models.CASCADE, primary_key=True, related_name="+")
    left_out = models.JSONField(default=list, blank=True)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    # Whole days that are quiet, 0 for Monday.
    quiet_days = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"wishes of {self.user_id}"
