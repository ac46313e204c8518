"""Losing rights, for the proofs of what follows."""

from __future__ import annotations

from rapport.platform import access, records
from rapport.platform.access import Actor, actor_for
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.accounts.models import User

SYSTEM = access.system("test")


def as_web(user: User) -> Actor:
    found = actor_for(user.pk, "web")
    assert found is not None
    return found


def give(role: Role, action: str, scope: str) -> None:
    Grant.objects.filter(role=role, action=action).update(scope=scope)
    rights_changed()


def close(user: User) -> None:
    records.update(SYSTEM, user, {"is_active": False})


def leave(role: Role, user: User) -> None:
    role.users.remove(user)
    rights_changed()
