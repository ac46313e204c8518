"""Many records at once: edit a field, assign, tag, run an Action, archive; then what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access, actions, bulk, labels
from rapport.platform.fields import Ref, Tags
from rapport.platform.objects import Object
from rapport.platform.views import addresses, errors
from rapport.platform.views import fields as controls
from rapport.platform.views import state as states
from rapport.platform.views.http import Request, body, is_fragment, number_of, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from rapport.platform.views.state import State
    from rapport.ui.shapes import BulkAction, Choice, FieldError, FormField

MOST_ACTIONS = 4
# What a bulk form carries besides the answers.
CARRIED = ("ids", "all", "apply", "field", "add")


def bulk_actions(request: Request, state: State) -> dict[str, Any] | None:
    """The bar of a list; None where this reader may do nothing with many."""
    obj, actor = state.obj, request.actor
    if actor.may(obj, "mass") == "none":
        return None
    found: list[BulkAction] = []
    if actor.may(obj, "edit") != "none":
        found.append(_verb(state, _("Edit a field"), "bulk_edit", "pencil"))
        if actor.may(obj, "assign") != "none" and "owner" in access.writable(actor, obj):
            found.append(_verb(state, _("Assign"), "bulk_edit", "user-check", field="owner"))
        if _tags_of(request, obj):
            found.append(_verb(state, _("Tag"), "bulk_tag", "tag"))
    for action in _offered(request, obj):
        found.append(
            {
                "label": str(action.label),
                "href": _href(state, reverse("bulk_act", args=(obj, action.key))),
                "icon": action.icon,
                "dialog": True,
            }
        )
    if actor.may(obj, "delete") != "none":
        found.append(_verb(state, _("Archive"), "bulk_archive", "archive", tone="bad"))
    if not found:
        return None
    return {"action": found[0]["href"], "actions": found, "all_label": _("All that match")}


def _verb(state: State, label: str, name: str, icon: str, *, tone: str = "", field: str = "") -> BulkAction:
    href = _href(state, reverse(name, args=(state.obj,)), **({"field": field} if field else {}))
    verb: BulkAction = {"label": label, "href": href, "icon": icon, "dialog": True}
    return verb | {"tone": "bad"} if tone else verb


def _href(state: State, url: str, **more: str) -> str:
    return addresses.with_query(url, {**state.asked(), **more})


def _offered(request: Request, obj: Object) -> list[actions.Action]:
    able = [action for action in obj.all_actions if action.many and request.actor.may(obj, action.needs) != "none"]
    return sorted(able, key=lambda action: not action.primary)[:MOST_ACTIONS]


def _tags_of(request: Request, obj: Object) -> str:
    return next((key for key, field in access.writable(request.actor, obj).items() if isinstance(field, Tags)), "")


# --- who is meant -----------------------------------------------------------------------------------------------------


def chosen(request: Request, obj: Object) -> tuple[list[int], bool]:
    """The ids ticked, or all that the filter finds; whether "all" was asked for. Rights come with each write."""
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    if given.get("all") == "1":
        asked = {key: request.GET[key] for key in states.KEYS if key in request.GET}
        state = states.read(request.actor, obj, asked)
        if state.error is not None:
            raise state.error
        return bulk.found(request.actor, state.plan(request.actor)), True
    ids = [found for raw in given.getlist("ids") if (found := number_of(raw)) is not None]
    if not ids:
        raise ValidationError(_("Tick at least one line first."))
    return list(dict.fromkeys(ids)), False


# --- pages ------------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def bulk_edit(request: Request, obj: Object) -> HttpResponse:
    """One field of many records."""
    access.require(request.actor, obj, "mass")
    ids, every = chosen(request, obj)
    given = request.POST if request.method == "POST" else request.GET
    known = {key: field for key, field in access.writable(request.actor, obj).items() if not isinstance(field, Tags)}
    key = given.get("field") or request.GET.get("field") or ""
    field = known.get(key)
    if field is None:
        return _choose_field(request, obj, ids, every, known)
    found: list[FieldError] = []
    if given.get("apply") == "1":
        raw = _answers(request, {key})
        try:
            value = field.parse(controls.raw_of(field, raw), request.actor.culture)
            return _report(request, obj, bulk.Work(obj.key, "set", values={key: field.plain(value)}), ids)
        except ValidationError as error:
            found = [{"text": text, "field": key} for text in error.messages]
    fields = [controls.form_field(request.actor, obj, field, error=found[0]["text"] if found else "")]
    title = ngettext("Change {field} of {n} record", "Change {field} of {n} records", len(ids)).format(
        field=field.label, n=len(ids)
    )
    return _dialog(request, obj, ids, every, title, fields, found, _("Change"), more={"field": key})


def _choose_field(request: Request, obj: Object, ids: list[int], every: bool, known: dict[str, Any]) -> HttpResponse:
    choices: list[Choice] = [{"value": key, "label": str(field.label)} for key, field in known.items()]
    fields: list[FormField] = [
        {
            "name": "field",
            "label": _("Which field?"),
            "widget": "select",
            "required": True,
            "choices": choices,
            "wide": True,
        }
    ]
    title = ngettext("Change a field of {n} record", "Change a field of {n} records", len(ids)).format(n=len(ids))
    return _dialog(request, obj, ids, every, title, fields, [], _("Next"), apply=False)


@page(methods=("GET", "POST"))
def bulk_tag(request: Request, obj: Object) -> HttpResponse:
    """Put a word on many records, or take it off them."""
    access.require(request.actor, obj, "mass")
    ids, every = chosen(request, obj)
    key = _tags_of(request, obj)
    if not key:
        raise access.NotFound(_("There is nothing to tag here."))
    field = obj.field(key)
    found: list[FieldError] = []
    if request.POST.get("apply") == "1":
        try:
            words = field.parse(request.POST.getlist(key) or request.POST.get(f"{key}_text", ""), request.actor.culture)
            if not words:
                raise ValidationError(_("Enter at least one word."))
            verb = "untag" if request.POST.get("how") == "untag" else "tag"
            return _report(request, obj, bulk.Work(obj.key, verb, values={key: words}), ids)
        except ValidationError as error:
            found = [{"text": text, "field": key} for text in error.messages]
    how: list[Choice] = [
        {"value": "tag", "label": _("Add"), "chosen": True},
        {"value": "untag", "label": _("Take away")},
    ]
    fields: list[FormField] = [
        {"name": "how", "label": _("Do what?"), "widget": "radio", "choices": how, "wide": True},
        controls.form_field(request.actor, obj, field, error=found[0]["text"] if found else ""),
    ]
    title = ngettext("Tag {n} record", "Tag {n} records", len(ids)).format(n=len(ids))
    return _dialog(request, obj, ids, every, title, fields, found, _("Tag"))


@page(methods=("GET", "POST"))
def bulk_act(request: Request, obj: Object, key: str) -> HttpResponse:
    """An Action on many records, with the same answers for all."""
    access.require(request.actor, obj, "mass")
    ids, every = chosen(request, obj)
    action = obj.action(key)
    if action is None or not action.many:
        raise access.NotFound(_("There is no such action."))
    found: list[FieldError] = []
    wrong: dict[str, str] = {}
    sent = body(request, without=CARRIED)
    raw = (
        {parameter.key: controls.raw_of(parameter.field, sent) for parameter in action.parameters}
        if request.POST.get("apply")
        else {}
    )
    if request.POST.get("apply") == "1":
        try:
            values = actions.parse(action, raw, request.actor.culture)
            fields_by_key = {parameter.key: parameter.field for parameter in action.parameters}
            plain = {name: fields_by_key[name].plain(value) for name, value in values.items()}
            return _report(request, obj, bulk.Work(obj.key, "act", key, plain), ids)
        except ValidationError as error:
            found = errors.messages(error)
            wrong = {item["field"]: item["text"] for item in found if "field" in item}
    fields = [
        controls.form_field(
            request.actor, obj, parameter.field, raw=raw.get(parameter.key), error=wrong.get(parameter.key, "")
        )
        for parameter in action.parameters
    ]
    title = ngettext("{action}: {n} record", "{action}: {n} records", len(ids)).format(action=action.label, n=len(ids))
    return _dialog(request, obj, ids, every, title, fields, found, str(action.label), intro=action.help)


@page(methods=("GET", "POST"))
def bulk_archive(request: Request, obj: Object) -> HttpResponse:
    """Put many records away; each can be brought back."""
    access.require(request.actor, obj, "mass")
    ids, every = chosen(request, obj)
    if request.POST.get("apply") == "1":
        return _report(request, obj, bulk.Work(obj.key, "archive"), ids)
    title = ngettext("Archive {n} record", "Archive {n} records", len(ids)).format(n=len(ids))
    words = _("They leave lists, boards and search, and keep their whole history. They can be brought back.")
    return _dialog(request, obj, ids, every, title, [], [], _("Archive"), intro=words)


def _answers(request: Request, keys: set[str]) -> dict[str, Any]:
    """The answers to `keys`, with their parts (currency, address) as the form sent them."""
    raw = body(request, without=CARRIED)
    return {
        name: value for name, value in raw.items() if name in keys or any(name.startswith(f"{key}_") for key in keys)
    }


def _dialog(
    request: Request, obj: Object, ids: list[int], every: bool, title: str, fields: list[FormField],
    found: list[FieldError], submit: str, *, intro: str = "", apply: bool = True, more: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "title": title,
        "fields": fields,
        "errors": found,
        "submit": submit,
        "intro": intro,
        "action": request.get_full_path(),
        "ids": [] if every else ids,
        "every": every,
        "apply": apply,
        "more": more or {},
        "back": addresses.list_url(obj),
    }
    return render(request, "platform/bulk_dialog.html", context, status=422 if found else 200)


def _report(request: Request, obj: Object, work: bulk.Work, ids: list[int]) -> HttpResponse:
    """Do it, and tell what became of it."""
    report = bulk.run(request.actor, work, ids)
    refs = [Ref(obj.key, outcome.record_id) for outcome in report.missed]
    names = labels.names(request.actor, refs) if refs else None
    missed = [
        {
            "label": (names.text(Ref(obj.key, outcome.record_id)) if names else "")
            or f"{obj.label} {outcome.record_id}",
            "href": addresses.record_url(obj, outcome.record_id),
            "why": outcome.message,
        }
        for outcome in report.missed
    ]
    context = {
        "obj": obj,
        "report": report,
        "missed": missed,
        "undo_url": reverse("undo_run", args=(report.run_id,)) if report.done else "",
        "jobs_url": reverse("settings_jobs") if report.job_id else "",
        "back": addresses.with_query(addresses.list_url(obj), {key: request.GET.get(key) for key in states.KEYS}),
        "fragment": is_fragment(request),
    }
    return render(request, "platform/bulk_report.html", context)


urlpatterns = [
    path("<obj:obj>/bulk/edit", bulk_edit, name="bulk_edit"),
    path("<obj:obj>/bulk/tag", bulk_tag, name="bulk_tag"),
    path("<obj:obj>/bulk/archive", bulk_archive, name="bulk_archive"),
    path("<obj:obj>/bulk/actions/<str:key>", bulk_act, name="bulk_act"),
]
