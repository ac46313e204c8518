"""Who is let in or refused: somebody with a browser and a token, and people who have what is theirs and no more."""

from __future__ import annotations

from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import User
from tests.platform.views.site import make_user, visit


class Somebody:
    """A person with a browser and a token."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.secret = tokens.make(user, "test")[1]
        self.browser = visit(user)
        self.browser.get("/api/v1/me", headers={"Authorization": f"Bearer {self.secret}"})


def two_with_their_own() -> tuple[User, User]:
    """Two people who may do everything with what is theirs, and with nothing else."""
    role = Role.objects.create(key="own", name="Their own")
    Grant.objects.bulk_create(Grant(role=role, object="*", action=action, scope="own") for action in ACTIONS)
    FieldRule.objects.bulk_create(FieldRule(role=role, object="*", sensitivity=name, level="write") for name in CLASSES)
    found = make_user(), make_user()
    role.users.add(*found)
    rights_changed()
    return found
