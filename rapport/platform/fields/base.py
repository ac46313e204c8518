"""What every Field has: a column, a widget, a reading, a writing, operators, an API type, a warehouse type.

A Field stands in a model's body in place of a Django field. When Django builds the class the Field adds its column or
columns and stays reachable through `fields_of(model)`. The same classes carry own fields over the `custom` JSON column
(`rapport.platform.custom.field`).

Four forms of one value, and the only roads between them:
    raw    what a person, a form or a file wrote (str, or JSON from the API)  -- parse(raw, culture) ->
    value  the Python value on the record (str, Decimal, Money, date, Model)  -- format(value, culture) -> text to read
    plain  JSON for Events, API and export: plain(value) and from_plain(plain) are inverse
    column what stands in the database: to_columns(value), from_columns(row)
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar, overload

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Func
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db import models
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

    from rapport.platform.culture import Culture

T = TypeVar("T")
Plain = str | int | float | bool | None | list[Any] | dict[str, Any]
Sensitivity = Literal["public", "standard", "personal", "sensitive", "secret"]

# What a value is to the Query language: which comparisons it knows and how it is bound and cast.
Family = Literal[
    "text",
    "number",
    "money",
    "date",
    "datetime",
    "duration",
    "boolean",
    "choice",
    "choices",
    "reference",
    "references",
    "tags",
    "composite",
    "file",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a Field: `suffix` is added to the key to form the attribute ("" for the only one)."""

    suffix: str
    column: models.Field[Any, Any]


class Field(Generic[T]):
    """One typed property of an Object. See the module for the four forms of a value."""

    kind: ClassVar[str]
    family: ClassVar[Family]
    widget: ClassVar[str] = "text"
    # How a list sets it: figures to the right, everything else to the left.
    align_end: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    # Whether a column of it never holds a capital letter, so that comparing needs no LOWER and any index serves.
    in_lower_case: ClassVar[bool] = False
    # Kept in a link table beside the row (tags, many references): read with `load_links`, written with `save_links`.
    outside: ClassVar[bool] = False
    key: str = ""
    # The expression it is calculated by; "" for what people fill in.
    formula: str = ""
    # Where an own field keeps its value inside of the JSON column `custom`; a declared one has columns of its own.
    names: tuple[str, ...] = ()
    # The unique index over an own field, by which a refusal of the database is understood.
    index_name: str = ""

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # the word a declaration reads best with; shadows nothing used here
        required: bool = False,
        unique: bool = False,
        indexed: bool = False,
        default: T | Callable[[], T] | None = None,
        sensitivity: Sensitivity = "standard",
        read_only: bool = False,
        provenance: bool = False,
        required_when: str = "",
        shown_when: str = "",
        locked_when: str = "",
    ) -> None:
        """Declare a field.

        `read_only`: set by the engine or by Actions, never by a form, a file or the API.
        `required_when`, `shown_when`, `locked_when`: conditions in the Query language about the same record, under
        which it must be filled, is on screens, is read-only.
        `provenance`: the record keeps when and from where this value came (typed, imported, mail, customer).
        """
        self.label = label
        self.help = help
        self.required = required
        self.unique = unique
        self.indexed = indexed
        self.default = default
        self.sensitivity: Sensitivity = sensitivity
        self.read_only = read_only
        self.provenance = provenance
        self.required_when, self.shown_when, self.locked_when = required_when, shown_when, locked_when

    # --- columns -------------------------------------------------------------------------------------------------

    def parts(self) -> tuple[Part, ...]:
        """The Django columns, one for most kinds."""
        raise NotImplementedError

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        """Called by Django's class builder: add the columns, remember the Field, become the descriptor if composite."""
        self.key = name
        if "_own_fields" not in model.__dict__:
            model._own_fields = {}  # type: ignore[attr-defined]  # one registry per class, read by fields_of
        model._own_fields[name] = self  # type: ignore[attr-defined]  # as above
        parts = self.parts()
        for part in parts:
            part.column.contribute_to_class(model, name + part.suffix)
        if [part.suffix for part in parts] != [""]:
            setattr(model, name, self)

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """Names of the model attributes (Django field names) that hold the value, in the order of `parts`."""
        return () if self.outside else tuple(self.key + part.suffix for part in self.parts())

    def columns(self, model: type[models.Model], alias: str) -> list[str]:
        """Its columns as SQL in the order of `parts`; `alias` names the table. Never holds anything a person wrote."""
        return [f"{alias}.{column_of(model, attribute)}" for attribute in self.attributes]

    def may_be_null(self, model: type[models.Model]) -> bool:
        """Whether one of its columns may hold NULL."""
        return any(bool(getattr(model._meta.get_field(name), "null", True)) for name in self.attributes)

    def holding(self, rows: QuerySet[Any], values: Iterable[T], *, loose: bool = False) -> QuerySet[Any]:
        """Those of the rows that hold one of the values, compared by the first column; `loose`: whatever the case.

        For loose comparisons the values are text in lower case.
        """
        name, wanted = self.attributes[0], {next(iter(self.to_columns(value).values())) for value in values}
        if not loose:
            return rows.filter(**{f"{name}__in": wanted})
        # Cast: LOWER of a column with its own collation must not carry it into the comparison.
        lowered: QuerySet[Any] = rows.alias(**{f"{name}_lowered": Lowered(Cast(F(name), CharField()))})
        return lowered.filter(**{f"{name}_lowered__in": wanted})

    def load_links(self, record_ids: Sequence[int]) -> dict[int, T]:
        """Values of an `outside` field for many records in one query; records without any are absent."""
        raise NotImplementedError

    def links_sql(self, model: type[models.Model], record: str) -> tuple[str, tuple[object, ...]]:
        """The links of an `outside` field as SQL and what is bound in it: columns `place` and `target`.

        `record` is SQL for the id of the record they belong to.
        """
        raise NotImplementedError

    def from_links(self, targets: Sequence[Any]) -> T:
        """The value from the targets of `links_sql` in their places."""
        raise NotImplementedError

    def save_links(self, values: Mapping[int, T | None]) -> None:
        """Replace the links of each record by its value; set-wise."""
        raise NotImplementedError

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> Self | T:
        return self if instance is None else self.read(instance)

    def __set__(self, instance: object, value: T | None) -> None:
        self.write(instance, value)

    def read(self, record: object) -> T:
        """The value as it stands on a record."""
        return getattr(record, self.key)  # type: ignore[no-any-return]  # Django's own descriptor, typed by the Field

    def write(self, record: object, value: T | None) -> None:
        """Put a value on a record; nothing is saved."""
        for attribute, content in self.to_columns(value).items():
            setattr(record, attribute, content)

    def to_columns(self, value: T | None) -> dict[str, object]:
        """Model attribute -> content, as the ORM and the batch path store it."""
        return {self.key: value}

    def from_row(self, *row: Any) -> T | None:
        """The value from raw column contents in the order of `parts`, whichever database they came from."""
        return row[0]  # type: ignore[no-any-return]  # what the driver gives is the value for plain text and integers

    # --- the four forms --------------------------------------------------------------------------------------------

    def empty(self) -> T | None:
        """The value that stands for "nothing entered"."""
        return None

    def is_empty(self, value: T | None) -> bool:
        return value is None or value == self.empty()

    def parse(self, raw: object, culture: Culture) -> T | None:
        """Read what somebody wrote. Raises ValidationError in words they can act on."""
        raise NotImplementedError

    def clean(self, value: T | None) -> T | None:
        """Check and normalise a Python value. Raises ValidationError."""
        if self.required and self.is_empty(value):
            raise ValidationError(_("Enter a value for “%(field)s”.") % {"field": self.label}, code="required")
        return value

    def format(self, value: T | None, culture: Culture) -> str:
        """Text for a reader; "" for nothing."""
        return "" if value is None else str(value)

    def plain(self, value: T | None) -> Plain:
        return None if value is None else str(value)

    def from_plain(self, plain: Plain) -> T | None:
        from rapport.platform.culture import DEFAULT

        return None if plain is None else self.parse(plain, DEFAULT)

    def initial(self) -> T | None:
        """The value of a new record."""
        if callable(self.default):
            return self.default()
        return self.empty() if self.default is None else self.default

    # --- readers ---------------------------------------------------------------------------------------------------

    def schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the plain form."""
        return {"type": ["string", "null"]}

    def warehouse_type(self) -> str:
        """Column type in the analytical copy (DuckDB)."""
        return "VARCHAR"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key or '?'}>"


@lru_cache(maxsize=10_000)
def column_of(model: type[models.Model], attribute: str) -> str:
    """The database column of a model attribute, quoted for use in SQL on both databases."""
    return f'"{model._meta.get_field(attribute).column}"'  # type: ignore[union-attr]  # a concrete field


class Lowered(Func):
    """Lower case by Unicode on both databases: SQLite's own LOWER knows only ASCII."""

    function = "LOWER"
    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="rapport_lower", **extra)


