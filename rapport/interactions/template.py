"""Template: a text with places for names, for mails, letters and notes. See `merge` for the grammar of the places."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.interactions import merge
from rapport.interactions.channel import KINDS
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.parties.choices import LANGUAGES
from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.actions import action
from rapport.platform.fields import Boolean, Choice, LongText, Reference, Text
from rapport.platform.objects import Object, Section, View, register, registry
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.parties.purpose import Purpose


class Template(Record):
    """One text."""

    name = Text(_("Name"), required=True)
    kind = Choice(_("Channel"), KINDS, default="email")
    language = Choice(_("Language"), LANGUAGES)
    subject = Text(_("Subject"), max=300)
    body = LongText(_("Text"), max=50_000, required=True, help=_('Places: {{ party.name|default:"Customer" }}'))
    purpose: Reference[Purpose] = Reference(
        _("Purpose"), "parties.Purpose", panel=False, help=_("What is written with it needs what this purpose needs.")
    )
    in_use = Boolean(_("In use"), default=True)

    purpose_id: int | None

    objects: ClassVar[models.Manager[Template]] = models.Manager()


def check_template(template: Template) -> None:
    """Every place can be read. Raises ValidationError on the field."""
    for key in ("subject", "body"):
        try:
            merge.parse(getattr(template, key))
        except ValidationError as error:
            raise ValidationError({key: error.messages}) from error


Chosen = Annotated[Template, Reference(_("Template"), "interactions.Template", required=True)]

TEMPLATE = register(
    Object(
        key="template",
        label=_("Template"),
        plural=_("Templates"),
        model_class=Template,
        icon="file-text",
        subtitle=("kind", "language"),
        columns=("name", "kind", "language", "subject", "in_use", "updated_at"),
        sections=(Section(_("Template"), ("name", "kind", "language", "purpose", "in_use", "subject", "body")),),
        quick=("name", "kind", "subject", "body"),
        search=("name", "subject"),
        search_bodies=("body",),
        match=(("name",),),
        sort="name",
        check=check_template,
        views=(View("in_use", _("In use"), "in_use"), View("all", _("All"))),
        help=_("A text with places for names, used for mails and letters."),
    )
)


@action(label=_("Write from a template"), icon="file-text", needs="read")
def write_from_template(
    actor: Actor,
    party: Party,
    *,
    template: Chosen,
) -> Interaction:
    """Draft a message from a template, to be sent: planned in an hour; what was missing stands beside it."""
    ours = User.objects.filter(pk=actor.user_id).first()
    scope = {"party": party, "user": ours}
    subject = merge.fill(actor, template.subject, scope)
    body = merge.fill(actor, template.body, scope)
    missing = dict.fromkeys([*subject.missing, *body.missing])
    values = {
        "kind": template.kind,
        "direction": "out",
        "subject": subject.text[:300] or template.name,
        "body": body.text,
        "customer": party.pk,
        "people": [party.pk] if party.is_person else [],
        "occurred_at": now() + timedelta(hours=1),
        "purpose": template.purpose_id,
        "problem": (_now("Nothing found for: %(paths)s.") % {"paths": ", ".join(missing)})[:500] if missing else "",
    }
    made: Interaction = records.create(actor, INTERACTION, values)
    return made


registry.add_action("party", write_from_template)
