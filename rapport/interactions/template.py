"""Template: a text with places for names, for mails, letters and notes. See `merge` for the grammar of the places."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.channel import KINDS
from rapport.parties.choices import LANGUAGES
from rapport.platform.fields import Boolean, Choice, LongText, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record


class Template(Record):
    """One text."""

    name = Text(_("Name"), required=True)
    kind = Choice(_("Channel"), KINDS, default="email")
    language = Choice(_("Language"), LANGUAGES)
    subject = Text(_("Subject"), max=300)
    body = LongText(_("Text"), max=50_000, required=True, help=_('Places: {{ party.name|default:"Customer" }}'))
    in_use = Boolean(_("In use"), default=True)

    objects: ClassVar[models.Manager[Template]] = models.Manager()


TEMPLATE = register(
    Object(
        key="template",
        label=_("Template"),
        plural=_("Templates"),
        model_class=Template,
        icon="file-text",
        subtitle=("kind", "language"),
        columns=("name", "kind", "language", "subject", "in_use", "updated_at"),
        sections=(Section(_("Template"), ("name", "kind", "language", "in_use", "subject", "body")),),
        quick=("name", "kind", "subject", "body"),
        search=("name", "subject"),
        match=(("name",),),
        sort="name",
        views=(View("in_use", _("In use"), "in_use"), View("all", _("All"))),
        help=_("A text with places for names, used for mails and letters."),
    )
)
