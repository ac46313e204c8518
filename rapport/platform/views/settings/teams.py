"""Teams: the tree, with who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path

from rapport.platform import access
from rapport.platform.accounts.models import Membership
from rapport.platform.objects import registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from django.http import HttpResponse


MOST = 1_000


@page
def teams(request: Request) -> HttpResponse:
    """The tree of teams with who is in them. Two queries."""
    access.require(request.actor, registry.get("team"), "read")
    rows = list(
        access.visible(request.actor, registry.get("team"))
        .filter(archived_at=None)
        .order_by("name")
        .values("pk", "name", "parent", "lead__name")[:MOST]
    )
    members: dict[int | None, list[str]] = {}
    for team, name in (
        Membership.objects.filter(user__is_active=True).order_by("user__name").values_list("team", "user__name")
    ):
        members.setdefault(team, []).append(name)
    context = {
        "rows": _tree(rows, members, None, 0, set()),
        "tabs": tabs(request, "settings_teams"),
        "new_url": f"{addresses.list_url(registry.get('team'))}/new"
        if request.actor.may(registry.get("team"), "create") != "none"
        else "",
    }
    return render(request, "platform/settings/teams.html", context)


def _tree(
    rows: list[dict[str, Any]], members: dict[int | None, list[str]], parent: int | None, depth: int, seen: set[int]
) -> list[dict[str, Any]]:
    """The teams in order of the tree, each with its depth; what hangs under an invisible team stands at the top."""
    known = {row["pk"] for row in rows}
    found = []
    for row in rows:
        above = row["parent"] if row["parent"] in known else None
        if above == parent and row["pk"] not in seen:
            seen.add(row["pk"])
            found.append(
                {
                    "name": row["name"],
                    "depth": min(depth, 6),
                    "lead": row["lead__name"],
                    "members": members.get(row["pk"], []),
                    "href": addresses.record_url("team", row["pk"]),
                }
            )
            found += _tree(rows, members, row["pk"], depth + 1, seen)
    return found


urlpatterns = [path("settings/teams", teams, name="settings_teams")]
