"""Every change of an effect's state. All times are the database's, as for jobs.

    queued ──reserve, begin──▶ sending ──settle──▶ sent | failed | uncertain
       ▲ │                        │
       │ └─cancel─▶ cancelled     │ certainly not delivered, tries left
       └──────────────────────────┘

Reserving is done for some effects at once and costs one transaction for all of them; beginning the next one shares a
transaction with settling the last one. So an effect costs one commit, and never more than one is under way by thread.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox.models import Effect, Hold, Lane, State
from rapport.platform.outbox.transports import Later, Outcome, Refused, Sent, tell, transport

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from rapport.platform.access import Actor
    from rapport.platform.fields import Ref

LEASE = timedelta(seconds=120)
REASON_LENGTH = 4_000
FREE: dict[str, Any] = {"attempt_id": None, "leased_until": None, "leased_by": ""}


class LeaseLost(Exception):
    """Somebody else has the effect now: what this attempt wanted to write is rolled back."""


def put(
    actor: Actor,
    transport_key: str,
    payload: Mapping[str, Any],
    *,
    lane: str = "",
    about: Ref | None = None,
    once: str | None = None,
    after: timedelta | datetime = timedelta(0),
    priority: int = 0,
) -> Effect:
    """Have something leave the house, if and only if this transaction commits.

    With `once`, what was put under that name before is returned and nothing is added. Raises LookupError for a
    transport nobody registered.
    """
    if transport(transport_key) is None:
        raise LookupError(transport_key)
    moment = database_now()
    effect = Effect(
        transport=transport_key,
        lane=lane[:200],
        once=once,
        payload=dict(payload),
        actor_id=actor.user_id,
        actor_name=actor.name[:200],
        token_id=actor.token_id,
        about_object=about.object if about else "",
        about_id=about.id if about else None,
        priority=priority,
        not_before=moment + after if isinstance(after, timedelta) else after,
        created_at=moment,
    )
    try:
        with transaction.atomic():
            effect.save(force_insert=True)
    except IntegrityError:
        known = Effect.objects.filter(transport=transport_key, once=once).first() if once else None
        if known is None:
            raise
        return known
    tell(effect)
    return effect


# --- a courier's side -------------------------------------------------------------------------------------------------


def reserve(courier: str, most: int) -> list[Effect]:
    """Take up to `most` due effects, none of which is under way yet, fairly over their lanes."""
    moment = database_now()
    if Hold.objects.exists() or not _due(moment).exists():
        return []  # asked without a transaction: an idle courier must not take SQLite's write lock
    with transaction.atomic():
        due = _due(moment).exclude(_full()).select_for_update(skip_locked=True, of=("self",))
        found = _fitting(list(due.order_by("-priority", "not_before", "id")[: most * 4]), most)
        attempt = uuid.uuid4()
        for effect in found:
            effect.attempt_id, effect.leased_by, effect.leased_until = attempt, courier, moment + LEASE
        Effect.objects.filter(pk__in=[one.pk for one in found]).update(
            attempt_id=attempt, leased_by=courier, leased_until=moment + LEASE
        )
        _use_up(found, moment)
    return found


def _due(moment: datetime) -> QuerySet[Effect]:
    resting = Lane.objects.filter(transport=OuterRef("transport"), key=OuterRef("lane"), paused_until__gt=moment)
    waiting = Effect.objects.filter(state=State.QUEUED, attempt_id=None, not_before__lte=moment)
    return waiting.filter(~Exists(resting))


def _full() -> Q:
    """Lanes in which as many effects are under way as may be at once."""
    busy = Effect.objects.filter(attempt_id__isnull=False).order_by().values_list("transport", "lane", "leased_by")
    couriers = Counter((key, lane) for key, lane, _courier in busy.distinct())
    full = Q(pk__in=())
    for (key, lane), number in couriers.items():
        known = transport(key)
        if known is None or number >= known.side_by_side:
            full |= Q(transport=key, lane=lane)
    return full


def _fitting(found: Sequence[Effect], most: int) -> list[Effect]:
    """Those of them that one courier may take together, and of each lane no more than its minute allows."""
    if not found:
        return []
    known = transport(found[0].transport)
    together = known is not None and known.together
    taken: Counter[str] = Counter()
    fitting = []
    for one in found:
        same_way = one.transport == found[0].transport and (together or one.lane == found[0].lane)
        if same_way and (known is None or known.a_minute is None or taken[one.lane] < known.a_minute):
            taken[one.lane] += 1
            fitting.append(one)
    return fitting[:most]


def _use_up(found: Sequence[Effect], moment: datetime) -> None:
    """A lane with a limit rests for as long as what was taken from it is worth."""
    known = transport(found[0].transport) if found else None
    if known is None or not known.a_minute:
        return
    for lane, number in Counter(one.lane for one in found).items():
        rest = moment + timedelta(minutes=number / known.a_minute)
        Lane.objects.update_or_create(transport=known.key, key=lane, defaults={"paused_until": rest})


def begin(effect: Effect) -> bool:
    """From now on its outcome matters. False when it was taken back meanwhile, or somebody else has it."""
    moment = database_now()
    held = Effect.objects.filter(
        pk=effect.pk, attempt_id=effect.attempt_id, state=State.QUEUED, leased_until__gt=moment
    )
    values = {"state": State.SENDING, "attempts": effect.attempts + 1, "leased_until": moment + LEASE}
    if not held.update(**values):
        return False
    for key, value in values.items():
        setattr(effect, key, value)
    return True


def settle(effect: Effect, outcome: Outcome) -> None:
    """Write down what became of it, in the transaction of what follows from that. Raises LeaseLost."""
    moment = database_now()
    known = transport(effect.transport)
    pauses = known.pauses if known else ()
    if isinstance(outcome, Sent):
        changes = {"state": State.SENT, "reason": "", "result": dict(outcome.result), "settled_at": moment}
    elif isinstance(outcome, Refused):
        changes = {"state": State.FAILED, "reason": outcome.reason, "settled_at": moment}
    elif isinstance(outcome, Later) or (known is not None and known.when_unclear == "again"):
        changes = _once_more(effect, outcome, pauses, moment)
    else:
        changes = {"state": State.UNCERTAIN, "reason": outcome.reason, "settled_at": moment}
    _write(effect, State.SENDING, changes)
    _follow_lane(effect, outcome, moment)
    tell(effect)


def _once_more(effect: Effect, outcome: Outcome, pauses: Sequence[timedelta], moment: datetime) -> dict[str, Any]:
    reason = "" if isinstance(outcome, Sent) else outcome.reason
    if effect.attempts > len(pauses):
        return {"state": State.FAILED, "reason": reason, "settled_at": moment}
    wished = outcome.after if isinstance(outcome, Later) else None
    # Up to a quarter longer: what failed together must not return together.
    pause = wished or pauses[effect.attempts - 1] * random.uniform(1, 1.25)  # noqa: S311  # spreads load
    return {"state": State.QUEUED, "reason": reason, "not_before": moment + pause}


def _write(effect: Effect, was: State, changes: Mapping[str, Any]) -> None:
    full = {**FREE, **changes}
    full["reason"] = str(full.get("reason", effect.reason)).replace("\0", "")[:REASON_LENGTH]
    if not Effect.objects.filter(pk=effect.pk, attempt_id=effect.attempt_id, state=was).update(**full):
        raise LeaseLost(f"effect {effect.pk}")
    for key, value in full.items():
        setattr(effect, key, value)


def _follow_lane(effect: Effect, outcome: Outcome, moment: datetime) -> None:
    """A destination that fails again and again rests; one that answers is trusted again at once."""
    lanes = Lane.objects.filter(transport=effect.transport, key=effect.lane)
    if isinstance(outcome, Sent | Refused):
        # It answered. `failures__gt`: the usual case costs no write.
        lanes.filter(failures__gt=0).update(failures=0, reason="")
        return
    known = transport(effect.transport)
    lane, _new = Lane.objects.get_or_create(transport=effect.transport, key=effect.lane)
    lane.failures += 1
    lane.reason = outcome.reason[:REASON_LENGTH]
    if known is not None and lane.failures >= known.patience:
        lane.paused_until = moment + known.rest
    lane.save(update_fields=["failures", "reason", "paused_until"])


def give_back(effects: Collection[Effect]) -> None:
    """Let go of reserved effects that were not begun."""
    ids = [one.pk for one in effects]
    attempts = {one.attempt_id for one in effects}
    if ids:
        Effect.objects.filter(pk__in=ids, attempt_id__in=attempts, state=State.QUEUED).update(**FREE)


def prolong(courier: str) -> int:
    """Prolong the leases of what this courier has in hand; how many."""
    held = Effect.objects.filter(leased_by=courier, attempt_id__isnull=False)
    return held.update(leased_until=database_now() + LEASE)


def reclaim() -> int:
    """Take back what couriers who are gone had in hand: reserved ones wait again, one under way is unclear."""
    moment = database_now()
    lost = Effect.objects.filter(attempt_id__isnull=False, leased_until__lt=moment)
    if not lost.exists():
        return 0
    with transaction.atomic():
        found = list(lost.select_for_update(skip_locked=True).order_by("id")[:500])
        for effect in found:
            if effect.state == State.QUEUED:
                _write(effect, State.QUEUED, {})
            else:
                _settle_lost(effect, moment)
    return len(found)


def _settle_lost(effect: Effect, moment: datetime) -> None:
    known = transport(effect.transport)
    words = _("The program ended while this was being sent, so nobody can say whether it arrived.")
    if known is not None and known.when_unclear == "again":
        _write(effect, State.SENDING, {"state": State.QUEUED, "reason": words, "not_before": moment})
    else:
        _write(effect, State.SENDING, {"state": State.UNCERTAIN, "reason": words, "settled_at": moment})
    tell(effect)


def counts() -> dict[str, int]:
    """How many effects are in each state."""
    found = dict(Effect.objects.values_list("state").annotate(number=Count("id")))
    return dict.fromkeys(State.values, 0) | found
