"""Taking in a mail: kept as it came, its people found, put into its conversation, its attachments stored.

A mail is taken in once, however often it is dropped (Message-ID). One that cannot be read is kept with the reason in
words and listed under "Could not be read"; nothing is lost and nothing else is held up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.base.text import fold
from rapport.interactions import correspondents, eml
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant, add
from rapport.interactions.thread import THREAD, Thread, subject_key
from rapport.parties.consequence import consequence
from rapport.parties.party import Party
from rapport.platform import files, records
from rapport.platform.access import Actor, visible
from rapport.platform.actions import action
from rapport.platform.fields import File, Ref
from rapport.platform.files.models import StoredFile
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.interactions.correspondents import Correspondents
    from rapport.interactions.eml import Mail

# A reply without References is put into the conversation of the same subject this long.
SAME_SUBJECT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: the interaction, whether it is new, and what could not be read, in words."""

    interaction: Interaction
    is_new: bool
    problems: tuple[str, ...] = ()


def take(
    actor: Actor, raw: bytes, name: str, *, customer: int | None = None, about: Ref | None = None, keep: bool = True
) -> Taken:
    """Take in the bytes of a mail, dropped or received: as a contact of this customer, about this record.

    One that cannot be read is kept with the reason; without `keep`, eml.Unreadable is raised and nothing is kept.
    Raises PermissionDenied; ValidationError for an empty file.
    """
    if not raw:
        raise ValidationError(_now("“%(name)s” is empty.") % {"name": name[:100]})
    try:
        mail = eml.read(raw)
    except eml.Unreadable as reason:
        if not keep:
            raise
        return _quarantined(actor, raw, name, str(reason), customer)
    known = visible(actor, INTERACTION).filter(message_id=mail.message_id).first() if mail.message_id else None
    if known is not None:
        return Taken(known, False, (_now("This mail was taken in before."),))
    with transaction.atomic():
        return _filed(actor, raw, name, mail, customer, about)


def _filed(actor: Actor, raw: bytes, name: str, mail: Mail, customer: int | None, about: Ref | None) -> Taken:
    people = correspondents.find(actor, mail)
    whose = customer if customer is not None else people.customer
    # One that only others may see keeps the ID; this reader's own copy does without.
    taken = Interaction.objects.filter(message_id=mail.message_id).exists()
    sent = min(mail.sent_at or now(), now())
    interaction: Interaction = records.create(
        actor,
        INTERACTION,
        {
            "kind": "email",
            "subject": mail.subject,
            "body": mail.text,
            "direction": people.direction,
            "occurred_at": sent,
            "done_at": sent,
            "customer": whose,
            "about": about,
            "people": people.parties,
            "colleagues": people.users,
            "thread": _thread(actor, mail, whose, sent),
            "message_id": "" if taken else mail.message_id,
            "original": files.store(actor, BytesIO(raw), _eml_name(name)).pk,
            "answered_at": sent if mail.is_automatic else None,
        },
    )
    _roles(interaction, mail, people)
    problems = (*mail.problems, *_attached(actor, interaction, mail))
    if problems:
        told = {"problem": " ".join(problems)[:500]}
        interaction = records.write(consequence(actor), interaction, told)
    return Taken(interaction, True, problems)


def _quarantined(actor: Actor, raw: bytes, name: str, reason: str, customer: int | None) -> Taken:
    with transaction.atomic():
        stored = files.store(actor, BytesIO(raw), _eml_name(name))
        values: dict[str, Any] = {
            "kind": "email",
            "subject": _now("Mail that could not be read: %(name)s") % {"name": stored.name[:200]},
            "body": reason,
            "problem": reason[:500],
            "original": stored.pk,
            "customer": customer,
        }
        kept: Interaction = records.create(actor, INTERACTION, values, event="quarantined")
    return Taken(kept, True, (reason,))


def _thread(actor: Actor, mail: Mail, customer: int | None, sent: Any) -> int | None:
    """The conversation it answers, by Message-ID, else by subject with the same customer; a new one otherwise."""
    mine = visible(actor, INTERACTION).exclude(thread=None)
    rank = {reference: place for place, reference in enumerate(mail.references)}
    answered = mine.filter(message_id__in=list(rank)).values_list("message_id", "thread_id") if rank else []
    for _message_id, thread_id in sorted(answered, key=lambda row: rank[row[0]]):
        return int(thread_id)
    key = subject_key(mail.subject)
    is_reply = bool(mail.references) or fold(mail.subject) != key
    if key and is_reply and customer is not None:
        same = visible(actor, THREAD).filter(subject_key=key, customer_id=customer, last_at__gte=sent - SAME_SUBJECT)
        found = same.order_by("-last_at").first()
        if found is not None:
            return int(found.pk)
    made: Thread = records.create(
        actor, THREAD, {"subject": mail.subject or _now("(no subject)"), "customer": customer, "kind": "email"}
    )
    return made.pk


def _roles(interaction: Interaction, mail: Mail, people: Correspondents) -> None:
    """Who wrote, to whom, with copy to whom; addresses nobody knows included."""
    Participant.objects.filter(interaction=interaction).delete()
    parts = []
    for role, addresses in (("from", mail.sender), ("to", mail.to), ("cc", mail.cc)):
        for one in addresses:
            party, user = people.by_address.get(one.email, (None, None))
            parts.append(Participant(party_id=party, user_id=user, role=role, address=one.email, name=one.name))
    add(interaction.pk, parts)


def _attached(actor: Actor, interaction: Interaction, mail: Mail) -> list[str]:
    """Store the attachments on the interaction; those that cannot be are named."""
    problems = []
    for one in mail.attachments:
        try:
            files.store(consequence(actor), BytesIO(one.content), one.name, on=interaction)
        except ValidationError as error:
            problems.append(" ".join(error.messages))
    return problems


def _eml_name(name: str) -> str:
    return name if name.lower().endswith(".eml") else f"{name or 'mail'}.eml"


Upload = Annotated[StoredFile, File(_("Mail as a file (.eml)"), required=True)]


@action(label=_("File a mail"), icon="mail", needs="read", many=False)
def take_mail(
    actor: Actor,
    party: Party,
    *,
    file: Upload,
) -> Interaction:
    """Put a mail saved as a file on this party's timeline, with its people, conversation and attachments."""
    with files.open_stored(file) as stream:
        return take(actor, stream.read(eml.LARGEST + 1), file.name, customer=party.pk).interaction


registry.add_action("party", take_mail)
