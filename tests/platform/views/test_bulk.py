"""Many at once: each by its own rights, each fate told, all of it undone together."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, cast

import pytest

from rapport.platform import bulk, records
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.events.models import Event
from rapport.platform.jobs.models import Job
from rapport.platform.objects import registry
from tests.make import actor_as
from tests.platform.views.site import SYSTEM, make_toys, make_user, visit, visit_as
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db


def test_a_field_of_the_ticked_records_is_changed_and_can_be_undone_together() -> None:
    toys = make_toys(3)
    client = visit_as("owner")
    asked = {"ids": [toys[0].pk, toys[1].pk], "field": "stage", "apply": "1", "stage": "won"}
    text = client.post("/toys/bulk/edit", asked).content.decode()
    assert "2 records were changed" in text
    assert sorted(Toy.objects.values_list("stage", flat=True)) == ["built", "won", "won"]
    run = Event.objects.latest("id").run_id
    client.post(f"/events/runs/{run}/undo")
    assert set(Toy.objects.values_list("stage", flat=True)) == {"built"}


def test_all_that_match_means_the_filter_not_the_page() -> None:
    make_toys(70)
    make_toys(1, stage="lost")
    asked = {"all": "1", "field": "stage", "apply": "1", "stage": "won"}
    visit_as("owner").post("/toys/bulk/edit?view=all&q=stage+%3D+built", asked)
    assert Toy.objects.filter(stage="won").count() == 70
    assert Toy.objects.filter(stage="lost").count() == 1


def test_records_out_of_reach_are_left_and_named() -> None:
    user = make_user("sales")
    Grant.objects.update_or_create(
        role=Role.objects.get(key="sales"), object="toy", action="edit", defaults={"scope": "own"}
    )
    for action in ("read", "mass"):
        Grant.objects.update_or_create(
            role=Role.objects.get(key="sales"), object="toy", action=action, defaults={"scope": "all"}
        )
    rights_changed()
    [mine] = make_toys(1, owner=user.pk)
    [foreign] = make_toys(1, name="Foreign toy")
    asked = {"ids": [mine.pk, foreign.pk], "field": "stage", "apply": "1", "stage": "won"}
    text = visit(user).post("/toys/bulk/edit", asked).content.decode()
    assert "1 record was changed" in text
    assert "Foreign toy" in text
    assert Toy.objects.get(pk=foreign.pk).stage == "built"


def test_a_value_that_is_none_of_the_answers_changes_nothing() -> None:
    [toy] = make_toys(1)
    answer = visit_as("owner").post(
        "/toys/bulk/edit", {"ids": [toy.pk], "field": "stage", "apply": "1", "stage": "dream"}
    )
    assert answer.status_code == 422
    assert Toy.objects.get().stage == "built"


def test_without_the_right_to_change_many_nothing_happens() -> None:
    [toy] = make_toys(1)
    client = visit_as("read_only")
    assert client.post("/toys/bulk/archive", {"ids": [toy.pk], "apply": "1"}).status_code == 403
    assert "data-bulk" not in client.get("/toys?view=all").content.decode()
    assert not Toy.objects.get().is_archived


def test_a_hidden_field_cannot_be_changed_in_bulk() -> None:
    [toy] = make_toys(1, secret_recipe="honey")
    visit_as("sales").post(
        "/toys/bulk/edit", {"ids": [toy.pk], "field": "secret_recipe", "apply": "1", "secret_recipe": "x"}
    )
    assert Toy.objects.get().secret_recipe == "honey"


def test_nothing_ticked_is_said() -> None:
    assert visit_as("owner").post("/toys/bulk/archive", {"apply": "1"}).status_code == 422


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 30], ["99999999"]])
def test_ids_that_are_none_change_nothing(ids: list[str]) -> None:
    answer = visit_as("owner").post("/toys/bulk/archive", {"ids": ids, "apply": "1"})
    assert answer.status_code in (200, 422)
    assert not Event.objects.filter(action="archive").exists()


def test_words_are_added_and_taken_without_touching_others() -> None:
    toys = make_toys(2)
    records.update(SYSTEM, toys[0], {"tags": ["old"]})
    client = visit_as("owner")
    ids = [toy.pk for toy in toys]
    client.post("/toys/bulk/tag", {"ids": ids, "apply": "1", "how": "tag", "tags": ["new"]})
    tags = registry.get("toy").field("tags")
    assert tags.load_links(ids) == {toys[0].pk: ["new", "old"], toys[1].pk: ["new"]}
    client.post("/toys/bulk/tag", {"ids": ids, "apply": "1", "how": "untag", "tags": ["New"]})
    assert tags.load_links(ids) == {toys[0].pk: ["old"]}


def test_archived_in_bulk_and_back_again() -> None:
    toys = make_toys(3)
    client = visit_as("owner")
    client.post("/toys/bulk/archive", {"ids": [toy.pk for toy in toys], "apply": "1"})
    assert all(toy.is_archived for toy in Toy.objects.all())
    client.post(f"/events/runs/{Event.objects.latest('id').run_id}/undo")
    assert not any(toy.is_archived for toy in Toy.objects.all())


def test_a_large_change_is_taken_back_by_a_job_and_only_by_who_made_it() -> None:
    toys = make_toys(bulk.NOW + 5)
    actor, other = actor_as("owner"), actor_as("owner")
    report = bulk.Report(77)
    report.add(bulk.each(actor.during(77), registry.get("toy"), bulk.Work("toy", "archive"), [toy.pk for toy in toys]))
    assert bulk.undo(other, 77).job_id is None
    assert bulk.undo(actor, 77).job_id == Job.objects.get().pk
    told: Any = bulk.undo_work(actor, cast("Any", Run()), run_id=77)
    assert told["done"] == bulk.NOW + 5
    assert not any(toy.is_archived for toy in Toy.objects.all())


class Run:
    """The part of a job's run that the work uses."""

    id = 1

    def step(self, done: int, total: int) -> object:
        return nullcontext()


def test_many_records_become_a_job_that_goes_on_after_a_crash_without_doing_anything_twice() -> None:
    toys = make_toys(bulk.NOW + 20)
    work = bulk.Work("toy", "set", values={"stage": "won"})
    actor = actor_as("owner")
    report = bulk.run(actor, work, [toy.pk for toy in toys])
    assert report.job_id == Job.objects.get().pk
    assert not Toy.objects.filter(stage="won").exists()
    # The worker had done ten of them when it died.
    bulk.each(actor.during(report.run_id), registry.get("toy"), work, [toy.pk for toy in toys[:10]])

    told: Any = bulk.bulk_work(actor, cast("Any", Run()), **Job.objects.get().arguments)
    assert told["done"] == bulk.NOW + 20
    assert Toy.objects.filter(stage="won").count() == bulk.NOW + 20
    assert Event.objects.filter(run_id=report.run_id).count() == bulk.NOW + 20
