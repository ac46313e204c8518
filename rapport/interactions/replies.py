"""Replies: when a conversation was last moved, and which messages to us are still owed an answer.

A message that came in on a channel whose writer waits is answered by the first contact from us, at or after it, in the
same conversation or with the same customer, whatever the channel: a call answers a mail. Kept by a projection over the
last WINDOW days only; older history is nobody's duty any more, so loading it costs nothing here.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery

from rapport.base.clock import now
from rapport.interactions.channel import channels
from rapport.interactions.interaction import Interaction
from rapport.interactions.thread import Thread
from rapport.parties.consequence import chunks
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.records import Change, derived, projection, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from rapport.platform.access import Actor

WINDOW = timedelta(days=90)
# What answers: contacts from us, and those in which both sides take part at once (a call, a meeting).
OURS = Q(direction="out") | Q(kind__in=[one.key for one in channels() if one.live and not one.expects_reply]) & ~Q(
    direction="internal"
)
MISSED = ("no_answer", "cancelled")
SAYS = ("direction", "occurred_at", "done_at", "thread", "customer", "kind", "outcome", "archived_at")


@projection("interaction")
def keep_threads(actor: Actor, changes: Sequence[Change]) -> None:
    """A conversation is as late as its latest contact."""
    ids = {change.record.thread_id for change in changes if change.touches("thread", "occurred_at", "archived_at")}
    ids |= {change.before.get("thread") for change in changes if change.before}
    for some in chunks(sorted(pk for pk in ids if pk is not None)):
        _keep_last(some)


def _keep_last(ids: Sequence[int]) -> None:
    contacts = Interaction.objects.filter(thread_id__in=ids, archived_at=None)
    latest = dict(contacts.values_list("thread").annotate(Max("occurred_at")).order_by())
    for pk in ids:
        if Thread.objects.filter(pk=pk).exclude(last_at=latest.get(pk)).update(last_at=latest.get(pk)):
            derived(registry.get("thread"), ("last_at",), [pk])


@projection("interaction")
def keep_answered(actor: Actor, changes: Sequence[Change]) -> None:
    """Find what was answered, and what no longer is because the answer was moved or put away."""
    since = now() - WINDOW
    customers: set[int] = set()
    threads: set[int] = set()
    withdrawn: set[datetime] = set()
    for change in changes:
        record, before = change.record, change.before or {}
        if record.occurred_at < since or not change.touches(*SAYS):
            continue
        customers |= {pk for pk in (record.customer_id, before.get("customer")) if pk is not None}
        threads |= {pk for pk in (record.thread_id, before.get("thread")) if pk is not None}
        if not change.is_new and record.direction != "in":
            withdrawn.add(before.get("occurred_at") or record.occurred_at)
        if not change.is_new and "direction" in before:
            withdrawn.add(record.occurred_at)
    for column, ids in (("thread_id", threads), ("customer_id", customers)):
        for some in chunks(sorted(ids)):
            concerned = Interaction.objects.filter(**{f"{column}__in": some}, occurred_at__gte=since, archived_at=None)
            if withdrawn:
                _withdraw(concerned.filter(direction="in", answered_at__in=withdrawn))
            _answer(concerned, column)


def owed(contacts: QuerySet[Any]) -> QuerySet[Any]:
    """Of these interactions, those that wait for an answer from us."""
    kinds = [one.key for one in channels() if one.expects_reply]
    since = now() - WINDOW
    return contacts.filter(direction="in", answered_at=None, archived_at=None, kind__in=kinds, occurred_at__gte=since)


def _answer(concerned: QuerySet[Interaction], column: str) -> None:
    found = _answers(concerned, column)
    rows.update(Interaction, [SimpleNamespace(pk=pk, answered_at=at) for pk, at in found.items()], ["answered_at"])
    derived(registry.get("interaction"), ("answered_at",), list(found))


def _withdraw(answered: QuerySet[Interaction]) -> None:
    ids = list(answered.values_list("pk", flat=True))
    for some in chunks(ids):
        Interaction.objects.filter(pk__in=some).update(answered_at=None)
    derived(registry.get("interaction"), ("answered_at",), ids)


def _answers(concerned: QuerySet[Interaction], column: str) -> dict[int, datetime]:
    """When those of these contacts were answered that wait for an answer."""
    waiting = list(owed(concerned).values_list("pk", column, "occurred_at"))
    if not waiting:
        return {}
    earliest = min(at for _pk, _with, at in waiting)
    answers = concerned.filter(OURS, occurred_at__gte=earliest).exclude(done_at=None).exclude(outcome__in=MISSED)
    moments: dict[int, list[datetime]] = {}
    for whose, at in answers.values_list(column, "occurred_at").order_by("occurred_at"):
        moments.setdefault(whose, []).append(at)
    found = {pk: _first_from(moments.get(whose, ()), at) for pk, whose, at in waiting}
    return {pk: first for pk, first in found.items() if first is not None}


def _first_from(moments: Iterable[datetime], at: datetime) -> datetime | None:
    return next((moment for moment in moments if moment >= at), None)


# --- proof and repair -------------------------------------------------------------------------------------------------


def deviating() -> list[int]:
    """Ids of messages that are answered and do not say so, or say so without an answer and without anybody's word."""
    found: set[int] = set()
    for some in chunks(owed(Interaction.objects.all()).order_by("pk").values_list("pk", flat=True)):
        found |= _silent(some)
    said = Interaction.objects.filter(direction="in", archived_at=None, occurred_at__gte=now() - WINDOW)
    for some in chunks(said.exclude(answered_at=None).order_by("pk").values_list("pk", flat=True)):
        found |= _unfounded(some)
    return sorted(found)


