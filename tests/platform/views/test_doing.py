"""What one does with one record: a field in place, an Action, a stage, away and back, sharing, files, the map."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from rapport.base.money import Money
from rapport.platform import files, panels, records
from rapport.platform.access.models import Share
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref
from tests.make import SYSTEM, actor_as, make, make_team, make_user
from tests.make_sales import make_opportunity, stage
from tests.platform.views.pages import hidden, links, me, script, signed_in, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def make_toy(**values: Any) -> Any:
    return make("toy", **{"name": "Train", **values})


def toast(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.headers["HX-Trigger"])["toast"]
    return found


# --- one field in place ----------------------------------------------------------------------------------------------


def test_a_fact_changed_in_place_answers_with_the_fact_its_version_and_undo() -> None:
    toy, client = make_toy(pieces=3), signed_in()
    answer = client.post(f"/toys/{toy.pk}/field", {"field": "pieces", "value": "4", "version": "1"}, **script())
    toy.refresh_from_db()
    assert (toy.pieces, answer.status_code) == (4, 200)
    assert (
        f'id="fact-toy-{toy.pk}-pieces"' in text(answer)
        and 'data-version="2"' in text(answer)
        and "typed by" in text(answer)
    )
    client.post(toast(answer)["undo_url"])
    toy.refresh_from_db()
    assert toy.pieces == 3


def test_a_cell_of_a_list_answers_with_its_row() -> None:
    toy = make_toy(pieces=3)
    url = f"/toys/{toy.pk}/field?columns=name,pieces"
    answer = signed_in().post(url, {"field": "pieces", "value": "4", "version": "1"}, **script())
    assert text(answer).strip().startswith("<tr") and f'id="row-{toy.pk}"' in text(answer) and ">4<" in text(answer)


def test_the_editor_of_a_field_is_drawn_by_its_kind() -> None:
    toy, client = make_toy(stage="built", note="long\ntext"), signed_in()
    assert "<select" in text(client.get(f"/toys/{toy.pk}/field?field=stage", **script()))
    assert "<textarea" in text(client.get(f"/toys/{toy.pk}/field?field=note", **script()))
    assert "data-combobox" in text(client.get(f"/toys/{toy.pk}/field?field=maker", **script()))


@pytest.mark.parametrize(
    ("value", "status"), [("many", 422), ("", 200), ("9" * 40, 422), ("\x00", 422), ("1" * 100_000, 422)]
)
def test_a_wrong_value_in_place_is_refused_in_words(value: str, status: int) -> None:
    toy = make_toy(pieces=3)
    answer = signed_in().post(f"/toys/{toy.pk}/field", {"field": "pieces", "value": value, "version": "1"}, **script())
    assert answer.status_code == status
    if status == 422:
        toy.refresh_from_db()
        assert toy.pieces == 3 and words(answer)


@pytest.mark.parametrize("field", ["nothing", "", "secret_recipe", "version", "id", "created_at\x00"])
def test_a_field_one_may_not_see_answers_like_one_that_is_none(field: str) -> None:
    client = signed_in("sales")
    toy = make_toy(owner=me(client))
    assert client.post(f"/toys/{toy.pk}/field", {"field": field, "value": "x"}).status_code == 404


def test_a_field_that_is_only_read_is_refused() -> None:
    toy = make_toy()
    assert signed_in().post(f"/toys/{toy.pk}/field", {"field": "number", "value": "x"}).status_code == 403


def test_in_place_the_same_field_changed_meanwhile_offers_both_another_one_does_not() -> None:
    toy, client = make_toy(pieces=3), signed_in()
    records.update(SYSTEM, toy, {"pieces": 5})
    answer = client.post(f"/toys/{toy.pk}/field", {"field": "pieces", "value": "7", "version": "1"}, **script())
    assert answer.status_code == 409 and 'value="7"' in text(answer) and 'value="5"' in text(answer)
    chosen = {
        "field": hidden(answer, "field"),
        "whole": hidden(answer, "whole"),
        "pieces": "7",
        "version": hidden(answer, "version"),
    }
    client.post(f"/toys/{toy.pk}/field", chosen)
    toy.refresh_from_db()
    assert toy.pieces == 7
    records.update(SYSTEM, toy, {"note": "theirs"})
    sent = {"field": "pieces", "value": "8", "version": "3", "was": "7"}
    assert client.post(f"/toys/{toy.pk}/field", sent, **script()).status_code == 200
    toy.refresh_from_db()
    assert (toy.pieces, toy.note) == (8, "theirs")


# --- Actions ---------------------------------------------------------------------------------------------------------


def make_deal(client: Any, **values: Any) -> Any:
    return make_opportunity("Deal", owner=me(client), **values)


def test_an_action_with_questions_asks_them_and_one_without_is_posted_at_once() -> None:
    client = signed_in()
    deal = make_deal(client)
    page = client.get(f"/opportunities/{deal.pk}")
    assert {f"/opportunities/{deal.pk}/actions/win", f"/opportunities/{deal.pk}/actions/lose"} <= links(page)
    dialog = client.get(f"/opportunities/{deal.pk}/actions/lose", **script("dialogs"))
    assert "<dialog" in text(dialog) and 'name="reason"' in text(dialog)
    assert client.get(f"/opportunities/{deal.pk}/actions/lose").status_code == 200


def test_an_action_done_says_so_with_undo() -> None:
    client = signed_in()
    deal = make_deal(client)
    answer = client.post(f"/opportunities/{deal.pk}/actions/lose", {"reason": "price", "note": "too dear"}, **script())
    deal.refresh_from_db()
    assert (answer.status_code, deal.open, deal.reason, deal.reason_note) == (204, False, "price", "too dear")
    client.post(toast(answer)["undo_url"])
    deal.refresh_from_db()
    assert deal.open


def test_a_gate_asks_for_just_the_missing_fields_and_does_both_or_neither() -> None:
    client = signed_in()
    deal = make_deal(client)
    refused = client.post(f"/opportunities/{deal.pk}/actions/win", {"reason": "fit"}, **script())
    assert refused.status_code == 422
    assert set(hidden(refused, "gate").split(",")) == {"customer", "amount"}
    party = make("organisation", name="Nordlicht")
    half = {"reason": "fit", "gate": hidden(refused, "gate"), "amount": "100", "amount_currency": "EUR", "version": "1"}
    assert client.post(f"/opportunities/{deal.pk}/actions/win", half, **script()).status_code == 422
    deal.refresh_from_db()
    assert deal.open and deal.amount is None
    answer = client.post(f"/opportunities/{deal.pk}/actions/win", {**half, "customer": str(party.pk)}, **script())
    deal.refresh_from_db()
    assert (answer.status_code, deal.won, deal.amount) == (204, True, Money(Decimal(100), "EUR"))


def test_moving_to_a_gated_stage_asks_for_what_is_missing() -> None:
    client = signed_in()
    deal = make_deal(client)
    propose = stage("Propose")
    records.update(SYSTEM, propose, {"gates": ["amount"]})
    refused = client.post(f"/opportunities/{deal.pk}/stage", {"stage": str(propose.pk), "version": "1"}, **script())
    assert refused.status_code == 422 and hidden(refused, "gate") == "amount" and "<dialog" in text(refused)
    sent = {"stage": hidden(refused, "stage"), "gate": "amount", "amount": "50", "amount_currency": "EUR"}
    assert client.post(f"/opportunities/{deal.pk}/stage", sent, **script()).status_code == 204
    deal.refresh_from_db()
    assert (deal.stage_id, deal.amount) == (propose.pk, Money(Decimal(50), "EUR"))


@pytest.mark.parametrize("key", ["nothing", "__init__", "a" * 500, "win%00"])
def test_an_unknown_action_is_not_found(key: str) -> None:
    client = signed_in()
    assert client.post(f"/opportunities/{make_deal(client).pk}/actions/{key}").status_code == 404


def test_an_action_that_does_not_fit_the_state_is_refused_in_words() -> None:
    client = signed_in()
    deal = make_deal(client, in_stage="Lost")
    answer = client.post(f"/opportunities/{deal.pk}/actions/lose", {"reason": "price"})
    assert answer.status_code == 422 and "not possible" in words(answer)


def test_who_may_not_edit_does_nothing() -> None:
    deal = make_opportunity("Deal")
    client = signed_in("read_only")
    for path, sent in (
        ("actions/lose", {"reason": "price"}),
        ("stage", {"stage": "1"}),
        ("archive", {}),
        ("field", {"field": "name", "value": "x"}),
    ):
        assert client.post(f"/opportunities/{deal.pk}/{path}", sent).status_code == 404, path
    assert Event.objects.filter(object="opportunity").count() == 1


# --- away and back ---------------------------------------------------------------------------------------------------


def test_archived_and_brought_back_with_the_page_still_there() -> None:
    toy, client = make_toy(), signed_in()
    client.post(f"/toys/{toy.pk}/archive")
    toy.refresh_from_db()
    assert toy.is_archived
    page = client.get(f"/toys/{toy.pk}")
    assert "Archived" in words(page) and f"/toys/{toy.pk}/restore" in links(page) and "data-edit=" not in text(page)
    client.post(f"/toys/{toy.pk}/restore")
    toy.refresh_from_db()
    assert not toy.is_archived


@pytest.mark.parametrize("path", ["archive", "restore", "files"])
def test_reading_an_address_changes_nothing(path: str) -> None:
    assert signed_in().get(f"/toys/{make_toy().pk}/{path}").status_code == 405


def test_history_tells_every_change_and_takes_it_back() -> None:
    toy, client = make_toy(pieces=3), signed_in()
    client.post(f"/toys/{toy.pk}/field", {"field": "pieces", "value": "4"})
    page = client.get(f"/toys/{toy.pk}/history")
    event = Event.objects.latest("pk")
    assert "3 → 4" in words(page).replace("  ", " ") and f"/events/{event.pk}/undo" in links(page)
    client.post(f"/events/{event.pk}/undo")
    assert "Change undone" in words(client.get(f"/toys/{toy.pk}/history"))


def test_a_long_history_goes_on_page_by_page() -> None:
    toy, client = make_toy(pieces=0), signed_in()
    for number in range(1, 60):
        toy = records.update(SYSTEM, toy, {"pieces": number})
    first = client.get(f"/toys/{toy.pk}/history")
    more = next(link for link in links(first) if "before=" in link)
    second = client.get(more, **script("more"))
    assert "Created" in words(second) and "Created" not in words(first) and "<html" not in text(second)


# --- sharing ---------------------------------------------------------------------------------------------------------


def test_sharing_opens_one_record_to_one_person_and_closes_it_again() -> None:
    client = signed_in()
    deal = make_deal(client)
    ben = make_user("Ben", roles=("sales",))
    his = signed_in(user=ben)
    assert his.get(f"/opportunities/{deal.pk}").status_code == 404
    client.post(f"/opportunities/{deal.pk}/share", {"user": str(ben.pk)})
    assert his.get(f"/opportunities/{deal.pk}").status_code == 200
    assert his.get(f"/opportunities/{deal.pk}/edit").status_code == 404
    why = words(his.get(f"/opportunities/{deal.pk}/share"))
    assert "It was shared with you." in why
    row = Share.objects.get()
    client.post(f"/opportunities/{deal.pk}/share/{row.pk}/remove")
    assert his.get(f"/opportunities/{deal.pk}").status_code == 404
    assert [event.kind for event in Event.objects.filter(action="share")] == [
        "opportunity.shared",
        "opportunity.unshared",
    ]


def test_sharing_takes_the_right_to_edit_and_one_target() -> None:
    client = signed_in()
    deal, team = make_deal(client), make_team("North")
    ben = make_user("Ben", roles=("sales",))
    Share.objects.create(object="opportunity", record_id=deal.pk, user=ben, at=deal.created_at)
    assert signed_in(user=ben).post(f"/opportunities/{deal.pk}/share", {"team": str(team.pk)}).status_code == 404
    assert client.post(f"/opportunities/{deal.pk}/share", {}).status_code == 422
    assert client.post(f"/opportunities/{deal.pk}/share", {"user": "999999"}).status_code == 422
    assert Share.objects.count() == 1


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_dropped_on_a_record_stands_on_its_card_and_comes_back_as_attachment() -> None:
    toy, client = make_toy(), signed_in()
    upload = SimpleUploadedFile("Größe “1”.html", b"<html><script>alert(1)</script>")
    line = client.post(f"/toys/{toy.pk}/files", {"file": upload, "name": "file"}, **script())
    assert "Größe “1”.html" in text(line)
    file = files.on_record(SYSTEM, toy)[0]
    answer: Any = client.get(f"/files/{file.uid}")
    assert b"".join(answer.streaming_content) == b"<html><script>alert(1)</script>"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=\"Gr__e _1_.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%80%9C1%E2%80%9D.html"
    )
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert f"/files/{file.uid}/show" in links(client.get(f"/toys/{toy.pk}"))


def test_a_foreign_file_is_not_found() -> None:
    deal = make_opportunity("Deal")
    file = files.store(SYSTEM, io.BytesIO(b"secret"), "offer.pdf", on=deal)
    client = signed_in("sales")
    for uid in (file.uid, "01890000-0000-7000-8000-000000000000"):
        answer = client.get(f"/files/{uid}")
        assert answer.status_code == 404 and "offer" not in text(answer)


def test_a_file_that_is_too_large_is_refused_and_nothing_hangs_there(settings: LazySettings) -> None:
    settings.UPLOAD_BYTES = 10
    toy = make_toy()
    answer = signed_in().post(f"/toys/{toy.pk}/files", {"file": SimpleUploadedFile("a.txt", b"x" * 11)}, **script())
    assert answer.status_code == 422 and "larger than" in words(answer)
    assert files.on_record(SYSTEM, toy) == []


def test_nothing_chosen_is_said() -> None:
    assert signed_in().post(f"/toys/{make_toy().pk}/files", {}).status_code == 422


def test_a_file_taken_off_no_longer_hangs_there() -> None:
    toy, client = make_toy(), signed_in()
    file = files.store(SYSTEM, io.BytesIO(b"x"), "a.txt", on=toy)
    client.post(f"/toys/{toy.pk}/files/{file.pk}/detach")
    assert files.on_record(SYSTEM, toy) == []


def test_a_file_field_is_filled_by_the_form_itself() -> None:
    client = signed_in()
    client.post(
        "/toys/new", {"name": "Train", "manual": SimpleUploadedFile("m.pdf", b"%PDF-1.7"), "fields": "name,manual"}
    )
    toy = type(make_toy())._default_manager.order_by("pk").first()
    assert toy.manual.name == "m.pdf" and "m.pdf" in words(client.get(f"/toys/{toy.pk}"))


# --- the map ---------------------------------------------------------------------------------------------------------


def test_the_map_walks_from_record_to_record_and_has_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = (make("maker", name=name) for name in ("Holz", "Blech & <b>", "Wolle"))
    monkeypatch.setitem(panels._edges, "maker", [])

    @panels.map_edges("maker")
    def edges(actor: Any, ids: Any) -> list[panels.Edge]:
        known = [(one, two, "supplies"), (two, three, "owns")]
        return [
            panels.Edge(Ref("maker", a.pk), Ref("maker", b.pk), label, 0.5)
            for a, b, label in known
            if {a.pk, b.pk} & set(ids)
        ]

    client = signed_in()
    near = client.get(f"/makers/{one.pk}/map")
    assert f"/workshops/{two.pk}/map" in links(near) and "Wolle" not in words(near)
    assert "supplies" in words(near) and "<b>" not in text(near).split("<svg viewBox")[1]
    assert "Wolle" in words(client.get(f"/makers/{one.pk}/map?depth=2"))
    assert client.get(f"/toys/{make_toy().pk}/map").status_code == 404


def test_a_crowded_map_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    makers = [make("maker", name=f"M{number}") for number in range(60)]
    monkeypatch.setitem(panels._edges, "maker", [])
    panels.map_edges("maker")(
        lambda actor, ids: [
            panels.Edge(Ref("maker", makers[0].pk), Ref("maker", other.pk), "knows") for other in makers[1:]
        ]
    )
    page = signed_in().get(f"/makers/{makers[0].pk}/map")
    assert "20 more are not drawn" in words(page) and text(page).count('class="map-node') == 40


def test_a_reader_without_rights_sees_no_actions() -> None:
    toy = make_toy()
    page = signed_in("read_only").get(f"/toys/{toy.pk}")
    assert not {f"/toys/{toy.pk}/edit", f"/toys/{toy.pk}/archive"} & links(page)
    assert actor_as("read_only") is not None and "data-edit=" not in text(page)


def test_finishing_a_next_step_asks_in_the_panel_and_says_what_is_wrong_there() -> None:
    client = signed_in()
    deal = make_deal(client)
    make("task", subject="Call them", about=deal, assignee=me(client))
    page = client.get(f"/opportunities/{deal.pk}")
    done = next(link for link in links(page) if link.endswith("/actions/done"))
    form = client.get(done, **script("panel-body"))
    assert "panel-head" in text(form) and "<dialog" not in text(form)
    assert hidden(form, "place") == "panel"
    lose = f"/opportunities/{deal.pk}/actions/lose"
    refused = client.post(lose, {"reason": "", "place": "panel"}, **script())
    assert refused.status_code == 422 and "<dialog" not in text(refused) and "<form" in text(refused)
    assert client.post(done, {"note": "talked", "place": "panel"}, **script()).status_code == 204
    assert "Call them" not in words(client.get(f"/opportunities/{deal.pk}")).split("now")[0].split("Facts")[0]


def test_a_single_change_can_be_taken_back_from_the_story() -> None:
    toy, client = make_toy(pieces=3), signed_in()
    client.post(f"/toys/{toy.pk}/field", {"field": "pieces", "value": "4"})
    event = Event.objects.latest("pk")
    assert f"/events/{event.pk}/undo" in links(client.get(f"/toys/{toy.pk}"))
    assert f"/events/{event.pk}/undo" not in links(signed_in("read_only").get(f"/toys/{toy.pk}"))
    client.post(f"/events/{event.pk}/undo")
    toy.refresh_from_db()
    assert toy.pieces == 3
