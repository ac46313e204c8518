"""Family: who stands above a party, who below, its people and its parts, as far as somebody may see them.

One statement: the story of a customer, the card of people and the card of firms above and below ask it together.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from rapport.parties.closure import PartyClosure
from rapport.parties.party import PARTY
from rapport.platform import once
from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import EVERY, NO
from rapport.platform.labels import column, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor

# One more is read, so that a card knows whether there are more.
SHOWN = 8
# As an expression: SQLite would walk a million people in the order of their names for the few that belong here.
KIND = "(p.kind || '')"
# Stories of more members than this are read at their own pages.
MOST_MEMBERS = 1_000


class Relative(NamedTuple):
    """A party as its relatives see it."""

    id: int
    kind: str
    name: str
    job: str


@dataclass(frozen=True, slots=True)
class Family:
    """`above`: the nearest first. `members`: ids of everybody below, at most MOST_MEMBERS. `people` and `parts`:
    those directly below, at most SHOWN + 1 of each, by name.
    """

    above: Sequence[Relative] = ()
    members: Sequence[int] = ()
    people: Sequence[Relative] = ()
    parts: Sequence[Relative] = ()


@once.shared
def family(actor: Actor, party_id: int) -> Family:
    """The family of a party the actor may read; only visible relatives. One statement."""
    scope = scope_sql(actor, PARTY, "read", "p")
    if scope is NO:
        return Family()
    readers = (_above(party_id, scope), _members(party_id, scope), *_below(actor, party_id, scope))
    text = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{place}" for place, part in enumerate(readers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT part, id, kind, name, job FROM ({text}) u ORDER BY part, depth, sort_name, id",
            [value for part in readers for value in part.params],
        )
        found: dict[str, list[Relative]] = {}
        for part, pk, kind, name, job in cursor.fetchall():
            found.setdefault(part, []).append(Relative(pk, kind, name or "", job or ""))
    members = [one.id for one in found.get("member", ())]
    return Family(found.get("above", ()), members, found.get("person", ()), found.get("part", ()))


def _above(party_id: int, scope: Fragment) -> Fragment:
    text = (
        f"SELECT CAST('above' AS TEXT) AS part, p.id AS id, p.kind AS kind, p.name AS name, CAST('' AS TEXT) AS job, "
        f"c.depth AS depth, p.sort_name AS sort_name "
        f"FROM {quote(PartyClosure._meta.db_table)} c JOIN {quote(PARTY.table)} p ON p.id = c.ancestor_id "
        f"WHERE c.descendant_id = %s AND {scope.sql}"
    )
    return Fragment(text, (party_id, *scope.params))


def _members(party_id: int, scope: Fragment) -> Fragment:
    reached = EVERY if scope is EVERY else _exists(scope)
    text = (
        f"SELECT 'member', c.descendant_id, '', '', '', c.depth, '' FROM {quote(PartyClosure._meta.db_table)} c "
        f"WHERE c.ancestor_id = %s AND {reached.sql} ORDER BY c.depth, c.descendant_id LIMIT {MOST_MEMBERS}"
    )
    return Fragment(text, (party_id, *reached.params))


def _exists(scope: Fragment) -> Fragment:
    text = f"EXISTS (SELECT 1 FROM {quote(PARTY.table)} p WHERE p.id = c.descendant_id AND {scope.sql})"
    return Fragment(text, scope.params)


def _below(actor: Actor, party_id: int, scope: Fragment) -> tuple[Fragment, Fragment]:
    """People, and what is no person, that belong directly to the party."""
    job = column(PARTY, "job_title", "p") if "job_title" in readable(actor, PARTY) else "''"

    def directly(part: str, sign: str) -> Fragment:
        text = (
            f"SELECT '{part}', p.id, p.kind, p.name, {job}, 0, p.sort_name FROM {quote(PARTY.table)} p "
            f"WHERE p.parent_id = %s AND {KIND} {sign} 'person' AND p.archived_at IS NULL AND {scope.sql} "
            f"ORDER BY p.sort_name, p.id LIMIT {SHOWN + 1}"
        )
        return Fragment(text, (party_id, *scope.params))

    return directly("person", "="), directly("part", "<>")
