"""Searching as people type it, on the engine's own nouns."""

import pytest

from rapport.platform import access, records, search
from rapport.platform.access import roles
from rapport.platform.objects import registry

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")


def make_user(name: str, email: str = "") -> int:
    return int(
        records.create(SYSTEM, registry.get("user"), {"name": name, "email": email, "is_active": bool(email)}).pk
    )


def titles(text: str, actor: access.Actor = SYSTEM) -> list[str]:
    return [hit.title for hit in search.find(actor, text).hits]


@pytest.mark.parametrize("typed", ["Müller", "mueller", "MULLER", "müll", "mue"])
@pytest.mark.parametrize("written", ["Anna Müller", "Anna Mueller", "Anna Muller"])
def test_umlauts_and_their_other_spellings_meet(typed: str, written: str) -> None:
    make_user(written)
    assert titles(typed) == [written]


def test_every_typed_word_must_begin_a_word_of_the_record_in_any_order() -> None:
    make_user("Anna Berg")
    make_user("Anna Tal")
    assert titles("ber ann") == ["Anna Berg"]
    assert titles("anna xylo") == []


def test_an_address_is_found_by_its_parts_and_by_its_domain() -> None:
    make_user("Ines Falk", "ines.falk@nordlicht-werke.example")
    assert titles("nordlicht-werke") == titles("ines.falk@nord") == titles("falk") == ["Ines Falk"]


@pytest.mark.parametrize("typed", ["Brunenr", "Brunnre", "Bruner", "Brunnner", "Brumner"])
def test_one_typing_mistake_is_forgiven_and_said(typed: str) -> None:
    make_user("Karl Brunner")
    found = search.find(SYSTEM, typed)
    assert [hit.title for hit in found.hits] == ["Karl Brunner"]
    assert found.instead == ("brunner",)


def test_a_renamed_record_is_found_by_its_new_name_only() -> None:
    pk = make_user("Old Name")
    records.update(SYSTEM, registry.get("user").model.objects.get(pk=pk), {"name": "Fresh Word"})
    assert titles("fresh") == ["Fresh Word"]
    assert titles("old") == []


def test_archived_records_are_not_found() -> None:
    pk = make_user("Gone Person")
    records.archive(SYSTEM, registry.get("user").model.objects.get(pk=pk))
    assert titles("gone") == []


def test_who_may_not_read_an_object_finds_nothing_of_it() -> None:
    make_user("Secret Colleague")
    nobody = access.Actor(None, "nobody", "web", access.Rights())
    assert titles("secret", nobody) == []


def test_two_common_words_find_their_rare_pair() -> None:
    team = registry.get("team")
    records.load(SYSTEM, team, [{"name": f"Anna{n} Keller{n}"} for n in range(400)] + [{"name": "Anna Keller"}])
    assert titles("anna keller")[0] == "Anna Keller"


@pytest.mark.parametrize(
    "hostile", ["", " ", "%", "_", "'; DROP TABLE x; --", "\x00", "a" * 100_000, "🦊", "\\", '"', "٣٤٥"]
)
def test_no_text_breaks_the_search(hostile: str) -> None:
    make_user("Anna Berg")
    assert isinstance(search.find(SYSTEM, hostile).hits, list)


def test_starting_roles_find_people() -> None:
    roles.install()
    pk = make_user("Anna Berg", "anna@x.example")
    roles.give(pk, "read_only")
    actor = access.actor_for(pk, "web")
    assert actor is not None
    assert titles("berg", actor) == ["Anna Berg"]
