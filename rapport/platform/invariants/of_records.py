"""What must hold of records: their history, what names them, their money, their own fields."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import UniqueConstraint

from rapport.base import clock
from rapport.platform import currencies
from rapport.platform.counters import Counter
from rapport.platform.custom import indexes
from rapport.platform.custom.models import OwnField, OwnLink
from rapport.platform.fields import AutoNumber, MoneyField
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.invariants.kinds import kinds, named, tables
from rapport.platform.invariants.of_database import RESTORE
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPEN = _("Open one of the records and look at its history; what was changed outside of Rapport is not in it.")
REPAIR = _("“rapport check --repair” makes it anew from the records.")
FOLLOWING = 100
# What may outlive the record it names: facts about the past, and counters of it.
OUTLIVES = ("platform_event", "platform_auditentry", "platform_auditseen", "platform_erasure", "platform_importrow",
            "platform_importhistory", "platform_effect", "platform_notification")  # fmt: skip


@invariant("records.no_later_event", _("No Event tells of a later version of a record than there is."), OPEN)
def no_later_event() -> Iterator[Found]:
    for kind in kinds():
        yield ask(
            kind.key,
            f"SELECT DISTINCT r.id FROM {kind.table} r JOIN platform_event e ON e.record_id = r.id "
            "WHERE e.object = %s AND e.version > r.version",
            [kind.key],
        )


@invariant("records.event_of_version", _("The last change of each record has its Event."), OPEN)
def event_of_version() -> Iterator[Found]:
    for kind in kinds():
        yield ask(
            kind.key,
            f"SELECT r.id FROM {kind.table} r WHERE r.version > 1 AND NOT EXISTS (SELECT 1 FROM platform_event e "
            "WHERE e.object = %s AND e.record_id = r.id AND e.version >= r.version)",
            [kind.key],
        )


@invariant("records.same_uid", _("Events know records by the same lasting name as the records themselves."), OPEN)
def same_uid() -> Iterator[Found]:
    for kind in kinds():
        yield ask(
            kind.key,
            f"SELECT DISTINCT r.id FROM {kind.table} r JOIN platform_event e ON e.record_id = r.id "
            "WHERE e.object = %s AND e.record_uid <> r.uid",
            [kind.key],
        )


@invariant(
    "records.times_in_order", _("No record was made or changed tomorrow, and each counts its versions from 1."), OPEN
)
def times_in_order() -> Iterator[Found]:
    tomorrow = clock.now() + timedelta(hours=26)
    for kind in kinds():
        yield ask(
            kind.key,
            f"SELECT id FROM {kind.table} WHERE updated_at > %s OR created_at > %s OR version < 1",
            [tomorrow, tomorrow],
        )


@invariant(
    "records.named_are_there",
    _("Files, tags, followers, shares and words of the search hang on records that are there."),
    _("They do no harm to anybody; a merge or deletion outside of Rapport left them behind. Report it."),
)
def named_are_there() -> Iterator[Found]:
    for model in tables():
        table = model._meta.db_table
        if table in OUTLIVES:
            continue
        for column, number in named(model):
            for kind in kinds():
                yield ask(
                    f"{table}: {kind.key}",
                    f"SELECT DISTINCT t.{number} FROM {table} t LEFT JOIN {kind.table} r ON r.id = t.{number} "
                    f"WHERE t.{column} = %s AND t.{number} IS NOT NULL AND r.id IS NULL",
                    [kind.key],
                )


@invariant("records.unique", _("What may be there only once is there once."), RESTORE)
def unique() -> Iterator[Found]:
    for model in tables():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.condition is None and constraint.fields:
                yield _twice(model, constraint.fields)


def _twice(model: Any, names: Sequence[str]) -> Found:
    columns = [f'"{model._meta.get_field(name).column}"' for name in names]
    present = " AND ".join(f"{one} IS NOT NULL" for one in columns)
    grouped = ", ".join(columns)
    table = model._meta.db_table
    return ask(
        f"{table} ({', '.join(names)})",
        f'SELECT MIN({columns[-1]}) FROM "{table}" WHERE {present} GROUP BY {grouped} HAVING COUNT(*) > 1',
    )


@invariant(
    "records.money_has_worth",
    _("Every amount of money has its currency and, in the currency of the house, its worth."),
    _("Save the record again, or enter the missing rate under Settings → Currencies."),
)
def money_has_worth() -> Iterator[Found]:
    for kind in kinds():
        for name, one in registry.get(kind.key).declared.items():
            if isinstance(one, MoneyField) and not one.formula:
                amount, currency, worth = f"{name}_amount", f"{name}_currency", f"{name}_base"
                yield ask(
                    f"{kind.key}.{name}",
                    f"SELECT id FROM {kind.table} WHERE {amount} IS NOT NULL AND (COALESCE({currency}, '') = '' "
                    f"OR ({currency} = %s AND ({worth} IS NULL OR {worth} <> {amount})))",
                    [currencies.base_currency()],
                )


@invariant(
    "records.own_values_declared",
    _("Values of own fields belong to fields that are defined."),
    _("A field was taken away outside of Rapport: define it again under Settings → Fields, or restore."),
)
def own_values_declared() -> Iterator[Found]:
    for kind in kinds():
        keys = list(
            OwnField.objects.filter(object__in=[one.key for one in registry.all() if one.table == kind.table])
            .values_list("key", flat=True)
            .distinct()
        )
        inside = (
            "CROSS JOIN LATERAL jsonb_object_keys(r.custom) AS k(key)"
            if connection.vendor == "postgresql"
            else "CROSS JOIN json_each(r.custom) AS k"
        )
        known = f"AND k.key NOT IN ({', '.join(['%s'] * len(keys))})" if keys else ""
        empty = "'{}'::jsonb" if connection.vendor == "postgresql" else "'{}'"
        yield ask(kind.key, f"SELECT r.id FROM {kind.table} r {inside} WHERE r.custom <> {empty} {known}", keys)


@invariant(
    "records.own_indexes_there",
    _("Own fields that are said to be indexed have their index."),
    _("Switch filtering of the field off and on again under Settings → Fields."),
)
def own_indexes_there() -> Iterator[Found]:
    wanted = [index.name for one in OwnField.objects.filter(index_state="ready") for index in indexes.wanted(one)]
    there = "SELECT name FROM sqlite_master" if connection.vendor == "sqlite" else "SELECT relname FROM pg_class"
    with connection.cursor() as cursor:
        cursor.execute(there)
        yield told("", sorted(set(wanted) - {row[0] for row in cursor.fetchall()}))


@invariant(
    "records.own_links_there",
    _("Own fields that point at records point at records that are there."),
    OPEN,
)
def own_links_there() -> Iterator[Found]:
    table = {obj.key: obj.table for obj in registry.all()}
    for one in OwnField.objects.exclude(target="").only("id", "target", "object"):
        for column, key in (("target_id", one.target), ("record_id", one.object)):
            if key in table:
                yield ask(
                    f"{one.object}: {one.target}",
                    f"SELECT l.{column} FROM {OwnLink._meta.db_table} l LEFT JOIN {table[key]} r ON r.id = l.{column} "
                    "WHERE l.field_id = %s AND r.id IS NULL",
                    [one.pk],
                )


@invariant("records.counters_ahead", _("The next numbers that people read out are still free."), RESTORE)
def counters_ahead() -> Iterator[Found]:
    for kind in kinds():
        for key, one in registry.get(kind.key).declared.items():
            counter = Counter.objects.filter(series=f"{kind.key}.{key}").first()
            if isinstance(one, AutoNumber) and counter is not None:
                following = [one.pattern.format(counter.next + place) for place in range(FOLLOWING)]
                places = ", ".join(["%s"] * FOLLOWING)
                yield ask(kind.key, f"SELECT {key} FROM {kind.table} WHERE {key} IN ({places})", following)
