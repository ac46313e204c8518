"""User, Team and what joins them.

A user is a Record too, so people and teams are listed, imported and filtered like all else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from rapport.platform.fields import Boolean, Choice, Email, Field, Part, Reference, Text
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

THEMES = (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark")))
LANGUAGES = tuple(settings.LANGUAGES)


class Login(Email):
    """The address somebody signs in with; NULL for people who only appear in imported history."""

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.CharField(max_length=254, null=True, blank=True, unique=True)),)  # NULLs do not collide

    def to_columns(self, value: str | None) -> dict[str, object]:
        return {self.key: value or None}


class UserManager(BaseUserManager["User"]):
    """Django's own entry points (createsuperuser, authenticate) need it."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(Record, AbstractBaseUser):
    """Somebody of our house. Without an e-mail address or with `is_active` off nobody can sign in as them."""

    name = Text(_("Name"), max=120, required=True)
    email: Field[str] = Login(_("E-mail"), sensitivity="standard")
    is_active = Boolean(_("May sign in"), default=False)
    manager: Reference[User] = Reference(_("Manager"), "platform.User", panel=False)
    language = Choice(_("Language"), LANGUAGES, default="en")
    locale = Text(
        _("Region format"), max=20, default="en_GB", help=_("How dates and numbers are written, e.g. en_GB or de_DE.")
    )
    time_zone = Text(_("Time zone"), max=60, default="Europe/Berlin")
    theme = Choice(_("Theme"), THEMES, default="system")
    settings = models.JSONField(default=dict, blank=True, editable=False)

    manager_id: int | None
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[Any] = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(email=None), name="user_named_once_without_email"
            ),
        )

    last_login: datetime | None

    def __str__(self) -> str:
        return self.name


class Team(Record):
    """A group of people; teams form a tree (region over team)."""

    name = Text(_("Name"), max=120, required=True, unique=True)
    parent: Reference[Team] = Reference(_("Part of"), "platform.Team")
    lead: Reference[User] = Reference(_("Lead"), "platform.User")

    parent_id: int | None
    lead_id: int | None

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name"], name="team_named_once"),)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in a team; `main` is the team whose name new records of theirs carry."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    main = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "team"], name="membership_once"),
            models.UniqueConstraint(fields=["user"], condition=models.Q(main=True), name="membership_one_main"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class TeamClosure(models.Model):
    """Every pair (a team, one of its descendants or itself): "my team" without recursion."""

    ancestor = models.ForeignKey(Team, models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Team, models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ancestor", "descendant"], name="team_closure_once"),)

    def __str__(self) -> str:
        return f"{self.ancestor_id} over {self.descendant_id}"


class Token(models.Model):
    """A key to the API: belongs to a user, acts with that user's rights narrowed by `scopes`, shown once, stored
    hashed.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
