"""Many records at once: edit, assign, tag, run an Action, archive. First what would happen, then what became of it.

Each dialog posts to itself: `do` is "add" (one more field), "preview", "edit" (back from the preview) or "run"; without
script the same pages do. `apply=1` without `do` does it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse

from rapport.platform import access, actions, query, runs
from rapport.platform.fields import Tags
from rapport.platform.objects import Object
from rapport.platform.privacy import restriction
from rapport.platform.query.text import condition_text
from rapport.platform.views import addresses, errors, previews
from rapport.platform.views import fields as controls
from rapport.platform.views import state as states
from rapport.platform.views.http import Request, body, number_of, page, render
from rapport.platform.views.pick import create_missing
from rapport.platform.views.runs import told
from rapport.ui.language import gettext as _
from rapport.ui.language import ngettext

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from rapport.platform.fields import Field
    from rapport.platform.views.state import State
    from rapport.ui.shapes import BulkAction, Choice, FieldError, FormField

MOST_ACTIONS = 4
MOST_FIELDS = 12
# What a bulk form carries besides the answers.
CARRIED = ("ids", "all", "apply", "field", "another", "do")


def bulk_actions(request: Request, state: State) -> dict[str, Any] | None:
    """The bar of a list; None where this reader may do nothing with many."""
    obj, actor = state.obj, request.actor
    if actor.may(obj, "mass") == "none":
        return None
    found: list[BulkAction] = []
    if actor.may(obj, "edit") != "none":
        found.append(_verb(state, _("Edit fields"), "bulk_edit", "pencil"))
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


@dataclass(frozen=True)
class Chosen:
    """The ids ticked, or the filter of everything that is meant (`every`); rights come with each write."""

    ids: list[int]
    text: str = ""
    every: bool = False
    number: int = 0
    # What the filter means and may not be worked with, in words.
    left_out: str = ""

    @property
    def given(self) -> dict[str, Any]:
        return {"text": self.text} if self.every else {"ids": self.ids}


def chosen(request: Request, obj: Object) -> Chosen:
    """Whom a request is about."""
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    if given.get("all") == "1":
        asked = {key: request.GET[key] for key in states.KEYS if key in request.GET}
        state = states.read(request.actor, obj, asked)
        if state.error is not None:
            raise state.error
        text = condition_text(state.query.condition) if state.query.condition else ""
        plan = state.plan(request.actor)
        return Chosen([], text, True, query.count(request.actor, plan), restriction.told(request.actor, plan))
    ids = [found for raw in given.getlist("ids") if (found := number_of(raw)) is not None]
    if not ids:
        raise ValidationError(_("Tick at least one line first."))
    ids = list(dict.fromkeys(ids))
    return Chosen(ids, number=len(ids))


# --- pages ------------------------------------------------------------------------------------------------------------


@dataclass
class Form:
    """A dialog that asks what to do: its questions, and how the answers become work."""

    title: str
    work: Callable[[], runs.Work]
    draw: Callable[[Mapping[str, str]], list[FormField]]
    intro: str = ""
    # Asked for anew, and carried in hidden fields.
    more: dict[str, list[str]] = field(default_factory=dict)
    others: list[Choice] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


@page(methods=("GET", "POST"))
def bulk_edit(request: Request, obj: Object) -> HttpResponse:
    """Some fields of many records."""
    access.require(request.actor, obj, "mass")
    who = chosen(request, obj)
    known = {key: field for key, field in access.writable(request.actor, obj).items() if not isinstance(field, Tags)}
    keys = _asked_fields(request, known)
    if not keys:
        return _choose_field(request, obj, who, known)
    sent = _answers(request, keys)

    def work() -> runs.Work:
        raw = {key: create_missing(request.actor, known[key], controls.raw_of(known[key], sent)) for key in keys}
        return runs.parse_set(request.actor, obj, raw, request.actor.culture)

    def draw(wrong: Mapping[str, str]) -> list[FormField]:
        return [_control(request, obj, known[key], sent, wrong) for key in keys]

    names = ", ".join(str(known[key].label) for key in keys)
    title = ngettext("Change {fields} of {n} record", "Change {fields} of {n} records", who.number)
    others: list[Choice] = [{"value": key, "label": str(one.label)} for key, one in known.items() if key not in keys]
    form = Form(title.format(fields=names, n=_n(who)), work, draw, more={"field": keys}, others=others)
    return _answer(request, obj, who, form)


def _asked_fields(request: Request, known: Mapping[str, Field[Any]]) -> list[str]:
    given = [*request.GET.getlist("field"), *request.POST.getlist("field")]
    if request.POST.get("do") == "add":
        given.append(request.POST.get("another", ""))
    return [key for key in dict.fromkeys(given) if key in known][:MOST_FIELDS]


def _choose_field(request: Request, obj: Object, who: Chosen, known: Mapping[str, Field[Any]]) -> HttpResponse:
    choices: list[Choice] = [{"value": key, "label": str(field.label)} for key, field in known.items()]
    which: FormField = {"name": "field", "label": _("Which field?"), "widget": "select", "required": True}
    fields: list[FormField] = [which | {"choices": choices, "wide": True, "autofocus": True}]
    title = ngettext("Change fields of {n} record", "Change fields of {n} records", who.number).format(n=_n(who))
    return _dialog(request, obj, who, title, fields, [], submit=_("Next"), do="edit")


@page(methods=("GET", "POST"))
def bulk_tag(request: Request, obj: Object) -> HttpResponse:
    """Put a word on many records, or take it off them."""
    access.require(request.actor, obj, "mass")
    who = chosen(request, obj)
    key = _tags_of(request, obj)
    if not key:
        raise access.NotFound(_("There is nothing to tag here."))
    tags = obj.field(key)
    sent = _answers(request, [key, "how"])
    verb = "untag" if sent.get("how") == "untag" else "tag"

    def work() -> runs.Work:
        words = tags.parse(controls.raw_of(tags, sent), request.actor.culture)
        if not words:
            raise ValidationError({key: [_("Enter at least one word.")]})
        return runs.Work(verb, {key: words})

    def draw(wrong: Mapping[str, str]) -> list[FormField]:
        how: list[Choice] = [
            {"value": "tag", "label": _("Add"), "chosen": verb == "tag"},
            {"value": "untag", "label": _("Take away"), "chosen": verb == "untag"},
        ]
        asked: FormField = {"name": "how", "label": _("Do what?"), "widget": "radio", "choices": how, "wide": True}
        return [asked, _control(request, obj, tags, sent, wrong)]

    title = ngettext("Tag {n} record", "Tag {n} records", who.number).format(n=_n(who))
    return _answer(request, obj, who, Form(title, work, draw))


@page(methods=("GET", "POST"))
def bulk_act(request: Request, obj: Object, key: str) -> HttpResponse:
    """An Action on many records, with the same answers for all."""
    access.require(request.actor, obj, "mass")
    who = chosen(request, obj)
    action = obj.action(key)
    if action is None or not action.many:
        raise access.NotFound(_("There is no such action."))
    fields = {parameter.key: parameter.field for parameter in action.parameters}
    sent = body(request, without=CARRIED)

    def work() -> runs.Work:
        raw = {name: create_missing(request.actor, one, controls.raw_of(one, sent)) for name, one in fields.items()}
        given = {name: value for name, value in raw.items() if value not in ("", []) or name in sent}
        values = actions.parse(action, given, request.actor.culture)
        return runs.Work("act", {name: fields[name].plain(value) for name, value in values.items()}, key)

    def draw(wrong: Mapping[str, str]) -> list[FormField]:
        return [
            _control(request, obj, one.field, sent, wrong, value=one.default, required=one.required)
            for one in action.parameters
        ]

    title = ngettext("{action}: {n} record", "{action}: {n} records", who.number)
    labels = {name: str(one.label) for name, one in fields.items()}
    title = title.format(action=action.label, n=_n(who))
    return _answer(request, obj, who, Form(title, work, draw, intro=str(action.help), labels=labels))


@page(methods=("GET", "POST"))
def bulk_archive(request: Request, obj: Object) -> HttpResponse:
    """Put many records away; each can be brought back."""
    access.require(request.actor, obj, "mass")
    who = chosen(request, obj)
    title = ngettext("Archive {n} record", "Archive {n} records", who.number).format(n=_n(who))
    words = _("They leave lists, boards and search, and keep their whole history. They can be brought back.")
    return _answer(request, obj, who, Form(title, lambda: runs.Work("archive"), lambda _wrong: [], intro=words))


# --- from the question to the outcome ---------------------------------------------------------------------------------


def _answer(request: Request, obj: Object, who: Chosen, form: Form) -> HttpResponse:
    """The form, the preview of what it would do, or what became of it."""
    form.intro = " ".join(one for one in (form.intro, who.left_out) if one)
    do = request.POST.get("do") or ("run" if request.POST.get("apply") == "1" else "")
    asks = form.draw({})
    if do not in ("run", "preview") and (asks or request.method != "POST"):
        return _form(request, obj, who, form, [])
    try:
        if do == "run":
            with transaction.atomic():
                return told(request, runs.begin(request.actor, obj, form.work(), **who.given), back=_back(request, obj))
        with transaction.atomic():
            work = form.work()
            seen = runs.preview(request.actor, obj, work, **who.given)
            shown = previews.context(request.actor, obj, seen, work)
            transaction.set_rollback(True)  # a record that was to be made on the way is not made for a preview
    except ValidationError as error:
        if not asks:
            raise
        return _form(request, obj, who, form, errors.messages(error))
    hidden = {
        key: values for key, values in request.POST.lists() if key not in ("csrfmiddlewaretoken", "do", "another")
    }
    context = shown | {
        "title": form.title,
        "intro": form.intro,
        "hidden": hidden,
        "action": request.get_full_path(),
        "asks": bool(asks),
        "back": _back(request, obj),
    }
    return render(request, "platform/bulk_preview.html", context)


def _form(request: Request, obj: Object, who: Chosen, form: Form, found: list[FieldError]) -> HttpResponse:
    wrong = {item["field"]: item["text"] for item in found if "field" in item}
    drawn = form.draw(wrong)
    if drawn:
        drawn[-1]["autofocus"] = True
    return _dialog(
        request, obj, who, form.title, drawn, found, submit=_("See what happens"), do="preview", intro=form.intro,
        more=form.more, others=form.others,
    )  # fmt: skip


def _control(
    request: Request, obj: Object, one: Field[Any], sent: Mapping[str, Any], wrong: Mapping[str, str], *,
    value: Any = None, required: bool | None = None,
) -> FormField:  # fmt: skip
    """A question, with what was answered before."""
    given = any(name == one.key or name.startswith(f"{one.key}_") for name in sent)
    raw = controls.raw_of(one, sent) if given else None
    return controls.form_field(
        request.actor, obj, one, value=value, raw=raw, error=wrong.get(one.key, ""), required=required
    )


def _answers(request: Request, keys: list[str]) -> dict[str, Any]:
    """The answers to `keys`, with their parts (currency, address) as the form sent them."""
    raw = body(request, without=CARRIED)
    return {
        name: value for name, value in raw.items() if name in keys or any(name.startswith(f"{key}_") for key in keys)
    }


def _n(who: Chosen) -> str:
    from rapport.ui import formats

    return formats.number(who.number)


def _back(request: Request, obj: Object) -> str:
    return addresses.with_query(addresses.list_url(obj), {key: request.GET.get(key) for key in states.KEYS})


def _dialog(
    request: Request, obj: Object, who: Chosen, title: str, fields: list[FormField], found: list[FieldError], *,
    submit: str, do: str, intro: str = "", more: Mapping[str, list[str]] | None = None,
    others: list[Choice] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "title": title,
        "fields": fields,
        "errors": found,
        "submit": submit,
        "do": do,
        "intro": intro,
        "action": request.get_full_path(),
        "ids": who.ids,
        "every": who.every,
        "more": more or {},
        "others": others or [],
        "back": _back(request, obj),
    }
    return render(request, "platform/bulk_dialog.html", context, status=422 if found else 200)


urlpatterns = [
    path("<obj:obj>/bulk/edit", bulk_edit, name="bulk_edit"),
    path("<obj:obj>/bulk/tag", bulk_tag, name="bulk_tag"),
    path("<obj:obj>/bulk/archive", bulk_archive, name="bulk_archive"),
    path("<obj:obj>/bulk/actions/<str:key>", bulk_act, name="bulk_act"),
]
