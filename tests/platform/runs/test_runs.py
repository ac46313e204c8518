"""Runs: one change for many records, each by its own rights and rules; previewed, resumed, told, undone."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rapport.platform import records, runs
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.events.models import Event
from rapport.platform.jobs.models import Job
from rapport.platform.objects import registry
from rapport.platform.runs import CHANGED, REFUSED, UNCHANGED, Run, RunRecord, State, Work
from rapport.platform.runs.run import STEP, run_work
from rapport.platform.runs.undo import undo_work
from tests.make import SYSTEM, actor_as, make_user
from tests.platform.views.site import make_toys
from tests.toyshop.models import Toy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
# The package has a function of the same name.
PREVIEW = import_module("rapport.platform.runs.preview")
WON = Work("set", {"stage": "won"})


def toy_object() -> Any:
    return registry.get("toy")


def test_fates_tell_changed_unchanged_and_refused_apart() -> None:
    user = make_user(roles=("sales",))
    role = Role.objects.get(key="sales")
    for action, scope in {"read": "all", "mass": "all", "edit": "own"}.items():
        Grant.objects.update_or_create(role=role, object="toy", action=action, defaults={"scope": scope})
    rights_changed()
    mine, ready, foreign = (
        *make_toys(1, owner=user.pk),
        *make_toys(1, owner=user.pk, stage="won"),
        *make_toys(1, name="Foreign"),
    )
    run = runs.begin(actor_as(user), toy_object(), WON, ids=[mine.pk, ready.pk, foreign.pk])
    assert (run.changed, run.unchanged, run.refused) == (1, 1, 1)
    fates = dict(RunRecord.objects.filter(run=run).values_list("record_id", "outcome"))
    assert fates == {mine.pk: CHANGED, ready.pk: UNCHANGED, foreign.pk: REFUSED}
    [(row, name)] = runs.fates(actor_as(user), run, REFUSED)
    assert (name, row.reason) == ("Foreign", "You may read this record, not change it.")


def test_a_preview_counts_by_doing_it_and_leaves_nothing_behind() -> None:
    make_toys(3)
    make_toys(2, stage="won")
    versions = sorted(Toy.objects.values_list("version", flat=True))
    seen = runs.preview(actor_as("owner"), toy_object(), WON)
    assert (seen.total, seen.changed, seen.unchanged, seen.refused) == (5, 3, 2, 0)
    assert seen.samples[0].changes["stage"] == ("built", "won")
    assert sorted(Toy.objects.values_list("version", flat=True)) == versions
    assert not Event.objects.filter(run_id=-1).exists()
    assert not Run.objects.exists()


def test_a_preview_looks_at_all_of_many_where_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    make_toys(2 * STEP)
    last = make_toys(30, stage="won")[-1]
    monkeypatch.setattr(PREVIEW, "SECONDS", 1_000)
    seen = runs.preview(actor_as("owner"), toy_object(), WON)
    assert seen.is_complete
    assert (seen.total, seen.looked, seen.changed, seen.unchanged) == (430, 430, 400, 30)
    monkeypatch.setattr(PREVIEW, "SECONDS", 0)
    chosen = list(Toy.objects.order_by("pk").values_list("pk", flat=True))
    seen = runs.preview(actor_as("owner"), toy_object(), WON, ids=chosen)
    assert (seen.total, seen.looked, seen.changed) == (430, STEP, STEP)
    assert not seen.is_complete
    last.refresh_from_db()
    assert last.version == 1


def test_a_preview_of_many_says_how_many_are_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(roles=("sales",))
    role = Role.objects.get(key="sales")
    for action, scope in {"read": "all", "mass": "own", "edit": "all"}.items():
        Grant.objects.update_or_create(role=role, object="toy", action=action, defaults={"scope": scope})
    rights_changed()
    make_toys(210, owner=user.pk)
    make_toys(30)
    monkeypatch.setattr(PREVIEW, "SECONDS", 1_000)
    seen = runs.preview(actor_as(user), toy_object(), WON)
    assert (seen.total, seen.looked, seen.out_of_reach, seen.changed, seen.refused) == (240, 240, 0, 210, 30)
    monkeypatch.setattr(PREVIEW, "SECONDS", 0)
    seen = runs.preview(actor_as(user), toy_object(), WON)
    assert (seen.total, seen.looked, seen.out_of_reach) == (240, 200, 30)
    assert not seen.is_complete


def test_what_the_change_moves_out_of_the_filter_is_still_done() -> None:
    make_toys(STEP + 40)
    run = runs.begin(actor_as("owner"), toy_object(), WON, text="stage = built")
    told = run_work(job_actor(run), cast("Any", Steps()), run_id=run.pk)
    assert told == {"run_id": run.pk, "done": STEP + 40, "left_out": 0}
    assert not Toy.objects.exclude(stage="won").exists()


def test_many_become_a_job_that_goes_on_where_it_died_and_does_nothing_twice() -> None:
    make_toys(2 * STEP + 10)
    run = runs.begin(actor_as("owner"), toy_object(), WON)
    assert run.job_id == Job.objects.get().pk
    assert not Toy.objects.filter(stage="won").exists()
    with pytest.raises(KeyboardInterrupt):
        run_work(job_actor(run), cast("Any", Steps(dies_after=2)), run_id=run.pk)
    assert Toy.objects.filter(stage="won").count() == STEP
    run.refresh_from_db()
    assert (run.state, run.done) == (State.RUNNING, STEP)
    run_work(job_actor(run), cast("Any", Steps()), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.changed, run.total) == (State.DONE, 2 * STEP + 10, 2 * STEP + 10)
    assert Event.objects.filter(run_id=run.pk).count() == 2 * STEP + 10


def test_the_number_of_statements_does_not_follow_the_number_of_records() -> None:
    numbers = []
    for size in (20, 120):
        toys = make_toys(size)
        with CaptureQueriesContext(connection) as seen:
            runs.begin(actor_as("owner"), toy_object(), WON, ids=[toy.pk for toy in toys])
        # Writing back is one statement per record on both databases (executemany); the log counts it once or each.
        numbers.append(len([one for one in seen.captured_queries if not one["sql"].startswith("UPDATE toyshop")]))
    assert numbers[1] - numbers[0] < 20


def test_an_undone_run_leaves_what_somebody_changed_since_and_names_it() -> None:
    actor = actor_as("owner")
    first, second = make_toys(2)
    run = runs.begin(actor, toy_object(), WON, ids=[first.pk, second.pk])
    records.update(SYSTEM, Toy.objects.get(pk=second.pk), {"stage": "lost"})
    runs.undo(actor, run)
    run.refresh_from_db()
    assert (run.state, run.undone, run.left) == (State.UNDONE, 1, 1)
    assert Toy.objects.get(pk=first.pk).stage == "built"
    assert Toy.objects.get(pk=second.pk).stage == "lost"
    [(row, _name)] = runs.fates(actor, run, "left")
    assert row.record_id == second.pk
    assert "changed since: Stage" in row.left
    with pytest.raises(ValidationError):
        runs.undo(actor, run)


def test_words_and_records_of_several_kinds_are_put_back_together() -> None:
    actor, makers = actor_as("owner"), registry.get("maker")
    made = [
        records.create(SYSTEM, makers, {"name": f"Maker {n}", "kind": kind, "tags": ["old"]})
        for n, kind in enumerate(("workshop", "factory", "workshop"))
    ]
    ids = [maker.pk for maker in made]
    run = runs.begin(actor, makers, Work("tag", {"tags": ["new"]}), ids=ids)
    tags = makers.field("tags")
    assert tags.load_links(ids) == {pk: ["new", "old"] for pk in ids}
    records.update(SYSTEM, type(made[0]).objects.get(pk=ids[0]), {"tags": ["other"]})
    runs.undo(actor, run)
    assert tags.load_links(ids) == {ids[0]: ["other"], ids[1]: ["old"], ids[2]: ["old"]}
    assert (run.undone, run.left) == (2, 1)
    assert Event.objects.filter(kind="maker.undone", reason="Undone").count() == 2


def test_a_large_run_is_taken_back_by_a_job_and_only_by_who_made_it() -> None:
    make_toys(STEP + 5)
    actor = actor_as("owner")
    run = runs.begin(actor, toy_object(), Work("archive"))
    run_work(actor, cast("Any", Steps()), run_id=run.pk)
    run.refresh_from_db()
    with pytest.raises(PermissionDenied):
        runs.undo(actor_as("owner"), run)
    runs.undo(actor, run)
    assert run.state == State.UNDOING
    undo_work(actor, cast("Any", Steps()), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.undone) == (State.UNDONE, STEP + 5)
    assert not any(toy.is_archived for toy in Toy.objects.all())


def test_a_run_whose_job_was_stopped_says_so() -> None:
    make_toys(STEP + 1)
    actor = actor_as("owner")
    run = runs.begin(actor, toy_object(), WON)
    Job.objects.update(state="cancelled")
    assert runs.find(actor, run.pk).state == State.FAILED


def test_fields_that_may_not_be_written_are_refused_before_anything_is() -> None:
    make_toys(1)
    with pytest.raises(ValidationError):
        runs.begin(actor_as("sales"), toy_object(), Work("set", {"secret_recipe": "x"}))
    with pytest.raises(PermissionDenied):
        runs.begin(actor_as("read_only"), toy_object(), WON)
    assert not Run.objects.exists()


def test_one_press_that_wrote_twice_is_undone_whole() -> None:
    [toy] = make_toys(1)
    actor = actor_as("owner")
    pressing = replace(actor, request="press-1")
    records.update(pressing, toy, {"note": "too dear"})
    records.update(pressing, Toy.objects.get(), {"stage": "lost"})
    records.undo_together(actor, Event.objects.latest("id"))
    found = Toy.objects.get()
    assert (found.note or "", found.stage) == ("", "built")


# --- the part of a job's run that the work uses -----------------------------------------------------------------------


class Steps:
    """Steps as a worker makes them, which dies after some of them."""

    def __init__(self, dies_after: int = 10**9) -> None:
        self.left = dies_after

    @contextmanager
    def step(self, _done: int | None = None, _total: int | None = None) -> Iterator[None]:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        with transaction.atomic():
            yield


def job_actor(run: Run) -> Any:
    from rapport.platform.access import actor_for

    assert run.user_id is not None
    return actor_for(run.user_id, "job")
