"""What an open page is told: as much as its reader may see at that moment, no more and no less."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from rapport.base.clock import now
from rapport.platform import access, live, records
from rapport.platform.access import Actor
from rapport.platform.objects import registry
from tests.platform.notifications.telling import actor
from tests.platform.views.site import make_toys, make_user
from tests.toyshop.models import Toy

# On PostgreSQL an Event is told when its transaction has ended, and every earlier one of the server.
pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.django_db(transaction=True)]

TOYS = live.Wish("toy")


@pytest.fixture
def ana() -> Actor:
    return actor(make_user("owner", name="Ana"))


@pytest.fixture
def ben() -> Actor:
    return actor(make_user("owner", name="Ben"))


def renamed(by: Actor, toy: Toy, name: str = "Renamed") -> None:
    records.update(by, Toy.objects.get(pk=toy.pk), {"name": name})


def place() -> tuple[int, int]:
    found = live.opened(live.here())
    assert found is not None
    return found


def test_a_list_hears_which_of_its_records_others_changed(ana: Actor, ben: Actor) -> None:
    first, second = make_toys(2)
    before = place()
    renamed(ben, second)
    told = live.look(ana, TOYS, before)
    assert (told.kind, told.ids, told.mine) == ("changed", (str(second.uid),), False)
    assert live.look(ana, TOYS, told.after).kind == ""
    renamed(ana, first)
    assert live.look(ana, TOYS, told.after).mine is True


def test_a_list_of_another_object_hears_nothing(ana: Actor, ben: Actor) -> None:
    (toy,) = make_toys(1)
    before = place()
    renamed(ben, toy)
    told = live.look(ana, live.Wish("maker"), before)
    assert told.kind == "" and told.after > before


def test_who_may_not_see_a_record_hears_nothing_of_it_however_much_happens(ben: Actor) -> None:
    stranger = actor(make_user())
    toys = make_toys(3)
    before = place()
    for number in range(80):
        for toy in toys:
            renamed(ben, toy, f"Name {number}")
    told = live.look(stranger, TOYS, before)
    assert (told.kind, told.ids) == ("", ())
    assert live.look(stranger, TOYS, told.after).kind == ""


def test_of_very_many_changes_a_page_hears_once(ana: Actor, ben: Actor) -> None:
    (toy,) = make_toys(1)
    before = place()
    for number in range(210):
        renamed(ben, toy, f"Name {number}")
    told = live.look(ana, TOYS, before)
    assert (told.kind, told.ids) == ("changed", ())
    assert live.look(ana, TOYS, told.after).kind == ""


def test_a_record_hears_of_itself_and_of_its_story_alone(ana: Actor, ben: Actor) -> None:
    mine, other = make_toys(2)
    wish = live.Wish("toy", str(mine.uid))
    before = place()
    renamed(ben, other)
    assert live.look(ana, wish, before).kind == ""
    play = {"subject": "Played", "toy": mine, "occurred_at": now() - timedelta(hours=1)}
    records.create(ben, registry.get("play"), play)
    assert live.look(ana, wish, before).kind == "changed"
    assert live.look(ana, live.Wish("toy", str(other.uid)), place()).kind == ""


def test_a_record_one_may_see_no_longer_is_gone(ben: Actor) -> None:
    user = make_user("owner")
    (toy,) = make_toys(1)
    wish, before = live.Wish("toy", str(toy.uid)), place()
    renamed(ben, toy)
    assert live.look(actor(user), wish, before).kind == "changed"
    access.roles.take(user.pk, "owner")
    assert live.look(actor(user), wish, before).kind == "gone"


def test_what_is_no_object_is_gone(ana: Actor) -> None:
    assert live.look(ana, live.Wish("nothing"), place()).kind == "gone"


def test_what_a_page_shows_begins_before_it_was_read(ana: Actor, ben: Actor) -> None:
    (toy,) = make_toys(1)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {live.PLACE[connection.vendor]}")
        begun = live.opened(live.begins(cursor.fetchone()[0]))
    assert begun is not None
    renamed(ben, toy)
    assert live.look(ana, TOYS, begun).ids == (str(toy.uid),)


@pytest.mark.parametrize("text", ["", "1", "a.b", "1.", ".1", "1.2.3", "-1.2", "1.-2", "9" * 30 + ".1", "١.٢", "1.2\n"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert live.opened(text) is None


@pytest.mark.parametrize("pair", [(0, 0), (0, 12), (734, 2**62)])
def test_a_place_comes_back_from_its_text(pair: tuple[int, int]) -> None:
    assert live.opened(live.sealed(pair)) == pair
