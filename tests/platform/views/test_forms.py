"""Forms: making, changing, keeping what was typed, and saying what is wrong where it is wrong."""

import json
from typing import Any

import pytest

from rapport.platform import panels, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import SYSTEM, make
from tests.make_sales import make_opportunity
from tests.platform.views.pages import hidden, links, me, script, signed_in, text, words

pytestmark = pytest.mark.django_db


def toys() -> Any:
    return registry.get("toy").model._default_manager


def make_toy(**values: Any) -> Any:
    return make("toy", **{"name": "Train", **values})


FILLED = """name maker stage uses price pieces margin weight build_time launched_on sold_at open contact hotline site
note tags resellers""".replace("\n", " ")


def test_a_new_record_without_script_from_the_whole_form() -> None:
    client, maker = signed_in(), make("maker", name="Holz")
    answer = client.post(
        "/toys/new",
        {
            "name": "Train", "maker": str(maker.pk), "stage": "built", "uses": ["indoor", "bath"], "price": "1,234.50",
            "price_currency": "USD", "pieces": "12", "margin": "25", "weight": "0.5", "build_time": "1 h 30 min",
            "launched_on": "2026-03-01", "sold_at": "2026-03-01T10:30", "open": "on", "contact": "A@Example.org",
            "hotline": "040 5557310", "site": "example.org", "note": "a\nb", "tags_text": "red, blue",
            "resellers": [str(maker.pk)], "fields": FILLED.replace(" ", ","),
        },
    )  # fmt: skip
    toy = toys().get()
    assert answer.status_code == 303 and answer.headers["Location"] == f"/toys/{toy.pk}"
    assert (toy.name, toy.maker_id, toy.uses, toy.pieces) == ("Train", maker.pk, ["indoor", "bath"], 12)
    assert (toy.price.currency, str(toy.price.amount.normalize())) == ("USD", "1234.5")
    assert (toy.contact, toy.site, toy.build_time.total_seconds()) == ("a@example.org", "https://example.org", 5400)
    assert registry.get("toy").field("tags").read(toy) == ["blue", "red"]
    assert toy.owner_id == me(client).pk


def test_a_box_that_is_not_ticked_is_no() -> None:
    signed_in().post("/toys/new", {"name": "Train", "fields": "name,open"})
    assert toys().get().open is False


def test_what_is_wrong_is_said_at_the_field_and_everything_typed_stays() -> None:
    answer = signed_in().post(
        "/toys/new",
        {"name": "", "pieces": "many", "price": "12x", "note": "my long note", "fields": "name,pieces,price,note"},
    )
    page = text(answer)
    assert answer.status_code == 422 and not toys().exists()
    assert "my long note" in page and 'value="many"' in page
    assert page.count('aria-invalid="true"') == 3
    assert "is not a" in page or "not a number" in page.lower()


def test_a_field_one_may_not_write_is_ignored_as_if_it_did_not_exist() -> None:
    client = signed_in("sales")
    client.post("/toys/new", {"name": "Train", "secret_recipe": "x", "created_by": "1", "fields": "name,secret_recipe"})
    assert toys().get().secret_recipe == ""


@pytest.mark.parametrize(
    "body", [{"fields": "\x00"}, {"name": "x" * 1_000_000}, {"name": ["a", "b"]}, {"name": "\x00\u202e"}, {}]
)
def test_hostile_bodies_are_refused_in_words(body: dict[str, Any]) -> None:
    answer = signed_in().post("/toys/new", body)
    assert answer.status_code in (303, 422)


def test_a_missing_reference_is_made_in_place_or_not_at_all() -> None:
    client = signed_in()
    sent = {"name": "Train", "maker": "new:workshop:Neue Werkstatt", "fields": "name,maker,pieces", "pieces": "x"}
    assert client.post("/toys/new", sent).status_code == 422
    assert not registry.get("maker").model._default_manager.exists()
    client.post("/toys/new", {**sent, "pieces": "3"})
    toy = toys().get()
    assert (toy.maker.name, toy.maker.kind) == ("Neue Werkstatt", "workshop")


@pytest.mark.parametrize(
    "raw", ["new:user:Eve", "new:toy:x", "new:", "new:maker", "new:nothing:x", "999999", "x" * 500, "-1"]
)
def test_a_reference_that_is_none_is_refused_at_its_field(raw: str) -> None:
    answer = signed_in().post("/toys/new", {"name": "Train", "maker": raw, "fields": "name,maker"})
    assert answer.status_code == 422 and not toys().exists()


def test_without_script_a_name_typed_into_a_picker_is_looked_up() -> None:
    maker = make("maker", name="Holz & Co")
    signed_in().post("/toys/new", {"name": "Train", "maker_text": "holz & co", "fields": "name,maker"})
    assert toys().get().maker_id == maker.pk


def test_the_picker_proposes_what_fits_and_making_it() -> None:
    make("maker", name="Holzwurm")
    make("maker", name="Blech")
    said = text(signed_in().get("/makers/options", {"q": "holz", "create": "1"}, **script()))
    assert "Holzwurm" in said and "Blech" not in said and "data-create" in said


def test_the_picker_shows_nothing_one_may_not_see() -> None:
    make_opportunity("Secret deal")
    assert "Secret" not in text(signed_in("sales").get("/opportunities/options", {"q": "secret"}, **script()))


def test_a_record_like_it_is_pointed_out_before_a_second_one_is_made() -> None:
    make("maker", name="Holz")
    client = signed_in()
    answer = client.post("/makers/new", {"name": "holz", "fields": "name"})
    assert answer.status_code == 422 and "There may already be one" in words(answer)
    client.post("/makers/new", {"name": "holz", "fields": "name", "anyway": hidden(answer, "anyway")})
    assert registry.get("maker").model._default_manager.count() == 2


