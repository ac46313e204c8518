"""Who stands behind the addresses of a mail: parties by contact point, colleagues by sign-in, firms by their domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapport.base import email_address
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import PARTY
from rapport.platform.access import visible
from rapport.platform.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.interactions.eml import Address, Mail
    from rapport.platform.access import Actor


@dataclass(frozen=True, slots=True)
class Correspondents:
    """`by_address`: (party id, user id) of every address somebody is known for. `customer`: whose story it is."""

    direction: str
    customer: int | None
    by_address: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)

    @property
    def parties(self) -> list[int]:
        return list(dict.fromkeys(party for party, _user in self.by_address.values() if party is not None))

    @property
    def users(self) -> list[int]:
        return list(dict.fromkeys(user for _party, user in self.by_address.values() if user is not None))


def find(actor: Actor, mail: Mail) -> Correspondents:
    """Parties the actor may see, colleagues, the direction, and the customer: the first of the others we know."""
    everybody = [one.email for one in (*mail.sender, *mail.to, *mail.cc)]
    users = dict(User.objects.filter(email__in=everybody, archived_at=None).values_list("email", "pk"))
    parties = _parties(actor, [one for one in everybody if one not in users])
    known = {one: (parties.get(one), users.get(one)) for one in everybody if one in parties or one in users}
    ours = any(one.email in users for one in mail.sender)
    others = _theirs((*mail.to, *mail.cc) if ours else (*mail.sender, *mail.to, *mail.cc), users)
    direction = "in" if not ours else "out" if others else "internal"
    customer = next((parties[one] for one in others if one in parties), None) or _firm(actor, others)
    return Correspondents(direction, customer, known)


def _theirs(addresses: Iterable[Address], users: dict[str | None, int]) -> list[str]:
    return [one.email for one in addresses if one.email not in users]


def _parties(actor: Actor, addresses: Sequence[str]) -> dict[str, int]:
    """Address -> party. Where several share one, a person before a firm, then the oldest."""
    points = ContactPoint.objects.filter(kind="email", value__in=addresses, archived_at=None).exclude(state="wrong")
    seen = visible(actor, PARTY).filter(pk__in=points.values("party_id"), archived_at=None)
    kinds = dict(seen.values_list("pk", "kind"))
    rows = [(value, pk) for value, pk in points.values_list("value", "party_id") if pk in kinds]
    found: dict[str, int] = {}
    for value, pk in sorted(rows, key=lambda row: (kinds[row[1]] != "person", row[1])):
        found.setdefault(value, pk)
    return found


def _firm(actor: Actor, addresses: Sequence[str]) -> int | None:
    """The organisation whose domain one of the addresses has; a free mail provider's domain tells nothing."""
    domains = [one.rpartition("@")[2] for one in addresses]
    own = [one for one in domains if not email_address.is_free_mail(one)]
    rows = visible(actor, PARTY).filter(domain__in=own, kind="organisation", archived_at=None).order_by("pk")
    by_domain = dict(reversed(list(rows.values_list("domain", "pk"))))
    return next((by_domain[one] for one in own if one in by_domain), None)
