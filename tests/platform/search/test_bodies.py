"""Finding records by their long texts: what is found, by whom, and that the index follows every write."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.platform import access, query, records, search
from rapport.platform.access import rights_changed, roles
from rapport.platform.access.actor import Rights
from rapport.platform.access.models import Grant
from rapport.platform.objects import registry
from rapport.platform.search import bodies
from rapport.platform.search.body_find import matching, terms
from rapport.platform.search.body_models import FTS, Body
from rapport.platform.search.snippets import snippet
from tests.make import actor_as, make_interaction, make_person, make_user

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")


@pytest.fixture(autouse=True)
def _roles() -> None:
    roles.install()


def subjects(typed: str, actor: access.Actor = SYSTEM) -> list[str]:
    return [hit.title for hit in search.find_everywhere(actor, typed).hits]


@pytest.mark.parametrize("typed", ["Brückenlager", "brueckenlager", "BRUCKENLAGER", "brück", '"das Brückenlager"'])
@pytest.mark.parametrize("written", ["Brückenlager", "Brueckenlager"])
def test_umlauts_and_their_other_spellings_meet(typed: str, written: str) -> None:
    make_interaction("note", subject="Besuch", body=f"Sie wollen das {written} im Mai.")
    make_interaction("note", subject="Anderes", body="Nichts davon.")
    assert subjects(typed) == ["Besuch"]


def test_every_word_must_stand_there_and_words_in_quotes_side_by_side() -> None:
    make_interaction("note", subject="One", body="The purchase order came late.")
    make_interaction("note", subject="Two", body="An order to purchase nothing.")
    assert set(subjects("purchase order")) == {"One", "Two"}
    assert subjects('"purchase order"') == ["One"]
    assert subjects("purchase elephant") == []


def test_short_words_count_as_a_whole_and_alone_find_nothing() -> None:
    make_interaction("note", subject="One", body="We go to Ulm on Monday")
    assert subjects("go monday") == ["One"]
    assert subjects("g monday") == []
    assert subjects("go") == []


def test_names_come_before_texts_and_a_record_is_there_once() -> None:
    make_interaction("note", subject="Talk", body="They asked about Kranz again")
    person = make_person("Eva Kranz")
    twice = make_interaction("note", subject="Kranz called", body="Kranz wants a quote")
    hits = search.find_everywhere(SYSTEM, "kranz").hits
    assert [hit.title for hit in hits][-1] == "Talk"
    assert {hit.title for hit in hits[:2]} == {str(person), str(twice)}
    assert [bool(hit.snippet) for hit in hits] == [False, False, True]


def test_many_names_leave_room_for_texts() -> None:
    for number in range(12):
        make_person(f"Kranz {number}")
        make_interaction("note", subject=f"Talk {number}", body="They asked about Kranz again")
    found = search.find_everywhere(SYSTEM, "kranz", limit=8)
    assert [bool(hit.snippet) for hit in found.hits] == [False] * 4 + [True] * 4
    assert found.more


def test_a_changed_an_emptied_and_an_archived_text_are_followed() -> None:
    note = make_interaction("note", subject="Talk", body="about herons")
    records.update(SYSTEM, note, {"body": "about storks"})
    assert subjects("herons") == []
    assert subjects("storks") == ["Talk"]
    note.refresh_from_db()
    records.archive(SYSTEM, note)
    assert subjects("storks") == []
    note.refresh_from_db()
    records.restore(SYSTEM, note)
    note.refresh_from_db()
    records.update(SYSTEM, note, {"body": ""})
    assert subjects("storks") == []
    assert not Body.objects.exists()


def test_a_batch_is_searched_like_single_ones() -> None:
    records.load(
        SYSTEM,
        registry.get("interaction"),
        [{"kind": "note", "body": f"needle{number} in hay"} for number in range(30)],
    )
    assert len(search.find_everywhere(SYSTEM, "needle17").hits) == 1


def test_a_note_one_may_not_read_is_neither_found_nor_counted() -> None:
    Grant.objects.filter(role__key="sales", object__in=("interaction", "party", "*")).update(scope="own")
    rights_changed()
    seller = make_user(roles=("sales",))
    reads = actor_as(seller)
    make_interaction("note", subject="Secret", body="the needle of the others", customer=make_person("Their Client"))
    assert [hit.title for hit in search.find_everywhere(SYSTEM, "needle").hits] == ["Secret"]
    assert search.find_everywhere(reads, "needle") == search.Found()
    make_interaction("note", subject="Mine", body="my own needle", owner=seller)
    found = search.find_everywhere(reads, "needle")
    assert ([hit.title for hit in found.hits], found.more) == (["Mine"], False)


def test_a_class_of_texts_one_may_not_read_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    Body.objects.all().delete()
    note = make_interaction("note", subject="Health", body="an operation of the knee")
    Body.objects.filter(record_id=note.pk).update(sensitivity="personal")
    reads = actor_as("sales")
    assert subjects("knee", reads) == ["Health"]
    monkeypatch.setattr(Rights, "level", lambda self, key, sensitivity: int(sensitivity != "personal"))
    assert search.find_everywhere(reads, "knee") == search.Found()


def test_it_is_one_statement_more_whatever_is_found() -> None:
    for number in range(5):
        make_interaction("note", subject=f"Talk {number}", body="about Zirbenholz")
    interaction = [registry.get("interaction")]
    with CaptureQueriesContext(connection) as asked:
        assert len(matching(SYSTEM, interaction, terms("zirbenholz"))) == 5
    assert len(asked) == 1


def test_operators_of_the_databases_mean_nothing() -> None:
    make_interaction("note", subject="Odd", body="a near miss or not & | ! <-> * ( ) : ' text")
    for typed in (
        "near/5 miss",
        "miss OR not",
        "NOT odd'",
        "'; drop",
        "miss*",
        "(near",
        "a:b miss & near",
        "\\ \x00 miss",
    ):
        search.find_everywhere(SYSTEM, typed)
    assert subjects("near miss & ! text") == ["Odd"]


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    far = "order " + "x " * 300
    pieces = snippet(f"{far}\nWe spoke of Käse and the order of May. {far}", terms("kase order"))
    text = "".join(piece.text for piece in pieces)
    assert "Käse and the order of May" in text
    assert len(text) < 220
    assert [piece.text for piece in pieces if piece.marked][:2] == ["Käse", "order"]


def test_a_deviating_index_is_noticed_and_repaired() -> None:
    obj = registry.get("interaction")
    kept = make_interaction("note", subject="Kept", body="about lynxes")
    stale = make_interaction("note", subject="Stale", body="about otters")
    lost = make_interaction("note", subject="Lost", body="about badgers")
    assert bodies.deviating(obj) == []
    type(stale).objects.filter(pk=stale.pk).update(body="about beavers")
    row = Body.objects.get(record_id=lost.pk, object="interaction")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {FTS} WHERE rowid = %s", [row.pk])  # noqa: S608  # a constant
    else:
        Body.objects.filter(pk=row.pk).update(words=None)
    Body.objects.create(object="interaction", record_id=99_999_999, sensitivity="standard", digest=1)
    found = bodies.deviating(obj)
    assert sorted(found) == sorted([stale.pk, lost.pk, 99_999_999])
    assert kept.pk not in found
    with pytest.raises(CommandError, match="--repair"):
        call_command("check", derived=True, stdout=StringIO())
    said = StringIO()
    call_command("check", repair=True, stdout=said)
    assert "words of interaction texts: 3 deviating" in said.getvalue()
    assert bodies.deviating(obj) == []
    assert subjects("beavers") == ["Stale"]
    assert subjects("badgers") == ["Lost"]
    assert subjects("otters") == []


def test_the_query_language_still_reads_bodies() -> None:
    make_interaction("note", subject="One", body="a walk in the Park")
    make_interaction("note", subject="Two", body="nothing")
    obj = registry.get("interaction")
    asked = query.parse(SYSTEM, obj, 'body contains "the park"')
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, asked)) == 1
