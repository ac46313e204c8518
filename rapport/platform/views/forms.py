"""Forms to make and to change a record of any Object: whole pages, quick forms in the panel, composers.

What was typed is kept whatever happens. A change is compared with what the form was made from, field by field: what
somebody else changed meanwhile in other fields stays, the same field changed by both is offered with both values.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, files, panels, records
from rapport.platform.fields import Address, Boolean, Field, File, LongText, MultiChoice, Ref, ReferenceAny
from rapport.platform.objects import Object, registry
from rapport.platform.records.write import defaults
from rapport.platform.views import addresses, cells, errors
from rapport.platform.views.fields import form_field, names_for, raw_of, raw_text
from rapport.platform.views.http import (
    Request,
    body,
    came_from,
    go,
    is_fragment,
    last_event,
    page,
    render,
    safe_next,
    stay,
    target,
    toast,
)
from rapport.platform.views.pick import create_missing, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.panels import Composer
    from rapport.ui.shapes import ConflictField, FieldError, FormField

CARRIED = ("fields", "was", "place", "compose", "about", "anyway", "then")
MOST_HINTS = 5


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


# --- layouts --------------------------------------------------------------------------------------------------------


def whole(actor: Actor, obj: Object) -> Layout:
    """Every field the actor may write, in the Object's sections; the rest under a heading of its own."""
    known = access.writable(actor, obj)
    declared = obj.sections or obj.base.sections
    sections = [(str(one.label), tuple(key for key in one.fields if key in known)) for one in declared]
    placed = {key for _title, keys in sections for key in keys}
    if obj.name in known and obj.name not in placed:
        sections.insert(0, ("", (obj.name,)))
        placed.add(obj.name)
    rest = tuple(key for key in (*obj.own_fields, "owner", "team", "tags") if key in known and key not in placed)
    sections.append((_("More") if declared else "", rest))
    return Layout(tuple((title, keys) for title, keys in sections if keys))


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
        return composed(request.actor, composer, _about(request.actor, str(given.get("about", ""))))
    if target(request) == "panel-body" or given.get("place") == "panel":
        return quick(request.actor, obj)
    return whole(request.actor, obj)


def _about(actor: Actor, text: str) -> Ref | None:
    """The record a composer was opened on, when the actor may see it."""
    key, _colon, pk = text.partition(":")
    if not registry.has(key):
        return None
    record = access.find(actor, registry.get(key), pk)
    return Ref(registry.of_record(record).key, record.pk)


# --- making ---------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def new(request: Request, obj: Object) -> HttpResponse:
    """A new record."""
    access.require(request.actor, obj, "create")
    if request.method == "POST":
        return _create(request, obj)
    layout = layout_of(request, obj, request.GET)
    values = {**defaults(request.actor, obj), **_preset(obj, layout)}
    return _show_new(request, obj, layout, Filled(values, _prefilled(request, obj)))


def _preset(obj: Object, layout: Layout) -> dict[str, Any]:
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


def _prefilled(request: Request, obj: Object) -> dict[str, Any]:
    """Values the address brings along (`?customer=12`), as if they had been typed."""
    known = access.writable(request.actor, obj)
    return {key: value[:2_000] for key, value in request.GET.items() if key in known}


def _create(request: Request, obj: Object) -> HttpResponse:
    sent = body(request)
    layout = layout_of(request, obj, sent)
    keys = _asked_keys(request.actor, obj, layout, sent)
    filled = Filled({}, sent)
    try:
        with transaction.atomic():
            values = {**_preset(obj, layout), **read_values(request, obj, keys, sent)}
            values |= {
                key: value for key, value in _hidden_prefills(request, obj, sent, keys).items() if key not in values
            }
            hints = [] if sent.get("anyway") else duplicates(request.actor, obj, values)
            if hints:
                return _show_new(request, obj, layout, filled, hints=hints, status=422)
            record = records.create(request.actor, obj, values)
    except ValidationError as error:
        filled.errors = errors.messages(error, {key: str(one.label) for key, one in obj.fields.items()})
        return _show_new(request, obj, layout, filled, status=422)
    return _made(request, obj, record, sent)


