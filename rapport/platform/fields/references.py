"""Fields that point at other records: at one, at many, at one of several kinds; at a user, at a team.

The value form of a reference is the local id (int). A record is accepted wherever an id is. Whether the actor may see
the record pointed at is asked by the write path, not here: a Field knows types, not rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, overload
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.platform.fields.choices import split_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapport.platform.culture import Culture
    from rapport.platform.objects import Object

M = TypeVar("M", bound=models.Model)


class Ref(NamedTuple):
    """A record of any kind: the Object's key and the local id."""

    object: str
    id: int


class Reference(Field[int | None], Generic[M]):
    """One record of the model `to` ("app.Model"), optionally only of some Objects that share its table.

    The attribute itself gives the record (`opportunity.customer`), `<key>_id` the id.
    """

    kind: ClassVar[str] = "reference"
    family: ClassVar[Family] = "reference"
    widget = "reference"

    def __init__(
        self,
        label: str,
        to: str,
        *,
        kinds: tuple[str, ...] = (),
        timeline: bool = True,
        panel: bool = True,
        **options: Any,
    ) -> None:
        """`kinds`: Object keys allowed where several share the table.

        `panel`: the target's page lists these records.
        """
        super().__init__(label, **options)
        self.to, self.kinds, self.timeline, self.panel = to, kinds, timeline, panel

    @overload  # type: ignore[override]  # a reference is read as the record it points at
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> M | None: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> Self | M | None:
        raise NotImplementedError("Django's own descriptor stands here at run time")

    def __set__(self, instance: object, value: M | None) -> None:  # type: ignore[override]  # as __get__
        raise NotImplementedError("Django's own descriptor stands here at run time")

    @property
    def target(self) -> Object:
        """The Object pointed at (the base one where several share a table)."""
        from rapport.platform.objects import registry

        return registry.of_label(self.to)

    def parts(self) -> tuple[Part, ...]:
        column: Any = models.ForeignKey(
            self.to, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=self.label
        )
        return (Part("", column),)

    def read(self, record: object) -> int | None:
        return getattr(record, f"{self.key}_id")  # type: ignore[no-any-return]  # Django's attname

    def to_columns(self, value: int | None) -> dict[str, object]:
        return {f"{self.key}_id": value}

    def parse(self, raw: object, culture: Culture) -> int | None:
        return self.clean(read_id(raw, self.target))

    def clean(self, value: int | models.Model | None) -> int | None:
        return super().clean(value.pk if isinstance(value, models.Model) else value)

    def plain(self, value: int | None) -> Plain:
        return value

    def from_plain(self, plain: Plain) -> int | None:
        return plain if isinstance(plain, int) else None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "uuid"}

    def warehouse_type(self) -> str:
        return "BIGINT"


class ReferenceMany(Field[list[int]]):
    """Several records of one model, in a link table of its own."""

    kind: ClassVar[str] = "reference_many"
    family: ClassVar[Family] = "references"
    widget = "reference_many"
    sortable = False
    outside = True

    def __init__(self, label: str, to: str, *, kinds: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(label, **options)
        self.to, self.kinds = to, kinds

    @property
    def target(self) -> Object:
        from rapport.platform.objects import registry

        return registry.of_label(self.to)

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.ManyToManyField(self.to, related_name="+", blank=True)),)

    @property
    def link(self) -> tuple[type[models.Model], str, str]:
        """The link model and the names of its two id attributes: (through, from_id, to_id)."""
        column = self.model._meta.get_field(self.key)
        through = column.remote_field.through  # type: ignore[union-attr]  # a ManyToManyField has one
        return through, column.m2m_column_name(), column.m2m_reverse_name()  # type: ignore[union-attr]  # as above

    @property
    def link_source(self) -> str:
        """The links as SQL that stands after FROM: identifiers of the registry alone."""
        through: type[models.Model] = self.link[0]
        return f'"{through._meta.db_table}"'

    @property
    def link_ends(self) -> tuple[str, str]:
        """The names of the columns with the record and with the one it points at."""
        _through, here, there = self.link
        return here, there

    model: type[models.Model]

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        self.model = model
        super().contribute_to_class(model, name)

    def empty(self) -> list[int]:
        return []

    def read(self, record: object) -> list[int]:
        pk: int = record.pk  # type: ignore[attr-defined]  # a Record
        return self.load_links([pk]).get(pk, [])

    def to_columns(self, value: list[int] | None) -> dict[str, object]:
        return {}

    def load_links(self, record_ids: Sequence[int]) -> dict[int, list[int]]:
        through, here, there = self.link
        found: dict[int, list[int]] = {}
        rows = through._default_manager.filter(**{f"{here}__in": record_ids}).order_by("pk")
        for source, target in rows.values_list(here, there):
            found.setdefault(source, []).append(target)
        return found

    def links_sql(self, model: type[models.Model], record: str) -> tuple[str, tuple[object, ...]]:
        here, there = self.link_ends
        # Identifiers of the registry alone. A link table of several roads has rows that lead elsewhere.
        where = f'WHERE "{here}" = {record} AND "{there}" IS NOT NULL'
        return f'SELECT id AS place, "{there}" AS target FROM {self.link_source} q {where}', ()  # noqa: S608

    def from_links(self, targets: Sequence[Any]) -> list[int]:
        return list(dict.fromkeys(targets))

    def save_links(self, values: Mapping[int, list[int] | None]) -> None:
        through, here, there = self.link
        through._default_manager.filter(**{f"{here}__in": list(values)}).delete()
        links = [through(**{here: source, there: target}) for source, ids in values.items() for target in ids or []]
        through._default_manager.bulk_create(links, batch_size=500)

    def parse(self, raw: object, culture: Culture) -> list[int] | None:
        items = raw if isinstance(raw, list) else split_words(raw)
        return self.clean([found for item in items if (found := read_id(item, self.target)) is not None])

    def clean(self, value: Sequence[int | models.Model] | None) -> list[int] | None:
        ids = [item.pk if isinstance(item, models.Model) else item for item in value or []]
        return super().clean(list(dict.fromkeys(ids)))

    def plain(self, value: list[int] | None) -> Plain:
        return list(value or [])

    def from_plain(self, plain: Plain) -> list[int] | None:
        return [item for item in plain if isinstance(item, int)] if isinstance(plain, list) else []

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "format": "uuid"}}

    def warehouse_type(self) -> str:
        return "BIGINT[]"


