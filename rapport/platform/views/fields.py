"""A Field on a form: which control draws it, what stands in it, and how what was sent becomes the raw form of a value.

A control may send several names (`amount` and `amount_currency`, the parts of an address, the text typed into a picker
without script): `raw_of` puts them together again, so that `Field.parse` reads one thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from rapport.platform import culture, currencies
from rapport.platform.fields import (
    Address,
    Boolean,
    Choice,
    Date,
    DateTime,
    Field,
    File,
    LongText,
    MoneyField,
    MultiChoice,
    Phone,
    Ref,
    Reference,
    ReferenceAny,
    ReferenceMany,
    Tags,
    Text,
)
from rapport.platform.labels import Names, names
from rapport.platform.objects import Object, registry
from rapport.platform.query.plan import Link
from rapport.platform.views import cells
from rapport.platform.views.addresses import with_query

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.ui.shapes import FormField, Option

USERS = "platform.User"
WIDGETS = {
    "text": "text",
    "textarea": "textarea",
    "rich_text": "rich",
    "number": "number",
    "percent": "percent",
    "money": "money",
    "date": "date",
    "datetime": "datetime",
    "duration": "duration",
    "checkbox": "checkbox",
    "select": "select",
    "multi_select": "multi",
    "email": "email",
    "phone": "phone",
    "url": "url",
    "address": "address",
    "reference": "reference",
    "reference_any": "reference",
    "reference_many": "references",
    "tags": "tags",
    "file": "file",
}
PART_LABELS = {
    "street": _lazy("Street and number"),
    "extra": _lazy("Addition"),
    "postal_code": _lazy("Postal code"),
    "city": _lazy("City"),
    "region": _lazy("Region"),
    "country": _lazy("Country"),
}
_AMOUNT = re.compile(r"[-+]?[\d\s.,'’]*")


def form_field(
    actor: Actor,
    obj: Object,
    field: Field[Any],
    *,
    value: Any = None,
    raw: Any = None,
    error: str = "",
    name: str | None = None,
    known: Names | None = None,
    required: bool | None = None,
) -> FormField:
    """A field of a record or a parameter of an Action as a control.

    `raw` is what somebody typed (kept as it is), else `value` stands in it. `known` are names read before, for forms
    with many references; without them one query names the records pointed at.
    """
    key = name or field.key
    drawn: FormField = {
        "name": key,
        "label": str(field.label),
        "widget": WIDGETS.get(field.widget, "text"),
        "required": field.required if required is None else required,
        "attrs": {"autocomplete": "off"},
    }
    if field.help:
        drawn["help"] = str(field.help)
    if error:
        drawn["error"] = error
    given = raw if raw is not None else _typed(field, value)
    _fill(actor, obj, field, drawn, given, known)
    return drawn


def _fill(actor: Actor, obj: Object, field: Field[Any], drawn: FormField, given: Any, known: Names | None) -> None:
    """What the kind of field adds: choices, parts, records chosen."""
    key = drawn["name"]
    if isinstance(field, File):
        drawn |= {"upload_url": reverse("upload"), "files": _files(actor, given)}
    elif isinstance(field, Reference | ReferenceAny | ReferenceMany):
        drawn |= {"options_url": options_url(field), "chosen": chosen(actor, field, given, known)}
        if isinstance(field, Reference) and field.to == USERS:
            drawn["widget"] = "user"
    elif isinstance(field, Tags):
        words = given if isinstance(given, list) else [word for word in _words(given) if word]
        drawn |= {"options_url": with_query(reverse("options", args=(obj.url,)), {"tags": "1"})}
        drawn["chosen"] = [{"value": word, "label": word} for word in words]
    elif isinstance(field, Choice):
        drawn["choices"] = [{"value": option.key, "label": str(option.label)} for option in field.offered(given)]
        drawn["value"] = given
        if drawn["required"] and not given:
            # Nothing is chosen for anybody: the first answer must not slip in unread.
            drawn["choices"] = [{"value": "", "label": _("Choose …")}, *drawn["choices"]]
    elif isinstance(field, MultiChoice):
        picked = set(given if isinstance(given, list) else _words(given))
        drawn["choices"] = [
            {"value": option.key, "label": str(option.label), "chosen": option.key in picked}
            for option in field.offered(*picked)
        ]
    elif isinstance(field, Boolean):
        drawn["value"] = given in (True, "true", "on", "1", "True")
    elif isinstance(field, MoneyField):
        amount, currency = _money(given)
        drawn |= {"value": amount, "currency": currency, "currencies": currency_choices(currency)}
    elif isinstance(field, Address):
        parts = given if isinstance(given, dict) else {"street": given or ""}
        drawn["parts"] = [_part(key, part, parts.get(part, ""), size) for part, size in field.SIZES.items()]
    else:
        drawn["value"] = given
        if isinstance(field, Text) and not isinstance(field, LongText):
            drawn["max_length"] = field.max
        if isinstance(field, LongText):
            drawn["wide"] = True


def _part(key: str, part: str, text: Any, size: int) -> FormField:
    label = str(PART_LABELS[part])
    return {"name": f"{key}_{part}", "label": label, "widget": "text", "value": text, "max_length": max(size, 60)}


# --- a value as one would type it -----------------------------------------------------------------------------------


def _typed(field: Field[Any], value: Any) -> Any:
    """What stands in the control for a value."""
    if field.is_empty(value) and not isinstance(field, Boolean):
        return "" if not isinstance(field, MultiChoice | ReferenceMany | Tags) else []
    if isinstance(field, Address):
        return field.plain(value)
    if isinstance(field, DateTime) and isinstance(value, datetime):
        return value.astimezone(culture.current().tz).strftime("%Y-%m-%dT%H:%M")
    if isinstance(field, Date) and isinstance(value, date):
        return value.isoformat()
    if isinstance(field, Phone):
        return field.format(value, culture.current())
    if isinstance(value, list | Ref | Link | bool) or isinstance(field, Reference):
        return value
    return cells.raw(field, value)


def raw_text(field: Field[Any], value: Any) -> str:
    """A value as one text that `raw_of` and `parse` read back: the answers of a conflict dialog."""
    plain = field.plain(value)
    if isinstance(field, Address | ReferenceAny) or isinstance(plain, list):
        return json.dumps(plain, ensure_ascii=False) if plain else ""
    if isinstance(field, Date | DateTime):
        return str(plain or "")
    return str(value) if isinstance(field, Reference) and value is not None else cells.raw(field, value)


def _money(given: Any) -> tuple[str, str]:
    if isinstance(given, Mapping):
        return str(given.get("amount") or ""), str(given.get("currency") or currencies.base_currency())
    amount, _blank, currency = str(given or "").rpartition(" ")
    if amount and currency.isalpha() and len(currency) == 3:
        return amount, currency
    return str(given or ""), currencies.base_currency()


def currency_choices(current: str) -> list[Any]:
    """The house's own currency first, then those people deal in most."""
    codes = dict.fromkeys([currencies.base_currency(), current, "EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN", "CZK"])
    return [{"value": code, "label": code} for code in codes if code]


