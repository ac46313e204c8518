"""Forms to make and to change a record of any Object: whole pages, quick forms in the panel, composers.

What was typed is kept whatever happens. A change is compared with what the form was made from, field by field: what
somebody else changed meanwhile in other fields stays, the same field changed by both is offered with both values.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, files, records
from rapport.platform.audit import watch
from rapport.platform.fields import Field, File, Ref
from rapport.platform.formula import conditions
from rapport.platform.objects import Object, registry
from rapport.platform.records.write import defaults
from rapport.platform.views import addresses, errors
from rapport.platform.views.fields import form_field, raw_of
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
from rapport.platform.views.layouts import Filled, Layout, by_field, drawn, layout_of, preset, quick, whole
from rapport.platform.views.meanwhile import conflict_page, three_ways, was_of
from rapport.platform.views.pick import create_missing, options
from rapport.platform.views.standing import conditions_url, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.ui.shapes import FieldError

MOST_HINTS = 5


# --- making ---------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def new(request: Request, obj: Object) -> HttpResponse:
    """A new record."""
    access.require(request.actor, obj, "create")
    if request.method == "POST":
        return _create(request, obj)
    layout = layout_of(request, obj, request.GET)
    values = {**defaults(request.actor, obj), **preset(obj, layout)}
    return _show_new(request, obj, layout, Filled(values, _prefilled(request, obj)))


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
            values = {**preset(obj, layout), **read_values(request, obj, keys, sent)}
            values |= {
                key: value for key, value in _hidden_prefills(request, obj, sent, keys).items() if key not in values
            }
            shown = str(sent.get("anyway") or "")[:500].split(",")
            hints = [one for one in duplicates(request.actor, obj, values) if str(one.pk) not in shown]
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
        message = toast(words, undo=last_event(request, record), href=url, link=_("Open it"))
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
        if one.outside or one.names or one.is_empty(value) or len(one.attributes) != 1:
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
    found = list(hints)
    shown_hints = [_hint(one) for one in found]
    if found:
        # Those that were shown may be doubled; another one, after the name was changed, is shown again.
        hidden["anyway"] = ",".join(str(one.pk) for one in found)
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


def _hint(record: Any) -> dict[str, str]:
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


def _show_edit(
    request: Request, obj: Object, record: Any, layout: Layout, filled: Filled, *, status: int = 200
) -> HttpResponse:
    kept_values = {key: obj.field(key).read(record) for key in layout.keys}
    watch.shown(request.actor, obj, record.pk, {key: obj.field(key) for key in layout.keys}, kept_values)
    was = {key: obj.field(key).plain(value) for key, value in kept_values.items()}
    kept = request.POST.get("was") if status == 422 else None
    locked = conditions.locked(obj, record)
    # What cannot be changed is not sent: a control that is disabled says nothing.
    asked = ",".join(key for key in layout.keys if key not in locked)
    hidden = {"fields": asked, "was": kept or json.dumps(was, ensure_ascii=False)}
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
        record_pk=record.pk,
        locked=locked,
    )


# --- both -----------------------------------------------------------------------------------------------------------


def _asked_keys(actor: Actor, obj: Object, layout: Layout, sent: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that were on the form: those it names, as far as the actor may write them."""
    named = str(sent.get("fields") or "")[:4_000].split(",")
    known = access.writable(actor, obj)
    return tuple(dict.fromkeys(key for key in named if key in known)) if "fields" in sent else layout.keys


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


def _show(
    request: Request, obj: Object, layout: Layout, filled: Filled, *, status: int, **context: Any
) -> HttpResponse:
    in_panel = target(request) == "panel-body" or request.POST.get("place") == "panel"
    hidden = {**context.pop("hidden"), "place": "panel" if in_panel else ""}
    shown = {
        "obj": obj,
        "fields": drawn(request.actor, obj, layout, filled, context.pop("locked", ())),
        "errors": filled.errors,
        "hidden": hidden,
        "in_panel": in_panel,
        "form_only": is_fragment(request) and status == 422,
        "has_files": any(isinstance(obj.field(key), File) for key in layout.keys),
        "back": came_from(request),
        "conditions": conditions_url(obj, context.get("record_pk")),
        **context,
    }
    return render(request, "platform/record/form.html", shown, status=status)


urlpatterns = [
    path("<obj:obj>/new", new, name="new"),
    path("<obj:obj>/conditions", standing, name="conditions"),
    path("<obj:obj>/options", options, name="options"),
    path("<obj:obj>/<int:pk>/edit", edit, name="edit"),
]

__all__ = ["errors_of", "form_field", "raw_of", "urlpatterns"]
