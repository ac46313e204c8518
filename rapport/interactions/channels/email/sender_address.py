"""Sender address: as whom mails are written. One's own, a team's, or one that everybody may write from.

Always: an address exists once. Who has none writes from the address they sign in with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now

from rapport.platform.access import visible
from rapport.platform.accounts.models import User
from rapport.platform.fields import Boolean, Email, LongText, Text
from rapport.platform.mail.letter import Mailbox, mailbox
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor


class SenderAddress(Record):
    """One address to write from."""

    address = Email(_("Address"), required=True, sensitivity="standard")
    name = Text(_("Name shown"), max=200, help=_("What people read before the address."))
    signature = LongText(_("Signature"), max=5_000)
    for_all = Boolean(_("Everybody may write from it"))
    for_team = Boolean(_("Its team may write from it"))
    reply_to = Email(_("Answers go to"), sensitivity="standard", help=_("Empty for the address itself."))
    in_use = Boolean(_("In use"), default=True)

    objects: ClassVar[models.Manager[SenderAddress]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address"], name="sender_address_once"),)

    @property
    def mailbox(self) -> Mailbox:
        """As it stands in a mail."""
        return mailbox(self.address, self.name)


SENDER_ADDRESS = register(
    Object(
        key="sender_address",
        label=_("Sender address"),
        plural=_("Sender addresses"),
        model_class=SenderAddress,
        slug="sender-addresses",
        icon="at-sign",
        name="address",
        subtitle=("name",),
        columns=("address", "name", "owner", "team", "for_team", "for_all", "in_use"),
        sections=(
            Section(_("Address"), ("address", "name", "reply_to", "in_use")),
            Section(_("Who writes from it"), ("owner", "team", "for_team", "for_all")),
            Section(_("Below each mail"), ("signature",)),
        ),
        quick=("address", "name", "for_all"),
        search=("address", "name"),
        match=(("address",),),
        sort="address",
        views=(View("in_use", _("In use"), "in_use"), View("mine", _("Mine"), "owner = me"), View("all", _("All"))),
        help=_("An address that mails are written from: one's own, a team's, or everybody's."),
    )
)


def usable_by(actor: Actor) -> models.QuerySet[SenderAddress]:
    """The addresses this actor may write from."""
    theirs = Q(owner=actor.user_id) | Q(for_all=True) | Q(for_team=True, team__in=actor.team_ids)
    return visible(actor, SENDER_ADDRESS).filter(theirs, in_use=True, archived_at=None)


def own(actor: Actor) -> SenderAddress | None:
    """The address this person writes from when they say nothing else."""
    return usable_by(actor).filter(owner=actor.user_id, for_all=False).order_by("pk").first()


def from_whom(actor: Actor, chosen: SenderAddress | None) -> tuple[Mailbox, str, str]:
    """Mailbox, address for answers and signature. Raises ValidationError in words."""
    found = chosen or own(actor)
    if found is not None:
        if not usable_by(actor).filter(pk=found.pk).exists():
            raise ValidationError({"sender": _now("You may not write from this address.")})
        return found.mailbox, found.reply_to, found.signature
    user = User.objects.filter(pk=actor.user_id).first()
    if user is None or not user.email:
        raise ValidationError({"sender": _now("Choose an address to write from.")})
    return mailbox(user.email, user.name), "", ""
