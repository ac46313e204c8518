"""Permission: whether a mail may go to whom it is written, when it is written and again right before it leaves.

Refused are: somebody whose data may only be stored; an address whose owner wants no messages; and, where the mail has
a purpose, whoever did not consent to it, took that back or objected (`parties.standing`). A mail without a purpose is
one person's own matter, such as an answer: it needs no consent.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.interactions.interaction import Interaction
from rapport.interactions.participant import Participant
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.parties.standing import standings
from rapport.platform import outbox
from rapport.platform.privacy import restriction, suppression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rapport.parties.purpose import Purpose
    from rapport.parties.standing import Standing
    from rapport.platform.outbox import Effect
    from rapport.platform.privacy.models import Suppressed

CHANNEL = "email"
MOST_NAMED = 20


def require(interaction: Interaction) -> None:
    """Raises ValidationError that names everybody the mail may not go to, and why."""
    why = list(refusals(interaction))
    if why:
        raise ValidationError({"to": why[:MOST_NAMED]})


@outbox.before("interaction")
def still_allowed(effect: Effect) -> str:
    """Somebody may have objected while the mail waited."""
    if effect.transport != "mail" or effect.about_id is None:
        return ""
    found = Interaction.objects.filter(pk=effect.about_id).first()
    return " ".join(list(refusals(found))[:MOST_NAMED]) if found is not None else ""


def refusals(interaction: Interaction) -> Iterator[str]:
    """One sentence for everybody the mail may not go to. Five queries at most, whatever their number."""
    parts = Participant.objects.filter(interaction=interaction, role__in=("to", "cc", "bcc")).exclude(address="")
    to = [(one.address.lower(), one.party_id) for one in parts.order_by("pk")]
    owners = _owners(to)
    parties = {one.pk: one for one in Party.objects.filter(pk__in={pk for some in owners.values() for pk in some})}
    purpose = interaction.purpose
    holds = standings(list(parties), purpose, CHANNEL) if purpose is not None else {}
    listed = suppression.entries(owners)
    for address, whose in owners.items():
        for pk in whose or [0]:
            why = _why(parties.get(pk), purpose, holds.get(pk), listed.get(address))
            if why:
                yield _("{name}: {reason}").format(name=parties[pk].name if pk in parties else address, reason=why)


def _owners(to: Sequence[tuple[str, int | None]]) -> Mapping[str, list[int]]:
    """Whose each address is: who is written to, else everybody known by it."""
    found: dict[str, list[int]] = defaultdict(list)
    unknown = [address for address, party in to if party is None]
    points = ContactPoint.objects.filter(kind="email", value__in=unknown, archived_at=None) if unknown else ()
    for address, party in [*to, *((point.value, point.party_id) for point in points)]:
        if party is None:
            found[address]  # an address nobody is known by is asked about too
        elif party not in found[address]:
            found[address].append(party)
    return found


def _why(party: Party | None, purpose: Purpose | None, holds: Standing | None, listed: Suppressed | None) -> str:
    if party is not None and party.restricted_at is not None:
        return restriction.words()
    if listed is not None and listed.erasure_id is None:
        return _("This address is on the suppression list.")
    if purpose is None:
        return ""
    if holds is not None and not holds.is_allowed:
        return holds.reason
    if holds is None and purpose.asks:
        return _("There is no consent to “{purpose}”.").format(purpose=purpose.name)
    return _erased_before(purpose, holds, listed)


def _erased_before(purpose: Purpose, holds: Standing | None, listed: Suppressed | None) -> str:
    """Whoever was erased and is known again gets nothing of what they may object to, until they say yes anew."""
    if listed is None or not purpose.can_be_objected_to:
        return ""
    entry = holds.entry if holds is not None else None
    if entry is None or entry.state != "given":
        return _("This address is on the suppression list.")
    later = listed.at is None or (entry.at is not None and entry.at > listed.at)
    return "" if later else _("This address is on the suppression list.")
