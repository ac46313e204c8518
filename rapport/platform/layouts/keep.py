"""Reading and changing layouts. What is for a team or for all leaves an Event; how one's own page looks is a taste."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.access import rights_changed
from rapport.platform.access.keepers import keeps_house
from rapport.platform.accounts.models import Team, TeamClosure
from rapport.platform.events import setup
from rapport.platform.layouts.models import AUDIENCES, PLACES, Layout
from rapport.platform.objects import registry
from rapport.platform.query.memory import Memory
from rapport.platform.records.changes import Change, projection
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

Audience = Literal["own", "team", "all"]
ABSENT: Mapping[str, Any] = {}
LONGEST = 20_000


@dataclass(frozen=True)
class Arranged:
    """What was arranged in a place, nearest first: each key of `content` comes from the nearest that states it."""

    content: Mapping[str, Any] = field(default_factory=dict)
    # Whose arrangements there are, for "reset".
    audiences: frozenset[str] = frozenset()


NOTHING = Arranged()
# Layouts are read on every page and change once a month: they are remembered as rights are, and a change of one makes
# everybody read anew, which acts on their next request.
_known: Memory[Mapping[str, Mapping[str, Arranged]]] = Memory(2_000)
_leading: Memory[bool] = Memory(2_000)


def find(actor: Actor, obj: Object, place: str) -> Arranged:
    """What holds for this actor in a place; no query once it is known."""
    whole = _known.get(actor, actor.user_id, lambda: _read(actor))
    return whole.get(obj.key, {}).get(place, NOTHING)


def _read(actor: Actor) -> Mapping[str, Mapping[str, Arranged]]:
    """Every layout that reaches this actor, by Object and place; one query."""
    found: dict[str, dict[str, list[tuple[int, str, Any]]]] = {}
    for key, place, audience, depth, content in _reaching(actor):
        rank = {"own": -1, "team": depth or 0, "all": 1_000}[audience]
        rows = found.setdefault(key, {}).setdefault(place, [])
        rows.append((rank, audience, content if isinstance(content, dict) else {}))
    return {key: {place: _merged(rows) for place, rows in places.items()} for key, places in found.items()}


def _reaching(actor: Actor) -> Any:
    above = TeamClosure.objects.filter(descendant=actor.main_team_id or 0)
    depth = above.filter(ancestor=OuterRef("team")).values("depth")[:1]
    mine = Q(user=actor.user_id) if actor.user_id else Q(pk__in=[])
    rows = Layout.objects.filter(mine | Q(audience="all") | Q(team__in=above.values("ancestor")))
    return rows.annotate(depth=Subquery(depth)).values_list("object", "place", "audience", "depth", "content")


def _merged(rows: list[tuple[int, str, Any]]) -> Arranged:
    content: dict[str, Any] = {}
    for _rank, _audience, stated_there in sorted(rows, key=lambda row: -row[0]):
        content |= stated_there
    return Arranged(content, frozenset(audience for _rank, audience, _content in rows))


def stated(actor: Actor, obj: Object, place: str, audience: Audience) -> Mapping[str, Any]:
    """What this very audience arranged; empty where it did not."""
    found = _rows(actor, obj, place, audience).values_list("content", flat=True).first()
    return found if isinstance(found, dict) else ABSENT


def may_arrange(actor: Actor, audience: str) -> bool:
    """For oneself everybody; for a team who keeps the house or leads it; for all who keeps the house."""
    if actor.user_id is None:
        return False
    if audience == "own":
        return True
    if audience == "team":
        return actor.main_team_id is not None and (keeps_house(actor) or _leads(actor))
    return audience == "all" and keeps_house(actor)


def _leads(actor: Actor) -> bool:
    team = Team.objects.filter(pk=actor.main_team_id, lead_id=actor.user_id)
    return _leading.get(actor, (actor.user_id, actor.main_team_id), team.exists)


@projection("team")
def leads_anew(actor: Actor, changes: Sequence[Change]) -> None:
    """Who leads a team may arrange its pages, from the next request on."""
    if any(change.touches("lead") for change in changes):
        rights_changed()


def keep(actor: Actor, obj: Object, place: str, audience: Audience, content: Mapping[str, Any]) -> None:
    """Arrange a place for an audience, as `content` says. Raises PermissionDenied, ValidationError."""
    _ensure(actor, place, audience)
    if len(repr(content)) > LONGEST:
        raise ValidationError(_("This is more than a page can hold."))
    with transaction.atomic():
        row = _rows(actor, obj, place, audience).select_for_update().first()
        if row is None:
            row = Layout(object=obj.key, place=place, audience=audience, **_whose(actor, audience))
        before = row.content if row.pk else None
        if before == dict(content):
            return
        row.content, row.changed_at = dict(content), now()
        row.save()
        _tell(actor, row, before, dict(content))
        rights_changed()


def reset(actor: Actor, obj: Object, place: str, audience: Audience) -> None:
    """Forget what this audience arranged; what is further away holds again, in the end the declaration."""
    _ensure(actor, place, audience)
    with transaction.atomic():
        row = _rows(actor, obj, place, audience).select_for_update().first()
        if row is not None:
            Layout.objects.filter(pk=row.pk).delete()
            _tell(actor, row, row.content, None)
            rights_changed()


def _ensure(actor: Actor, place: str, audience: str) -> None:
    if place not in dict(PLACES) or audience not in dict(AUDIENCES):
        raise ValidationError(_("Choose for whom this is arranged."))
    if not may_arrange(actor, audience):
        raise PermissionDenied(_("You may arrange pages for yourself only."))


def _rows(actor: Actor, obj: Object, place: str, audience: str) -> Any:
    return Layout.objects.filter(object=obj.key, place=place, audience=audience, **_whose(actor, audience))


def _whose(actor: Actor, audience: str) -> dict[str, int | None]:
    return {
        "user_id": actor.user_id if audience == "own" else None,
        "team_id": actor.main_team_id if audience == "team" else None,
    }


# --- the trail --------------------------------------------------------------------------------------------------------


def _tell(actor: Actor, row: Layout, before: Any, after: Any) -> None:
    if row.audience == "own":
        return
    changes: dict[str, tuple[Any, Any]] = {"of": (None, row.object), "place": (None, row.place)}
    for key in sorted({*(before or {}), *(after or {})}):
        pair = ((before or {}).get(key), (after or {}).get(key))
        if pair[0] != pair[1]:
            changes[key] = pair
    setup.append(actor, PART, row.pk, "arranged" if after is not None else "reset", changes)


def _names(numbers: Iterable[int]) -> dict[int, str]:
    rows = Layout.objects.filter(pk__in=list(numbers)).values_list("pk", "object", "place", "team__name")
    return {
        pk: f"{_plural(key)}: {dict(PLACES).get(place, place)} ({team or _('everybody')})"
        for pk, key, place, team in rows
    }


def _plural(key: str) -> str:
    return str(registry.get(key).plural) if registry.has(key) else key


def _heading(key: str) -> str:
    words = {
        "of": _("Of"),
        "place": _("Place"),
        "order": _("Order"),
        "first": _("Opens first"),
        "unpinned": _("No tabs"),
        "sections": _("Sections"),
        "hidden": _("Hidden"),
        "fields": _("Fields"),
    }
    return words.get(key, key.capitalize())


def _words(key: str, value: Any) -> str:
    if key == "of":
        return _plural(str(value)) if value else "–"
    if key == "place":
        return str(dict(PLACES).get(value, value)) if value else "–"
    return _short(value)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "–"
    if isinstance(value, dict):
        return f"{value.get('name', '')} [{_short(value.get('fields', []))}]".strip()
    return str(value) if value not in (None, "") else "–"


PART = setup.register(
    setup.Part(
        key="layout",
        label=gettext_lazy("Layout"),
        plural=gettext_lazy("Layouts"),
        kinds={
            "arranged": "A page was arranged for a team or for everybody.",
            "reset": "What a team or everybody had arranged was taken back.",
        },
        names=_names,
        heading=_heading,
        words=_words,
    )
)