def _hidden_prefills(request: Request, obj: Object, sent: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Fields that came by the address and are not on the form: sent along hidden."""
    others = [key for key in sent if key in access.writable(request.actor, obj) and key not in keys]
    return read_values(request, obj, tuple(others), sent)


def _made(request: Request, obj: Object, record: Any, sent: Mapping[str, Any]) -> HttpResponse:
    concrete = registry.of_record(record)
    title, url = concrete.title(record), addresses.record_url(concrete, record.pk)
    words = _("{kind} “{name}” was created.").format(kind=concrete.label, name=title)
    if sent.get("place") == "panel":
        message = toast(words, undo=last_event(request, record), href=url, link=_("Open"))
        return stay(request, message, changed=f"{concrete.key}-{record.pk}")
    return go(request, safe_next(request, url), toast(words, undo=last_event(request, record)))


def duplicates(actor: Actor, obj: Object, values: Mapping[str, Any]) -> list[Any]:
    """Records the actor may see that have the same values in one of the Object's match keys."""
    found: dict[int, Any] = {}
    for keys in obj.match or obj.base.match:
        test = _same(obj, keys, values)
        if test:
            rows = access.visible(actor, obj.base).filter(archived_at=None, **test).order_by("pk")
            found |= {row.pk: row for row in rows[:MOST_HINTS]}
    return list(found.values())[:MOST_HINTS]


def _same(obj: Object, keys: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    test: dict[str, Any] = {}
    for key in keys:
        one = obj.base.fields[key]
        value = values.get(key)
        if one.outside or one.is_empty(value) or len(one.attributes) != 1:
            return {}
        test[f"{key}__iexact" if isinstance(value, str) else key] = value
    return test


def _show_new(
    request: Request, obj: Object, layout: Layout, filled: Filled, *, hints: Iterable[Any] = (), status: int = 200
) -> HttpResponse:
    composer = layout.composer
    title = str(composer.label) if composer else _("New: {kind}").format(kind=obj.label)
    hidden: dict[str, str] = {"fields": ",".join(layout.keys)}
    if composer:
        hidden["compose"] = composer.name
        hidden["about"] = f"{layout.about.object}:{layout.about.id}" if layout.about else ""
    hidden |= {
        key: str(raw)
        for key, raw in filled.raw.items()
        if key in access.writable(request.actor, obj) and key not in layout.keys
    }
    shown_hints = [_hint(request.actor, one) for one in hints]
    if shown_hints:
        hidden["anyway"] = "1"
    draft = f"new:{obj.key}:{hidden.get('compose', '')}:{hidden.get('about', '')}"
    return _show(
        request,
        obj,
        layout,
        filled,
        title=title,
        action=addresses.with_query(request.path, {}),
        hidden=hidden,
        draft=draft,
        submit=_("Create anyway") if shown_hints else _("Save") if composer else _("Create"),
        hints=shown_hints,
        cancel=safe_next(request, addresses.list_url(obj)),
        status=status,
        whole_url=None if not layout.quick or composer else addresses.with_query(request.path, {}),
        subtitle=_about_text(request.actor, layout.about),
    )


def _about_text(actor: Actor, about: Ref | None) -> str:
    from rapport.platform.labels import names

    return names(actor, [about]).text(about) if about else ""


def _hint(actor: Actor, record: Any) -> dict[str, str]:
    concrete = registry.of_record(record)
    return {
        "label": concrete.title(record),
        "kind": str(concrete.label),
        "href": addresses.record_url(concrete, record.pk),
    }


# --- changing -------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def edit(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Change a record."""
    record = access.find(request.actor, obj, pk, "edit")
    concrete = registry.of_record(record)
    layout = quick(request.actor, concrete) if request.GET.get("quick") else whole(request.actor, concrete)
    if request.method == "POST":
        return _update(request, concrete, record, layout)
    values = {key: concrete.field(key).read(record) for key in layout.keys}
    return _show_edit(request, concrete, record, layout, Filled(values))


def _update(request: Request, obj: Object, record: Any, layout: Layout) -> HttpResponse:
    sent = body(request)
    keys = _asked_keys(request.actor, obj, layout, sent)
    try:
        with transaction.atomic():
            values = read_values(request, obj, keys, sent)
            changed, clashes = three_ways(obj, record, values, was_of(obj, sent))
            if clashes:
                return conflict_page(request, obj, record, changed, clashes, was_of(obj, sent))
            updated = records.update(request.actor, record, changed, version=record.version) if changed else record
    except ValidationError as error:
        filled = Filled({key: obj.field(key).read(record) for key in layout.keys}, sent)
        filled.errors = errors.messages(error, {key: str(one.label) for key, one in obj.fields.items()})
        return _show_edit(request, obj, record, layout, filled, status=422)
    message = (
        toast(_("Saved."), undo=last_event(request, record)) if changed else toast(_("Nothing was changed."), "info")
    )
    if sent.get("place") == "panel":
        return stay(request, message, changed=f"{obj.key}-{updated.pk}")
    return go(request, safe_next(request, addresses.record_url(obj, updated.pk)), message)


def was_of(obj: Object, sent: Mapping[str, Any]) -> dict[str, Any] | None:
    """The plain values the form was made from, as it sends them back; None when it does not."""
    try:
        found = json.loads(str(sent.get("was") or ""))
    except (ValueError, RecursionError):
        return None
    return {key: plain for key, plain in found.items() if key in obj.fields} if isinstance(found, dict) else None


def three_ways(
    obj: Object, record: Any, values: Mapping[str, Any], was: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """(what the sender changed, keys that somebody else changed to something else meanwhile)."""
    changed: dict[str, Any] = {}
    clashes: list[str] = []
    for key, value in values.items():
        one = obj.field(key)
        now, mine = one.plain(one.read(record)), one.plain(value)
        base = was[key] if was is not None and key in was else now
        if mine == base:
            continue
        if now != mine:
            changed[key] = value
        if now not in (base, mine):
            clashes.append(key)
    return changed, clashes


def conflict_page(
    request: Request,
    obj: Object,
    record: Any,
    changed: Mapping[str, Any],
    clashes: Iterable[str],
    was: Mapping[str, Any] | None,
) -> HttpResponse:
    """409: both values of every field changed by both; what else was typed goes along."""
    shown: list[ConflictField] = [
        conflict_field(obj.field(key), changed[key], obj.field(key).read(record), (was or {}).get(key))
        for key in clashes
    ]
    others = {key: raw_text(obj.field(key), value) for key, value in changed.items() if key not in set(clashes)}
    hidden = {**others, "fields": ",".join(changed), "place": request.POST.get("place", "")}
    context = {
        "fields": shown,
        "action": request.get_full_path(),
        "version": record.version,
        "title": obj.title(record),
        "hidden": hidden,
    }
    return render(request, "platform/conflict.html", context, status=409)


def conflict_field(one: Field[Any], mine: Any, theirs: Any, was: Any) -> ConflictField:
    found: ConflictField = {
        "name": one.key,
        "label": str(one.label),
        "mine": cells.text(one, mine),
        "theirs": cells.text(one, theirs),
        "mine_raw": raw_text(one, mine),
        "theirs_raw": raw_text(one, theirs),
    }
    if was not in (None, "", []):
        found["was"] = cells.text(one, one.from_plain(was))
    return found


def _show_edit(
    request: Request, obj: Object, record: Any, layout: Layout, filled: Filled, *, status: int = 200
) -> HttpResponse:
    was = {key: obj.field(key).plain(obj.field(key).read(record)) for key in layout.keys}
    kept = request.POST.get("was") if status == 422 else None
    hidden = {"fields": ",".join(layout.keys), "was": kept or json.dumps(was, ensure_ascii=False)}
    url = addresses.record_url(obj, record.pk)
    return _show(
        request,
        obj,
        layout,
        filled,
        title=_("Change: {name}").format(name=obj.title(record)),
        action=request.path,
        hidden=hidden,
        draft=f"edit:{obj.key}:{record.pk}",
        submit=_("Save"),
        cancel=safe_next(request, url),
        status=status,
        version=record.version,
    )


# --- both -----------------------------------------------------------------------------------------------------------


def _asked_keys(actor: Actor, obj: Object, layout: Layout, sent: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that were on the form: those it names, as far as the actor may write them."""
    named = str(sent.get("fields") or "")[:4_000].split(",")
    known = access.writable(actor, obj)
    return tuple(dict.fromkeys(key for key in named if key in known)) if any(named) else layout.keys


def read_values(request: Request, obj: Object, keys: Iterable[str], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The values of some fields out of what a form sent. Raises ValidationError by field."""
    raw: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for key in keys:
        one = obj.field(key)
        try:
            raw[key] = create_missing(request.actor, one, _uploaded(request, one) or raw_of(one, sent))
        except ValidationError as error:
            wrong[key] = error.messages
    try:
        values = records.parse(request.actor, obj, raw, request.actor.culture)
    except ValidationError as error:
        wrong |= {key: list(texts) for key, texts in error.message_dict.items()}
    if wrong:
        raise ValidationError(wrong)
    return values


def _uploaded(request: Request, one: Field[Any]) -> int | None:
    """A file that came with the form itself (without script)."""
    upload = request.FILES.get(one.key) if isinstance(one, File) else None
    return files.store(request.actor, upload, upload.name or "").pk if upload else None


def errors_of(error: ValidationError, fields: Mapping[str, Field[Any]]) -> tuple[list[FieldError], dict[str, str]]:
    """(lines of the summary, words by field) of what is wrong."""
    found = errors.messages(error, {key: str(one.label) for key, one in fields.items()})
    return found, by_field(found)


def by_field(found: Iterable[FieldError]) -> dict[str, str]:
    said: dict[str, str] = {}
    for line in found:
        said.setdefault(line.get("field", ""), line["text"].partition(": ")[2] or line["text"])
    return said


def drawn(actor: Actor, obj: Object, layout: Layout, filled: Filled) -> list[Any]:
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
            shown.append(_control(actor, obj, fields[key], filled, given, known, said))
    first = next((one for one in shown if one.get("error")), None) or next(
        (one for one in shown if "name" in one), None
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


def _show(
    request: Request, obj: Object, layout: Layout, filled: Filled, *, status: int, **context: Any
) -> HttpResponse:
    in_panel = target(request) == "panel-body" or request.POST.get("place") == "panel"
    hidden = {**context.pop("hidden"), "place": "panel" if in_panel else ""}
    shown = {
        "obj": obj,
        "fields": drawn(request.actor, obj, layout, filled),
        "errors": filled.errors,
        "hidden": hidden,
        "in_panel": in_panel,
        "form_only": is_fragment(request) and status == 422,
        "has_files": any(isinstance(obj.field(key), File) for key in layout.keys),
        "back": came_from(request),
        **context,
    }
    return render(request, "platform/record/form.html", shown, status=status)


urlpatterns = [
    path("<obj:obj>/new", new, name="new"),
    path("<obj:obj>/options", options, name="options"),
    path("<obj:obj>/<int:pk>/edit", edit, name="edit"),
]

__all__ = ["errors_of", "form_field", "raw_of", "urlpatterns"]
