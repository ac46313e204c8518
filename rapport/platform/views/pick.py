"""What a picker proposes while one types: records of some kinds, words used as tags, "create …" where possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.text import clean_line, fold
from rapport.platform import access, records, search, tagged
from rapport.platform.fields import Field, Ref, Reference, ReferenceAny, ReferenceMany
from rapport.platform.labels import names
from rapport.platform.objects import Object, registry
from rapport.platform.views.http import Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.ui.shapes import Option

MOST = 12
NEW = "new:"


@page
def options(request: Request, obj: Object) -> HttpResponse:
    """Proposals for `q`: records, most fitting first; the recently changed ones where nothing is typed."""
    text = clean_line(request.GET.get("q", "")[:200], 200)
    taken = set(request.GET.getlist("not")[:200])
    if request.GET.get("tags"):
        items = _tags(request.actor, obj, text)
    else:
        kinds = _kinds(obj, request.GET.get("kinds", ""))
        items = _records(request.actor, kinds, text, any_kind=bool(request.GET.get("any")))
        if text and request.GET.get("create") and not any(fold(item["label"]) == fold(text) for item in items):
            items += _create(request.actor, obj, kinds, text)
    shown = [item for item in items if item["value"] not in taken]
    return render(request, "platform/record/options.html", {"items": shown, "q": text})


def _kinds(obj: Object, given: str) -> list[Object]:
    found = [registry.get(key) for key in given[:500].split(",") if registry.has(key)]
    return found or [obj]


def _records(actor: Actor, kinds: list[Object], text: str, *, any_kind: bool) -> list[Option]:
    readable = [kind for kind in kinds if actor.may(kind, "read") != "none"]
    if text:
        hits = search.find(actor, text, objects=[kind.key for kind in readable], limit=MOST).hits if readable else []
        found = [(hit.object, hit.id, hit.title, hit.subtitle, hit.icon) for hit in hits]
        if not found:
            found = _by_name(actor, readable, text)
    else:
        found = _recent(actor, readable)
    return [_option(kind, pk, title, note, icon, any_kind=any_kind) for kind, pk, title, note, icon in found]


def _option(kind: str, pk: int, title: str, note: str, icon: str, *, any_kind: bool) -> Option:
    base = registry.get(kind).base.key
    option: Option = {"value": f"{base}:{pk}" if any_kind else str(pk), "label": title, "icon": icon}
    if note:
        option["note"] = note
    if base == "user":
        option["face"] = title
    return option


def _by_name(actor: Actor, kinds: list[Object], text: str) -> list[tuple[str, int, str, str, str]]:
    """For Objects that search does not know: the beginning of the name."""
    found = []
    for kind in kinds:
        field = kind.base.fields.get(kind.base.name)
        if (
            field is None
            or len(field.attributes) != 1
            or field.family != "text"
            or kind.base.name not in access.readable(actor, kind)
        ):
            continue
        rows = (
            access.visible(actor, kind)
            .filter(archived_at=None, **{f"{field.key}__icontains": text})
            .order_by(field.key)
        )
        found += [(kind.key, row.pk, kind.title(row), "", str(kind.icon)) for row in rows[:MOST]]
    return found[:MOST]


def _recent(actor: Actor, kinds: list[Object]) -> list[tuple[str, int, str, str, str]]:
    found = []
    for kind in kinds[:4]:
        rows = (
            access.visible(actor, kind)
            .filter(archived_at=None)
            .order_by("-updated_at", "-pk")
            .values_list("pk", flat=True)[:MOST]
        )
        refs = [Ref(kind.base.key, pk) for pk in rows]
        known = names(actor, refs)
        found += [(kind.key, ref.id, known.text(ref), "", str(kind.icon)) for ref in refs if known.get(ref)]
    return found[:MOST]


def _tags(actor: Actor, obj: Object, text: str) -> list[Option]:
    """Words already used, so that one word does not become three."""
    words = tagged.words(actor, text, MOST)
    items: list[Option] = [{"value": word, "label": word} for word in words]
    if text and fold(text) not in {fold(word) for word in words}:
        items.append({"value": text, "label": text, "note": _("new word"), "create": True})
    return items


# --- creating in place ----------------------------------------------------------------------------------------------


def _create(actor: Actor, obj: Object, kinds: list[Object], text: str) -> list[Option]:
    """ "Create …" for every kind that needs nothing but its name."""
    targets = kinds if kinds != [obj] else [obj, *registry.family(obj)] if not obj.of else [obj]
    makeable = [kind for kind in targets if needs_only_name(kind) and actor.may(kind, "create") != "none"]
    concrete = [kind for kind in makeable if kind.of or not list(registry.family(kind))]
    found: list[Option] = []
    for kind in concrete[:3]:
        label = _("Create “%(name)s”") % {"name": text}
        found.append(
            {"value": f"{NEW}{kind.key}:{text}", "label": text, "note": f"{label} · {kind.label}", "create": True}
        )
    return found


def needs_only_name(obj: Object) -> bool:
    """Whether a name is enough to make a record of this Object."""
    if obj.key in {"user", "file"} or obj.name not in obj.editable:
        return False
    required = {key for key, field in obj.editable.items() if field.required and field.is_empty(field.initial())}
    return required <= {obj.name}


def create_missing(actor: Actor, field: Field[Any], raw: Any) -> Any:
    """The raw form with "new:kind:name" replaced by the id of a record made now, a typed name by the record called so.

    To be called in the transaction that writes the record pointing there. Raises ValidationError, PermissionDenied.
    """
    if isinstance(field, ReferenceMany) and isinstance(raw, list):
        return [create_missing_one(actor, field, item) for item in raw]
    if isinstance(field, Reference | ReferenceAny):
        return create_missing_one(actor, field, raw)
    return raw


def create_missing_one(actor: Actor, field: Reference[Any] | ReferenceMany | ReferenceAny, raw: Any) -> Any:
    if not isinstance(raw, str) or not raw:
        return raw
    if raw.startswith(NEW) and not isinstance(field, ReferenceAny):
        key, _colon, name = raw.removeprefix(NEW).partition(":")
        return _made(actor, field, key, name)
    return raw if isinstance(field, ReferenceAny) else _typed_name(actor, field, raw)


def _made(actor: Actor, field: Reference[Any] | ReferenceMany, key: str, name: str) -> int:
    allowed = (
        registry.has(key) and registry.get(key).base.key == field.target.key and (not field.kinds or key in field.kinds)
    )
    if not allowed or not needs_only_name(registry.get(key)):
        raise ValidationError(_("Such a record cannot be made here."))
    obj = registry.get(key)
    record = records.create(actor, obj, {obj.name: obj.field(obj.name).parse(name, actor.culture)})
    return int(record.pk)


def _typed_name(actor: Actor, field: Reference[Any] | ReferenceMany, raw: str) -> Any:
    """Without script the name is typed: the one record that is called so."""
    if (raw.isascii() and raw.isdigit()) or raw.count("-") == 4:
        return raw
    kinds = [registry.get(kind) for kind in field.kinds] or [field.target]
    found = [item for item in _records(actor, kinds, raw, any_kind=False) if fold(item["label"]) == fold(raw)]
    if len({item["value"] for item in found}) == 1:
        return int(found[0]["value"])
    kind = str(field.target.label)
    if found:
        raise ValidationError(_("Several records are called “%(name)s”. Choose one from the list.") % {"name": raw})
    raise ValidationError(_("There is no such record of the kind “%(kind)s”.") % {"kind": kind})
