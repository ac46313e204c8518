"""Fields that are required, shown or read-only only under a condition: a Query about the same record.

`required_when` and `locked_when` are kept by the write path: no write may bring about a record that lacks what is
required, and what is locked before a change stays as it is. `shown_when` is for screens alone; it hides nothing from a
program. Conditions are asked of the record in memory, as it was and as it would be; records it points at are looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.money import Money
from rapport.platform import access, currencies
from rapport.platform.fields import Field
from rapport.platform.objects import Object, registry
from rapport.platform.query import run
from rapport.platform.query.ask import parse, plan
from rapport.platform.query.ast import And, Condition, Measure, Not, Or, Query, Related
from rapport.platform.query.errors import QueryError
from rapport.platform.query.evaluate import Evaluator, Record
from rapport.platform.query.glance import among

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.custom.models import OwnField

WHEN = ("required_when", "shown_when", "locked_when")


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of one field; None where there is none."""

    required: Condition | None
    shown: Condition | None
    locked: Condition | None


@dataclass(frozen=True, slots=True)
class State:
    """How a field stands for one record."""

    required: bool
    shown: bool
    locked: bool


def conditional(obj: Object) -> Mapping[str, When]:
    """The fields of an Object that depend on conditions; mostly there are none."""
    return _conditional(registry.version, obj.key)


@lru_cache(maxsize=1_000)
def _conditional(version: tuple[int, int], key: str) -> Mapping[str, When]:
    obj = registry.get(key)
    found: dict[str, When] = {}
    for name, field in obj.fields.items():
        if field.required_when or field.shown_when or field.locked_when:
            required, shown, locked = (_condition(obj, getattr(field, way)) for way in WHEN)
            found[name] = When(required, shown, locked)
    return found


def _condition(obj: Object, text: str) -> Condition | None:
    """One that can no more be read, since its field was retired, asks nothing."""
    try:
        return understood(obj, text)
    except QueryError:
        return None


def understood(obj: Object, text: str) -> Condition | None:
    """A condition about the record itself. Raises QueryError."""
    if not text.strip():
        return None
    found = parse(access.system("conditions"), obj, text)
    if found.sort or found.group or found.show or found.condition is None:
        raise QueryError(_("Here stands a condition only, without order or groups."))
    _about_itself(found.condition)
    return found.condition


def _about_itself(condition: Condition) -> None:
    match condition:
        case And(items) | Or(items):
            for item in items:
                _about_itself(item)
        case Not(item):
            _about_itself(item)
        case Related() | Measure():
            raise QueryError(_("Ask about the record itself here, not about related ones."))


def prove(definition: OwnField) -> None:
    """The conditions of an own field before it is written. Raises ValidationError by field."""
    if not registry.has(definition.object):
        return
    for way in WHEN:
        try:
            understood(registry.get(definition.object), getattr(definition, way))
        except QueryError as error:
            raise ValidationError({way: error.message}) from error


# --- asking ----------------------------------------------------------------------------------------------------------


class View(Mapping[str, Any]):
    """A record in memory as the evaluator reads it; `over` are values it has not been given yet, or had before."""

    def __init__(self, obj: Object, record: Any, over: Mapping[str, Any]) -> None:
        self.obj, self.record, self.over = obj, record, over

    def __getitem__(self, key: str) -> Any:
        if key in self.over:
            return self.over[key]
        field = self.obj.fields.get(key)
        if field is None:
            if key in ("id", "uid"):
                return getattr(self.record, key)
            raise KeyError(key)
        return self._read(field)

    def _read(self, field: Field[Any]) -> Any:
        if field.outside and self.record.pk is None:
            return field.empty()
        return field.read(self.record)

    def __contains__(self, key: object) -> bool:
        return key in self.obj.fields or key in ("id", "uid")

    def __iter__(self) -> Iterator[str]:
        return iter(self.obj.fields)

    def __len__(self) -> int:
        return len(self.obj.fields)


