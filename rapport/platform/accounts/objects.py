"""User and Team as Objects: listed, imported, filtered and changed like every noun; memberships and closure follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _now

from rapport.platform.access.actor import rights_changed
from rapport.platform.accounts.models import Membership, Team, TeamClosure, User
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.records.changes import Change, projection
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor


def no_team_above_itself(team: Team) -> None:
    """A team is not part of itself, however far up."""
    seen, above = {team.pk}, team.parent_id
    while above is not None:
        if above in seen:
            raise ValidationError({"parent": _now("A team cannot be part of itself or of a team below it.")})
        seen.add(above)
        above = Team.objects.filter(pk=above).values_list("parent_id", flat=True).first()


USER = register(
    Object(
        key="user",
        label=_("User"),
        plural=_("Users"),
        model_class=User,
        icon="user-round-cog",
        subtitle=("email",),
        only=("name", "email", "is_active", "manager", "language", "locale", "time_zone", "theme"),
        columns=("name", "email", "team", "manager", "is_active"),
        sections=(
            Section(_("Person"), ("name", "email", "team", "manager", "is_active")),
            Section(_("Reading"), ("language", "locale", "time_zone", "theme")),
        ),
        quick=("name", "email", "team"),
        search=("name", "email"),
        match=(("email",), ("name",)),
        sort="name",
        views=(View("active", _("Active"), "is_active"), View("all", _("All"))),
        mine=("owner", "id"),
        help=_("People of our own house. Who has no e-mail address only appears in imported history."),
    )
)

TEAM = register(
    Object(
        key="team",
        label=_("Team"),
        plural=_("Teams"),
        model_class=Team,
        icon="users-round",
        subtitle=("parent",),
        columns=("name", "parent", "lead"),
        sections=(Section(_("Team"), ("name", "parent", "lead")),),
        quick=("name", "parent", "lead"),
        search=("name",),
        match=(("name",),),
        sort="name",
        check=no_team_above_itself,
        help=_("Groups of people; a region may hold several teams."),
    )
)


@projection("team")
def keep_closure(actor: Actor, changes: Sequence[Change]) -> None:
    """Rebuild the closure when the tree changed; a house has hundreds of teams at most, one statement does it all."""
    if not any(change.is_new or change.touches("parent") for change in changes):
        return
    closure, team = TeamClosure._meta.db_table, Team._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {closure}")  # identifiers of the models
        cursor.execute(
            f"INSERT INTO {closure} (ancestor_id, descendant_id, depth) "  # identifiers of the models
            f"WITH RECURSIVE tree(ancestor_id, descendant_id, depth) AS (SELECT id, id, 0 FROM {team} UNION ALL "
            f"SELECT tree.ancestor_id, t.id, tree.depth + 1 FROM tree JOIN {team} t "
            "ON t.parent_id = tree.descendant_id WHERE tree.depth < 30) "
            "SELECT ancestor_id, descendant_id, depth FROM tree"
        )
    rights_changed()


@projection("user")
def keep_main_team(actor: Actor, changes: Sequence[Change]) -> None:
    """The team of a user is their main membership."""
    moved = [
        change
        for change in changes
        if change.touches("team") or change.touches("is_active") or change.touches("archived_at")
    ]
    joining = [change.record for change in moved if change.is_new and change.record.team_id is not None]
    Membership.objects.bulk_create(
        [Membership(user_id=user.pk, team_id=user.team_id, main=True) for user in joining], batch_size=500
    )
    for change in moved:
        if change.is_new:
            continue
        team: Any = change.record.team_id
        Membership.objects.filter(user_id=change.record_id, main=True).exclude(team_id=team).delete()
        if team is not None:
            Membership.objects.update_or_create(user_id=change.record_id, team_id=team, defaults={"main": True})
    if moved:
        rights_changed()
