"""The definitions of own fields and own Objects, and the rows of own Objects.

Always: a key is unique among the fields of a table, however many Objects share it; a storage name is given once and
never changed or used again, so that no value is ever read as another field's; what has values keeps its type unless
every one of them can be read as the new type (see `change`). Retired means archived: out of every screen, its values
stay, and bringing it back brings them back.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import models
from django.db.models.functions import Lower

from rapport.platform.custom import types
from rapport.platform.custom.options import Answers, OptionList
from rapport.platform.fields import Boolean, Choice, Field, LongText, Number, Option, Text
from rapport.platform.fields.choices import ChoiceOptions
from rapport.platform.record import Record, Steps
from rapport.platform.words import gettext_lazy as _

SENSITIVITIES = (
    Option("public", _("Everybody who may see the record")),
    Option("standard", _("Ordinary")),
    Option("personal", _("Personal: about a person")),
    Option("sensitive", _("Sensitive: shown to few"), "warn"),
)
INDEX_STATES = (
    Option("waiting", _("Waiting for its index"), "info"),
    Option("ready", _("Indexed"), "good"),
    Option("unfit", _("Filtered without an index")),
    Option("failed", _("The index could not be made"), "bad"),
)


class TypeOf(Choice):
    """The type of an own field: every type there is, those that other modules add too."""

    @property
    def _options(self) -> ChoiceOptions:
        return ChoiceOptions(Option(one.key, one.label) for one in types.TYPES.values())

    @_options.setter
    def _options(self, _given: ChoiceOptions) -> None:
        """Choice sets its list once; this one is never fixed."""


class OwnField(Record):
    """A field that an administrator added to an Object."""

    object = Text(_("Kind of record"), max=40, required=True, sensitivity="public")
    label = Text(_("Label"), max=80, required=True, sensitivity="public")
    key = Text(
        _("Key"),
        max=40,
        sensitivity="public",
        help=_("How queries, files and the API name it. Left empty: made of it."),
    )
    type = TypeOf(_("Type"), (), required=True, sensitivity="public")
    help = Text(_("Help"), max=300, sensitivity="public", help=_("A sentence under the field on forms."))
    section = Text(_("Section"), max=80, sensitivity="public", help=_("The heading it stands under."))
    options = OptionList(_("Answers"), sensitivity="public")
    target = Text(_("Points at"), max=400, sensitivity="public", help=_("The key of the kind of record."))
    formula = LongText(_("Formula"), max=5_000, sensitivity="public")
    kept = Boolean(
        _("Store the result"), sensitivity="public", help=_("Calculated when something changes, the same for all.")
    )
    result = Text(_("Comes to"), max=20, read_only=True, sensitivity="public")
    places = Number(_("Decimal places"), min=0, max=8, sensitivity="public")
    pattern = Text(_("Written before the number"), max=12, sensitivity="public")
    required_when = Text(_("Required when"), max=1_000, sensitivity="public", help=_("A condition as in a filter."))
    shown_when = Text(_("Shown when"), max=1_000, sensitivity="public", help=_("A condition; left empty: always."))
    locked_when = Text(_("Read-only when"), max=1_000, sensitivity="public", help=_("A condition as in a filter."))
    required = Boolean(_("Required"), sensitivity="public", help=_("Asked for when a record is next saved."))
    unique = Boolean(_("Unique"), sensitivity="public", help=_("No two records have the same value."))
    searchable = Boolean(_("Searchable"), sensitivity="public", help=_("Records are found by it."))
    filterable = Boolean(_("Filtered often"), sensitivity="public", help=_("Keeps an index, so that filters are fast."))
    sensitivity = Choice(_("Who may see it"), SENSITIVITIES, default="standard", sensitivity="public")
    position = Number(_("Position"), sensitivity="public")
    stored = Text(_("Stored as"), max=40, read_only=True, sensitivity="public")
    index_state = Choice(_("Index"), INDEX_STATES, read_only=True, sensitivity="public")
    index_note = Text(_("About the index"), max=300, read_only=True, sensitivity="public")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["object", "stored"], name="own_field_stored_once"),
            models.UniqueConstraint(
                fields=["object", "key"], condition=models.Q(archived_at=None), name="own_field_key_once"
            ),
        )

    @property
    def answers(self) -> Answers:
        found: Answers = type(self)._own_fields["options"].read(self)  # type: ignore[attr-defined]  # set by the Field
        return found

    @property
    def digits(self) -> int:
        return 2 if self.places is None else int(self.places)


class OwnLink(models.Model):
    """One record that an own field of type "several other records" points at. See `many`."""

    field = models.ForeignKey(OwnField, models.CASCADE, related_name="+")
    record_id = models.BigIntegerField()
    target_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["field", "record_id", "target_id"], name="own_link_once"),)
        indexes = (models.Index(fields=["field", "target_id"], name="own_link_back"),)

    def __str__(self) -> str:
        return f"{self.field_id}: {self.record_id} → {self.target_id}"


class OwnObject(Record):
    """A kind of record that an administrator made."""

    label = Text(_("One is called"), max=80, required=True, sensitivity="public")
    plural = Text(_("Many are called"), max=80, sensitivity="public")
    key = Text(_("Key"), max=40, read_only=True, sensitivity="public")
    slug = Text(_("Address"), max=40, sensitivity="public", help=_("The first part of the address of its pages."))
    icon = Text(_("Icon"), max=40, sensitivity="public")
    help = Text(_("Help"), max=300, sensitivity="public")
    name_label = Text(_("The name is called"), max=80, sensitivity="public", help=_("Such as: Order number."))
    navigation = Number(_("Place in the navigation"), min=0, max=10_000, sensitivity="public", help=_("0: not in it."))
    board = Text(_("Board by"), max=40, sensitivity="public", help=_("The key of a choice; left empty, the first one."))

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key"], name="own_object_key_once"),)


class DefinitionsStamp(models.Model):
    """One row that changes with every definition; a process that knows another number reads them again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)