def test_a_duplicate_one_may_not_see_is_not_hinted_at() -> None:
    make_opportunity("Deal", external_id="X1")
    answer = signed_in("sales").post(
        "/opportunities/new", {"name": "Other", "external_id": "X1", "fields": "name,external_id"}
    )
    assert "There may already be one" not in words(answer)


def test_the_quick_form_in_the_panel_closes_it_and_says_so_with_undo() -> None:
    client = signed_in()
    form = client.get("/toys/new", **script("panel-body"))
    assert hidden(form, "place") == "panel" and hidden(form, "fields") == "name,maker"
    answer = client.post("/toys/new", {"name": "Train", "fields": "name,maker", "place": "panel"}, **script())
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    event = Event.objects.get(object="toy")
    assert answer.status_code == 204 and toast["undo_url"] == f"/events/{event.pk}/undo?together=1"


def test_the_address_can_fill_a_field_in() -> None:
    maker = make("maker", name="Holz")
    page = text(signed_in().get("/toys/new", {"maker": str(maker.pk), "name": "Prefilled", "nothing": "x"}))
    assert "Prefilled" in page and "Holz" in page


# --- changing --------------------------------------------------------------------------------------------------------


def test_a_change_writes_only_what_differs_and_tells_it() -> None:
    toy, client = make_toy(pieces=3, note="keep"), signed_in()
    form = client.get(f"/toys/{toy.pk}/edit")
    client.post(
        f"/toys/{toy.pk}/edit",
        {"name": "Train", "pieces": "4", "note": "keep", "fields": "name,pieces,note", "was": hidden(form, "was")},
    )
    assert Event.objects.latest("pk").changes == {"pieces": [3, 4]}


def test_changes_of_different_fields_at_the_same_time_both_stay() -> None:
    toy, client = make_toy(pieces=3, note="old"), signed_in()
    was = hidden(client.get(f"/toys/{toy.pk}/edit"), "was")
    records.update(SYSTEM, toy, {"note": "theirs"})
    answer = client.post(f"/toys/{toy.pk}/edit", {"pieces": "4", "note": "old", "fields": "pieces,note", "was": was})
    toy.refresh_from_db()
    assert (answer.status_code, toy.pieces, toy.note) == (303, 4, "theirs")


def test_the_same_field_changed_twice_offers_both_values_and_loses_neither() -> None:
    toy, client = make_toy(pieces=3), signed_in()
    was = hidden(client.get(f"/toys/{toy.pk}/edit"), "was")
    records.update(SYSTEM, toy, {"pieces": 5})
    sent = {"name": "Mine", "pieces": "7", "fields": "name,pieces", "was": was}
    answer = client.post(f"/toys/{toy.pk}/edit", sent)
    page = text(answer)
    assert answer.status_code == 409 and 'value="7"' in page and 'value="5"' in page
    assert hidden(answer, "name") == "Mine"
    toy.refresh_from_db()
    assert (toy.pieces, toy.name) == (5, "Train")
    client.post(f"/toys/{toy.pk}/edit", {"pieces": "7", "name": "Mine", "fields": hidden(answer, "fields")})
    toy.refresh_from_db()
    assert (toy.pieces, toy.name) == (7, "Mine")


def test_an_edit_refused_keeps_what_was_typed() -> None:
    toy, client = make_toy(), signed_in()
    answer = client.post(f"/toys/{toy.pk}/edit", {"name": "", "note": "typed for an hour", "fields": "name,note"})
    assert answer.status_code == 422 and "typed for an hour" in text(answer)


def test_who_may_only_read_gets_no_form() -> None:
    toy = make_toy()
    assert signed_in("read_only").get(f"/toys/{toy.pk}/edit").status_code == 404
    assert signed_in("read_only").get("/toys/new").status_code == 403


# --- composers -------------------------------------------------------------------------------------------------------


def test_a_composer_asks_two_fields_and_knows_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_composers", {})
    panels.composer(
        "toy",
        key="c",
        label="Call",
        icon="phone",
        object="play",
        link="toy",
        preset={"kind": "call"},
        fields=("subject", "score"),
    )
    toy, client = make_toy(), signed_in()
    page = client.get(f"/toys/{toy.pk}")
    assert 'data-key="c"' in text(page) and f"/plays/new?compose=toy.c&about=toy%3A{toy.pk}" in links(page)
    form = client.get("/plays/new", {"compose": "toy.c", "about": f"toy:{toy.pk}"}, **script("panel-body"))
    assert hidden(form, "fields") == "subject,score"
    sent = {name: hidden(form, name) for name in ("fields", "compose", "about", "place")}
    client.post("/plays/new", {**sent, "subject": "Talked", "score": "5"}, **script())
    play: Any = registry.get("play").model._default_manager.get()
    assert (play.subject, play.kind, play.toy_id, play.score) == ("Talked", "call", toy.pk, 5)


def test_a_composer_on_a_record_one_may_not_see_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    deal = make_opportunity("Secret")
    client = signed_in("sales")
    monkeypatch.setattr(panels, "_composers", {})
    panels.composer("*", key="n", label="Note", icon="sticky-note", object="play", link="about", fields=("subject",))
    assert client.get("/plays/new", {"compose": "*.n", "about": f"opportunity:{deal.pk}"}).status_code == 404


def test_another_record_like_it_is_pointed_out_after_the_name_was_changed() -> None:
    make("maker", name="Holz")
    make("maker", name="Blech")
    client = signed_in()
    first = client.post("/makers/new", {"name": "Holz", "fields": "name"})
    again = client.post("/makers/new", {"name": "Blech", "fields": "name", "anyway": hidden(first, "anyway")})
    assert again.status_code == 422 and "There may already be one" in words(again)
