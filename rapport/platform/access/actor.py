"""Actor: whoever does something, with the rights they have at this moment.

A person, a job, a token and a script are all Actors. Rights are read again as soon as anybody changed any
(RightsEpoch):
one query per request tells user, teams' epoch and rights' epoch; the rest comes from memory while the epoch stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection
from django.db.models import F, Q, Subquery

from rapport.base.clock import now
from rapport.platform.access.models import ACTIONS, CLASSES, RightsEpoch
from rapport.platform.accounts.models import Token, User
from rapport.platform.culture import Culture, DateOrder
from rapport.platform.currencies import base_currency

if TYPE_CHECKING:
    from django.db.models import QuerySet

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
    # The rights of who looks as somebody else: nothing beyond them.
    ceiling: Rights | None = None
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
        if self.ceiling is not None and self.ceiling.scope(access_key, action) == "none":
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
        most = 2 if self.ceiling is None else self.ceiling.level(access_key, sensitivity)
        return min(max(given, default=0), most)

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
    # The token a program came with; what it began ends with it.
    token_id: int | None = None
    # Who really looks, where an administrator looks as somebody else (`access.looking`).
    behind: Actor | None = None

    @property
    def who(self) -> Actor:
        """Who really acts."""
        return self.behind or self

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


def actor_for(user_id: int, surface: Surface, *, request: str = "", token_id: int | None = None) -> Actor | None:
    """The actor of a user who may sign in; None for anybody else. One query while nobody's rights changed.

    With `token_id` within the limits of that token, and None where it ended.
    """
    row = user_row(user_id)
    if row is None:
        return None
    actor = actor_of(row, surface, request=request)
    if token_id is None:
        return actor
    token = _valid().filter(pk=token_id, user_id=user_id).first()
    return None if token is None else within(actor, token)


def _valid() -> QuerySet[Token]:
    """Tokens that were not revoked and have not expired."""
    return Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), revoked_at=None)


def within(actor: Actor, token: Token) -> Actor:
    """The actor as a program with this token."""
    return replace(actor, rights=actor.rights.narrowed(frozenset(token.scopes)), token_id=token.pk)


def actors_for(user_ids: Iterable[int], surface: Surface) -> dict[int, Actor]:
    """The actors of those of these users who may sign in, by id. At most six queries, whatever their number."""
    rows = {row["id"]: row for row in _able().filter(pk__in=list(user_ids))}
    epochs = {pk: row["epoch"] or 0 for pk, row in rows.items()}
    if unknown := {pk: epoch for pk, epoch in epochs.items() if _memory.get(pk, (None,))[0] != epoch}:
        _remember(unknown)
    return {pk: actor_of(row, surface) for pk, row in rows.items()}


def user_row(user_id: int) -> dict[str, Any] | None:
    """What an actor is made of, in one query; None for who may not sign in."""
    return _able().filter(pk=user_id).first()


def _able() -> QuerySet[User, dict[str, Any]]:
    """What actors are made of, of everybody who may sign in."""
    epoch = Subquery(RightsEpoch.objects.values("number")[:1])
    able = User.objects.filter(is_active=True, archived_at=None)
    found: QuerySet[User, dict[str, Any]] = able.annotate(epoch=epoch).values(
        "id", "name", "locale", "time_zone", "language", "epoch"
    )
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
    token = _valid().filter(digest=digest(secret)).first()
    if token is None:
        return None
    actor = actor_for(token.user_id, "api")
    if actor is None:
        return None
    if token.last_used_at is None or (moment - token.last_used_at).total_seconds() > 60:
        Token.objects.filter(pk=token.pk).update(last_used_at=moment)
    return within(actor, token)


@dataclass(frozen=True)
class _Standing:
    rights: Rights
    team_ids: tuple[int, ...]
    main_team_id: int | None
    roles: tuple[str, ...]


# What users may do and belong to, one row for each grant, rule, role or team. Plain, because every user asks again
# after every change of rights, and through the ORM composing the five costs more than answering them.
GRANTS = """
SELECT u.user_id, g.role_id, g.object, g.action, g.scope FROM platform_grant g
JOIN platform_role_users u ON u.role_id = g.role_id WHERE u.user_id IN ({})
"""
FIELD_RULES = """
SELECT u.user_id, f.role_id, f.object, f.sensitivity, f.level FROM platform_fieldrule f
JOIN platform_role_users u ON u.role_id = f.role_id WHERE u.user_id IN ({})
"""
ROLES = """
SELECT u.user_id, r.key FROM platform_role r
JOIN platform_role_users u ON u.role_id = r.id WHERE u.user_id IN ({}) ORDER BY r.key
"""
# The main one first.
OWN_TEAMS = "SELECT m.user_id, m.team_id FROM platform_membership m WHERE m.user_id IN ({}) ORDER BY m.main DESC, m.id"
# With all that are below them.
TEAMS = """
SELECT DISTINCT m.user_id, c.descendant_id FROM platform_teamclosure c
JOIN platform_membership m ON m.team_id = c.ancestor_id WHERE m.user_id IN ({}) ORDER BY c.descendant_id
"""

_memory: dict[int, tuple[int, _Standing]] = {}


def _remembered(user_id: int, epoch: int) -> _Standing:
    kept = _memory.get(user_id)
    if kept is not None and kept[0] == epoch and epoch > 0:
        return kept[1]
    return _remember({user_id: epoch})[user_id]


def _remember(epochs: Mapping[int, int]) -> dict[int, _Standing]:
    """Read how these users stand, five queries for all of them, and keep it until rights change."""
    found = _read_standings(list(epochs))
    if len(_memory) > 10_000:
        _memory.clear()
    _memory.update({user_id: (epochs[user_id], standing) for user_id, standing in found.items()})
    return found


def _read_standings(user_ids: Sequence[int]) -> dict[int, _Standing]:
    grants, classes = _by_role(GRANTS, user_ids), _by_role(FIELD_RULES, user_ids)
    roles, own, teams = (_listed(sql, user_ids) for sql in (ROLES, OWN_TEAMS, TEAMS))
    return {
        user_id: _Standing(
            Rights(tuple(grants[user_id].values()), tuple(classes[user_id].values())),
            tuple(teams[user_id]),
            next(iter(own[user_id]), None),
            tuple(roles[user_id]),
        )
        for user_id in user_ids
    }


def _by_role(sql: str, user_ids: Sequence[int]) -> dict[int, dict[int, dict[str, dict[str, str]]]]:
    found: dict[int, dict[int, dict[str, dict[str, str]]]] = {user_id: {} for user_id in user_ids}
    for user_id, role, key, name, value in _rows(sql, user_ids):
        found[user_id].setdefault(role, {}).setdefault(key, {})[name] = value
    return found


def _listed(sql: str, user_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {user_id: [] for user_id in user_ids}
    for user_id, value in _rows(sql, user_ids):
        found[user_id].append(value)
    return found


def _rows(sql: str, user_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(", ".join(["%s"] * len(user_ids))), user_ids)
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
