"""What a rule means today, read with every right: it ends what it names, whoever may see that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform import query
from rapport.platform.access import Actor, Fragment, system
from rapport.platform.objects import registry
from rapport.platform.privacy import restriction
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.privacy.retention.rule import RetentionRule
    from rapport.platform.query import Plan

RETENTION = own_reason("Retention")
AT_ONCE = 200


def engine() -> Actor:
    return system(RETENTION, "job")


def plan_of(rule: RetentionRule) -> Plan:
    """Its records; put away ones too unless putting away is all it does; never restricted ones."""
    obj = registry.get(rule.object)
    asked = query.plan(engine(), obj, rule.text, sort="id", limit=AT_ONCE, archived=rule.ending != "archive")
    if rule.ending == "empty":
        asked = asked.with_extra(_something_in(rule))
    return asked.with_extra(*restriction.free(obj))


def _something_in(rule: RetentionRule) -> query.Where:
    """Only records in which one of the fields says something: others are done already."""
    obj = registry.get(rule.object)
    names = " or ".join(f"{key} is not empty" for key in rule.keys)
    found = query.plan(engine(), obj, names, archived=True)
    inner = query.id_sql(engine(), found)
    return lambda alias: Fragment(f"{alias}.id IN ({inner.sql})", inner.params)


def number_due(rule: RetentionRule) -> int:
    """How many records it would end now."""
    return query.count(engine(), plan_of(rule))


def number_restricted(rule: RetentionRule) -> int:
    """How many it leaves alone, because somebody asked to keep them (Article 18)."""
    obj = registry.get(rule.object)
    asked = query.plan(engine(), obj, rule.text, archived=rule.ending != "archive")
    return restriction.left_out(engine(), asked)


def some_due(rule: RetentionRule, *, after: int = 0, limit: int = AT_ONCE) -> list[int]:
    """The next ids, by number."""
    plan = plan_of(rule).with_extra(lambda alias: Fragment(f"{alias}.id > %s", (after,)))
    return query.ids(engine(), plan, limit)


def every_due(rule: RetentionRule) -> Iterator[list[int]]:
    """All of them, some at a time."""
    last = 0
    while found := some_due(rule, after=last):
        yield found
        last = found[-1]
