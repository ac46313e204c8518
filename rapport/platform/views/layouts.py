"""Which fields a form asks for, and how they stand on it: the whole Object, the quick few, a composer's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import access, panels
from rapport.platform.fields import Address, Boolean, Field, LongText, MultiChoice, Ref, ReferenceAny
from rapport.platform.formula import conditions
from rapport.platform.layouts import arranged
from rapport.platform.objects import Object, registry
from rapport.platform.views.fields import form_field, names_for, raw_of
from rapport.platform.views.http import Request, target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.panels import Composer
    from rapport.ui.shapes import FieldError, FormField


@dataclass(frozen=True)
class Layout:
    """Which fields a form asks for, under which headings ("" for none)."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]
    composer: Composer | None = None
    about: Ref | None = None
    quick: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for _title, keys in self.sections for key in keys)


@dataclass
class Filled:
    """What stands in a form: values by field, what was typed, what is wrong."""

    values: dict[str, Any]
    raw: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)


def whole(actor: Actor, obj: Object) -> Layout:
    """Every field the actor may write, in the Object's sections; the rest under a heading of its own."""
    declared, hidden = arranged.sections(actor, obj)
    able = access.writable(actor, obj)
    known = {key: one for key, one in able.items() if key not in hidden or _must_be_asked(one)}
    sections = [(str(one.label), tuple(key for key in one.fields if key in known)) for one in declared]
    placed = {key for _title, keys in sections for key in keys}
    if obj.name in known and obj.name not in placed:
        sections.insert(0, ("", (obj.name,)))
        placed.add(obj.name)
    rest = tuple(key for key in (*obj.own_fields, "owner", "team", "tags") if key in known and key not in placed)
    sections.append((_("More") if declared else "", rest))
    return Layout(tuple((title, keys) for title, keys in sections if keys))


def _must_be_asked(one: Field[Any]) -> bool:
    """Nobody can hide what a new record cannot do without."""
    return one.required and one.is_empty(one.initial())


def quick(actor: Actor, obj: Object) -> Layout:
    """The few fields that make a record; the required ones are always among them."""
    known = access.writable(actor, obj)
    asked = obj.quick or obj.base.quick or (obj.name,)
    needed = [key for key, one in known.items() if one.required and one.is_empty(one.initial())]
    keys = tuple(dict.fromkeys([*(key for key in asked if key in known), *needed]))
    return Layout((("", keys),), quick=True)


def composed(actor: Actor, composer: Composer, about: Ref | None) -> Layout:
    """The fields of a composer; what it presets is not asked for."""
    obj = registry.get(composer.object)
    known = access.writable(actor, obj)
    asked = composer.fields or obj.quick or obj.base.quick or (obj.name,)
    given = {*composer.preset, composer.link if about else ""}
    needed = [key for key, one in known.items() if one.required and one.is_empty(one.initial()) and key not in given]
    keys = tuple(dict.fromkeys([*(key for key in asked if key in known), *needed]))
    return Layout((("", keys),), composer, about, quick=True)


def layout_of(request: Request, obj: Object, given: Mapping[str, Any]) -> Layout:
    """The form asked for: a composer's, the quick one in the panel, else the whole."""
    composer = panels.composer_named(str(given.get("compose", "")))
    if composer is not None and composer.object in (obj.key, obj.base.key):
        return composed(request.actor, composer, about_of(request.actor, str(given.get("about", ""))))
    if target(request) == "panel-body" or given.get("place") == "panel":
        return quick(request.actor, obj)
    return whole(request.actor, obj)


def about_of(actor: Actor, text: str) -> Ref | None:
    """The record a composer was opened on, when the actor may see it."""
    key, _colon, pk = text.partition(":")
    if not registry.has(key):
        return None
    record = access.find(actor, registry.get(key), pk)
    return Ref(registry.of_record(record).key, record.pk)


def preset(obj: Object, layout: Layout) -> dict[str, Any]:
    """What a composer sets by itself: its presets, and the record it was opened on."""
    if layout.composer is None:
        return {}
    found = {key: value for key, value in layout.composer.preset.items() if key in obj.fields}
    if layout.about is not None and layout.composer.link in obj.fields:
        pointing = obj.field(layout.composer.link)
        base = registry.get(layout.about.object).base.key
        found[layout.composer.link] = (
            Ref(base, layout.about.id) if isinstance(pointing, ReferenceAny) else layout.about.id
        )
    return found


# --- controls -------------------------------------------------------------------------------------------------------


def by_field(found: Iterable[FieldError]) -> dict[str, str]:
    said: dict[str, str] = {}
    for line in found:
        said.setdefault(line.get("field", ""), line["text"].partition(": ")[2] or line["text"])
    return said


def drawn(actor: Actor, obj: Object, layout: Layout, filled: Filled, locked: Collection[str] = ()) -> list[Any]:
    """The controls of a form under its headings; the first one that is wrong or empty has the focus."""
    fields = {key: obj.field(key) for key in layout.keys}
    given = {
        key: raw_of(one, filled.raw)
        for key, one in fields.items()
        if filled.raw and (key in filled.raw or filled.errors)
    }
    known = names_for(actor, [(one, given.get(key) or filled.values.get(key)) for key, one in fields.items()])
    said = by_field(filled.errors)
    shown: list[Any] = []
    for title, keys in layout.sections:
        if title and len(layout.sections) > 1:
            shown.append({"section": title})
        for key in keys:
            control = _control(actor, obj, fields[key], filled, given, known, said)
            if key in locked:
                control["locked"] = conditions.why_locked(actor, obj, key)
            shown.append(control)
    first = next((one for one in shown if one.get("error")), None) or next(
        (one for one in shown if "name" in one and "locked" not in one), None
    )
    if first is not None:
        first["autofocus"] = True
    return shown


def _control(
    actor: Actor,
    obj: Object,
    one: Field[Any],
    filled: Filled,
    given: Mapping[str, Any],
    known: Any,
    said: Mapping[str, str],
) -> FormField:
    raw = given.get(one.key)
    if raw in ("", [], None) and not (filled.errors or isinstance(one, Boolean | Address | MultiChoice)):
        raw = None
    control = form_field(
        actor, obj, one, value=filled.values.get(one.key), raw=raw, error=said.get(one.key, ""), known=known
    )
    if isinstance(one, LongText):
        control["rows"] = 4
    return control
