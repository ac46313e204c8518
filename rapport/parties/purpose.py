"""Purpose: what something about people is done for, and by which lawful basis. Wording: the words people agree to.

Always: a purpose is called by a name of its own; a version of a wording never changes, a change of words is the next
version of it, counted per purpose and language. Only who handles privacy makes or changes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _now

from rapport.base.clock import today
from rapport.parties.choices import LANGUAGES
from rapport.platform import access, records
from rapport.platform.access.keepers import require_privacy
from rapport.platform.fields import Boolean, Choice, Date, LongText, Number, Reference, Text
from rapport.platform.guards import guard
from rapport.platform.install import installer
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor

# Article 6, paragraph 1, letters a to f.
BASES = (
    ("consent", _("Consent")),
    ("contract", _("Contract")),
    ("law", _("Legal obligation")),
    ("vital", _("Vital interests")),
    ("public", _("Public task")),
    ("interest", _("Legitimate interest")),
)


class Purpose(Record):
    """One purpose."""

    name = Text(_("Name"), required=True, max=120, indexed=True)
    basis = Choice(_("Lawful basis"), BASES, required=True, default="consent")
    description = LongText(_("What for"), max=5_000, help=_("As people are told it."))
    weighing = LongText(
        _("Why it may be so"), max=5_000, help=_("For a legitimate interest: which one, and why it weighs more.")
    )
    code = Text(_("Short name"), max=40, help=_("How forms, files and programs call it."))
    in_use = Boolean(_("In use"), default=True)

    objects: ClassVar[models.Manager[Purpose]] = models.Manager()

    def __str__(self) -> str:
        return self.name

    @property
    def asks(self) -> bool:
        """Whether it needs a yes beforehand."""
        return self.basis == "consent"

    @property
    def can_be_objected_to(self) -> bool:
        """Whether somebody's no ends it (Articles 7 and 21); a contract or a law does not end by it."""
        return self.basis in ("consent", "interest", "public")


class Wording(Record):
    """One version of the words of a purpose."""

    title = Text(_("In short"), max=160, read_only=True)
    purpose: Reference[Purpose] = Reference(_("Purpose"), "parties.Purpose", required=True)
    language = Choice(_("Language"), LANGUAGES, required=True, default="en")
    edition = Number(_("Version"), read_only=True)
    text = LongText(_("Wording"), max=10_000, required=True, help=_("The very words they agreed to."))
    since = Date(_("Since"), required=True, default=today)

    purpose_id: int | None
    objects: ClassVar[models.Manager[Wording]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["purpose", "language", "edition"], name="wording_edition_once"),)


def one_of_its_name(purpose: Purpose) -> None:
    """No two purposes of one name. Raises ValidationError."""
    same = Purpose.objects.filter(name__iexact=purpose.name, archived_at=None).exclude(pk=purpose.pk or 0)
    if same.exists():
        raise ValidationError({"name": _now("There is a purpose of this name already.")})


def number_wording(wording: Wording) -> None:
    """The next version of its purpose and language, and a line to be called by."""
    if wording.edition is None:
        others = Wording.objects.filter(purpose=wording.purpose_id, language=wording.language)
        wording.edition = (others.aggregate(last=Max("edition"))["last"] or 0) + 1
    name = wording.purpose.name if wording.purpose else ""
    wording.title = f"{name} {wording.language} {wording.edition}"[:160]


@guard(
    *("purpose.create", "purpose.update", "purpose.archive", "purpose.restore", "purpose.undo"),
    *("wording.create", "wording.archive", "wording.restore"),
)
def kept_by_privacy(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """What may be done with people's data is for those who answer for it."""
    if actor.user_id is not None:
        require_privacy(actor)


@guard("wording.update", "wording.undo")
def wording_stays(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """What somebody agreed to never changes afterwards; nobody's ownership of it is what they agreed to."""
    if set(values) - {"owner", "team", "tags"}:
        raise ValidationError(_now("A version of a wording stays as it is. Add the next version instead."))


PURPOSE = register(
    Object(
        key="purpose",
        label=_("Purpose"),
        plural=_("Purposes"),
        model_class=Purpose,
        icon="target",
        subtitle=("basis",),
        columns=("name", "basis", "in_use", "description", "updated_at"),
        sections=(Section(_("Purpose"), ("name", "basis", "in_use", "description", "weighing", "code")),),
        quick=("name", "basis", "description"),
        search=("name",),
        match=(("code",), ("name",)),
        sort="name",
        views=(View("in_use", _("In use"), "in_use"), View("all", _("All"))),
        check=one_of_its_name,
        help=_("What something about people is done for, and by which lawful basis."),
    )
)
WORDING = register(
    Object(
        key="wording",
        label=_("Wording"),
        plural=_("Wordings"),
        model_class=Wording,
        icon="file-text",
        name="title",
        subtitle=("purpose", "language"),
        columns=("title", "purpose", "language", "edition", "since", "text"),
        sections=(Section(_("Wording"), ("purpose", "language", "edition", "since", "text")),),
        quick=("purpose", "language", "text", "since"),
        sort="-since",
        views=(View("all", _("All")),),
        derive=number_wording,
        fetch=("purpose",),
        help=_("The very words people agree to, version by version."),
    )
)

# What a house begins with; a keeper changes them.
STARTING = (
    ("marketing", _("Marketing"), "consent"),
    ("newsletter", _("Newsletter"), "consent"),
    ("service", _("Service messages"), "contract"),
    ("research", _("Surveys and research"), "interest"),
    ("profiling", _("Analysis of behaviour"), "consent"),
    ("sharing", _("Sharing with partners"), "consent"),
    ("reference", _("Naming as a reference"), "consent"),
    ("recording", _("Recording of calls"), "consent"),
)


@installer
def first_purposes() -> None:
    """A house without any purpose gets those most have."""
    if Purpose.objects.exists():
        return
    actor = access.system("installation")
    for code, name, basis in STARTING:
        records.create(actor, PURPOSE, {"code": code, "name": str(name), "basis": basis})
