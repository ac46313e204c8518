"""What the preview of a change of many shows: how many would change, which may not and why, the first few in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access, labels
from rapport.platform.fields import Ref
from rapport.platform.views import addresses, cells
from rapport.ui import formats

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.runs import Preview, Work
    from rapport.ui.shapes import Figure

# Fields told of one record; an Action may change more.
MOST_FIELDS = 6


def context(actor: Actor, obj: Object, seen: Preview, work: Work) -> dict[str, Any]:
    """Call it before the trial is rolled back: its lines name records that it may have made."""
    return {
        "figures": figures(seen),
        "looked": ""
        if seen.is_complete
        else _("Seen from the first {n} of {total}.").format(
            n=formats.number(seen.looked), total=formats.number(seen.total)
        ),
        "reasons": [{"text": text, "count": formats.number(count)} for text, count in seen.reasons],
        "samples": _samples(actor, obj, seen),
        "submit": _submit(seen, work),
    }


def figures(seen: Preview) -> list[Figure]:
    found: list[Figure] = [
        {"label": _("Would change"), "value": formats.number(seen.changed)},
        {"label": _("Stay as they are"), "value": formats.number(seen.unchanged)},
        {"label": _("Refused"), "value": formats.number(seen.refused)},
    ]
    if not seen.is_complete:
        found.insert(0, {"label": _("Chosen"), "value": formats.number(seen.total)})
        if seen.out_of_reach:
            found.append({"label": _("Not yours to change"), "value": formats.number(seen.out_of_reach)})
    return found


def _submit(seen: Preview, work: Work) -> str:
    """The words of the button; "" where nothing would happen."""
    if seen.is_complete and not seen.changed:
        return ""
    number = seen.changed if seen.is_complete else seen.total - seen.out_of_reach
    if work.verb == "archive":
        return ngettext("Archive {n} record", "Archive {n} records", number).format(n=formats.number(number))
    return ngettext("Change {n} record", "Change {n} records", number).format(n=formats.number(number))


def _samples(actor: Actor, obj: Object, seen: Preview) -> list[dict[str, Any]]:
    """One line per record and field."""
    known = labels.names(actor, [Ref(obj.base.key, sample.record_id) for sample in seen.samples])
    readable = access.readable(actor, obj.base) | access.readable(actor, obj)
    lines: list[dict[str, Any]] = []
    for sample in seen.samples:
        name = known.text(Ref(obj.base.key, sample.record_id)) or f"{obj.label} {sample.record_id}"
        changes = [(key, *both) for key, both in sample.changes.items() if key in readable][:MOST_FIELDS]
        for place, (key, before, after) in enumerate(changes):
            field = readable[key]
            lines.append(
                {
                    "name": name if place == 0 else "",
                    "href": addresses.record_url(obj, sample.record_id),
                    "rows": len(changes),
                    "field": str(field.label),
                    "before": cells.text(field, field.from_plain(before)) or "–",
                    "after": cells.text(field, field.from_plain(after)) or "–",
                }
            )
    return lines
