"""Thread: interactions that answer one another, under one subject.

Always: `last_at` is when the latest of them occurred; `subject_key` is the subject without "Re:" and its like, folded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from rapport.base.text import clean_line, fold
from rapport.interactions.channel import KINDS
from rapport.platform.fields import Choice, DateTime, Reference, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.parties.party import Party

# Answer and forward marks of the mail programs people use, in their languages, also counted ("Re[2]:") and repeated.
_MARKS = re.compile(
    r"^(?:\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|odp|wg|fw|fwd|tr|rv|enc|vb|vl|i|r)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*:)+\s*",
    re.IGNORECASE,
)


class Thread(Record):
    """One conversation."""

    subject = Text(_("Subject"), max=300, required=True)
    subject_key = Text(_("Subject as compared"), max=300, read_only=True)
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party")
    kind = Choice(_("Channel"), KINDS)
    last_at = DateTime(_("Last contact"), read_only=True, indexed=True)

    customer_id: int | None
    objects: ClassVar[models.Manager[Thread]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=["subject_key", "last_at"], name="thread_by_subject"),)


def subject_key(subject: str) -> str:
    """What two subjects of one conversation have in common."""
    return fold(_MARKS.sub("", clean_line(subject)[:300]))[:300]


def settle(thread: Thread) -> None:
    """Derive the comparable subject."""
    thread.subject_key = subject_key(thread.subject)


THREAD = register(
    Object(
        key="thread",
        label=_("Conversation"),
        plural=_("Conversations"),
        model_class=Thread,
        icon="message-square",
        name="subject",
        subtitle=("customer", "last_at"),
        columns=("subject", "customer", "kind", "last_at", "owner"),
        sections=(Section(_("Conversation"), ("subject", "customer", "kind", "last_at", "owner", "team")),),
        quick=("subject", "customer", "kind"),
        search=("subject",),
        sort="-last_at",
        views=(View("all", _("All")), View("mine", _("Mine"), "owner = me")),
        derive=settle,
        parents=("customer",),
        path="customer",
        help=_("Interactions that answer one another."),
    )
)
