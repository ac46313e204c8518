"""A stored formula over what the engine itself writes is right at the commit of its cause, not at the daily renewal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rapport.base.clock import now
from rapport.platform import records
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from tests.platform.custom.make import SYSTEM, own_field

pytestmark = pytest.mark.django_db


def make(key: str, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def kept(record: Any, obj: str, key: str) -> Any:
    found = registry.get(obj)
    return found.field(key).read(found.model._default_manager.get(pk=record.pk))


def test_a_formula_over_the_next_step_follows_the_task() -> None:
    own_field("organisation", "Plan", "formula", formula='next_step & "!"', kept=True)
    firm = make("organisation", name="Firm")
    task = make("task", subject="Call them", due_at=now() + timedelta(days=1), about=Ref("party", firm.pk))
    assert kept(firm, "organisation", "plan") == "Call them!"
    records.update(SYSTEM, task, {"subject": "Write to them"})
    assert kept(firm, "organisation", "plan") == "Write to them!"
    records.archive(SYSTEM, task)
    assert kept(firm, "organisation", "plan") == "!"


def test_a_roll_up_over_answers_follows_them() -> None:
    counted = "count interactions via customer where answered_at is not empty"
    own_field("organisation", "Answered", "roll_up", formula=counted, kept=True)
    firm = make("organisation", name="Firm")
    contact = {"kind": "email", "customer": firm.pk, "subject": "Price?"}
    make("interaction", **contact, direction="in", occurred_at=now() - timedelta(hours=2), done_at=now())
    assert kept(firm, "organisation", "answered") == 0
    answer = make("interaction", **contact, direction="out", occurred_at=now() - timedelta(hours=1), done_at=now())
    assert kept(firm, "organisation", "answered") == 1
    records.archive(SYSTEM, answer)
    assert kept(firm, "organisation", "answered") == 0
