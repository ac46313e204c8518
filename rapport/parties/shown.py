"""What parties show beyond their fields: whose stories roll up, cards and chips on their pages, edges of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _now

from rapport.base import phone
from rapport.base.clock import today
from rapport.parties.consent import STATES as CONSENT_STATES
from rapport.parties.contact_point import STATES
from rapport.parties.family import SHOWN, family
from rapport.parties.party import PARTY, Party
from rapport.parties.relationship import Relationship
from rapport.parties.relationship_types import BY_KEY
from rapport.platform import culture, panels, query, timeline
from rapport.platform.access import Fragment, visible
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from rapport.platform.panels import Chip, Edge, Line, Panel
from rapport.platform.query import Glance
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor

MOST = SHOWN
MOST_EDGES = 200


def members(actor: Actor, party_id: int) -> Sequence[int]:
    """Everybody at or below a party whom the actor may see: whose stories are its story."""
    return [party_id, *family(actor, party_id).members]


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
    obj = registry.get("contact_point")
    here, names = query.points(obj, "party", party.pk), ("kind", "label", "value", "state", "primary")
    points = query.glance(actor, obj, names, here, sort="-primary, kind, id", limit=MOST + 1)
    states = {option.key: option for option in STATES}
    return Panel(
        [_point(point, states) for point in points[:MOST]],
        count=len(points) if len(points) <= MOST else None,
        more=len(points) > MOST,
        all=("contact_point", f"party = #{party.pk}"),
    )


def _point(point: Glance, states: dict[str, Any]) -> Line:
    value, state = point["value"] or "", states.get(point["state"])
    note = str(registry.get("contact_point").field("label").format(point["label"], culture.current()))
    warning = Chip(str(state.label), state.tone) if state and state.key != "active" else None
    chip = warning or (Chip(_now("Primary")) if point["primary"] else None)
    shown = phone.format(value, culture.current().region) if point["kind"] in {"phone", "fax"} else value
    return Line(shown, Ref("contact_point", point.id), note=note, chip=chip)


@panels.panel("party", label=_("Ties"), order=20, icon="network", covers=("relationship",))
def ties(actor: Actor, party: Party) -> Panel:
    """Who advises, decides, knows whom, and who of us is in touch: standing relationships, the strongest first."""
    obj = registry.get("relationship")
    names = ("party", "party.kind", "other", "other.kind", "colleague", "type", "role", "strength")
    where = (_touching(party.pk), _standing_today(actor), _not_of_here(party.pk))
    found = query.glance(actor, obj, names, *where, sort="-strength, -id", limit=MOST + 1)
    lines = [line for one in found if (line := _tie(one, party.pk)) is not None]
    return Panel(
        lines[:MOST], more=len(found) > MOST, all=("relationship", f"party = #{party.pk} or other = #{party.pk}")
    )


def _tie(one: Glance, party_id: int) -> Line | None:
    """One relationship seen from one end; None when the other end may not be seen."""
    first = one["party"] is not None and one["party"].id == party_id
    kind = BY_KEY.get(one["type"] or "", BY_KEY["other"])
    words = str(kind.forward if first else kind.backward)
    note = f"{words} · {one['role']}" if one["role"] else words
    number = str(one["strength"]) if one["strength"] else ""
    colleague = one["colleague"]
    if colleague is not None:
        return Line(colleague.label, Ref("user", colleague.id), note=note, number=number, face=True)
    end, of = (one["other"], one["other.kind"]) if first else (one["party"], one["party.kind"])
    if end is None:
        return None
    return Line(end.label, Ref(of or end.object, end.id), note=note, number=number, face=of == "person")


def _touching(party_id: int) -> query.Where:
    return lambda t: Fragment(f"({t}.party_id = %s OR {t}.other_id = %s)", (party_id, party_id))


def _standing_today(actor: Actor) -> query.Where:
    day = today(actor.culture.tz).isoformat()
    begun, goes_on = "({t}.since IS NULL OR {t}.since <= %s)", "({t}.until IS NULL OR {t}.until > %s)"
    return lambda t: Fragment(f"{begun} AND {goes_on}".format(t=t), (day, day))


def _not_of_here(party_id: int) -> query.Where:
    """Those who belong here stand in the card of people."""
    belongs = "EXISTS (SELECT 1 FROM parties_party b WHERE b.id = {t}.party_id AND b.parent_id = %s)"
    text = "NOT (COALESCE({t}.other_id, 0) = %s AND {t}.main AND " + belongs + ")"
    return lambda t: Fragment(text.format(t=t), (party_id, party_id))


@panels.panel("party", label=_("People"), order=15, icon="users", covers=("party",))
def people(actor: Actor, party: Party) -> Panel | None:
    """The persons who belong here, with what they do."""
    found = family(actor, party.pk).people
    lines = [Line(one.name, Ref("person", one.id), note=one.job, face=True) for one in found[:MOST]]
    more = len(found) > MOST
    return Panel(lines, None if more else len(found), more, ("person", f"parent = #{party.pk}")) if found else None


@panels.panel("party", label=_("Above and below"), order=30, icon="layers")
def hierarchy(actor: Actor, party: Party) -> Panel | None:
    """Who stands above, the highest first, and which firms or households directly below."""
    found = family(actor, party.pk)
    lines = [Line(one.name, Ref(one.kind, one.id), note=_now("above")) for one in reversed(found.above)]
    lines += [Line(one.name, Ref(one.kind, one.id), note=_now("below")) for one in found.parts[:MOST]]
    more = len(found.parts) > MOST
    return Panel(lines, more=more, all=("party", f"parent = #{party.pk}")) if lines else None


@panels.panel("party", label=_("Consent"), order=80, icon="shield-check", covers=("consent",))
def consents(actor: Actor, party: Party) -> Panel | None:
    """What holds now, for each purpose and channel somebody spoke of."""
    obj, reading = registry.get("consent"), culture.current()
    here = query.points(obj, "party", party.pk)
    wanted = ("purpose", "channel", "state", "source", "edition")
    rows = query.glance(actor, obj, wanted, here, _holds, sort="-at, -id", limit=MOST + 1)
    lines = [
        Line(
            entry["purpose"].label if entry["purpose"] else "",
            Ref("consent", entry.id),
            note=obj.field("channel").format(entry["channel"], reading),
            chip=_state_of(entry),
        )
        for entry in rows[:MOST]
    ]
    return Panel(lines, more=len(rows) > MOST, all=("consent", f"party = #{party.pk}")) if lines else None


def _holds(alias: str) -> Fragment:
    return Fragment(f"{alias}.current")


def _state_of(entry: Glance) -> Chip | None:
    """Given, withdrawn or objected; a yes that nothing proves says so."""
    state = {option.key: option for option in CONSENT_STATES}.get(entry["state"])
    if state is None:
        return None
    proven = state.key != "given" or entry["source"] or entry["edition"]
    return Chip(str(state.label), state.tone) if proven else Chip(_now("Given, without proof"), "warn")


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
