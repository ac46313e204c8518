"""Actor: whoever does something, with the rights they have at this moment.

A person, a job, a token and a script are all Actors. Rights are read again as soon as anybody changed any
(RightsEpoch):
one query per request tells user, teams' epoch and rights' epoch; the rest comes from memory while the epoch stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection
from django.db.models import F, Subquery

from rapport.base.clock import now
from rapport.platform.access.models import ACTIONS, CLASSES, RightsEpoch
from rapport.platform.accounts.models import Token, User
from rapport.platform.culture import Culture, DateOrder
from rapport.platform.currencies import base_currency

if TYPE_CHECKING:
    from rapport.platform.objects import Object

Scope = Literal["none", "own", "team", "all"]
Surface = Literal["web", "api", "import", "command", "job", "demo", "system"]
RANK: dict[str, int] = {"none": 0, "own": 1, "team": 2, "all": 3}
LEVEL: dict[str, int] = {"hidden": 0, "read": 1, "write": 2}


# One role: {object or "*": {action: scope}} and {object or "*": {class: level}}.
Grants = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Rights:
    """What somebody's roles give together:
    the widest of them. Within one role, rules for an Object replace those for "*".
    """

    grants: tuple[Grants, ...] = ()
    classes: tuple[Grants, ...] = ()
    # A token's limits: "read", "write", "read:party"; empty for a person, who is limited by nothing but the roles.
    limits: frozenset[str] = frozenset()
    # What was worked out from the three above, which never change.
    _levels: dict[tuple[str, str], int] = field(default_factory=dict, init=False, compare=False, repr=False)
    _scopes: dict[tuple[str, str], Scope] = field(default_factory=dict, init=False, compare=False, repr=False)

    def scope(self, access_key: str, action: str) -> Scope:
        """The widest scope any role gives, "none" where a token's limits leave the action out."""
        known = self._scopes.get((access_key, action))
        if known is None:
            known = self._scopes[access_key, action] = self._scope(access_key, action)
        return known

    def _scope(self, access_key: str, action: str) -> Scope:
        if self.limits and not self._within_limits(access_key, action):
            return "none"
        given = (_rules(role, access_key).get(action, "none") for role in self.grants)
        return cast("Scope", max(given, key=RANK.__getitem__, default="none"))

    def level(self, access_key: str, sensitivity: str) -> int:
        """0 hidden, 1 read, 2 write. A class nobody granted is hidden; `secret` always is."""
        known = self._levels.get((access_key, sensitivity))
        if known is None:
            known = self._levels[access_key, sensitivity] = self._level(access_key, sensitivity)
        return known

    def _level(self, access_key: str, sensitivity: str) -> int:
        if sensitivity == "secret":
            return 0
        given = (LEVEL[_rules(role, access_key).get(sensitivity, "hidden")] for role in self.classes)
        return max(given, default=0)

    def narrowed(self, limits: frozenset[str]) -> Rights:
        """The same rights within a token's limits."""
        return replace(self, limits=limits)

    def _within_limits(self, access_key: str, action: str) -> bool:
        broad = "read" if action == "read" else "write"
        return not self.limits.isdisjoint({broad, action, f"{action}:{access_key}", f"{broad}:{access_key}"})


def _rules(role: Grants, access_key: str) -> Mapping[str, str]:
    return role.get(access_key) or role.get("*") or {}


EVERYTHING = Rights(({"*": dict.fromkeys(ACTIONS, "all")},), ({"*": dict.fromkeys(CLASSES, "write")},))


@dataclass(frozen=True)
class Actor:
    """Who acts, through which surface, with which rights, reading in which culture."""

    user_id: int | None
    name: str
    surface: Surface
    rights: Rights
    team_ids: tuple[int, ...] = ()
    main_team_id: int | None = None
    roles: tuple[str, ...] = ()
    culture: Culture = field(default_factory=Culture)
    behalf_id: int | None = None
    run_id: int | None = None
    request: str = ""

    def may(self, obj: Object, action: str) -> Scope:
        """The scope of `action` on records of this Object."""
        return self.rights.scope(obj.access_key, action)

    def during(self, run_id: int) -> Actor:
        """The same actor inside a run (an import, a bulk edit): its Events can be found and undone together."""
        return replace(self, run_id=run_id)

    def through(self, surface: Surface) -> Actor:
        return replace(self, surface=surface)


def system(why: str, surface: Surface = "system") -> Actor:
    """An actor with every right, for the engine's own work; `why` is the name Events carry."""
    return Actor(None, why, surface, EVERYTHING)


def actor_for(user_id: int, surface: Surface, *, request: str = "") -> Actor | None:
    """The actor of a user who may sign in; None for anybody else. One query while nobody's rights changed."""
    row = user_row(user_id)
    return None if row is None else actor_of(row, surface, request=request)


