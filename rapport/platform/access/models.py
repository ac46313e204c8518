"""Roles, what they grant, and single records shared beyond that. Roles add up; there are no deny rules."""

from __future__ import annotations

from django.db import models

from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import pgettext_lazy
from rapport.ui.language import as_written

ACTIONS = ("read", "create", "edit", "delete", "export", "assign", "mass")
SCOPES = ("none", "own", "team", "all")
CLASSES = ("public", "standard", "personal", "sensitive")
LEVELS = ("hidden", "read", "write")


class Role(models.Model):
    """A named bundle of grants, given to users."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True, default="")
    # Who has it signs in with a second factor, or sets one up before anything else.
    needs_factor = models.BooleanField(default=False)
    users = models.ManyToManyField("platform.User", related_name="roles", blank=True)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name; that of a role from the start in the language in use, until somebody calls it something else."""
        given = ROLE_NAMES.get(self.key)
        with as_written():
            is_as_given = given is not None and str(given) == self.name
        return str(given) if is_as_given else self.name


class Grant(models.Model):
    """What a role may do with an Object ("*": every Object), and with which of its records."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    object = models.CharField(max_length=40, default="*")
    action = models.CharField(max_length=10, choices=[(action, action) for action in ACTIONS])
    scope = models.CharField(max_length=10, choices=[(scope, scope) for scope in SCOPES], default="none")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["role", "object", "action"], name="grant_once"),)

    def __str__(self) -> str:
        return f"{self.role_id}: {self.action} {self.object} {self.scope}"


class FieldRule(models.Model):
    """Whether a role reads or writes fields of a sensitivity class on an Object ("*": every Object)."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="field_rules")
    object = models.CharField(max_length=40, default="*")
    sensitivity = models.CharField(max_length=10, choices=[(name, name) for name in CLASSES])
    level = models.CharField(max_length=10, choices=[(level, level) for level in LEVELS], default="read")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["role", "object", "sensitivity"], name="field_rule_once"),)

    def __str__(self) -> str:
        return f"{self.role_id}: {self.level} {self.sensitivity} of {self.object}"


class Share(models.Model):
    """One record opened to one user or team beyond what scopes give."""

    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    user = models.ForeignKey("platform.User", models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey("platform.Team", models.CASCADE, null=True, blank=True, related_name="+")
    may_edit = models.BooleanField(default=False)
    by = models.ForeignKey("platform.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            # Two, because SQLite knows no uniqueness in which NULLs are equal.
            models.UniqueConstraint(
                fields=["object", "record_id", "user"], condition=models.Q(team=None), name="share_with_user_once"
            ),
            models.UniqueConstraint(
                fields=["object", "record_id", "team"], condition=models.Q(user=None), name="share_with_team_once"
            ),
            models.CheckConstraint(condition=models.Q(user=None) ^ models.Q(team=None), name="share_with_one"),
        )
        indexes = (
            models.Index(fields=["user", "object", "record_id"], name="share_of_user"),
            models.Index(fields=["team", "object", "record_id"], name="share_of_team"),
        )

    def __str__(self) -> str:
        return f"{self.object}:{self.record_id} shared"


class RightsEpoch(models.Model):
    """One row that counts changes of rights; a worker that remembers an older number reads them again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)


ROLE_NAMES = {
    "owner": pgettext_lazy("role", "Owner"),
    "administrator": _("Administrator"),
    "sales_manager": _("Sales manager"),
    "sales": _("Sales"),
    "service": _("Service"),
    "marketing": _("Marketing"),
    "read_only": _("Read only"),
    "api": _("API"),
}