class ReferenceAny(Field[Ref | None]):
    """One record of one of several Objects: columns `<key>_object` and `<key>_id`."""

    kind: ClassVar[str] = "reference_any"
    family: ClassVar[Family] = "reference"
    widget = "reference_any"
    sortable = False

    def __init__(self, label: str, to: tuple[str, ...] = (), *, panel: bool = True, **options: Any) -> None:
        """`to`: Object keys allowed; () allows every Object."""
        super().__init__(label, **options)
        self.to, self.panel = to, panel

    def parts(self) -> tuple[Part, ...]:
        return (
            Part("_object", models.CharField(max_length=40, blank=True, default="")),
            Part("_id", models.BigIntegerField(null=True, blank=True, db_index=True)),
        )

    def read(self, record: object) -> Ref | None:
        pk = getattr(record, f"{self.key}_id")
        return None if pk is None else Ref(getattr(record, f"{self.key}_object"), pk)

    def to_columns(self, value: Ref | None) -> dict[str, object]:
        return {f"{self.key}_object": value.object if value else "", f"{self.key}_id": value.id if value else None}

    def from_row(self, *row: Any) -> Ref | None:
        return None if row[1] is None else Ref(row[0], row[1])

    def parse(self, raw: object, culture: Culture) -> Ref | None:
        """From {"object": key, "id": id or uid} or from the text "key:id"."""
        from rapport.platform.objects import registry

        if raw in (None, "", {}):
            return self.clean(None)
        if isinstance(raw, dict):
            key, ident = as_text(raw.get("object"), limit=40), raw.get("id")
        else:
            key, _colon, ident = as_text(raw, limit=100).partition(":")
        if not registry.has(key):
            raise invalid(_("“%(key)s” is not a kind of record."), key=key[:40])
        found = read_id(ident, registry.get(key))
        return self.clean(None if found is None else Ref(key, found))

    def clean(self, value: Ref | models.Model | None) -> Ref | None:
        from rapport.platform.objects import registry

        ref = registry.ref(value) if isinstance(value, models.Model) else value
        if (
            ref is not None
            and self.to
            and ref.object not in self.to
            and registry.get(ref.object).base.key not in self.to
        ):
            raise invalid(_("This field does not take records of the kind “%(key)s”."), key=ref.object)
        # Always by the base Object's key: a person and the party it is are one record, found by one comparison.
        return super().clean(None if ref is None else Ref(registry.get(ref.object).base.key, ref.id))

    def plain(self, value: Ref | None) -> Plain:
        return None if value is None else {"object": value.object, "id": value.id}

    def from_plain(self, plain: Plain) -> Ref | None:
        return Ref(plain["object"], plain["id"]) if isinstance(plain, dict) else None

    def schema(self) -> dict[str, Any]:
        properties = {"object": {"type": "string"}, "id": {"type": "string", "format": "uuid"}}
        return {
            "type": ["object", "null"],
            "properties": properties,
            "required": ["object", "id"],
            "additionalProperties": False,
        }


def read_id(raw: object, target: Object) -> int | None:
    """The local id for an id or a uid; one query for a uid. Raises ValidationError for anything else."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, models.Model):
        return int(raw.pk)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    text = as_text(raw, limit=100).strip()
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    try:
        uid = UUID(text)
    except ValueError as error:
        raise invalid(_("“%(value)s” is not a reference to %(kind)s."), value=text[:60], kind=target.label) from error
    found = target.model._default_manager.filter(uid=uid).values_list("pk", flat=True).first()
    if found is None:
        raise unknown_reference(target)
    return int(found)


def unknown_reference(target: Object) -> Exception:
    """The one answer for a record that does not exist and for one the actor may not see."""
    return invalid(_("There is no such record of the kind “%(kind)s”."), kind=target.label)
