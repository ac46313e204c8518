"""Carrying rules out: every night, record by record, each on its own; what could not be ended is written down too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import records
from rapport.platform.jobs import stepwise_job
from rapport.platform.objects import registry
from rapport.platform.privacy import erase, history
from rapport.platform.privacy.retention.due import engine, every_due, number_due
from rapport.platform.privacy.retention.models import Ended
from rapport.platform.privacy.retention.rule import RetentionRule

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run
    from rapport.platform.objects import Object

# A rule that would end so many more than somebody confirmed is stopped: most likely a mistake made them old.
MOST_MORE = 1_000


@stepwise_job("privacy.retention", every=timedelta(days=1), longest=timedelta(hours=6))
def end_old_records(actor: Actor, job: Run) -> dict[str, int]:
    """End what retention rules say, as far as somebody has confirmed them."""
    ended: dict[str, int] = {}
    for rule in RetentionRule.objects.filter(state="confirmed", archived_at=None).order_by("pk"):
        if _is_stopped(job, rule):
            continue
        done = 0
        for ids in every_due(rule):
            with job.step():
                done += sum(_end(rule, pk) for pk in ids)
        with job.step():
            RetentionRule.objects.filter(pk=rule.pk).update(ran_at=now())
        ended[str(rule.uid)] = done
    if any(ended.values()):
        erase.tidy()
    return ended


def _is_stopped(job: Run, rule: RetentionRule) -> bool:
    """Stop a rule that cannot be read any more, or means far more than was confirmed."""
    try:
        number = number_due(rule)
    except (ValidationError, LookupError) as error:
        problem = _("It cannot be read any more: {reason}").format(reason=error)
    else:
        if number <= (rule.expected or 0) + MOST_MORE:
            return False
        problem = _("It would end {n} records at once, far more than were confirmed.").format(n=number)
    with job.step():
        values = {"state": "stopped", "problem": problem[:300]}
        records.write(engine(), rule, values, action="stop", event="stopped")
    return True


def _end(rule: RetentionRule, pk: int) -> bool:
    """End one record; whether that was done."""
    obj = registry.get(rule.object)
    found = obj.model._default_manager.filter(pk=pk).first()
    if found is None:
        return False
    uid, why = found.uid, ""
    try:
        with transaction.atomic():
            _ENDINGS[rule.ending](rule, obj.concrete(found), found)
    except (ValidationError, PermissionDenied) as refusal:
        why = " ".join(getattr(refusal, "messages", [str(refusal)]))[:300]
    Ended.objects.create(rule_id=rule.pk, object=obj.key, record_uid=uid, what=rule.ending, reason=why, at=now())
    return not why


def _archive(rule: RetentionRule, obj: Object, found: Any) -> None:
    records.archive(engine(), found, reason=rule.name)


def _empty(rule: RetentionRule, obj: Object, found: Any) -> None:
    """Its history must not keep what the fields lose."""
    values = {key: obj.field(key).empty() for key in rule.keys}
    records.write(engine(), found, values, action="retain", event="emptied", reason=rule.name)
    history.forget(engine(), Q(object=obj.access_key, record_id=found.pk))


def _erase(rule: RetentionRule, obj: Object, found: Any) -> None:
    erase.erase_record(engine(), found, reason=rule.name)


_ENDINGS = {"archive": _archive, "empty": _empty, "erase": _erase}
