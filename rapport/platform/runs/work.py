"""What a run does with each record, and what became of it: changed, unchanged, or refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.base.text import fold
from rapport.platform import actions, batch, records
from rapport.platform.access import NotFound, find, require, visible, writable
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object

CHANGED, UNCHANGED, REFUSED = "changed", "unchanged", "refused"
VERBS = ("set", "tag", "untag", "archive", "restore", "act")


@dataclass(frozen=True)
class Work:
    """A verb and its plain values: "set" fields, "tag", "untag", "archive", "restore", or "act" (an Action's key)."""

    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)
    action: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one record."""

    record_id: int
    outcome: str
    reason: str = ""


def parse_set(actor: Actor, obj: Object, raw: Mapping[str, object], culture: Culture) -> Work:
    """The work that sets some fields. Raises ValidationError by field."""
    values = records.parse(actor, obj, raw, culture)
    return Work("set", {key: obj.field(key).plain(value) for key, value in values.items()})


def check(actor: Actor, obj: Object, work: Work) -> None:
    """What would be refused for every record is refused at once."""
    require(actor, obj, "mass")
    if work.verb == "act":
        action = obj.action(work.action)
        if action is None or not action.many:
            raise NotFound(_("There is no such action."))
        require(actor, obj, action.needs)
    elif work.verb in ("set", "tag", "untag"):
        require(actor, obj, "edit")
        known = writable(actor, obj)
        if not work.values or any(key not in known for key in work.values):
            raise ValidationError(_("You may not change this field."))
        if "owner" in work.values:
            require(actor, obj, "assign")
    elif work.verb in ("archive", "restore"):
        require(actor, obj, "delete")
    else:
        raise ValidationError(_("There is no such change."))


def each(actor: Actor, obj: Object, work: Work, ids: Sequence[int]) -> list[Fate]:
    """Do it with these records, one refusal not stopping the rest. Inside the caller's transaction; `actor.run_id` is
    set. About eight statements for fields without behaviour, whatever their number."""
    there = visible(actor, obj, "read").in_bulk(list(ids))
    able = set(visible(actor, obj, "mass").filter(pk__in=list(there)).values_list("pk", flat=True))
    fates: dict[int, Any] = {}
    for pk in ids:
        if pk not in there:
            fates[pk] = NotFound(_("There is no such record, or you may not see it."))
        elif pk not in able:
            fates[pk] = PermissionDenied(_("You may read this record, not change it together with others."))
    open_ = [pk for pk in ids if pk not in fates]
    fates |= dict(zip(open_, _do(actor, obj, work, [there[pk] for pk in open_]), strict=True))
    written = _written(actor, obj, open_)
    return [_fate(obj, work, pk, fates[pk], pk in written) for pk in ids]


def _do(actor: Actor, obj: Object, work: Work, found: Sequence[Any]) -> list[Any]:
    if work.verb == "set":
        values = {key: obj.field(key).from_plain(value) for key, value in work.values.items()}
        return batch.update_many(actor, obj, [(record, values, None) for record in found])
    if work.verb in ("tag", "untag"):
        return batch.update_many(actor, obj, _tagged(obj, work, found))
    if work.verb == "act":
        return [batch.alone(partial(_act, actor, obj, record, work)) for record in found]
    put = records.archive if work.verb == "archive" else records.restore
    return [batch.alone(partial(_put, actor, obj, record, put)) for record in found]


def _act(actor: Actor, obj: Object, record: Any, work: Work) -> Any:
    action = obj.action(work.action)
    assert action is not None  # noqa: S101  # `check` found it
    fields = {parameter.key: parameter.field for parameter in action.parameters}
    values = {key: fields[key].from_plain(value) for key, value in work.values.items() if key in fields}
    actions.run(actor, obj.concrete(record), record, work.action, values)
    return record


def _put(actor: Actor, obj: Object, record: Any, put: Any) -> Any:
    return put(actor, find(actor, obj, record.pk, "delete"))


def _tagged(obj: Object, work: Work, found: Sequence[Any]) -> list[tuple[Any, dict[str, Any], None]]:
    """Each record with the words it has afterwards; one query per field of words."""
    have = {key: _links(obj.field(key), found) for key in work.values}

    def after(pk: int) -> dict[str, Any]:
        return {key: _words(have[key].get(pk, []), given, work.verb) for key, given in work.values.items()}

    return [(record, after(record.pk), None) for record in found]


def _links(tags: Field[Any], found: Sequence[Any]) -> Mapping[int, Any]:
    loaded: Mapping[int, Any] = tags.load_links([record.pk for record in found])
    return loaded


def _words(now: Sequence[str], given: Sequence[str], verb: str) -> list[str]:
    folded = {fold(word) for word in given}
    if verb == "untag":
        return [word for word in now if fold(word) not in folded]
    known = {fold(word) for word in now}
    return [*now, *(word for word in given if fold(word) not in known)]


def _written(actor: Actor, obj: Object, ids: Sequence[int]) -> set[int]:
    """Which of the records this run has told something about."""
    told = Event.objects.filter(run_id=actor.run_id, object=obj.access_key, record_id__in=list(ids))
    return set(told.values_list("record_id", flat=True))


def _fate(obj: Object, work: Work, pk: int, fate: Any, is_written: bool) -> Fate:
    if isinstance(fate, batch.REFUSALS):
        return Fate(pk, REFUSED, reason(obj, fate)[:500])
    # An Action may have done its work on other records.
    return Fate(pk, CHANGED if is_written or work.verb == "act" else UNCHANGED)


def reason(obj: Object, refusal: Exception) -> str:
    """A refusal in words; with the name of the field where it is about one."""
    if not isinstance(refusal, ValidationError):
        return str(refusal) or _("You may not do this.")
    if not hasattr(refusal, "error_dict"):
        return " ".join(refusal.messages)
    lines = []
    for key, messages in refusal.message_dict.items():
        known = obj.fields.get(key)
        lines.append(f"{known.label}: {' '.join(messages)}" if known else " ".join(messages))
    return " ".join(lines)
