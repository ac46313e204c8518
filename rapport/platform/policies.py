"""Policies: who may come to which address. Every address has one, declared beside it; without, nobody comes in.

    declare({"settings/outgoing": KEEPER, "vehicles/inspections": kind("read", of="vehicle")})

An address is its pattern as Django resolves it. What a policy says before a record is looked at is asked at the door:
for pages in `views.http.page`, for the API in `api.door`. What hangs on the very record (`record`, `own`) is asked
where the record is found. A policy may differ by method: `{"GET": kind("read", of="user"), "POST": KEEPER}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from rapport.platform.access import door, keepers
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

Kind = Literal["public", "link", "person", "own", "record", "kind", "keeper", "auditor", "privacy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may come. `action` is the right that is asked, `of` the Object or the thing it is asked about."""

    kind: Kind
    action: str = ""
    of: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has to be signed in."""
        return self.kind in ("public", "link")

    @property
    def words(self) -> str:
        """For the list of all addresses, in English as all of the reference."""
        right = RIGHTS.get(self.action, self.action)
        return SAID[self.kind].format(action=right, of=self.of or "the kind in the address")

    def check(self, actor: Actor, obj: Object | None) -> None:
        """What can be said before a record is looked at. Raises PermissionDenied."""
        match self.kind:
            case "keeper":
                keepers.require_keeper(actor)
            case "auditor":
                keepers.require_auditor(actor)
            case "privacy":
                keepers.require_privacy(actor)
            case "kind":
                asked = registry.get(self.of) if self.of else obj
                if asked is not None:
                    door.require(actor, asked, self.action)


SAID: dict[Kind, str] = {
    "public": "everybody, also without signing in",
    "link": "whoever holds the secret link",
    "person": "everybody signed in; it holds only what they may see",
    "own": "who may see this {of}; for others it does not exist",
    "record": "who may {action} this record; for others it does not exist",
    "kind": "who may {action} records of {of}; it holds only those",
    "keeper": "who keeps the house",
    "auditor": "who may read the audit trail",
    "privacy": "who handles privacy",
}
RIGHTS = {"read": "see", "create": "make", "edit": "change", "delete": "archive", "mass": "change many"}
PUBLIC, LINK, PERSON = Policy("public"), Policy("link"), Policy("person")
KEEPER, AUDITOR, PRIVACY = Policy("keeper"), Policy("auditor"), Policy("privacy")
ByMethod = Mapping[str, Policy]
Rule = Callable[[str, str, Policy, "Actor"], None]
_declared: dict[str, Policy | ByMethod] = {}
_also: list[Rule] = []


def own(thing: str) -> Policy:
    """Something that belongs to somebody and is no record: a notification, a token, a run."""
    return Policy("own", of=thing)


def record(action: str) -> Policy:
    """The record in the address, where this may be done with it."""
    return Policy("record", action)


def kind(action: str, *, of: str = "") -> Policy:
    """Whoever may do this with some records of a kind: that of the address, or the one named."""
    return Policy("kind", action, of)


def declare(found: Mapping[str, Policy | ByMethod]) -> None:
    """Say who may come to these addresses."""
    _declared.update(found)


def declared() -> Mapping[str, Policy | ByMethod]:
    return _declared


def of(route: str, method: str) -> Policy | None:
    """The policy of a method at an address; None where nobody declared one."""
    found = _declared.get(route)
    if found is None or isinstance(found, Policy):
        return found
    return found.get("GET" if method == "HEAD" else method)


def require(route: str, method: str, actor: Actor | None, obj: Object | None = None) -> None:
    """At the door: raises PermissionDenied for who may not come, and for everybody where nothing is declared."""
    policy = of(route, method)
    if policy is None:
        raise PermissionDenied(_("Nobody has said who may come here."))
    if actor is not None:
        for rule in _also:
            rule(route, method, policy, actor)
        policy.check(actor, obj)


def also(rule: Rule) -> Rule:
    """Ask this function at every door as well. It raises PermissionDenied."""
    _also.append(rule)
    return rule


# --- every address ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern that Django resolves, and the methods it answers."""

    route: str
    methods: tuple[str, ...]

    def policies(self) -> Iterator[tuple[str, Policy | None]]:
        return ((method, of(self.route, method)) for method in self.methods)


def addresses() -> list[Address]:
    """Everything the product answers, of plug-ins too, in the order of the alphabet."""
    found: dict[str, Address] = {}
    for route, view in _walk(get_resolver().url_patterns, ""):
        found.setdefault(route, Address(route, tuple(sorted(getattr(view, "methods", ("GET", "POST"))))))
    return sorted(found.values(), key=lambda one: one.route)


def _walk(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern.callback
