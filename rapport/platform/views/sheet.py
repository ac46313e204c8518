"""What page and panel of a record both show: header, stages, next steps, actions, facts. Read once, drawn twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from rapport.platform import culture, next_step, panels
from rapport.platform.access.keepers import handles_privacy, reads_audit
from rapport.platform.audit import watch
from rapport.platform.fields import Choice, Field, File, Ref, Reference, ReferenceAny
from rapport.platform.formula import conditions
from rapport.platform.formula import field as formulas
from rapport.platform.labels import Names, names
from rapport.platform.objects import Object, registry
from rapport.platform.privacy import restriction
from rapport.platform.privacy.subject import has_subjects
from rapport.platform.views import addresses, cells, facts, stages, whole
from rapport.platform.views.rights import offered
from rapport.ui import formats
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.actions import Action
    from rapport.platform.outside import Attached
    from rapport.platform.views.facts import Facts, Origin
    from rapport.ui.shapes import Chip, ComposeKind, MenuItem, NextItem

BUTTONS = 2


@dataclass
class Sheet:
    """A record with everything that is needed to show it to one reader.

    `also` are records that the rest of the page names: put there before anything is drawn, they are called by name
    together with those of the facts.
    """

    actor: Actor
    obj: Object
    record: Any
    held: frozenset[str]
    fields: dict[str, Field[Any]]
    values: dict[str, Any]
    origins: dict[str, Origin]
    files: list[Attached]
    follows: bool = False
    also: list[Ref] = field(default_factory=list)

    @cached_property
    def known(self) -> Names:
        """What everything on the page is called; one query."""
        own = (*facts.refs_in(self.fields, self.values), *facts.who_in(self.origins.values()))
        return names(self.actor, [*own, *self.also])

    @cached_property
    def title(self) -> str:
        return self.obj.title(self.record)

    @cached_property
    def url(self) -> str:
        return addresses.record_url(self.obj, self.record.pk)

    @property
    def place(self) -> str:
        """How elements that show this record are called."""
        return f"{self.obj.base.key}-{self.record.pk}"

    @property
    def may_edit(self) -> bool:
        return "edit" in self.held and not self.record.is_archived

    @cached_property
    def restricted(self) -> str:
        """That it may only be stored, in words; "" where it may be worked with."""
        return restriction.words() if restriction.is_restricted(self.obj, self.record) else ""

    @cached_property
    def facts(self) -> Facts:
        return facts.facts(
            self.actor,
            self.obj,
            self.values,
            self.fields,
            self.known,
            self.origins,
            of=self.place,
            may_edit=self.may_edit,
            locked=conditions.locked(self.obj, self.record) if self.may_edit else (),
        )

    @cached_property
    def steps(self) -> list[next_step.Step]:
        return next_step.steps(self.actor, self.record)

    @cached_property
    def actions(self) -> list[Action]:
        return offered(self.obj, self.record, self.held)

    @cached_property
    def composers(self) -> list[panels.Composer]:
        if self.record.is_archived:
            return []
        return [
            one
            for one in panels.composers_of(self.obj)
            if registry.has(one.object) and self.actor.may(registry.get(one.object), "create") != "none"
        ]


def read(actor: Actor, obj: Object, pk: int) -> Sheet:
    """Raises NotFound for a missing and for a foreign record. Two queries."""
    found = whole.find(actor, obj, pk)
    concrete = registry.of_record(found.record)
    shown = facts.shown_fields(actor, concrete)
    beside = {**found.outside, **formulas.of_record(actor, concrete, pk, shown)}
    left_out = conditions.hidden(concrete, found.record)
    shown = {key: one for key, one in shown.items() if key not in left_out}
    values, origins = facts.values_of(found.record, shown, beside), facts.origins(concrete, found.record)
    watch.shown(actor, concrete, pk, shown, values)
    return Sheet(actor, concrete, found.record, found.held, shown, values, origins, found.files, found.follows)


# --- header ---------------------------------------------------------------------------------------------------------


def subtitle(sheet: Sheet) -> str:
    """ "Organisation · Hamburg · Mara Lind": kind, what the Object shows beside a name, owner."""
    obj = sheet.obj
    parts = [str(obj.label)]
    for key in (*(obj.subtitle or obj.base.subtitle), "owner"):
        if key in sheet.fields and not sheet.fields[key].is_empty(sheet.values[key]):
            field = sheet.fields[key]
            named = facts.named(field, sheet.values[key], sheet.known)
            # A record that may not be seen has words of its own; a text is a value like any other.
            hidden = isinstance(named, str) and isinstance(field, Reference | ReferenceAny | File)
            words = named if hidden else cells.text(field, named)
            if words and words not in parts:
                parts.append(formats.truncate(words, 60))
    return " · ".join(parts)


def chips(sheet: Sheet) -> list[Chip]:
    found: list[Chip] = []
    if sheet.restricted:
        found.append({"text": _("Restricted"), "tone": "bad", "icon": "lock", "title": sheet.restricted})
    elif sheet.record.is_archived:
        found.append({"text": _("Archived"), "tone": "warn", "icon": "archive"})
    told = panels.chips_of(sheet.actor, sheet.obj, sheet.record)
    if not told and (state := state_chip(sheet)):
        found.append(state)
    for one in told:
        chip: Chip = {"text": one.text, "tone": one.tone}
        if one.title:
            chip["title"] = one.title
        found.append(chip)
    return found


def state_chip(sheet: Sheet) -> Chip | None:
    """How the record stands, where no stage bar says it: the first choice whose answers have tones."""
    if sheet.obj.board or sheet.obj.base.board:
        return None
    field = next(
        (one for one in sheet.fields.values() if isinstance(one, Choice) and any(o.tone for o in one.options)), None
    )
    option = field.option(sheet.values[field.key] or "") if field else None
    return {"text": str(option.label), "tone": option.tone, "title": str(field.label)} if field and option else None


# --- next steps -----------------------------------------------------------------------------------------------------


def next_items(sheet: Sheet) -> list[NextItem]:
    return [_next_item(step) for step in sheet.steps]


def _next_item(step: next_step.Step) -> NextItem:
    item: NextItem = {"icon": step.icon, "text": step.text}
    if step.at is not None:
        tone = _tone(step.at)
        item["chip"] = {"text": formats.relative(step.at), "tone": tone, "title": _exact(step.at)}
    if step.note:
        item["note"] = step.note
    if step.ref is not None:
        item["href"] = addresses.panel_url(step.ref.object, step.ref.id)
        if step.done:
            item["done_url"] = action_url(step.ref.object, step.ref.id, step.done)
    return item


def _tone(at: datetime | date) -> Any:
    moment = (
        at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 23, 59, tzinfo=culture.current().tz)
    )
    return {"overdue": "bad", "today": "warn", "later": "", "none": ""}[cells.step_tone(moment)]


def _exact(at: datetime | date) -> str:
    return formats.moment(at) if isinstance(at, datetime) else formats.date_text(at, "full")


def plan_url(sheet: Sheet) -> str | None:
    """Where a next step is planned: the composer that plans, else the form of the record."""
    planner = next((one for one in sheet.composers if one.plans), None)
    return compose_url(sheet, planner) if planner else None


def compose_url(sheet: Sheet, one: panels.Composer) -> str:
    """Where a composer asks: the form of what it makes, or the questions of its verb."""
    asked = _verb_url(sheet, one.verb) if one.verb else ""
    if asked:
        return asked
    target = registry.get(one.object)
    about = f"{sheet.obj.base.key}:{sheet.record.pk}"
    return addresses.with_query(reverse("new", args=(target.url,)), {"compose": one.name, "about": about})


def _verb_url(sheet: Sheet, verb: str) -> str:
    """A verb of the record, or of the customer it belongs to and then about it; "" where neither has it."""
    obj, record = sheet.obj, sheet.record
    if obj.action(verb) is not None:
        return action_url(obj, record.pk, verb)
    way = obj.fields.get(obj.base.path)
    if not isinstance(way, Reference) or way.target.action(verb) is None or way.read(record) is None:
        return ""
    about = f"{obj.base.key}:{record.pk}"
    return addresses.with_query(action_url(way.target, way.read(record) or 0, verb), {"about": about})


def compose_kinds(sheet: Sheet) -> list[ComposeKind]:
    return [
        {"label": str(one.label), "icon": one.icon, "key": one.key, "href": compose_url(sheet, one)}
        for one in sheet.composers
    ]


# --- actions --------------------------------------------------------------------------------------------------------


def action_url(obj: Object | str, pk: int, key: str) -> str:
    found = registry.get(obj) if isinstance(obj, str) else obj
    return reverse("action", args=(found.url, pk, key))


@dataclass(frozen=True)
class Button:
    """An Action as a button: posted at once, or with a dialog that asks first."""

    label: str
    icon: str
    href: str
    post: bool
    primary: bool
    help: str
    panel: bool = False


def buttons(sheet: Sheet) -> list[Button]:
    """The primary Actions, first one most prominent."""
    chosen = [one for one in sheet.actions if one.primary][:BUTTONS]
    if not chosen and (url := plan_url(sheet)) and next_step.concerns(sheet.obj):
        return [Button(_("Plan next step"), "calendar-plus", url, post=False, primary=True, help="", panel=True)]
    return [
        Button(
            str(one.label),
            one.icon,
            action_url(sheet.obj, sheet.record.pk, one.key),
            not one.parameters,
            place == 0,
            str(one.help),
        )
        for place, one in enumerate(chosen)
    ]


def menu(sheet: Sheet) -> list[MenuItem]:
    """Everything else one can do with the record."""
    obj, pk = sheet.obj, sheet.record.pk
    shown = {one.key for one in [one for one in sheet.actions if one.primary][:BUTTONS]}
    items: list[MenuItem] = []
    if sheet.may_edit:
        items.append({"label": _("Change all fields"), "href": f"{sheet.url}/edit", "icon": "pencil", "key": "e"})
    for one in sheet.actions:
        if one.key not in shown:
            items.append(_menu_action(obj, pk, one))
    follows = sheet.follows
    items.append(
        {
            "label": _("Stop following") if follows else _("Follow"),
            "href": f"{sheet.url}/follow",
            "icon": "eye" if not follows else "minus",
            "post": True,
            "divider": True,
        }
    )
    more: list[MenuItem] = [
        {"label": _("History"), "href": f"{sheet.url}/history", "icon": "history"},
    ]
    if panels.has_map(obj):
        more.append({"label": _("Relationship map"), "href": f"{sheet.url}/map", "icon": "network"})
    more.append({"label": _("Arrange this page"), "href": f"{sheet.url}/arrange", "icon": "layout-list"})
    more.append(
        {
            "label": _("Who sees this"),
            "href": f"{sheet.url}/share",
            "icon": "share-2",
            "attrs": {"data-dialog-url": f"{sheet.url}/share"},
        }
    )
    if reads_audit(sheet.actor):
        more.append({"label": _("Who saw this"), "href": f"{sheet.url}/seen", "icon": "eye"})
    if has_subjects(obj) and handles_privacy(sheet.actor):
        more.append({"label": _("Privacy"), "href": f"{sheet.url}/privacy", "icon": "shield-check"})
    if "delete" in sheet.held and not sheet.restricted:
        away = not sheet.record.is_archived
        label, verb, icon = (
            (_("Archive"), "archive", "archive") if away else (_("Restore"), "restore", "archive-restore")
        )
        more.append({"label": label, "href": f"{sheet.url}/{verb}", "icon": icon, "post": True, "divider": True})
    return [*items, *more]


def _menu_action(obj: Object, pk: int, one: Action) -> MenuItem:
    url = action_url(obj, pk, one.key)
    if not one.parameters:
        return {"label": str(one.label), "href": url, "icon": one.icon, "post": True}
    return {"label": str(one.label), "href": url, "icon": one.icon, "attrs": {"data-dialog-url": url}}


__all__ = ["Ref", "Sheet", "buttons", "chips", "menu", "next_items", "read", "stages", "subtitle"]
