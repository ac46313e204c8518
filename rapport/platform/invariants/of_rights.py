"""What must hold of people, teams and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.access.keepers import owners
from rapport.platform.access.models import Grant
from rapport.platform.accounts.models import Team, TeamClosure, User
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.invariants.trees import compared
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

SAVE = _("Open the top team under Settings → Teams and save it: that makes the tree of all teams anew.")


@invariant(
    "teams.tree", _("Which team is part of which is the same in the tree and in what rights are read from."), SAVE
)
def teams_tree() -> Iterator[Found]:
    yield compared("", Team._meta.db_table, TeamClosure._meta.db_table)


@invariant(
    "rights.an_owner",
    _("The house has an owner who may sign in."),
    _("“rapport user role EMAIL owner” gives somebody the role."),
)
def an_owner() -> Iterator[Found]:
    with_people = User.objects.filter(is_active=True, archived_at=None).exclude(email=None).exists()
    yield told("", ["–"] if with_people and not owners() else [])


@invariant(
    "rights.known",
    _("Roles grant rights on kinds of record that are there, and nothing else."),
    _("A plug-in or an own kind of record is gone: take the right out of the role under Settings → Roles."),
)
def known() -> Iterator[Found]:
    named = Grant.objects.exclude(object="*").values_list("object", flat=True).distinct()
    others = {"role", "audit", "job"}
    yield told("", sorted({key for key in named if not registry.has(key)} - others))


@invariant(
    "people.names_differ",
    _("Everybody signs in by an address of their own."),
    _("Change one of the addresses under Settings → People."),
)
def names_differ() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT MIN(id) FROM platform_user WHERE email IS NOT NULL AND email <> '' "
        "GROUP BY LOWER(email) HAVING COUNT(*) > 1",
    )


@invariant(
    "sessions.of_people",
    _("Nobody is signed in who may not sign in."),
    _("Settings → People: switch the person on and off again; that ends their sessions."),
)
def of_people() -> Iterator[Found]:
    gone = "SELECT id FROM platform_user WHERE NOT is_active OR archived_at IS NOT NULL"
    yield ask("", f"SELECT DISTINCT user_id FROM platform_session WHERE user_id IN ({gone})")
