"""`rapport jobs`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rapport.platform.access import Actor
from rapport.platform.jobs import enqueue
from rapport.platform.jobs.models import Job
from tests.platform.jobs import work

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    output = StringIO()
    call_command("jobs", *arguments, stdout=output)
    return output.getvalue()


def test_it_lists_what_waits_and_what_failed_with_the_reason(actor: Actor) -> None:
    enqueue(actor, work.note)
    dead = enqueue(actor, work.fail)
    Job.objects.filter(pk=dead.pk).update(state="dead", last_error="Trace\nRuntimeError: no luck", attempts=3)
    listed = said()
    assert "tests.note, try 0 of 51" in listed and "tests.fail, try 3 of 3: RuntimeError: no luck" in listed
    assert "1 queued" in listed and "1 dead" in listed


def test_a_failed_job_is_put_back(actor: Actor) -> None:
    job = enqueue(actor, work.note)
    Job.objects.update(state="dead")
    assert "queued" in said("retry", str(job.pk))
    with pytest.raises(CommandError, match="Only a failed or cancelled job"):
        said("retry", str(job.pk))
    assert "cancelled" in said("cancel", str(job.pk))
    with pytest.raises(CommandError, match="There is no such job"):
        said("cancel", "424242")
