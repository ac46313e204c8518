"""Texts written before they were searched are found after the upgrade."""

import pytest

from rapport.platform import access, search
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.queue import claim
from rapport.platform.jobs.run import perform
from rapport.platform.search import bodies, catch_up
from rapport.platform.search.body_models import Body
from tests.make import make_interaction

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return [hit.title for hit in search.find_everywhere(access.system("test"), typed).hits]


def test_old_texts_are_read_by_a_job_once() -> None:
    old = [make_interaction("note", subject=f"Visit {n}", body=f"They asked for pumpkins, {n}.") for n in range(3)]
    bodies.forget("interaction", [one.pk for one in old])
    assert found("pumpkins") == []
    catch_up.plan()
    catch_up.plan()
    assert Job.objects.filter(key="search.catch_up").count() == 1
    job = claim("test")
    assert job is not None
    perform(job)
    assert sorted(found("pumpkins")) == ["Visit 0", "Visit 1", "Visit 2"]
    assert Body.objects.filter(object="interaction").count() == 3


def test_a_house_without_old_texts_is_left_alone() -> None:
    catch_up.plan()
    assert not Job.objects.filter(key="search.catch_up").exists()
    make_interaction("note", subject="New", body="Read when it was written.")
    catch_up.plan()
    assert not Job.objects.filter(key="search.catch_up").exists()
