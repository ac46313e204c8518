"""Participant: who took part in an interaction, and in which role.

A row names a party, one of us, or (for mail) only an address nobody knows yet. The fields `people` and `colleagues` of
an interaction are lists over the same rows; setting them keeps the roles of those who stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from rapport.platform.fields import Part, ReferenceMany
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROLES = (
    ("from", _("From")),
    ("to", _("To")),
    ("cc", _("Copy")),
    ("bcc", _("Blind copy")),
    ("attendee", _("Took part")),
    ("host", _("Host")),
    ("absent", _("Was missing")),
)


class Participant(models.Model):
    """One person's part in one interaction."""

    interaction = models.ForeignKey("interactions.Interaction", models.CASCADE, related_name="parts")
    party = models.ForeignKey("parties.Party", models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey("platform.User", models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=10, choices=ROLES, default="attendee")
    address = models.CharField(max_length=254, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    objects: ClassVar[models.Manager[Participant]] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(party=None) | models.Q(user=None), name="participant_is_one_of_them_or_of_us"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.address or f"{self.party_id or self.user_id}"


class Took(ReferenceMany):
    """Those of one side who took part: a list of ids over the participants' rows of that side."""

    kind = "reference_many"

    def parts(self) -> tuple[Part, ...]:
        column: Any = models.ManyToManyField(
            self.to, through="interactions.Participant", related_name="+", blank=True, verbose_name=self.label
        )
        return (Part("", column),)

    def load_links(self, record_ids: Sequence[int]) -> dict[int, list[int]]:
        _through, here, there = self.link
        rows = Participant.objects.filter(**{f"{here}__in": record_ids}).exclude(**{there: None}).order_by("pk")
        found: dict[int, list[int]] = {}
        for source, target in rows.values_list(here, there):
            if target not in found.setdefault(source, []):
                found[source].append(target)
        return found

    def save_links(self, values: Mapping[int, list[int] | None]) -> None:
        """Rows of those no longer named go, rows of new ones come; the others keep their role and address."""
        _through, here, there = self.link
        stands = self.load_links(list(values))
        new = []
        for source, ids in values.items():
            gone = set(stands.get(source, ())) - set(ids or ())
            if gone:
                Participant.objects.filter(**{here: source, f"{there}__in": gone}).delete()
            new += [
                Participant(**{here: source, there: target})
                for target in ids or ()
                if target not in stands.get(source, ())
            ]
        Participant.objects.bulk_create(new, batch_size=500)


def add(interaction_id: int, parts: Sequence[Participant]) -> None:
    """Add rows, roles and addresses included; whoever already stands with that role is left as they are."""
    known: set[tuple[int | None, int | None, str, str]] = set(
        Participant.objects.filter(interaction_id=interaction_id).values_list("party_id", "user_id", "address", "role")
    )
    new = []
    for part in parts:
        named = (part.party_id, part.user_id, part.address, part.role)
        if named not in known:
            known.add(named)
            part.interaction_id = interaction_id
            new.append(part)
    Participant.objects.bulk_create(new, batch_size=500)
