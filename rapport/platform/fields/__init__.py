"""Field: one class per type of value. See `base` for the four forms of a value."""

from rapport.platform.fields.base import Family, Field, Part, Plain, Sensitivity, fields_of, invalid
from rapport.platform.fields.calculated import Calculated
from rapport.platform.fields.choices import Choice, MultiChoice, Option, Tone
from rapport.platform.fields.composite import Address, AutoNumber, File, Tags
from rapport.platform.fields.numbers import Boolean, DecimalNumber, Duration, MoneyField, Number, Percent
from rapport.platform.fields.references import Ref, Reference, ReferenceAny, ReferenceMany, unknown_reference
from rapport.platform.fields.text import Email, LongText, Phone, RichText, Text, Url, sanitise
from rapport.platform.fields.times import Date, DateTime

__all__ = [
    "Address",
    "AutoNumber",
    "Boolean",
    "Calculated",
    "Choice",
    "Date",
    "DateTime",
    "DecimalNumber",
    "Duration",
    "Email",
    "Family",
    "Field",
    "File",
    "LongText",
    "MoneyField",
    "MultiChoice",
    "Number",
    "Option",
    "Part",
    "Percent",
    "Phone",
    "Plain",
    "Ref",
    "Reference",
    "ReferenceAny",
    "ReferenceMany",
    "RichText",
    "Sensitivity",
    "Tags",
    "Text",
    "Tone",
    "Url",
    "fields_of",
    "invalid",
    "sanitise",
    "unknown_reference",
]
