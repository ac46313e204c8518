"""What must hold of customers: the tree of organisations, how they are reached, their ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.invariants import Found, ask, compared, invariant
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS = _("Open the record and save its e-mail address or telephone number: both are brought in step.")
TIES = _("Open the relationship and correct it.")


@invariant(
    "parties.tree",
    _("Which organisation is part of which is the same in the tree and in what totals are read from."),
    _("Take the parent company out of one of them and put it back."),
)
def tree() -> Iterator[Found]:
    yield compared("", "parties_party", "parties_partyclosure", least=1)


@invariant("parties.one_primary", _("Of each kind of contact point one at most is the primary one."), POINTS)
def one_primary() -> Iterator[Found]:
    yield ask(
        "",
        'SELECT party_id FROM parties_contactpoint WHERE "primary" AND archived_at IS NULL '
        "GROUP BY party_id, kind HAVING COUNT(*) > 1",
    )


@invariant(
    "parties.in_step", _("The e-mail address and number of a customer are those of the primary contact points."), POINTS
)
def in_step() -> Iterator[Found]:
    for kind in ("email", "phone"):
        yield ask(
            kind,
            f"SELECT p.id FROM parties_party p JOIN parties_contactpoint c ON c.party_id = p.id AND c.kind = '{kind}' "
            'AND c."primary" AND c.archived_at IS NULL WHERE p.archived_at IS NULL '
            f"AND COALESCE(p.{kind}, '') <> c.value",
        )


@invariant("relationships.between_two", _("A tie joins two that differ, and ends after it begins."), TIES)
def between_two() -> Iterator[Found]:
    yield ask("", 'SELECT id FROM parties_relationship WHERE party_id = other_id OR "until" < since')


@invariant(
    "customers.since_before_until",
    _("Nobody ceased to be a customer before becoming one."),
    _("Correct the two dates on the record."),
)
def since_before_until() -> Iterator[Found]:
    yield ask("", "SELECT id FROM parties_party WHERE customer_until < customer_since")
