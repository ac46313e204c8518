"""The relationship map: a record in the middle, those it is tied to around it; each a step to walk on, with a table.

Layout: neighbours stand on a ring, sorted by kind of tie and strength so that equal ties stand together; theirs (on
wish) on a second ring at the angle of the neighbour they hang on. Server SVG, no script: nodes are links, so Tab and
Enter walk too. At most MOST nodes are drawn, the strongest first, and what is left out is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, panels
from rapport.platform.fields import Ref
from rapport.platform.labels import Names, base_ref, names
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.ui import formats
from rapport.ui.safe import Safe, html, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.panels import Edge

MOST = 40
WIDTH = 960
INNER, OUTER = 190, 290
# The rings are wider than high, because names are; room for the names at the edge.
WIDE, FLAT, MARGIN = 1.45, 0.95, 130
NODE = 22


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands."""

    ref: Ref
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn: the places of nodes (the centre first), the edges between them, and how many were left out."""

    spots: list[Spot]
    edges: list[Edge]
    left_out: int
    height: int


@page
def map_page(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The map around one record; `?depth=2` shows whom the neighbours know besides."""
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    if not panels.has_map(concrete):
        raise access.NotFound(_("There is no map for this kind of record."))
    deep = request.GET.get("depth") == "2"
    drawn = around(request.actor, concrete, record.pk, deep=deep)
    known = names(
        request.actor, {ref for edge in drawn.edges for ref in (edge.source, edge.target)} | {drawn.spots[0].ref}
    )
    url = addresses.record_url(concrete, record.pk)
    context = {
        "title": concrete.title(record),
        "url": url,
        "svg": picture(drawn, known),
        "rows": rows(drawn, known),
        "left_out": drawn.left_out,
        "deep": deep,
        "other_url": f"{url}/map" if deep else f"{url}/map?depth=2",
    }
    return render(request, "platform/record/map.html", context)


def around(actor: Actor, obj: Object, pk: int, *, deep: bool = False) -> Map:
    """Nodes and edges around a record. Two calls of the providers: for the record, then for those around it."""
    centre = Ref(obj.base.key, pk)
    near = _strongest(panels.edges_of(actor, obj, [pk]), centre)
    neighbours = list(dict.fromkeys(other for edge in near if (other := _other(edge, centre)) != centre))
    shown = neighbours[: MOST - 1]
    ids = [ref.id for ref in shown if ref.object == obj.base.key]
    further = panels.edges_of(actor, obj, ids) if ids else []
    inside = {centre, *shown}
    beyond = _beyond(further, inside) if deep else {}
    room = max(MOST - 1 - len(shown), 0)
    outer = dict(list(beyond.items())[:room])
    all_edges = _unique([*near, *further])
    everybody = inside | set(outer)
    edges = [edge for edge in all_edges if {base_ref(edge.source), base_ref(edge.target)} <= everybody]
    left_out = len(neighbours) - len(shown) + len(beyond) - len(outer)
    height = round(2 * (OUTER if outer else INNER) * FLAT) + MARGIN
    return Map(_places(centre, shown, outer, height), edges, left_out, height)


def _strongest(edges: Iterable[Edge], centre: Ref) -> list[Edge]:
    """Equal ties together, the stronger first."""
    return sorted(edges, key=lambda edge: (str(edge.label), -edge.strength, _other(edge, centre)))


def _other(edge: Edge, ref: Ref) -> Ref:
    source, target = base_ref(edge.source), base_ref(edge.target)
    return target if source == ref else source


def _beyond(edges: Iterable[Edge], inside: set[Ref]) -> dict[Ref, Ref]:
    """Those one step further, each with the neighbour it hangs on; strongest ties first."""
    found: dict[Ref, Ref] = {}
    for edge in sorted(edges, key=lambda edge: -edge.strength):
        source, target = base_ref(edge.source), base_ref(edge.target)
        if (source in inside) != (target in inside):
            outside, here = (target, source) if source in inside else (source, target)
            found.setdefault(outside, here)
    return found


def _unique(edges: Iterable[Edge]) -> list[Edge]:
    return list({(base_ref(edge.source), base_ref(edge.target), str(edge.label)): edge for edge in edges}.values())


