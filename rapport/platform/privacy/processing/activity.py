"""Processing activity: one entry of the record of processing, in the words of the house; for who handles privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from rapport.platform.access.keepers import require_privacy
from rapport.platform.fields import Choice, LongText, Number, Text
from rapport.platform.guards import guard
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor

PARTS = (("controller", _("Who is responsible")), ("activity", _("Activity")))
TEXTS = ("purposes", "subjects", "categories", "recipients", "countries", "periods", "measures")


class ProcessingActivity(Record):
    """One entry: an activity, or who is responsible (name and contact, representative, data protection officer)."""

    name = Text(_("Name"), required=True, max=160)
    part = Choice(_("Part"), PARTS, required=True, default="activity")
    position = Number(_("Position"), min=0, default=0)
    contact = LongText(_("Name and contact"), max=5_000, help=_("Of who is responsible, and of their officer."))
    purposes = LongText(_("Purposes"), max=5_000)
    subjects = LongText(_("Whose data"), max=5_000)
    categories = LongText(_("Which data"), max=5_000)
    recipients = LongText(_("Recipients"), max=5_000)
    countries = LongText(_("Transfers to other countries"), max=5_000, help=_("Where to, and what protects them."))
    periods = LongText(_("Periods of erasure"), max=5_000)
    measures = LongText(_("Measures of security"), max=5_000)

    objects: ClassVar[models.Manager[ProcessingActivity]] = models.Manager()


@guard(
    *("processing_activity.create", "processing_activity.update", "processing_activity.archive"),
    *("processing_activity.restore", "processing_activity.undo"),
)
def kept_by_privacy(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """For those who answer for it."""
    if actor.user_id is not None:
        require_privacy(actor)


PROCESSING_ACTIVITY = register(
    Object(
        key="processing_activity",
        label=_("Processing activity"),
        plural=_("Processing activities"),
        model_class=ProcessingActivity,
        slug="processing-activities",
        icon="list-checks",
        subtitle=("part",),
        columns=("name", "part", "position", "purposes", "updated_at"),
        sections=(
            Section(_("Entry"), ("name", "part", "position", "contact")),
            Section(_("What is done"), TEXTS),
        ),
        quick=("name", "part", "purposes", "subjects", "categories"),
        search=("name",),
        match=(("name",),),
        sort="position",
        views=(View("all", _("All")),),
        help=_("One entry of the record of processing, in your words."),
    )
)
