"""Writing mails: the verbs of customers, contacts and mails, and the letter they make.

A mail leaves twenty seconds after it was written, so that it can be taken back, or at the moment it is to leave.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.interactions import merge
from rapport.interactions.channels.email import permission, sender_address
from rapport.interactions.channels.email.sender_address import SenderAddress
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant, add
from rapport.interactions.template import Template
from rapport.interactions.thread import THREAD
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import PARTY, Party
from rapport.parties.purpose import Purpose
from rapport.platform import files, mail, outbox, records
from rapport.platform.access import Actor, visible
from rapport.platform.accounts.models import User
from rapport.platform.actions import action
from rapport.platform.fields import DateTime, File, LongText, Ref, Reference, ReferenceAny, ReferenceMany, Text
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.mail.letter import Letter, Mailbox, mailbox
from rapport.platform.objects import registry
from rapport.platform.outbox import Effect, State
from rapport.platform.privacy import restriction
from rapport.platform.words import gettext_lazy as _

UNDO = timedelta(seconds=20)

# A conversation's last mails are named, not all of them: the header is read by programs that cut long ones.
MOST_ANSWERED = 10

Body = Annotated[str, LongText(_("Text"), max=50_000)]
Copy = Annotated[str, Text(_("Copy to"), max=2_000, help=_("E-mail addresses, separated by commas."))]
From = Annotated[
    SenderAddress | None,
    Reference(_("Write from"), "interactions.SenderAddress", help=_("Empty for your own address.")),
]
Later = Annotated[
    datetime | None, DateTime(_("Send at"), help=_("Empty for now; you have 20 seconds to take it back."))
]
Enclosed = Annotated[StoredFile | None, File(_("File"))]


def _to_whom(actor: Actor, party: Party) -> Mapping[str, Any]:
    return {"to": [party.pk]}


@action(label=_("Write a mail"), icon="mail", needs="read", many=False, prefill=_to_whom)
def write_mail(
    actor: Actor,
    party: Party,
    *,
    to: Annotated[list[int], ReferenceMany(_("To"), "parties.Party")] = (),  # type: ignore[assignment]  # read only
    subject: Annotated[str, Text(_("Subject"), max=300)] = "",
    body: Body = "",
    template: Annotated[Template | None, Reference(_("Template"), "interactions.Template")] = None,
    attachment: Enclosed = None,
    cc: Copy = "",
    sender: From = None,
    send_at: Later = None,
    about: Annotated[Ref | None, ReferenceAny(_("About"))] = None,
    purpose: Annotated[
        Purpose | None,
        Reference(_("Purpose"), "parties.Purpose", help=_("What it is sent for; that of the template when empty.")),
    ] = None,
) -> Interaction:
    """Write a mail to this customer or their people; a template fills what is left empty."""
    scope = {"party": party, "user": User.objects.filter(pk=actor.user_id).first()}
    words = {
        "subject": subject or (template.subject if template else ""),
        "body": body or (template.body if template else ""),
    }
    filled = {key: _filled(actor, key, text, scope) for key, text in words.items()}
    mailboxes = {"to": _addresses(actor, list(to) or [party.pk]), "cc": _copies(cc)}
    with transaction.atomic():
        thread = records.create(
            actor, THREAD, {"subject": filled["subject"][:300], "customer": party.pk, "kind": "email"}
        )
        for_what = purpose.pk if purpose else template.purpose_id if template else None
        values = {**filled, "customer": party.pk, "thread": thread.pk, "about": about, "purpose": for_what}
        return _write(actor, values, mailboxes, sender=sender, send_at=send_at, attachment=attachment)


def _answer_to(actor: Actor, interaction: Interaction) -> Mapping[str, Any]:
    return {"subject": _answered_subject(interaction)}


def _is_mail_to_us(contact: Interaction) -> bool:
    return contact.kind == "email" and contact.direction == "in"


@action(label=_("Answer"), icon="mail", needs="read", many=False, primary=True, when=_is_mail_to_us, prefill=_answer_to)
def answer(
    actor: Actor,
    interaction: Interaction,
    *,
    body: Annotated[str, LongText(_("Text"), max=50_000, required=True)],
    subject: Annotated[str, Text(_("Subject"), max=300)] = "",
    attachment: Enclosed = None,
    cc: Copy = "",
    sender: From = None,
    send_at: Later = None,
) -> Interaction:
    """Answer a mail, in its conversation."""
    asked = Participant.objects.filter(interaction=interaction, role="from").exclude(address="")
    to = [(mailbox(one.address, one.name), one.party_id) for one in asked]
    if not to:
        raise ValidationError(_now("The mail does not say who wrote it: write a new one."))
    values = {
        "subject": subject or _answered_subject(interaction),
        "body": body,
        "customer": interaction.customer_id,
        "thread": interaction.thread_id,
        "about": Ref(interaction.about_object, interaction.about_id) if interaction.about_id else None,
    }
    mailboxes = {"to": to, "cc": _copies(cc)}
    return _write(actor, values, mailboxes, sender=sender, send_at=send_at, attachment=attachment)


def _can_be_sent(contact: Interaction) -> bool:
    is_mail = contact.kind == "email" and contact.direction == "out"
    return is_mail and contact.is_planned and contact.delivery in ("", "draft")


@action(label=_("Send"), icon="mail", many=False, primary=True, when=_can_be_sent)
def send(actor: Actor, interaction: Interaction, *, sender: From = None, send_at: Later = None) -> Interaction:
    """Send a mail that was drafted or taken back."""
    with transaction.atomic():
        parts = Participant.objects.filter(interaction=interaction, role__in=("to", "cc", "attendee"))
        known = [(mailbox(one.address, one.name), one.party_id) for one in parts if one.address and one.role != "cc"]
        named = [one.party_id for one in parts if one.party_id and not one.address]
        whose = [interaction.customer_id] if interaction.customer_id and not known and not named else []
        to = [*known, *_addresses(actor, [*named, *whose])]
        cc = [(mailbox(one.address, one.name), one.party_id) for one in parts if one.address and one.role == "cc"]
        _name_people(interaction, {"to": to, "cc": cc})
        return _hand_over(actor, interaction, sender, send_at)


@action(
    label=_("Take back"), icon="rotate-ccw", many=False, primary=True, when=lambda contact: contact.delivery == "queued"
)
def take_back(actor: Actor, interaction: Interaction) -> Interaction:
    """Stop a mail that has not left yet; it stays as a draft."""
    told: Interaction = records.write(actor, interaction, {"delivery": "draft"}, action="take_back", event="taken_back")
    outbox.cancel(_effect(interaction))
    return told


@action(
    label=_("Send again"),
    icon="refresh-cw",
    many=False,
    when=lambda contact: contact.delivery in ("failed", "uncertain"),
)
def send_again(actor: Actor, interaction: Interaction) -> Interaction:
    """Send a mail once more that failed or may not have arrived; it is the same mail, byte for byte."""
    values = {"delivery": "queued", "problem": ""}
    told: Interaction = records.write(actor, interaction, values, action="send_again", event="queued")
    outbox.again(_effect(interaction))
    return told


# --- from words to a letter -------------------------------------------------------------------------------------------


def _write(
    actor: Actor,
    values: Mapping[str, Any],
    mailboxes: Mapping[str, Sequence[tuple[Mailbox, int | None]]],
    *,
    sender: SenderAddress | None,
    send_at: datetime | None,
    attachment: StoredFile | None,
) -> Interaction:
    if not str(values["body"]).strip():
        raise ValidationError({"body": _now("Write something, or choose a template.")})
    leaves = _when(send_at)
    _box, _reply_to, signature = sender_address.from_whom(actor, sender)
    body = f"{values['body']}\n\n-- \n{signature}" if signature else values["body"]
    people = [party for _mailbox, party in mailboxes["to"] if party and _is_person(party)]
    with transaction.atomic():
        written: Interaction = records.create(
            actor,
            INTERACTION,
            {
                **values,
                "kind": "email",
                "direction": "out",
                "subject": str(values["subject"])[:300],
                "body": body,
                "occurred_at": leaves,
                "people": list(dict.fromkeys(people)),
                "colleagues": [actor.user_id] if actor.user_id else [],
            },
        )
        _name_people(written, mailboxes)
        if attachment is not None:
            files.attach(actor, attachment, written)
        return _hand_over(actor, written, sender, send_at)


def _hand_over(
    actor: Actor, interaction: Interaction, sender: SenderAddress | None, send_at: datetime | None
) -> Interaction:
    """Put the mail of an interaction into the outbox; its delivery follows from there."""
    box, reply_to, _signature = sender_address.from_whom(actor, sender)
    parts = list(Participant.objects.filter(interaction=interaction).exclude(address="").order_by("pk"))
    permission.require(interaction)
    message_id = f"<{secrets.token_hex(16)}@{box.address.rpartition('@')[2]}>"
    leaves = _when(send_at)
    letter = Letter(
        sender=box,
        to=tuple(mailbox(one.address, one.name) for one in parts if one.role == "to"),
        cc=tuple(mailbox(one.address, one.name) for one in parts if one.role == "cc"),
        subject=interaction.subject,
        text=interaction.body,
        message_id=message_id,
        sent_at=leaves.isoformat(timespec="seconds"),
        reply_to=reply_to,
        answers=_answered(interaction),
        files=tuple(_enclosed(interaction)),
        language=actor.culture.language or "en",
    )
    values = {"message_id": message_id, "occurred_at": leaves, "delivery": "queued", "problem": ""}
    told: Interaction = records.write(actor, interaction, values, action="send", event="queued")
    mail.post(actor, letter, about=Ref("interaction", interaction.pk), after=leaves)
    return told


def _when(send_at: datetime | None) -> datetime:
    if send_at is not None and send_at <= now():
        raise ValidationError({"send_at": _now("This moment has passed.")})
    return send_at or now() + UNDO


def _filled(actor: Actor, key: str, text: str, scope: Mapping[str, Any]) -> str:
    """The text with its places filled. A mail that would say "Dear ," is refused, with the places that are empty."""
    try:
        filled = merge.fill(actor, text, scope)
    except ValidationError as error:
        raise ValidationError({key: error.messages}) from error
    empty = [path for path in filled.missing if not _has_default(text, path)]
    if empty:
        raise ValidationError({key: _now("Nothing found for: %(paths)s.") % {"paths": ", ".join(empty)}})
    return filled.text


def _has_default(text: str, path: str) -> bool:
    places = [piece for piece in merge.parse(text) if isinstance(piece, merge.Place) and str(piece) == path]
    return all(place.default for place in places)


def _addresses(actor: Actor, parties: Sequence[int]) -> list[tuple[Mailbox, int | None]]:
    """The address of each of these parties that works. Raises ValidationError with the names of those without one."""
    found = {one.pk: one for one in visible(actor, PARTY).filter(pk__in=parties)}
    for one in found.values():
        restriction.refuse(actor, PARTY, one)
    points = ContactPoint.objects.filter(party_id__in=found, kind="email", archived_at=None).order_by("-primary", "pk")
    usable: dict[int, ContactPoint] = {}
    for point in points:
        if point.usable and point.party_id is not None:
            usable.setdefault(point.party_id, point)
    without = [one.name for pk, one in found.items() if pk not in usable]
    if without:
        words = _now("There is no e-mail address that works for: %(names)s.")
        raise ValidationError({"to": words % {"names": ", ".join(without)}})
    return [(mailbox(usable[pk].value, found[pk].name), pk) for pk in dict.fromkeys(parties) if pk in usable]


def _copies(text: str) -> list[tuple[Mailbox, int | None]]:
    try:
        return [(mailbox(one.strip()), None) for one in text.replace(";", ",").split(",") if one.strip()]
    except ValidationError as error:
        raise ValidationError({"cc": error.messages}) from error


def _is_person(party: int) -> bool:
    return Party.objects.filter(pk=party, kind="person").exists()


def _name_people(interaction: Interaction, mailboxes: Mapping[str, Sequence[tuple[Mailbox, int | None]]]) -> None:
    """Write down who it goes to, with the addresses used; those who were only named before are the same people."""
    roles = ("to", "cc", "attendee")
    Participant.objects.filter(interaction=interaction, role__in=roles, user=None).delete()
    add(
        interaction.pk,
        [
            Participant(party_id=party, role=role, address=box.address, name=box.name)
            for role, some in mailboxes.items()
            for box, party in some
        ],
    )


def _enclosed(interaction: Interaction) -> list[int]:
    hanging = Attachment.objects.filter(object="interaction", record_id=interaction.pk).order_by("pk")
    return list(hanging.values_list("file_id", flat=True))


def _answered(interaction: Interaction) -> tuple[str, ...]:
    """The mails of its conversation before it, the latest first."""
    if interaction.thread_id is None:
        return ()
    before = Interaction.objects.filter(thread_id=interaction.thread_id).exclude(pk=interaction.pk)
    ids = before.exclude(message_id="").order_by("-occurred_at").values_list("message_id", flat=True)
    return tuple(ids[:MOST_ANSWERED])


def _answered_subject(interaction: Interaction) -> str:
    subject = interaction.subject
    return subject if subject.lower().startswith(("re:", "aw:")) else f"Re: {subject}"[:300]


def _effect(interaction: Interaction) -> Effect:
    """The outbox row of its mail. Raises ValidationError when there is none."""
    sent = Effect.objects.filter(transport="mail", about_object="interaction", about_id=interaction.pk)
    found = sent.exclude(state=State.CANCELLED).exclude(payload__has_key="rest_of").order_by("-pk").first()
    if found is None:
        raise ValidationError(_now("This mail was never handed over for sending."))
    return found


registry.add_action("party", write_mail)
for verb in (answer, send, take_back, send_again):
    registry.add_action("interaction", verb)
