"""Restriction of processing (GDPR, Article 18): what is held of somebody stays and is not worked with.

An Object says by which moment field (`Object.restricted`). A restricted record is put away as an archived one is, so it
is in no list, board, search, total, reminder or export; besides, people can neither change it nor point at it, nothing
leaves the house about it, and it comes back by lifting the restriction alone. The engine itself still stores: a mail
that comes in is kept. An Object with `despite_restriction` may be added to (what somebody says about their own data).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rapport.platform.access import Actor, Fragment
    from rapport.platform.objects import Object
    from rapport.platform.query import Plan

# So many restricted records are asked for by their ids.
FEW = 500
# On while somebody restricts or lifts, with all that follows from it.
_despite: ContextVar[bool] = ContextVar("despite_restriction", default=False)


@contextmanager
def despite() -> Iterator[None]:
    """Write what is restricted: to restrict it and to lift that again, and nothing else."""
    before = _despite.set(True)
    try:
        yield
    finally:
        _despite.reset(before)


def words() -> str:
    return _("Processing is restricted (Article 18 GDPR): what is held is kept and not worked with.")


def is_restricted(obj: Object, record: Any) -> bool:
    """Whether this very record may only be stored."""
    return bool(obj.base.restricted) and getattr(record, obj.base.restricted) is not None


def refuse(actor: Actor, obj: Object, record: Any) -> None:
    """Raises ValidationError where a person would change a restricted record, or one that belongs to it."""
    if barred(actor, obj, [record]):
        raise ValidationError(words())


def barred(actor: Actor, obj: Object, records: Sequence[Any]) -> frozenset[int]:
    """Ids of those of these records that a person may not change. One query at most, none where none can be."""
    if actor.user_id is None or _despite.get() or obj.base.despite_restriction:
        return frozenset()
    if obj.base.restricted:
        return frozenset(record.pk for record in records if is_restricted(obj, record))
    way = _way(obj.base)
    if way is None:
        return frozenset()
    held = obj.model._default_manager.filter(pk__in=[one.pk for one in records], **{f"{way}__isnull": False})
    return frozenset(held.values_list("pk", flat=True))


def bars(actor: Actor, target: Object, records: Iterable[Any]) -> bool:
    """Whether a person may not bring these records into something new, for one of them is restricted."""
    return actor.user_id is not None and any(is_restricted(target, one) for one in records)


def refuse_story(obj: Object, record: Any) -> None:
    """Raises ValidationError where a record belongs to somebody restricted, or is one itself."""
    if is_restricted(obj, record) or of_story(obj.base.key, record.pk):
        raise ValidationError(words())


def of_story(key: str, record_id: int) -> bool:
    """Whether a record of this base Object is restricted, or belongs to one that is. One query, none where none can."""
    if not registry.has(key):
        return False
    obj = registry.get(key).base
    way = _way(obj)
    return way is not None and obj.model._default_manager.filter(pk=record_id, **{f"{way}__isnull": False}).exists()


def _way(obj: Object) -> str | None:
    """The lookup of the moment of restriction from a record of this Object; None where nothing of it can be."""
    if obj.restricted:
        return obj.restricted
    field = obj.fields.get(obj.path) if obj.path not in ("", "id") else None
    target = getattr(field, "target", None)
    # An own field is no relation that the ORM could follow.
    return f"{obj.path}__{target.restricted}" if target is not None and target.restricted and not _own(field) else None


def _own(field: Any) -> bool:
    return bool(field.names)


# --- leaving out ------------------------------------------------------------------------------------------------------


def free(obj: Object) -> tuple[Callable[[str], Fragment], ...]:
    """Conditions for a plan that leave restricted records out, and those that belong to somebody restricted."""
    found = _held(obj)
    return () if found is None else (lambda alias: _not(found(alias)),)


def left_out(actor: Actor, plan: Plan) -> int:
    """How many records a plan would have met, had nobody restricted them; at most a thousand are counted.

    Asked beside every list: where nobody is restricted, it costs one look into an index that is empty.
    """
    from dataclasses import replace

    from rapport.platform import query

    found = _held_now(plan.obj)
    if found is None:
        return 0
    return query.count_capped(actor, replace(plan, archived=True, cursor="").with_extra(found)).number


def told(actor: Actor, plan: Plan) -> str:
    """The same in words, for a list that leaves them out in silence; "" where it leaves out none or shows them."""
    if plan.query.names_archived or not plan.obj.base.restricted:
        return ""
    number = left_out(actor, plan)
    words = ngettext("{n} restricted record is left out", "{n} restricted records are left out", number)
    return words.format(n=number) if number else ""


def _held_now(obj: Object) -> Callable[[str], Fragment] | None:
    """As `_held`, by the ids of who is restricted now as long as they are few; None where nobody is."""
    from rapport.platform.access import Fragment
    from rapport.platform.fields.base import column_of

    base = obj.base
    if _way(base) is None:
        return None
    target = base if base.restricted else base.field(base.path).target  # type: ignore[attr-defined]  # a Reference then
    column = "id" if base.restricted else column_of(base.model, base.path)
    few = target.model._default_manager.filter(**{f"{target.restricted}__isnull": False})
    ids = tuple(few.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(ids) > FEW:
        return _held(obj)
    marks = ", ".join(["%s"] * len(ids))
    return (lambda alias: Fragment(f"{alias}.{column} IN ({marks})", ids)) if ids else None


def _held(obj: Object) -> Callable[[str], Fragment] | None:
    """SQL over an alias: whether a row is restricted, or belongs to somebody who is."""
    from rapport.platform.access import Fragment
    from rapport.platform.fields.base import column_of

    base = obj.base
    way = _way(base)
    if way is None:
        return None
    if base.restricted:
        moment = column_of(base.model, base.restricted)
        return lambda alias: Fragment(f"{alias}.{moment} IS NOT NULL")
    target = base.field(base.path).target  # type: ignore[attr-defined]  # `_way` saw that it is a Reference
    moment, column = column_of(target.model, target.restricted), column_of(base.model, base.path)
    table = target.table
    return lambda alias: Fragment(
        f"EXISTS (SELECT 1 FROM {table} pr WHERE pr.id = {alias}.{column} AND pr.{moment} IS NOT NULL)"  # noqa: S608  # identifiers of the registry
    )


def _not(fragment: Fragment) -> Fragment:
    from rapport.platform.access import Fragment

    return Fragment(f"NOT ({fragment.sql})", fragment.params)
