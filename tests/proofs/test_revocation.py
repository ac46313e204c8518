"""What somebody may no longer do ends at once: at the next page of an export, the next step of a job, the next click.

Each test begins something with a right, takes the right away in the middle, and looks at what left or changed after.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from rapport.base.clock import now
from rapport.platform import jobs, query, runs
from rapport.platform.access import Actor, actor_for_token
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Role
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import Token, User
from rapport.platform.audit.models import AuditEntry
from rapport.platform.jobs import queue
from rapport.platform.jobs.run import perform
from rapport.platform.objects import registry
from rapport.platform.runs import Work
from rapport.platform.transfer import pages
from rapport.platform.transfer import run as imports
from rapport.platform.transfer.export import Form, everything, export
from rapport.platform.transfer.job import start
from rapport.platform.transfer.models import Import
from tests.platform.transfer.bring import begun
from tests.platform.views.site import make_toys
from tests.proofs.losing import SYSTEM, close, give, leave
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db
TOY = registry.get("toy")


@pytest.fixture
def pages_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.platform.transfer.export.PAGE", 10)


# --- an export that is being written ----------------------------------------------------------------------------------


def texts_of(form: Form, content: bytes) -> str:
    if form != "xlsx":
        return content.decode()
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return "\n".join(str(cell) for row in sheet.values for cell in row if cell is not None)


def hide_prices(role: Role, _user: User) -> None:
    FieldRule.objects.filter(role=role, sensitivity="sensitive").update(level="hidden")
    rights_changed()


LOSSES: dict[str, Callable[[Role, User], None]] = {
    "the right to export": lambda role, _user: give(role, "export", "none"),
    "the role": leave,
    "the account": lambda _role, user: close(user),
    "a class of fields it holds": hide_prices,
}


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize("loss", LOSSES)
def test_an_export_ends_with_the_right_to_it(
    role: Role, user: User, actor: Actor, pages_of_ten: None, monkeypatch: pytest.MonkeyPatch, loss: str, form: Form
) -> None:
    make_toys(30)
    after_pages(monkeypatch, 2, lambda: LOSSES[loss](role, user))
    said = texts_of(form, b"".join(export(actor, everything(actor, TOY), form, whole=True)))
    assert sum(f"Toy {number:04}" in said for number in range(1, 31)) == 20
    assert "Stopped after 20 records" in said
    told = AuditEntry.objects.filter(kind="exported").latest("pk")
    facts = orjson.loads(told.detail)
    assert (facts["count"], facts["complete"]) == (20, False)


def after_pages(monkeypatch: pytest.MonkeyPatch, number: int, change: Callable[[], Any]) -> None:
    """Have something happen right after an export has read so many pages."""
    count = pages.Pages._count
    seen = []

    def counted(self: pages.Pages, rows: int) -> None:
        count(self, rows)
        seen.append(rows)
        if len(seen) == number:
            change()

    monkeypatch.setattr(pages.Pages, "_count", counted)


def test_an_export_goes_on_with_what_is_still_allowed_and_says_so(
    role: Role, user: User, actor: Actor, pages_of_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_toys(40)
    Toy.objects.filter(pk__in=[toy.pk for toy in made[::2]]).update(owner=user)
    after_pages(monkeypatch, 1, lambda: give(role, "export", "own"))
    said = b"".join(export(actor, query.plan(actor, TOY, "", select=["name"], sort="id"), "csv")).decode()
    names = {f"Toy {number:04}" for number in range(1, 41) if f"Toy {number:04}" in said}
    mine = {toy.name for toy in made[::2]}
    assert names == {toy.name for toy in made[:10]} | mine
    assert "Rights changed after 10 records" in said


def test_an_export_that_nobody_touches_says_nothing(actor: Actor, pages_of_ten: None) -> None:
    make_toys(30)
    said = b"".join(export(actor, everything(actor, TOY), "jsonl")).decode()
    assert said.count("Toy 00") == 30
    assert "note" not in said.splitlines()[-1][:8]


def test_an_export_by_a_token_ends_with_the_token(
    user: User, pages_of_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_toys(30)
    token, secret = tokens.make(user, "test")
    actor = actor_for_token(secret)
    assert actor is not None
    after_pages(monkeypatch, 1, lambda: Token.objects.filter(pk=token.pk).update(revoked_at=now()))
    assert "Stopped after 10 records" in b"".join(export(actor, everything(actor, TOY), "csv")).decode()


# --- work in the background -------------------------------------------------------------------------------------------


@pytest.fixture
def steps_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("run", "undo"):
        module = import_module(f"rapport.platform.runs.{name}")
        monkeypatch.setattr(module, "STEP", 10)
        monkeypatch.setattr(module, "NOW", 5)


def at_step(monkeypatch: pytest.MonkeyPatch, number: int, change: Callable[[], Any]) -> None:
    """Have something happen right before a job takes its step of this number."""
    step = jobs.Run.step
    seen = []

    def stepped(self: jobs.Run, *sizes: Any) -> Any:
        seen.append(sizes)
        if len(seen) == number:
            change()
        return step(self, *sizes)

    monkeypatch.setattr(jobs.Run, "step", stepped)


def work_off() -> None:
    while (job := queue.claim("here")) is not None:
        perform(job)


def begin(actor: Actor) -> runs.Run:
    return runs.begin(actor, TOY, Work("set", {"stage": "won"}), text="stage = built")


def test_a_change_of_many_that_waits_does_nothing_once_the_right_is_gone(
    role: Role, actor: Actor, steps_of_ten: None
) -> None:
    make_toys(30)
    run = begin(actor)
    give(role, "mass", "none")
    work_off()
    run.refresh_from_db()
    assert (run.state, Toy.objects.filter(stage="won").count()) == ("failed", 0)
    assert "You may not do this" in run.message


@pytest.mark.parametrize("loss", ["the right", "the account"])
def test_a_change_of_many_ends_at_its_next_step(
    role: Role, user: User, actor: Actor, steps_of_ten: None, monkeypatch: pytest.MonkeyPatch, loss: str
) -> None:
    make_toys(30)
    run = begin(actor)
    # The first step chooses the records; then they go by tens.
    at_step(monkeypatch, 3, lambda: give(role, "mass", "none") if loss == "the right" else close(user))
    work_off()
    run.refresh_from_db()
    assert (run.state, Toy.objects.filter(stage="won").count(), run.changed) == ("failed", 10, 10)
    assert run.message


def test_a_change_of_many_goes_on_with_the_records_one_may_still_change(
    role: Role, user: User, actor: Actor, steps_of_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_toys(30)
    Toy.objects.filter(pk__in=[toy.pk for toy in made[10:15]]).update(owner=user)
    run = begin(actor)
    at_step(monkeypatch, 3, lambda: give(role, "edit", "own"))
    work_off()
    run.refresh_from_db()
    assert (run.state, run.changed, run.refused) == ("done", 15, 15)
    assert set(Toy.objects.filter(stage="won").values_list("pk", flat=True)) == {toy.pk for toy in made[:15]}


def test_taking_back_ends_at_its_next_step(
    role: Role, user: User, actor: Actor, steps_of_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_toys(30)
    run = begin(actor)
    work_off()
    runs.undo(actor, run)
    at_step(monkeypatch, 2, lambda: close(user))
    work_off()
    assert Toy.objects.filter(stage="built").count() == 10
    assert runs.find(SYSTEM, run.pk).state == "failed"


def test_what_a_token_began_stays_within_its_limits(user: User, steps_of_ten: None) -> None:
    """A job used to run with everything its user may, whatever the token that asked for it was limited to."""
    make_toys(30)
    secret = tokens.make(user, "test", scopes=("read", "mass:toy", "edit:toy"))[1]
    actor = actor_for_token(secret)
    assert actor is not None
    begin(actor)
    job = queue.claim("here")
    assert job is not None
    seen: list[Actor] = []

    def note(actor: Actor, *_rest: Any, **_more: Any) -> None:
        seen.append(actor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rapport.platform.jobs.registry.call", lambda _known, actor, *_rest: note(actor))
        perform(job)
    assert seen[0].may(TOY, "edit") == "all"
    assert seen[0].may(TOY, "delete") == seen[0].may(registry.get("maker"), "edit") == "none"


def test_what_a_token_began_ends_with_the_token(user: User, steps_of_ten: None) -> None:
    make_toys(30)
    token, secret = tokens.make(user, "test")
    actor = actor_for_token(secret)
    assert actor is not None
    begin(actor)
    tokens.revoke(token)
    work_off()
    assert Toy.objects.filter(stage="won").count() == 0


MAPPING = '[[record]]\nobject = "toy"\nkeys = ["name"]\n[record.fields]\nname = "Name"\n'


def bring_thirty(actor: Actor) -> Import:
    found = begun("Name\n" + "".join(f"Bear {number:02}\n" for number in range(30)), MAPPING, actor)
    start(found, actor)
    return found


@pytest.mark.parametrize(("lost", "state"), [(("create",), "done"), (("create", "edit"), "failed")])
def test_a_file_is_brought_in_no_further_once_the_right_is_gone(
    role: Role, actor: Actor, monkeypatch: pytest.MonkeyPatch, lost: tuple[str, ...], state: str
) -> None:
    """Row by row where something else of it may still be done, and as a whole where nothing may."""
    monkeypatch.setattr(imports.go, "__kwdefaults__", {**(imports.go.__kwdefaults__ or {}), "chunk": 10})
    found = bring_thirty(actor)

    def lose() -> None:
        for action in lost:
            give(role, action, "none")

    at_step(monkeypatch, 2, lose)
    work_off()
    found.refresh_from_db()
    assert (found.state, Toy.objects.filter(name__startswith="Bear").count()) == (state, 10)
    assert found.message or found.counts["rows"] == {"created": 10, "refused": 20}


def test_a_file_that_waits_is_not_brought_in_for_somebody_who_left(user: User, actor: Actor) -> None:
    bring_thirty(actor)
    close(user)
    work_off()
    assert not Toy.objects.filter(name__startswith="Bear").exists()
