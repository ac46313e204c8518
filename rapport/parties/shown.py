"""What parties show beyond their fields: whose stories roll up, cards and chips on their pages, edges of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext as _now

from rapport.base import phone
from rapport.base.clock import today
from rapport.parties.closure import above, rolled_up
from rapport.parties.consent import STATES as CONSENT_STATES
from rapport.parties.contact_point import STATES, ContactPoint
from rapport.parties.party import PARTY, Party
from rapport.parties.relationship import Relationship
from rapport.platform import culture, panels, timeline
from rapport.platform.access import visible
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from rapport.platform.panels import Chip, Edge, Line, Panel
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor

MOST = 8
MOST_EDGES = 200


def members(actor: Actor, party_id: int) -> Sequence[int]:
    """Everybody at or below a party whom the actor may see: whose stories are its story."""
    ids = rolled_up(party_id)
    return list(visible(actor, PARTY).filter(pk__in=ids).values_list("pk", flat=True)) if len(ids) > 1 else ids


timeline.rollup("party", members)


@panels.chips("party")
def standing(actor: Actor, party: Party) -> Iterator[Chip]:
    """Life-cycle, kinds and rating, as short states."""
    for key in ("lifecycle", "rating"):
        option = PARTY.field(key).option(getattr(party, key))  # type: ignore[attr-defined]  # both are Choices
        if option is not None and option.key != "stranger":
            yield Chip(str(option.label), option.tone)
    for key in party.kinds:
        option = PARTY.field("kinds").option(key)  # type: ignore[attr-defined]  # a MultiChoice
        if option is not None and key != party.lifecycle:
            yield Chip(str(option.label), option.tone)


@panels.panel("party", label=_("How to reach them"), order=10, icon="at-sign", covers=("contact_point",))
def reach(actor: Actor, party: Party) -> Panel:
    """Contact points, the primary ones first, with a warning where one should not be tried."""
    rows = visible(actor, registry.get("contact_point")).filter(party=party, archived_at=None)
    points = list(rows.order_by("-primary", "kind", "pk")[: MOST + 1])
    states = {option.key: option for option in STATES}
    return Panel(
        [_point(point, states) for point in points[:MOST]],
        count=len(points) if len(points) <= MOST else None,
        more=len(points) > MOST,
        all=("contact_point", f"party = #{party.pk}"),
    )


def _point(point: ContactPoint, states: dict[str, Any]) -> Line:
    note = str(registry.get("contact_point").field("label").format(point.label, culture.current()))
    state = states[point.state] if point.state != "active" and point.state in states else None
    chip = Chip(str(state.label), state.tone) if state else Chip(_now("Primary")) if point.primary else None
    shown = phone.format(point.value, culture.current().region) if point.kind in {"phone", "fax"} else point.value
    return Line(shown, Ref("contact_point", point.pk), note=note, chip=chip)


@panels.panel("party", label=_("Ties"), order=20, icon="network", covers=("relationship",))
def ties(actor: Actor, party: Party) -> Panel:
    """Who advises, decides, knows whom, and who of us is in touch: standing relationships, the strongest first."""
    rows = _standing(actor, [party.pk]).order_by(F("strength").desc(nulls_last=True), "-pk")
    # Those who belong here stand in the card of people.
    rows = rows.exclude(other=party, party__parent=party, main=True)[: MOST + 1]
    found = list(rows.select_related("party", "other", "colleague"))
    seen = _visible_ids(actor, found)
    lines = [line for one in found if (line := _tie(one, party.pk, seen)) is not None]
    return Panel(
        lines[:MOST], more=len(found) > MOST, all=("relationship", f"party = #{party.pk} or other = #{party.pk}")
    )


def _tie(one: Relationship, party_id: int, seen: set[int]) -> Line | None:
    """One relationship seen from one end; None when the other end may not be seen."""
    words = one.name_from(party_id)
    note = f"{words} · {one.role}" if one.role else words
    number = str(one.strength) if one.strength else ""
    colleague: Any = one.colleague
    if colleague is not None:
        return Line(colleague.name, Ref("user", colleague.pk), note=note, number=number, face=True)
    end: Any = one.other if one.party_id == party_id else one.party
    if end is None or end.pk not in seen:
        return None
    return Line(end.name, Ref(end.kind, end.pk), note=note, number=number, face=end.kind == "person")


@panels.panel("party", label=_("People"), order=15, icon="users", covers=("party",))
def people(actor: Actor, party: Party) -> Panel | None:
    """The persons who belong here, with what they do."""
    rows = visible(actor, PARTY).filter(parent=party, kind="person", archived_at=None).order_by("sort_name", "pk")
    found = list(rows[: MOST + 1])
    lines = [Line(one.name, Ref("person", one.pk), note=one.job_title, face=True) for one in found[:MOST]]
    more = len(found) > MOST
    return Panel(lines, None if more else len(found), more, ("person", f"parent = #{party.pk}")) if found else None


@panels.panel("party", label=_("Above and below"), order=30, icon="layers")
def hierarchy(actor: Actor, party: Party) -> Panel | None:
    """Who stands above, the highest first, and which firms or households directly below."""
    over = above(party.pk)
    rows = visible(actor, PARTY).filter(parent=party, archived_at=None).exclude(kind="person")
    below = list(rows.order_by("sort_name", "pk")[: MOST + 1])
    upper = {one.pk: one for one in visible(actor, PARTY).filter(pk__in=over)} if over else {}
    lines = [Line(upper[pk].name, Ref(upper[pk].kind, pk), note=_now("above")) for pk in reversed(over) if pk in upper]
    lines += [Line(one.name, Ref(one.kind, one.pk), note=_now("below")) for one in below[:MOST]]
    return Panel(lines, more=len(below) > MOST, all=("party", f"parent = #{party.pk}")) if lines else None


@panels.panel("party", label=_("Consent"), order=80, icon="shield-check", covers=("consent",))
def consents(actor: Actor, party: Party) -> Panel | None:
    """What holds now, for each purpose and channel."""
    rows = visible(actor, registry.get("consent")).filter(party=party).order_by("-at", "-pk")[:100]
    tones = {option.key: option for option in CONSENT_STATES}
    latest: dict[tuple[str, str], Any] = {}
    for entry in rows:
        latest.setdefault((entry.purpose, entry.channel), entry)
    if not latest:
        return None
    obj, reading = registry.get("consent"), culture.current()
    lines = [
        Line(
            obj.field("purpose").format(entry.purpose, reading),
            Ref("consent", entry.pk),
            note=obj.field("channel").format(entry.channel, reading),
            chip=Chip(str(tones[entry.state].label), tones[entry.state].tone),
        )
        for entry in latest.values()
    ]
    return Panel(lines[:MOST], all=("consent", f"party = #{party.pk}"))


@panels.map_edges("party")
def edges(actor: Actor, ids: Sequence[int]) -> Iterable[Edge]:
    """Standing relationships and belongings that touch these parties; both ends are visible to the actor."""
    found = list(_standing(actor, ids).order_by("-strength", "-pk")[:MOST_EDGES])
    belongs = visible(actor, PARTY).filter(Q(pk__in=ids) | Q(parent__in=ids), archived_at=None).exclude(parent=None)
    pairs = list(belongs.values_list("pk", "parent_id")[:MOST_EDGES])
    seen = _visible_ids(actor, found, {pk for pair in pairs for pk in pair})
    told = set()
    for one in found:
        if one.party_id not in seen or (one.other_id is not None and one.other_id not in seen):
            continue
        target = Ref("user", one.colleague_id) if one.colleague_id else Ref("party", one.other_id or 0)
        told.add((one.party_id, one.other_id))
        yield Edge(Ref("party", one.party_id or 0), target, str(one.kind.forward), (one.strength or 30) / 100)
    for pk, parent_id in pairs:
        if parent_id in seen and (pk, parent_id) not in told:
            yield Edge(Ref("party", pk), Ref("party", parent_id), _now("Belongs to"), dashed=True)


def _standing(actor: Actor, ids: Sequence[int]) -> Any:
    """Relationships that hold today and touch one of these parties."""
    day = today(actor.culture.tz)
    rows = visible(actor, registry.get("relationship")).filter(Q(party__in=ids) | Q(other__in=ids), archived_at=None)
    return rows.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))


def _visible_ids(actor: Actor, found: Sequence[Relationship], more: Iterable[int] = ()) -> set[int]:
    ids = {pk for one in found for pk in (one.party_id, one.other_id) if pk is not None} | set(more)
    return set(visible(actor, PARTY).filter(pk__in=ids).values_list("pk", flat=True))
