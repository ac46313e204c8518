"""From Events to bundles: who should know, may know, and wants to know. Called at least once for each Event.

The write is one transaction with the cursor's move, and every reason has a unique key: a worker that is killed loses
none, one that repeats adds none. Rights are asked at this moment, for the record and for what changed in it, and asked
again when the bundle is read. A change by oneself is no news.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.platform.access import actor_for, readable, visible
from rapport.platform.events.reactions import on
from rapport.platform.fields import Reference, ReferenceAny
from rapport.platform.notifications import follow, mentions
from rapport.platform.notifications.models import Notice, Notification, Wishes
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from rapport.platform.events.models import Event
    from rapport.platform.objects import Object

# A change told as one kind is not told as another one too.
STRONGEST = ("mention", "assigned", "followed")


@dataclass(frozen=True)
class News:
    """Somebody to tell, why, and about which record: that of the Event, or one whose story it belongs to."""

    user_id: int
    kind: str
    obj: Object
    record_id: int
    # Where a mention stands.
    fields: tuple[str, ...] = ()


@on("*")
def notify(event: Event) -> None:
    """Put an Event into the bundles of everybody who should know."""
    if not registry.has(event.object):
        return
    obj = registry.get(event.object)
    record = obj.model._default_manager.filter(pk=event.record_id).first()
    if record is None:
        return
    named = mentions.named(obj, event.changes)
    told: set[int] = set()
    for news in sorted(_news(event, obj, record, named), key=lambda one: STRONGEST.index(one.kind)):
        if news.user_id not in told and news.user_id != event.actor_id and _may_know(event, obj, news):
            told.add(news.user_id)
            add(
                news.user_id,
                news.kind,
                news.obj,
                news.record_id,
                key=f"event:{event.pk}",
                at=event.recorded_at,
                event_id=event.pk,
                run_id=event.run_id,
                fields=news.fields,
            )


def _news(event: Event, obj: Object, record: Any, named: Mapping[str, set[int]]) -> Iterator[News]:
    users = set[int]().union(*named.values())
    if users:
        follow.begin(obj, record.pk, users)
    for pk in users:
        fields = tuple(key for key, found in named.items() if pk in found)
        yield News(pk, "mention", obj, record.pk, fields)
    yield from (News(pk, "assigned", obj, record.pk) for pk in _given(event, obj))
    if event.run_id is not None:
        return  # whoever changes thousands at once is told so by their report; followers would drown
    if event.action != "create":
        yield from (News(pk, "followed", obj, record.pk) for pk in follow.followers(obj, record))
        return
    # Nobody followed a record before it was there; what it is written about has followers.
    for parent, parent_record in _parents(obj.concrete(record), record):
        followers = follow.followers(parent, parent_record)
        yield from (News(pk, "followed", parent, parent_record.pk) for pk in followers)


def _given(event: Event, obj: Object) -> set[int]:
    """Who became an owner by this change."""
    pairs = (event.changes.get(key) for key in follow.owner_fields(obj))
    return {pair[1] for pair in pairs if pair and isinstance(pair[1], int) and pair[0] != pair[1]}


def _parents(obj: Object, record: Any) -> Iterator[tuple[Object, Any]]:
    """The records whose story a new record belongs to."""
    story = obj.story or obj.base.story
    if story is None:
        return
    about = (key for key, field in obj.fields.items() if isinstance(field, ReferenceAny))
    keys = dict.fromkeys([*story.party, *obj.base.parents, *about])
    seen = set()
    for key in keys:
        field = obj.fields.get(key)
        target = _target(field, record)
        pk = getattr(record, f"{key}_id", None)
        if target is None or pk is None or (target.key, pk) in seen:
            continue
        seen.add((target.key, pk))
        found = target.model._default_manager.filter(pk=pk).first()
        if found is not None:
            yield target, found


def _target(field: object, record: Any) -> Object | None:
    if isinstance(field, Reference):
        return field.target.base
    if isinstance(field, ReferenceAny):
        key = getattr(record, f"{field.key}_object", "")
        return registry.get(key).base if key and registry.has(key) else None
    return None


def _may_know(event: Event, obj: Object, news: News) -> bool:
    """Whether they may sign in, want this kind, may read both records, and something of what changed."""
    actor = actor_for(news.user_id, "web")
    if actor is None or news.kind in left_out(news.user_id):
        return False
    if not visible(actor, news.obj).filter(pk=news.record_id).exists():
        return False
    other = (news.obj.key, news.record_id) != (obj.key, event.record_id)
    if other and not visible(actor, obj).filter(pk=event.record_id).exists():
        return False
    return not event.changes or not readable(actor, obj).keys().isdisjoint(news.fields or event.changes)


def left_out(user_id: int) -> list[str]:
    """The kinds somebody does not want."""
    found = Wishes.objects.filter(user=user_id).values_list("left_out", flat=True).first()
    return found if isinstance(found, list) else []


def add(
    user_id: int,
    kind: str,
    obj: Object,
    record_id: int,
    *,
    key: str,
    at: datetime,
    event_id: int | None = None,
    run_id: int | None = None,
    fields: tuple[str, ...] = (),
) -> bool:
    """Put a reason into the reader's open bundle, or begin one; False when it was told before."""
    if Notice.objects.filter(user=user_id, key=key).exists():
        return False
    with transaction.atomic():
        rows = Notification.objects.select_for_update().filter(user=user_id, kind=kind, read_at=None)
        same = {"run_id": run_id} if run_id is not None else {"object": obj.access_key, "record_id": record_id}
        bundle = rows.filter(**same).order_by("pk").first()
        if bundle is None:
            bundle = Notification.objects.create(
                user_id=user_id, kind=kind, object=obj.access_key, record_id=record_id, run_id=run_id, made_at=at, at=at
            )
        elif at > bundle.at:
            bundle.at = at
            bundle.save(update_fields=["at"])
        Notice.objects.create(
            notification=bundle, user_id=user_id, key=key, event_id=event_id, fields=list(fields), at=at
        )
    return True
