"""A mail dropped on a record is filed as an e-mail of that record, with its people, conversation and attachments.

On a customer it is theirs; on what belongs to a customer (a deal) it is about that. Dropped again it is the same one.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.interactions import eml
from rapport.interactions.incoming import Taken, take
from rapport.interactions.interaction import INTERACTION, customer_of
from rapport.platform import records
from rapport.platform.access import Actor, allows
from rapport.platform.fields import Ref
from rapport.platform.files import filing
from rapport.platform.files.models import Attachment
from rapport.platform.objects import registry
from rapport.platform.record import Record

# A mail among the papers of a contact or a conversation is a paper.
NOT_ON = ("interaction", "thread", "task")


@filing.filer(".eml", largest=eml.LARGEST)
def file_mail(actor: Actor, on: Record, raw: bytes, name: str) -> filing.Filed | None:
    """File a mail on a record of a customer; None on any other, and where the actor may write no contacts."""
    obj = registry.of_model(type(on))
    if obj.key in NOT_ON or not obj.path or actor.may(INTERACTION, "create") == "none":
        return None
    customer = customer_of(obj.key, on.pk)
    about = None if obj.path == "id" else Ref(obj.key, on.pk)
    try:
        taken = take(actor, raw, name, customer=customer, about=about, keep=False)
    except eml.Unreadable as reason:
        raise filing.CannotFile(str(reason)) from reason
    except ValidationError as error:
        raise filing.CannotFile(" ".join(error.messages)) from error
    except PermissionDenied as error:
        raise filing.CannotFile(str(error)) from error
    if not taken.is_new:
        _connect(actor, taken, customer, about)
    return filing.Filed(Ref("interaction", taken.interaction.pk), taken.interaction.subject, _words(taken))


def _connect(actor: Actor, taken: Taken, customer: int | None, about: Ref | None) -> None:
    """A mail that was there before learns whose it is and what it is about, where it did not know."""
    known = taken.interaction
    values: dict[str, Any] = {}
    if known.customer_id is None and customer is not None:
        values["customer"] = customer
    if known.about_id is None and about is not None:
        values["about"] = about
    if values and allows(actor, INTERACTION, known, "edit"):
        records.update(actor, known, values)


def _words(taken: Taken) -> str:
    """What became of it: its attachments, and what could not be read."""
    if not taken.is_new:
        return _("It was filed before.")
    count = Attachment.objects.filter(object="interaction", record_id=taken.interaction.pk).count()
    files = ngettext("%(n)s attachment", "%(n)s attachments", count) % {"n": count} if count else ""
    return " ".join(part for part in (f"{files}." if files else "", *taken.problems) if part)