def _places(centre: Ref, ring: Sequence[Ref], outer: dict[Ref, Ref], height: int) -> list[Spot]:
    """Angles from the top, clockwise; the outer ring fans out around the neighbour."""
    angles = {ref: 2 * pi * place / max(len(ring), 1) - pi / 2 for place, ref in enumerate(ring)}
    spots = [Spot(centre, WIDTH / 2, height / 2), *(_at(ref, angle, INNER, height) for ref, angle in angles.items())]
    fans: dict[Ref, list[Ref]] = {}
    for ref, parent in outer.items():
        fans.setdefault(parent, []).append(ref)
    step = 2 * pi / max(len(ring), 1)
    for parent, children in fans.items():
        for place, ref in enumerate(children):
            shift = (place - (len(children) - 1) / 2) * min(step / max(len(children), 1), 0.32)
            spots.append(_at(ref, angles.get(parent, -pi / 2) + shift, OUTER, height))
    return spots


def _at(ref: Ref, angle: float, radius: float, height: int) -> Spot:
    x, y = WIDTH / 2 + radius * WIDE * cos(angle), height / 2 + radius * FLAT * sin(angle)
    return Spot(ref, round(x, 1), round(y, 1))


# --- drawing ---------------------------------------------------------------------------------------------------------


def picture(drawn: Map, known: Names) -> Safe:
    """The map as SVG: lines, their labels, then the nodes as links."""
    spots = {spot.ref: spot for spot in drawn.spots}
    lines = [_line(edge, spots, drawn.spots[0]) for edge in drawn.edges]
    nodes = [_node(spot, known, centre=place == 0) for place, spot in enumerate(drawn.spots)]
    return html(
        '<svg viewBox="0 0 {width} {height}" role="group" aria-label="{label}">{lines}{nodes}</svg>',
        width=WIDTH,
        height=drawn.height,
        label=_("Relationship map; the same as a table below"),
        lines=join(lines),
        nodes=join(nodes),
    )


def _line(edge: Edge, spots: dict[Ref, Spot], centre: Spot) -> Safe:
    one, other = spots[base_ref(edge.source)], spots[base_ref(edge.target)]
    words = centre in (one, other)
    return html(
        '<line class="map-edge{dashed}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{width}"/>{label}',
        dashed=" dashed" if edge.dashed else "",
        x1=one.x,
        y1=one.y,
        x2=other.x,
        y2=other.y,
        width=round(1 + 4 * min(max(edge.strength, 0), 1), 1),
        label=_label(edge, one, other) if words else "",
    )


def _label(edge: Edge, one: Spot, other: Spot) -> Safe:
    return html(
        '<text class="map-label" x="{x}" y="{y}">{text}</text>',
        x=round((one.x + other.x) / 2, 1),
        y=round((one.y + other.y) / 2 - 4, 1),
        text=formats.truncate(str(edge.label), 24),
    )


def _node(spot: Spot, known: Names, *, centre: bool) -> Safe:
    link = known.get(spot.ref)
    label = link.label if link else _("a record you may not see")
    return html(
        '<a class="map-node{centre}" href="{href}"><title>{title}</title><circle cx="{x}" cy="{y}" r="{r}"/>'
        '<text class="letters" x="{x}" y="{ty}" aria-hidden="true">{letters}</text>'
        '<text x="{x}" y="{by}" aria-hidden="true">{name}</text></a>',
        centre=" centre" if centre else "",
        href=_address(link, centre=centre) if link else "#",
        title=label,
        x=spot.x,
        y=spot.y,
        r=NODE + 6 if centre else NODE,
        ty=spot.y + 4,
        by=spot.y + NODE + (22 if centre else 15),
        letters=formats.initials(label),
        name=formats.truncate(label, 24),
    )


def _address(link: Any, *, centre: bool) -> str:
    """The centre leads to its page, the others are walked to; what has no map is opened."""
    obj = registry.get(link.object)
    url = addresses.record_url(obj, link.id)
    return url if centre or not panels.has_map(obj) else f"{url}/map"


def rows(drawn: Map, known: Names) -> list[dict[str, Any]]:
    """The table twin: who, tie, whom, how strong."""
    return [
        {
            "source": _end(known, edge.source),
            "label": str(edge.label),
            "target": _end(known, edge.target),
            "strength": round(100 * min(max(edge.strength, 0), 1)),
        }
        for edge in drawn.edges
    ]


def _end(known: Names, ref: Ref) -> dict[str, str]:
    link = known.get(ref)
    if link is None:
        return {"label": _("a record you may not see"), "href": ""}
    return {"label": link.label, "href": addresses.record_url(link.object, link.id)}


urlpatterns = [path("<obj:obj>/<int:pk>/map", map_page, name="map")]