class OfKind(models.Manager[Any]):
    """Rows of one own Object only."""

    def get_queryset(self) -> Any:
        rows, kind = super().get_queryset(), getattr(self.model, "KIND", "")
        return rows.filter(kind=kind) if kind else rows


class Entry(Steps, Record):
    """A record of an own Object; `kind` is the Object's key. All of them share one table.

    There is no Object of all entries: each own Object has a model of its own (`model_of`), with its own rights, Events
    and search, so that no way through the engine leads from the records of one to those of another.
    """

    KIND: ClassVar[str] = ""
    kind = models.CharField(max_length=40, editable=False)
    name = Text(_("Name"), required=True)

    objects: ClassVar[models.Manager[Any]] = OfKind()

    class Meta:
        indexes = (
            models.Index(fields=["kind", "updated_at", "id"], name="entry_by_change"),
            models.Index(models.F("kind"), Lower("name"), models.F("id"), name="entry_by_name"),
            models.Index(fields=["kind", "next_step_at"], name="entry_by_next_step"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.__dict__.get("kind") == "":
            self.kind = self.KIND


@cache
def model_of(key: str, name_label: str = "") -> type[Entry]:
    """The model of an own Object: the shared table, its rows. Known to no app, so migrations do not see it."""
    meta = type("Meta", (), {"proxy": True, "app_label": "platform", "apps": Apps()})
    made = type(key, (Entry,), {"__module__": __name__, "Meta": meta, "KIND": key})
    model: type[Entry] = made
    if name_label:
        named: Field[Any] = copy(Entry._own_fields["name"])  # type: ignore[attr-defined]  # set by the Field
        named.label = name_label
        model._own_fields = {"name": named}  # type: ignore[attr-defined]  # as above
    return model