class _NoWorld:
    """Only what one record points at is looked up; conditions ask nothing else."""

    def records(self, obj: Object) -> Iterable[Record]:
        return ()

    def visible(self, obj: Object, record: Record) -> bool:
        return True

    def members(self, team_ids: object) -> set[int]:
        return set()

    def worth(self, money: Money) -> Any:
        return currencies.to_base(money)


class _Asker(Evaluator):
    def __init__(self) -> None:
        super().__init__(access.system("conditions"), _NoWorld())

    def find(self, obj: Object, ident: int) -> tuple[Object, Record] | None:
        record = obj.model._default_manager.filter(pk=ident).first()
        return None if record is None else (obj, View(obj, record, {}))


def states(obj: Object, record: Any, values: Mapping[str, Any]) -> dict[str, State]:
    """How the fields with conditions stand for a record with these values."""
    asker, view = _Asker(), View(obj, record, values)

    def holds(condition: Condition | None) -> bool:
        return condition is not None and asker.holds(condition, obj, view)

    return {
        key: State(holds(when.required), when.shown is None or holds(when.shown), holds(when.locked))
        for key, when in conditional(obj).items()
    }


def hidden(obj: Object, record: Any) -> set[str]:
    """The fields that a page of this record leaves out."""
    if not conditional(obj):
        return set()
    return {key for key, state in states(obj, record, {}).items() if not state.shown}


def locked(obj: Object, record: Any) -> set[str]:
    """The fields that nobody may change while the record stands as it does."""
    if not any(when.locked for when in conditional(obj).values()):
        return set()
    return {key for key, state in states(obj, record, {}).items() if state.locked}


def locked_among(obj: Object, keys: Iterable[str], ids: Sequence[int]) -> dict[str, set[int]]:
    """Which of many records have which of these fields locked; one statement for each field with such a condition."""
    known = conditional(obj)
    return {key: _holding(obj, known[key].locked, ids) for key in keys if key in known and known[key].locked}


def _holding(obj: Object, condition: Condition | None, ids: Sequence[int]) -> set[int]:
    actor = access.system("conditions")
    asked = plan(actor, obj, Query(obj, condition), archived=True)
    return set(run.ids(actor, asked.with_extra(among(ids)))) if ids else set()


def why_locked(actor: Actor, obj: Object, key: str) -> str:
    """The reason a locked field stays as it is, as far as this reader may see what the condition is about."""
    text = obj.field(key).locked_when
    try:
        parse(actor, obj, text)
    except QueryError:
        return _("Read-only as this record stands.")
    return _("Read-only while this holds: %(condition)s") % {"condition": text}


# --- the write path --------------------------------------------------------------------------------------------------


def refuse_locked(obj: Object, record: Any, changed: Iterable[str]) -> None:
    """Before a change: what is locked stays. Raises ValidationError by field."""
    known = conditional(obj)
    asked = [key for key in changed if key in known and known[key].locked is not None]
    if not asked:
        return
    now = locked(obj, record)
    wrong = {
        key: [_("“%(field)s” is read-only as this record stands.") % {"field": obj.field(key).label}]
        for key in asked
        if key in now
    }
    if wrong:
        raise ValidationError(wrong)


def require(obj: Object, record: Any, given: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """After values were set: nothing required is missing that was not before. Raises ValidationError by field."""
    known = {key: when for key, when in conditional(obj).items() if when.required is not None}
    if not known:
        return
    missing = _missing(obj, record, given, known)
    if missing and before is not None:
        missing -= _missing(obj, record, before, known)
    if missing:
        words = _("Enter a value for “%(field)s”.")
        raise ValidationError({key: [words % {"field": obj.field(key).label}] for key in sorted(missing)})


def _missing(obj: Object, record: Any, values: Mapping[str, Any], known: Iterable[str]) -> set[str]:
    view, found = View(obj, record, values), states(obj, record, values)
    return {key for key in known if found[key].required and obj.field(key).is_empty(view[key])}
