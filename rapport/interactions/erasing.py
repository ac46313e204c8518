"""What an erasure takes from interactions of others: somebody's part in them, and what they alone said to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant
from rapport.platform.privacy import history
from rapport.platform.privacy.stores import store
from rapport.platform.search import bodies
from rapport.platform.search.models import SearchWord

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.privacy.subject import Subject

WORDS = dict.fromkeys(("subject", "body", "next_step", "message_id", "problem"), "")


@store("parts in conversations")
def parts(actor: Actor, subject: Subject) -> int:
    """Their address and name go from every conversation; the text too, where nobody else of outside took part."""
    if subject.party is None:
        return 0
    party = subject.party
    mine = Participant.objects.filter(Q(party_id=party) | Q(address__in=subject.values))
    took = set(mine.values_list("interaction_id", flat=True))
    others = Participant.objects.filter(interaction_id__in=took, user=None).exclude(pk__in=mine.values("pk"))
    alone = took - set(others.values_list("interaction_id", flat=True))
    count = mine.update(address="", name="")
    Interaction.objects.filter(pk__in=alone).update(**WORDS)
    bodies.forget(INTERACTION.key, sorted(alone))
    SearchWord.objects.filter(object=INTERACTION.key, record_id__in=alone).delete()
    history.forget(actor, Q(object=INTERACTION.key, record_id__in=alone))
    return count
