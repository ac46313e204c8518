"""What an actor may do with a record, said a second time in plain Python: no SQL, no code of the engine.

A small world is lists of dictionaries. The engine's answer must equal this one in every cell.
"""

from __future__ import annotations

from typing import Any

RANK = {"none": 0, "own": 1, "team": 2, "all": 3}
World = dict[str, Any]


def scope(world: World, user: int, access_key: str, action: str) -> str:
    """The widest scope of the user's roles; in a role, rules for the object replace those for "*"."""
    best = "none"
    for role in world["roles_of"][user]:
        rules = world["roles"][role].get(access_key) or world["roles"][role].get("*") or {}
        best = max(best, rules.get(action, "none"), key=RANK.__getitem__)
    return best


def teams_below(world: World, user: int) -> set[int]:
    """The user's teams and all teams below them."""
    found = set(world["teams_of"][user])
    while more := {team for team, parent in world["team_parent"].items() if parent in found} - found:
        found |= more
    return found


def may(world: World, user: int, action: str, kind: str, row: dict[str, Any]) -> bool:
    """Whether `user` may do `action` with this row of `kind`."""
    reach = scope(world, user, kind, action)
    if reach == "none":
        return False
    teams = teams_below(world, user)
    mine = any(row.get(key) == user for key in world["mine"].get(kind, ("owner",)))
    here = [one for one in world["shares"] if (one["kind"], one["id"]) == (kind, row["id"])]
    shares = [one for one in here if one["user"] == user or one["team"] in teams]
    shared = (action in {"read", "export"} and shares) or (action == "edit" and any(one["may_edit"] for one in shares))
    own = reach == "all" or mine or (reach == "team" and row["team"] in teams) or bool(shared)
    if not own:
        return False
    # A parent is (kind, id): a reference may point at several kinds.
    parents = [row[key] for key in world["parents"].get(kind, ()) if row.get(key) is not None]
    return not parents or any(may(world, user, "read", to, world["rows"][to][pk]) for to, pk in parents)


def may_field(world: World, user: int, access_key: str, sensitivity: str, need: str) -> bool:
    """Whether the user reads (or writes) fields of this class on this object."""
    levels = {"hidden": 0, "read": 1, "write": 2}
    best = 0
    for role in world["roles_of"][user]:
        rules = world["classes"][role].get(access_key) or world["classes"][role].get("*") or {}
        best = max(best, levels[rules.get(sensitivity, "hidden")])
    return best >= levels[need]


def ways(world: World, user: int, action: str, kind: str, row: dict[str, Any]) -> set[tuple[str, str]]:
    """Every way by which the user reaches the row, as (kind of way, field); empty where they may not."""
    if not may(world, user, action, kind, row):
        return set()
    reach, teams = scope(world, user, kind, action), teams_below(world, user)
    if reach == "all":
        found = {("all", "")}
    else:
        found = {("mine", key) for key in world["mine"].get(kind, ("owner",)) if row.get(key) == user}
        found |= {("team", "team")} if reach == "team" and row["team"] in teams else set()
        here = [one for one in world["shares"] if (one["kind"], one["id"]) == (kind, row["id"])]
        shares = [one for one in here if one["user"] == user or one["team"] in teams]
        shared = shares if action in {"read", "export"} else [one for one in shares if one["may_edit"]]
        found |= {("share", "")} if shared and action in {"read", "export", "edit"} else set()
    parents = [(key, row[key]) for key in world["parents"].get(kind, ()) if row.get(key) is not None]
    found |= {("parent", key) for key, (to, pk) in parents if may(world, user, "read", to, world["rows"][to][pk])}
    return found if parents or kind not in world["parents"] else {*found, ("alone", "")}