def _words(given: Any) -> list[str]:
    return [word.strip() for word in str(given or "").split(",") if word.strip()]


# --- records chosen -------------------------------------------------------------------------------------------------


def options_url(field: Field[Any]) -> str:
    """Where a picker looks its proposals up."""
    if isinstance(field, ReferenceAny):
        kinds = field.to or tuple(obj.key for obj in registry.all() if not obj.of and obj.navigation)
        first = registry.get(kinds[0]) if kinds else registry.get("user")
        return with_query(reverse("options", args=(first.url,)), {"kinds": ",".join(kinds), "any": "1"})
    assert isinstance(field, Reference | ReferenceMany)  # noqa: S101  # the caller asked
    return with_query(reverse("options", args=(field.target.url,)), {"kinds": ",".join(field.kinds), "create": "1"})


def refs_of(field: Field[Any], value: Any) -> list[Ref]:
    """The records a value points at."""
    if isinstance(field, ReferenceAny):
        found = value if isinstance(value, Ref) else _ref(value)
        return [found] if found else []
    if not isinstance(field, Reference | ReferenceMany) or field.is_empty(value):
        return []
    items = value if isinstance(value, list) else _words(value) if isinstance(value, str) else [value]
    ids = [item.id if isinstance(item, Link) else item for item in items]
    return [
        Ref(field.target.key, int(pk)) for pk in ids if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19
    ]


