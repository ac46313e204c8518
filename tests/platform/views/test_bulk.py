"""Many at once: each by its own rights, each fate told, all of it undone together."""

from __future__ import annotations

import re

import pytest

from rapport.platform import records, runs
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.platform.views.pages import links
from tests.platform.views.site import SYSTEM, make_toys, make_user, visit, visit_as
from tests.toyshop.models import Maker, Toy

pytestmark = pytest.mark.django_db


def test_a_field_of_the_ticked_records_is_changed_and_can_be_undone_together() -> None:
    toys = make_toys(3)
    client = visit_as("owner")
    asked = {"ids": [toys[0].pk, toys[1].pk], "field": "stage", "apply": "1", "stage": "won"}
    text = client.post("/toys/bulk/edit", asked).content.decode()
    assert "2 records were changed" in text
    assert sorted(Toy.objects.values_list("stage", flat=True)) == ["built", "won", "won"]
    run = Event.objects.latest("id").run_id
    assert client.post(f"/events/runs/{run}/undo").status_code == 303
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


# --- first what would happen ------------------------------------------------------------------------------------------


def words(answer: object) -> str:
    text = answer.content.decode()  # type: ignore[attr-defined]  # a response
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def test_the_preview_tells_what_would_happen_and_changes_nothing() -> None:
    toys = [*make_toys(2), *make_toys(1, stage="won")]
    asked = {"ids": [toy.pk for toy in toys], "field": "stage", "stage": "won", "do": "preview"}
    client = visit_as("owner")
    seen = words(client.post("/toys/bulk/edit?view=all", asked))
    assert "Would change 2 Stay as they are 1 Refused 0" in seen
    assert "Toy 0001 Stage Built Closed won" in seen
    assert "Change 2 records" in seen
    assert sorted(Toy.objects.values_list("stage", flat=True)) == ["built", "built", "won"]
    assert not runs.Run.objects.exists()
    # What the preview carries is what its button sends.
    done = words(client.post("/toys/bulk/edit?view=all", asked | {"do": "run"}))
    assert "2 records were changed" in done
    assert "Unchanged 1" in done


def test_several_fields_are_changed_together() -> None:
    toys = make_toys(2)
    client = visit_as("owner")
    asked = {"ids": [toy.pk for toy in toys], "field": ["stage"], "stage": "won", "do": "add", "another": "pieces"}
    form = client.post("/toys/bulk/edit", asked).content.decode()
    assert 'name="pieces"' in form
    assert 'name="field" value="stage"' in form
    assert 'name="field" value="pieces"' in form
    client.post("/toys/bulk/edit", {**asked, "field": ["stage", "pieces"], "pieces": "12", "do": "run"})
    assert set(Toy.objects.values_list("stage", "pieces")) == {("won", 12)}


def test_a_record_that_would_be_made_on_the_way_is_not_made_for_a_preview() -> None:
    [toy] = make_toys(1)
    client = visit_as("owner")
    asked = {"ids": [toy.pk], "field": "maker", "maker": "new:workshop:Sol & Daughters", "do": "preview"}
    assert "Sol &amp; Daughters" in client.post("/toys/bulk/edit", asked).content.decode()
    assert not Maker.objects.exists()
    client.post("/toys/bulk/edit", asked | {"do": "run"})
    assert Toy.objects.get().maker_id == Maker.objects.get(name="Sol & Daughters").pk


def test_the_page_of_a_run_is_found_again_and_gives_every_fate() -> None:
    toys = make_toys(2)
    client = visit_as("owner")
    client.post("/toys/bulk/edit", {"ids": [toy.pk for toy in toys], "field": "pieces", "pieces": "7", "do": "run"})
    run = runs.Run.objects.get()
    assert f"/runs/{run.pk}" in links(client.get("/runs"))
    assert "Pieces → 7" in words(client.get(f"/runs/{run.pk}"))
    assert "Toy 0001" in words(client.get(f"/runs/{run.pk}?outcome=changed"))
    lines = b"".join(client.get(f"/runs/{run.pk}/report").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Toy 0002" in lines
    assert lines.count("Changed") == 2
    assert visit_as("owner").get(f"/runs/{run.pk}").status_code in (200, 404)
    assert visit_as("sales").get(f"/runs/{run.pk}").status_code == 404
