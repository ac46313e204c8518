"""The relations of a record as cards: what points at it, what domains registered, what could be added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapport.base.money import Money
from rapport.platform import access, panels
from rapport.platform.fields import Choice, ReferenceAny, ReferenceMany
from rapport.platform.layouts import arranged
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, cells, pointing
from rapport.platform.views.pointing import MOST, SHOWN
from rapport.ui import formats
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.fields import Ref
    from rapport.platform.labels import Names
    from rapport.platform.panels import Line, Panel
    from rapport.platform.views.pointing import Found, Pointing
    from rapport.ui.shapes import Chip


@dataclass(frozen=True)
class Card:
    """A card of the relations column."""

    id: str
    # What layouts call it.
    key: str
    title: str
    rows: list[dict[str, Any]]
    link: dict[str, Any] | None = None
    add_url: str = ""
    note: str = ""
    picture: object = None
    icon: str = "list"


@dataclass(frozen=True)
class Related:
    """What stands beside a record, as read: the panels of the domains, and the rows of every other card."""

    actor: Actor
    obj: Object
    record: Any
    panels: Sequence[tuple[panels.Registered, Panel]]
    everything: Sequence[Pointing]
    rows: dict[str, list[Found]]

    @property
    def refs(self) -> list[Ref]:
        """The records that panels leave to be called by name."""
        lines = (line for _one, panel in self.panels for line in panel.rows)
        return [line.ref for line in lines if line.ref is not None and not line.text]

    def cards(self, known: Names) -> list[Card]:
        """The cards with something in them, as this reader wants them; `known` holds the names of `refs`."""
        return arranged.panels(self.actor, self.obj, self.all_cards(known))

    def all_cards(self, known: Names) -> list[Card]:
        """The same in their own order, with those that a layout hides."""
        numbered = enumerate(self.panels)
        own = [card for place, (one, panel) in numbered if (card := _registered(place, one, panel, known))]
        filled = self._filled
        several = Counter(one.obj.key for one in filled)
        at = (self.actor, self.obj, self.record)
        return [*own, *(_card(*at, one, self.rows[one.key], several[one.obj.key] == 1) for one in filled)]

    @property
    def additions(self) -> list[dict[str, str]]:
        """What could be added to the cards that are empty."""
        there = {one.obj.key for one in self._filled}
        first = {one.obj.key: one for one in reversed(self.everything)}
        empty = sorted((one for key, one in first.items() if key not in there), key=_place)
        return [item for one in empty if (item := _addition(self.actor, self.obj, self.record, one))]

    @property
    def _filled(self) -> list[Pointing]:
        return sorted(_once([one for one in self.everything if one.key in self.rows]), key=_place)


def read(actor: Actor, obj: Object, record: Any) -> Related:
    """Everything beside a record the actor may read. One query besides those of panels."""
    registered = panels.panels_of(obj)
    shown = [(one, panel) for one in registered if (panel := one.function(actor, record)) is not None]
    covered = frozenset(key for one in registered for key in one.covers)
    everything = list(pointing.pointing_at(actor, obj))
    rows = pointing.rows(actor, obj, record, [one for one in everything if one.obj.key not in covered])
    return Related(actor, obj, record, shown, everything, rows)


def _once(filled: Sequence[Pointing]) -> list[Pointing]:
    """Where an Object points here by its `path` too, its other references would only say the same again."""
    by_path = {one.obj.key for one in filled if one.field.key == one.obj.path}
    return [one for one in filled if one.obj.key not in by_path or one.field.key == one.obj.path]


def _place(one: Pointing) -> tuple[bool, bool, int, str]:
    """People first, then what has a board, what the story tells already last."""
    obj = one.obj
    return (obj.path != "id", obj.story is not None and obj.board is None, obj.navigation or 1_000, obj.key)


# --- drawing --------------------------------------------------------------------------------------------------------


def _card(actor: Actor, obj: Object, record: Any, one: Pointing, rows: list[Found], alone: bool) -> Card:
    of, number = _shown_as(one, rows), rows[0].total
    text = f"{MOST}+" if number > MOST else str(number)
    link = {"label": _("all {n}").format(n=text) if number > SHOWN else text, "href": _all_url(obj, record, one, of)}
    return Card(
        f"card-{one.key.replace('.', '-')}",
        one.key,
        str(of.plural) if alone else f"{of.plural}: {one.field.label}",
        [_drawn(one.obj, row) for row in rows],
        link,
        _add_url(actor, obj, record, one, of if of.of or not list(registry.family(of)) else _makeable(one)),
        icon=str(one.obj.icon),
    )


def _shown_as(one: Pointing, rows: Sequence[Found]) -> Object:
    """The Object whose word stands over the card: the concrete one when all rows are of it."""
    kinds = {row.kind for row in rows}
    return registry.get(kinds.pop()) if len(kinds) == 1 and rows[0].total <= SHOWN else one.obj


def _drawn(obj: Object, row: Found) -> dict[str, Any]:
    concrete = registry.get(row.kind) if registry.has(row.kind) else obj
    drawn: dict[str, Any] = {
        "text": row.name or f"{concrete.label} {row.id}",
        "href": addresses.panel_url(concrete, row.id),
    }
    if obj.path == "id":
        drawn["face"] = drawn["text"]
    if row.has_step >= 0:
        tone = cells.step_tone(row.step_at) if row.step_at else "later" if row.has_step else "none"
        drawn["step"] = {
            "text": cells.step("", row.step_at)["text"]
            if row.step_at
            else _("no next step")
            if tone == "none"
            else _("planned"),
            "tone": tone,
        }
    if row.amount is not None and row.currency:
        drawn["number"] = formats.money(Money(Decimal(str(row.amount)), row.currency))
    drawn |= _chip(obj, row, "number" in drawn)
    return drawn


def _chip(obj: Object, row: Found, has_number: bool) -> dict[str, Any]:
    if row.stage:
        return {"note": row.stage} if has_number else {"chip": {"text": row.stage}}
    board = obj.board
    field = (
        obj.fields.get(board.by)
        if board
        else next(
            (one for one in obj.fields.values() if isinstance(one, Choice) and any(o.tone for o in one.options)), None
        )
    )
    option = field.option(row.state or "") if isinstance(field, Choice) else None
    if option is None:
        return {}
    chip: Chip = {"text": str(option.label), "tone": option.tone}
    return {"note": chip["text"]} if has_number else {"chip": chip}


def _all_url(obj: Object, record: Any, one: Pointing, of: Object) -> str:
    value = f"{obj.base.key}:{record.pk}" if isinstance(one.field, ReferenceAny) else f"#{record.pk}"
    return addresses.list_url(of, q=f"{one.field.key} = {value}")


def _add_url(actor: Actor, obj: Object, record: Any, one: Pointing, of: Object) -> str:
    """The form that makes another `of` pointing here, where the actor may make one."""
    if (
        record.is_archived
        or actor.may(one.obj, "create") == "none"
        or one.field.key not in access.writable(actor, one.obj)
    ):
        return ""
    if one.obj.key in ("user", "file") or isinstance(one.field, ReferenceMany):
        return ""
    value = f"{obj.base.key}:{record.pk}" if isinstance(one.field, ReferenceAny) else str(record.pk)
    return addresses.with_query(f"{addresses.list_url(of)}/new", {one.field.key: value})


def _addition(actor: Actor, obj: Object, record: Any, one: Pointing) -> dict[str, str] | None:
    of = _makeable(one)
    url = _add_url(actor, obj, record, one, of)
    return {"label": str(of.label), "href": url, "icon": str(of.icon)} if url else None


def _makeable(one: Pointing) -> Object:
    """Of a family its first member: the base itself is no kind of record anybody makes."""
    members = [member for member in registry.family(one.obj) if member.where and one.field.key in member.fields]
    return min(members, key=lambda member: member.navigation or 1_000) if members else one.obj


# --- registered panels ----------------------------------------------------------------------------------------------


def _registered(place: int, one: panels.Registered, panel: Panel, known: Names) -> Card | None:
    lines = [drawn for line in panel.rows if (drawn := _line(line, known))]
    if not (lines or panel.note or panel.picture):
        return None
    return Card(
        f"panel-{place}",
        f"{one.function.__module__}.{one.function.__name__}",
        str(one.label),
        lines,
        _panel_link(panel),
        note=panel.note,
        picture=panel.picture,
        icon=one.icon,
    )


def _panel_link(panel: Panel) -> dict[str, Any] | None:
    text = "" if panel.count is None else f"{panel.count}+" if panel.more else str(panel.count)
    if panel.all is None:
        return None
    key, asked = panel.all
    return {"label": text or _("all"), "href": addresses.list_url(registry.get(key), q=asked)}


def _line(line: Line, known: Names) -> dict[str, Any] | None:
    """A row of a panel; None for one that is to be called by the name of a record which may not be seen."""
    text = line.text or known.text(line.ref)
    if not text:
        return None
    drawn: dict[str, Any] = {"text": text}
    if line.ref is not None:
        drawn["href"] = addresses.panel_url(line.ref.object, line.ref.id)
    if line.face:
        drawn["face"] = text
    if line.step:
        drawn["step"] = {"text": line.note or text, "tone": line.step}
    if line.chip is not None:
        drawn["chip"] = {"text": line.chip.text, "tone": line.chip.tone, "title": line.chip.title}
    for key in ("note", "number"):
        if getattr(line, key):
            drawn[key] = getattr(line, key)
    return drawn


urlpatterns: list[Any] = []
