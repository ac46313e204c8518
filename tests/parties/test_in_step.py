"""E-mail and phone on the record and the primary contact points say the same, whoever writes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.platform import actions, records, search
from rapport.platform.access import Actor, NotFound
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_contact_point, make_person

pytestmark = pytest.mark.django_db


def points(party: Party) -> dict[str, bool]:
    """{value: primary} of those not put away."""
    rows = ContactPoint.objects.filter(party=party, archived_at=None)
    return dict(rows.values_list("value", "primary"))


def test_an_email_on_the_record_is_a_primary_contact_point() -> None:
    person = make_person(email="Ana@Acme.example", phone="+49 30 1234567")
    assert points(person) == {"ana@acme.example": True, "+49301234567": True}
    person.refresh_from_db()
    assert (person.phone, person.version) == ("+49301234567", 2)


def test_correcting_the_email_corrects_the_point() -> None:
    person = make_person(email="anna@acme.example")
    records.update(SYSTEM, person, {"email": "ana@acme.example"})
    assert points(person) == {"ana@acme.example": True}


def test_the_first_point_shows_on_the_record_and_the_next_does_not() -> None:
    person = make_person()
    first = make_contact_point(person, "ana@acme.example")
    make_contact_point(person, "ana@home.example", label="home")
    person.refresh_from_db()
    assert (person.email, first.primary) == ("ana@acme.example", True)
    assert points(person) == {"ana@acme.example": True, "ana@home.example": False}


def test_making_another_point_primary_shows_it() -> None:
    person = make_person(email="ana@acme.example")
    home = make_contact_point(person, "ana@home.example")
    actions.run(SYSTEM, registry.get("contact_point"), home, "make_primary", {})
    person.refresh_from_db()
    assert person.email == "ana@home.example"
    assert points(person) == {"ana@acme.example": False, "ana@home.example": True}


def test_writing_a_known_further_address_on_the_record_makes_it_primary() -> None:
    person = make_person(email="ana@acme.example")
    make_contact_point(person, "ana@home.example")
    records.update(SYSTEM, Party.objects.get(pk=person.pk), {"email": "ana@home.example"})
    assert points(person) == {"ana@acme.example": False, "ana@home.example": True}


def test_emptying_the_email_puts_its_point_away_and_writing_it_again_brings_it_back() -> None:
    person = make_person(email="ana@acme.example")
    records.update(SYSTEM, person, {"email": ""})
    assert points(person) == {}
    records.update(SYSTEM, Party.objects.get(pk=person.pk), {"email": "ana@acme.example"})
    assert points(person) == {"ana@acme.example": True}


def test_a_wrong_point_hands_over_to_the_next_that_works() -> None:
    person = make_person(email="ana@acme.example")
    make_contact_point(person, "old@acme.example", state="bounced")
    make_contact_point(person, "ana@home.example")
    records.update(SYSTEM, ContactPoint.objects.get(value="ana@acme.example"), {"state": "wrong"})
    person.refresh_from_db()
    assert person.email == "ana@home.example"


def test_points_go_and_come_back_with_their_record() -> None:
    person = make_person(email="ana@acme.example", phone="+49301234567")
    records.archive(SYSTEM, person)
    assert points(person) == {}
    records.restore(SYSTEM, person)
    assert points(person) == {"ana@acme.example": True, "+49301234567": True}
    person.refresh_from_db()
    assert person.email == "ana@acme.example"


def test_a_batch_of_people_brings_a_batch_of_points() -> None:
    rows = [{"name": f"Person {n}", "email": f"p{n}@acme.example"} for n in range(50)]
    records.load(SYSTEM, registry.get("person"), rows)
    assert ContactPoint.objects.filter(primary=True).count() == 50


def test_numbers_are_kept_once_in_normal_form() -> None:
    person = make_person()
    assert make_contact_point(person, "(030) 123 45-67", "phone").value == "+49301234567"
    with pytest.raises(ValidationError):
        make_contact_point(person, "+49 30 1234567", "phone")
    for kind, wrong in (("phone", "call me"), ("email", "a@b@c"), ("web", "javascript:alert(1)"), ("postal", " ")):
        with pytest.raises(ValidationError) as caught:
            make_contact_point(person, wrong, kind)
        assert "value" in caught.value.message_dict


def test_a_clerk_without_rights_on_points_still_corrects_an_email() -> None:
    marketing: Actor = actor_as("marketing")
    person = make_person(email="ana@acme.example")
    with pytest.raises((NotFound, PermissionDenied)):
        records.update(marketing, ContactPoint.objects.get(), {"note": "x"})
    records.update(marketing, Party.objects.get(pk=person.pk), {"email": "anna@acme.example"})
    assert points(person) == {"anna@acme.example": True}


def test_undoing_a_change_of_email_undoes_the_point() -> None:
    person = make_person(email="ana@acme.example")
    records.update(SYSTEM, person, {"email": "anna@acme.example"})
    records.undo(SYSTEM, Event.objects.filter(object="party", kind="party.updated").latest("pk"))
    person.refresh_from_db()
    assert person.email == "ana@acme.example"
    assert points(person) == {"ana@acme.example": True}


def test_a_party_is_found_by_its_further_numbers_and_no_longer_by_those_put_away() -> None:
    ana = make_person("Ana Berg", phone="+49301234567")
    mobile = make_contact_point(ana, "+49 171 7654321", "phone", label="mobile")
    found = search.find(SYSTEM, "7654321").hits
    assert [(hit.object, hit.id) for hit in found] == [("person", ana.pk)]
    records.archive(SYSTEM, mobile)
    assert not search.find(SYSTEM, "7654321").hits
    assert search.find(SYSTEM, "1234567").hits


def test_a_number_no_form_could_give_is_put_into_normal_form_on_both_sides() -> None:
    ana = make_person(phone="030 1234567")
    ana.refresh_from_db()
    assert ana.phone == "+49301234567"
    assert points(ana) == {"+49301234567": True}
