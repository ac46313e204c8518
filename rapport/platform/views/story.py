"""The story on the page: timeline entries drawn, narrowed to kinds, going back; the history of a record as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse

from rapport.base.clock import today
from rapport.platform import access, timeline
from rapport.platform.audit import watch
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import Object, registry
from rapport.platform.timeline.read import NAMING
from rapport.platform.timeline.words import changes_in_words, past, refs_in, surface_word
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, number_of, page, render, target
from rapport.platform.words import reason_said
from rapport.ui import formats
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.timeline import Entry, Page
    from rapport.ui.shapes import Filter, StoryItem

ENTRIES = 30
BODY = 280
HISTORY = 50


@page
def story(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The story narrowed, or its next page; a whole page where no script asked."""
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    kinds = tuple(request.GET.getlist("kind")[:20])
    cursor = request.GET.get("after", "")[:500]
    thread = number_of(request.GET.get("thread"))
    found = timeline.read(
        request.actor, record, cursor=cursor, kinds=kinds, limit=ENTRIES, together=not thread, thread=thread
    )
    context = story_context(request.actor, concrete, record, found, kinds, thread)
    # The latest message stands on the page already.
    context["past"] = [one for one in context["past"] if one["id"] != request.GET.get("but")]
    begins = not cursor and not thread
    template = f"platform/record/{'story' if begins or target(request) == 'story-items' else 'story_more'}.html"
    return render(
        request, template, {**context, "title": concrete.title(record), "url": addresses.record_url(concrete, pk)}
    )


def story_context(
    actor: Actor, obj: Object, record: Any, found: Page, kinds: Sequence[str] = (), thread: int | None = None
) -> dict[str, Any]:
    """What the macros of the story take."""
    base = f"{addresses.record_url(obj, record.pk)}/story"
    more = {"after": found.next, **({"kind": kinds[0]} if kinds else {}), **({"thread": str(thread)} if thread else {})}
    undo = actor.may(obj, "edit") != "none"
    return {
        "planned": [item(entry) for entry in found.planned],
        "past": [item(entry, undo=undo, story_url="" if thread else base) for entry in found.past],
        "filters": filters(actor, record, base, kinds),
        "more_url": addresses.with_query(base, more) if found.next else None,
    }


def filters(actor: Actor, record: Any, base: str, kinds: Sequence[str]) -> list[Filter]:
    """Everything, or one kind; none where there is but one."""
    known = timeline.kinds(actor, record)
    if len(known) < 2:
        return []
    found: list[Filter] = [{"label": _("All"), "href": base, "current": not kinds}]
    for one in [*known[1:], known[0]]:
        found.append(
            {"label": one.label, "href": addresses.with_query(base, {"kind": one.key}), "current": one.key in kinds}
        )
    return found


def item(entry: Entry, *, undo: bool = False, story_url: str = "") -> StoryItem:
    """An entry as the page draws it; `undo` offers to take a single change back (what refuses says why).

    `story_url` is where the other entries of its conversation are read.
    """
    drawn: StoryItem = {
        "id": f"{entry.form}-{entry.ref.object}-{entry.event or entry.ref.id}",
        "icon": entry.icon,
        "title": entry.title,
        "when": formats.relative(entry.at) if entry.at else _("no date"),
        "iso": entry.at.isoformat() if entry.at else "",
        "exact": formats.moment(entry.at) if entry.at else "",  # type: ignore[typeddict-unknown-key]  # the macro takes it
    }
    of = "" if entry.of_label == entry.title else entry.of_label
    text = " · ".join(part for part in (of, entry.text) if part)
    if text:
        drawn["text"] = text
    if entry.body:
        drawn["body"] = formats.truncate(entry.body, BODY)
    if entry.quoted:
        drawn["quoted"] = entry.quoted
    if story_url and entry.thread is not None and entry.messages > 1:
        others = {"thread": str(entry.thread.id), "but": drawn["id"]}
        drawn["thread"] = (entry.messages - 1, addresses.with_query(story_url, others))
    if entry.changes:
        drawn["changes"] = [
            {"label": one.label, "before": one.before, "after": one.after, "who": one.who} for one in entry.changes
        ]
    if entry.form == "record":
        drawn["href"] = addresses.panel_url(entry.ref.object, entry.ref.id)
    if undo and entry.undoable:
        drawn["undo_url"] = reverse("undo", args=(entry.event,))
    if entry.planned:
        drawn["tone"] = "accent" if entry.at is None or entry.at.date() >= today() else "warn"
    return drawn


# --- history --------------------------------------------------------------------------------------------------------


@page
def history(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Every Event of one record: who, when, through what, what changed; each can be taken back."""
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    events = Event.objects.filter(object=concrete.access_key, record_id=pk).order_by("-pk")
    before = number_of(request.GET.get("before"))
    found = list((events.filter(pk__lt=before) if before else events)[: HISTORY + 1])
    more = f"{request.path}?before={found[HISTORY - 1].pk}" if len(found) > HISTORY else None
    context = {
        "title": concrete.title(record),
        "url": addresses.record_url(concrete, pk),
        "label": str(concrete.label),
        "rows": history_rows(request.actor, concrete, found[:HISTORY]),
        "more_url": more,
        "only_rows": bool(before) and target(request) == "more",
    }
    return render(request, "platform/record/history.html", context)


def history_rows(actor: Actor, obj: Object, events: Iterable[Event]) -> list[dict[str, Any]]:
    shown = access.readable(actor, obj)
    found = list(events)
    refs = {ref for event in found for ref in refs_in(shown, event.changes)}
    known = names(actor, refs | {Ref("user", event.actor_id) for event in found if event.actor_id is not None})
    may_edit = actor.may(obj, "edit") != "none"
    for event in found:
        watch.told(actor, obj, event.record_id, shown, event.changes)
    return [
        {
            "id": event.pk,
            "what": past(event.kind, obj),
            "at": event.at,
            "recorded_at": event.recorded_at if event.recorded_at.date() != event.at.date() else None,
            "who": known.text(Ref("user", event.actor_id)) if event.actor_id is not None else _why_as_who(event),
            "how": surface_word(event.surface) or _("by hand"),
            "why": reason_said(event.reason) if event.actor_id is not None or event.action in NAMING else "",
            "changes": changes_in_words(shown, event.changes, known, actor.culture),
            "undo_url": reverse("undo", args=(event.pk,)) if may_edit and can_undo(event) else "",
        }
        for event in found
    ]


def _why_as_who(event: Event) -> str:
    """The engine's own actors have no user: their name stands in the reason."""
    return "" if event.action in NAMING else event.reason


def can_undo(event: Event) -> bool:
    """Whether taking it back could mean something; whether it still can is found out by trying."""
    return event.action in ("create", "archive", "restore") or bool(event.changes)


__all__ = ["ValidationError", "item", "story_context", "urlpatterns"]

urlpatterns = [
    path("<obj:obj>/<int:pk>/story", story, name="story"),
    path("<obj:obj>/<int:pk>/history", history, name="history"),
]
