"""Tasks and contacts about records of a house's own kinds: planned, told and listed as for every other."""

from __future__ import annotations

import pytest

from rapport.base.clock import now
from rapport.platform import records, timeline
from rapport.platform.objects import registry
from tests.make import SYSTEM, make_interaction, make_task
from tests.platform.custom.make import own_object

pytestmark = pytest.mark.django_db


def test_a_task_is_the_next_step_of_a_record_of_an_own_kind() -> None:
    obj = own_object("Project")
    project = records.create(SYSTEM, obj, {"name": "Roof"})
    task = make_task("Order tiles", about=project, due_at=now())
    project.refresh_from_db()
    assert (project.next_step, project.next_step_at) == ("Order tiles", task.due_at)
    contact = make_interaction("call", about=project, subject="Asked for tiles")
    page = timeline.read(SYSTEM, project)
    told = {entry.ref for entry in (*page.planned, *page.past)}
    assert {registry.ref(task), registry.ref(contact)} <= told
    other = records.create(SYSTEM, obj, {"name": "Cellar"})
    assert not any(entry.ref == registry.ref(task) for entry in timeline.read(SYSTEM, other).planned)