def _ref(raw: Any) -> Ref | None:
    key, _colon, pk = str(raw or "").partition(":")
    return Ref(key, int(pk)) if registry.has(key) and pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def chosen(actor: Actor, field: Field[Any], given: Any, known: Names | None) -> list[Option]:
    """The records that stand in a picker, by name; one that may not be seen keeps its place without it."""
    refs = refs_of(field, given)
    found = known if known is not None else names(actor, refs)
    options: list[Option] = []
    for ref in refs:
        value = f"{ref.object}:{ref.id}" if isinstance(field, ReferenceAny) else str(ref.id)
        options.append({"value": value, "label": found.text(ref, _("a record you may not see"))})
    for text in given if isinstance(given, list) else [given]:
        if isinstance(text, str) and text.startswith("new:"):
            options.append({"value": text, "label": text.rpartition(":")[2]})
    return options


def _files(actor: Actor, given: Any) -> list[Any]:
    from rapport.platform.views.files import uploaded_by_id

    return uploaded_by_id(actor, given)


# --- what was sent --------------------------------------------------------------------------------------------------


def raw_of(field: Field[Any], sent: Mapping[str, Any], name: str | None = None) -> Any:
    """The raw form of a field's value out of everything a form sent; "" where its control sent nothing."""
    key = name or field.key
    given = sent.get(key, "")
    if isinstance(field, Address):
        return _raw_address(field, key, given, sent)
    if isinstance(field, MoneyField):
        return _raw_money(key, given, sent)
    if isinstance(field, Boolean):
        return _last(given) or "false"
    if isinstance(field, MultiChoice | ReferenceMany | Tags):
        typed = str(sent.get(f"{key}_text") or "").strip()
        return [*_items(given), *_words(typed)]
    if isinstance(field, Reference | ReferenceAny):
        if isinstance(given, str) and given.startswith("{"):
            return _json(given)
        return _last(given) or str(sent.get(f"{key}_text") or "").strip()
    return _last(given)


def _raw_money(key: str, given: Any, sent: Mapping[str, Any]) -> Any:
    text, currency = str(_last(given) or "").strip(), str(_last(sent.get(f"{key}_currency", "")) or "").strip()
    return {"amount": text, "currency": currency} if text and currency and _AMOUNT.fullmatch(text) else text


def _raw_address(field: Address, key: str, given: Any, sent: Mapping[str, Any]) -> Any:
    if isinstance(given, str) and given.startswith("{"):
        return _json(given)
    parts = {part: str(_last(sent.get(f"{key}_{part}", "")) or "") for part in field.SIZES}
    return parts if any(parts.values()) or not given else given


def _items(given: Any) -> list[Any]:
    """Several answers: sent one by one, or as one JSON list."""
    if isinstance(given, list):
        return given
    found = _json(given, list) if isinstance(given, str) and given.startswith("[") else given
    return found if isinstance(found, list) else [found] if found else []


def _json(text: str, kind: type[Any] = dict) -> Any:
    """What a JSON text holds where it is of the kind expected, else the text as it is."""
    try:
        found = json.loads(text[:20_000])
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, kind) else text


def _last(given: Any) -> Any:
    return (given[-1] if given else "") if isinstance(given, list) else given


def names_for(actor: Actor, pairs: Iterable[tuple[Field[Any], Any]]) -> Names:
    """The names of every record that stands in some fields, in one query."""
    return names(actor, [ref for field, value in pairs for ref in refs_of(field, value)])