def user_row(user_id: int) -> dict[str, Any] | None:
    """What an actor is made of, in one query; None for who may not sign in."""
    epoch = Subquery(RightsEpoch.objects.values("number")[:1])
    able = User.objects.filter(pk=user_id, is_active=True, archived_at=None)
    wanted = ("id", "name", "locale", "time_zone", "language", "epoch")
    found: dict[str, Any] | None = able.annotate(epoch=epoch).values(*wanted).first()
    return found


def actor_of(row: Mapping[str, Any], surface: Surface, *, request: str = "") -> Actor:
    """The actor of a `user_row`."""
    user_id = row["id"]
    found = _remembered(user_id, row["epoch"] or 0)
    culture = culture_of(row["locale"], row["time_zone"], row["language"])
    standing = (found.rights, found.team_ids, found.main_team_id, found.roles)
    return Actor(user_id, row["name"], surface, *standing, culture, request=request)


def actor_for_token(secret: str) -> Actor | None:
    """The actor of an API token that exists, has not expired and was not revoked;
    marks its use (at most once a minute).
    """
    from rapport.platform.accounts.tokens import digest

    moment = now()
    token = Token.objects.filter(digest=digest(secret), revoked_at=None).first()
    if token is None or (token.expires_at is not None and token.expires_at <= moment):
        return None
    actor = actor_for(token.user_id, "api")
    if actor is None:
        return None
    if token.last_used_at is None or (moment - token.last_used_at).total_seconds() > 60:
        Token.objects.filter(pk=token.pk).update(last_used_at=moment)
    return replace(actor, rights=actor.rights.narrowed(frozenset(token.scopes)))


@dataclass(frozen=True)
class _Standing:
    rights: Rights
    team_ids: tuple[int, ...]
    main_team_id: int | None
    roles: tuple[str, ...]


# What a user may do and belongs to, one row for each grant, rule, role or team. Plain, because every user asks again
# after every change of rights, and through the ORM composing the five costs more than answering them.
GRANTS = """
SELECT g.role_id, g.object, g.action, g.scope FROM platform_grant g
JOIN platform_role_users u ON u.role_id = g.role_id WHERE u.user_id = %s
"""
FIELD_RULES = """
SELECT f.role_id, f.object, f.sensitivity, f.level FROM platform_fieldrule f
JOIN platform_role_users u ON u.role_id = f.role_id WHERE u.user_id = %s
"""
ROLES = """
SELECT r.key FROM platform_role r JOIN platform_role_users u ON u.role_id = r.id WHERE u.user_id = %s ORDER BY r.key
"""
# The main one first.
OWN_TEAMS = "SELECT m.team_id FROM platform_membership m WHERE m.user_id = %s ORDER BY m.main DESC, m.id"
# With all that are below them.
TEAMS = """
SELECT DISTINCT c.descendant_id FROM platform_teamclosure c
JOIN platform_membership m ON m.team_id = c.ancestor_id WHERE m.user_id = %s ORDER BY c.descendant_id
"""

_memory: dict[int, tuple[int, _Standing]] = {}


def _remembered(user_id: int, epoch: int) -> _Standing:
    kept = _memory.get(user_id)
    if kept is not None and kept[0] == epoch and epoch > 0:
        return kept[1]
    standing = _read_standing(user_id)
    if len(_memory) > 10_000:
        _memory.clear()
    _memory[user_id] = (epoch, standing)
    return standing


def _read_standing(user_id: int) -> _Standing:
    grants: dict[int, dict[str, dict[str, str]]] = {}
    for role, key, action, scope in _rows(GRANTS, user_id):
        grants.setdefault(role, {}).setdefault(key, {})[action] = scope
    classes: dict[int, dict[str, dict[str, str]]] = {}
    for role, key, sensitivity, level in _rows(FIELD_RULES, user_id):
        classes.setdefault(role, {}).setdefault(key, {})[sensitivity] = level
    roles = tuple(key for (key,) in _rows(ROLES, user_id))
    main = next((team for (team,) in _rows(OWN_TEAMS, user_id)), None)
    teams = tuple(team for (team,) in _rows(TEAMS, user_id))
    return _Standing(Rights(tuple(grants.values()), tuple(classes.values())), teams, main, roles)


def _rows(sql: str, user_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def rights_changed() -> None:
    """Call in the transaction that changes a role, a membership, a team or a share of one: everybody reads again."""
    if not RightsEpoch.objects.filter(pk=1).update(number=F("number") + 1):
        RightsEpoch.objects.create(pk=1, number=int(now().timestamp() * 1000))


def culture_of(locale: str, time_zone: str, language: str = "") -> Culture:
    """Reading habits from a locale such as de_AT and a zone name; unknown ones fall back to the defaults."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    spoken, _sep, region = (locale or "en_GB").partition("_")
    comma = spoken in {"de", "fr", "es", "it", "nl", "pl", "pt", "da", "sv", "nb", "fi", "cs"} and region != "CH"
    order: DateOrder = "mdy" if region == "US" else "dmy"
    return Culture(locale or "en_GB", zone, comma, order, region or "DE", base_currency(), language or spoken)