def fields_of(model: type[models.Model]) -> dict[str, Field[Any]]:
    """Every Field of a model by key, in the order of declaration, inherited ones (Record's) last."""
    found: dict[str, Field[Any]] = {}
    for cls in model.__mro__:
        for key, field in cls.__dict__.get("_own_fields", {}).items():
            found.setdefault(key, _bound(field, model) if field.outside and cls is not model else field)
    return found


def _bound(field: Field[Any], model: type[models.Model]) -> Field[Any]:
    """A field of an abstract class for one of the models made of it: links are kept under that model's name."""
    kept = model.__dict__.get("_bound_fields", {})
    if field.key not in kept:
        bound = copy(field)
        bound.model = model  # type: ignore[attr-defined]  # fields outside of the row know their model
        model._bound_fields = {**kept, field.key: bound}  # type: ignore[attr-defined]  # read back above
    return model._bound_fields[field.key]  # type: ignore[attr-defined, no-any-return]  # as above


def invalid(message: str, **values: object) -> ValidationError:
    """A user's mistake, in words; `values` fill the named places of the message."""
    return ValidationError(message % values if values else message, code="invalid")


def as_text(raw: object, *, limit: int) -> str:
    """The raw form as text, refused when it is no text or far too long to be meant."""
    if raw is None:
        return ""
    if isinstance(raw, bool | dict | list):
        raise invalid(_("Expected text, got %(got)s."), got=type(raw).__name__)
    text = raw if isinstance(raw, str) else str(raw)
    if len(text) > limit:
        raise invalid(_("Too long: %(length)s characters, at most %(limit)s are kept."), length=len(text), limit=limit)
    return text


def plain_row(fields: Mapping[str, Field[Any]], record: object) -> dict[str, Plain]:
    """The plain form of several fields of one record."""
    return {key: field.plain(field.read(record)) for key, field in fields.items()}