def repair(ids: Sequence[int]) -> None:
    """Take back what nothing founds, then find the answers of these messages anew."""
    for some in chunks(ids):
        _withdraw(Interaction.objects.filter(pk__in=_unfounded(some)))
        for column, concerned in _around(some):
            _answer(concerned, column)


def _silent(ids: Sequence[int]) -> set[int]:
    """Of these, those that were answered."""
    answered = {pk for column, concerned in _around(ids) for pk in _answers(concerned, column)}
    return answered.intersection(ids)


def _around(ids: Sequence[int]) -> Iterator[tuple[str, QuerySet[Interaction]]]:
    """The contacts of the last WINDOW in the conversations of these, and those with their customers."""
    for column in ("thread_id", "customer_id"):
        whose = Interaction.objects.filter(pk__in=ids).exclude(**{column: None}).values_list(column, flat=True)
        for some in chunks(sorted(set(whose))):
            since = now() - WINDOW
            yield (
                column,
                Interaction.objects.filter(**{f"{column}__in": some}, occurred_at__gte=since, archived_at=None),
            )


def _unfounded(ids: Sequence[int]) -> set[int]:
    """Of these, those said to be answered at a moment when nobody of us got in touch, and of which nobody said so."""
    answers = Interaction.objects.filter(OURS, archived_at=None, occurred_at=OuterRef("answered_at"))
    answers = answers.exclude(done_at=None).exclude(outcome__in=MISSED)
    founded = Exists(answers.filter(thread_id=OuterRef("thread_id"))) | Exists(
        answers.filter(customer_id=OuterRef("customer_id"))
    )
    said = Interaction.objects.filter(pk__in=ids).exclude(answered_at=None)
    open_ones = set(said.exclude(founded).values_list("pk", flat=True))
    told = Event.objects.filter(object="interaction", record_id__in=open_ones, changes__has_key="answered_at")
    return open_ones - set(told.values_list("record_id", flat=True))


def threads_deviating() -> list[int]:
    """Ids of conversations that are not as late as their latest contact."""
    latest = Interaction.objects.filter(thread_id=OuterRef("pk"), archived_at=None).order_by("-occurred_at")
    threads = Thread.objects.annotate(latest=Subquery(latest.values("occurred_at")[:1]))
    one_alone = Q(last_at=None, latest__isnull=False) | Q(last_at__isnull=False, latest=None)
    others = Q(last_at__lt=F("latest")) | Q(last_at__gt=F("latest"))
    return list(threads.filter(one_alone | others).order_by("pk").values_list("pk", flat=True))


def repair_threads(ids: Sequence[int]) -> None:
    """Write when the latest contact of these conversations was."""
    for some in chunks(ids):
        _keep_last(some)
