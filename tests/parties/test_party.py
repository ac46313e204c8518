"""Parties: names, kinds, domains."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from rapport.parties.party import PARTY
from rapport.platform import query, records
from tests.make import SYSTEM, make_household, make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_a_full_name_is_read_into_its_parts() -> None:
    person = make_person("Dr. Anna von der Leyen")
    assert (person.prefix, person.given, person.family) == ("Dr.", "Anna", "von der Leyen")
    assert person.name == "Dr. Anna von der Leyen"


def test_parts_make_the_name_in_the_order_of_the_persons_culture() -> None:
    assert make_person(given="Béla", family="Bartók", language="hu").name == "Bartók Béla"
    assert make_person(given="Béla", family="Bartók").name == "Béla Bartók"


def test_no_word_of_a_full_name_is_lost_when_only_some_parts_stand_beside_it() -> None:
    assert make_person("Ana Berg", given="Ana").name == "Ana Berg"
    assert make_person("Ana Maria Berg", prefix="Dr.").name == "Dr. Ana Maria Berg"
    assert make_person("the contact there", given="Ana", family="Lopez").name == "Ana Lopez"


def test_changing_a_part_changes_the_name_and_changing_the_name_changes_the_parts() -> None:
    person = make_person("Ana Berg")
    records.update(SYSTEM, person, {"family": "Stein"})
    person.refresh_from_db()
    assert person.name == "Ana Stein"
    records.update(SYSTEM, person, {"name": "Ana Maria Lopez"})
    person.refresh_from_db()
    assert (person.given, person.family, person.name) == ("Ana", "Lopez", "Ana Maria Lopez")


def test_a_changed_part_and_an_unrelated_change_leave_the_other_parts_alone() -> None:
    person = make_person(given="Ana", middle="X.", family="Berg", suffix="PhD")
    records.update(SYSTEM, person, {"job_title": "Buyer"})
    person.refresh_from_db()
    assert (person.given, person.middle, person.family, person.suffix) == ("Ana", "X.", "Berg", "PhD")


def test_people_are_sorted_by_family_name_without_particles() -> None:
    assert make_person("Anna von Stein").sort_name == "stein anna"


def test_a_list_by_name_follows_the_family_name_and_pages_in_that_order() -> None:
    for name in ("Zoe Albers", "Ärmin von Baum", "Adam Zuse"):
        make_person(name)
    plan = query.plan(SYSTEM, PARTY, "", sort="name", select=("name",), limit=2)
    first = query.rows(SYSTEM, plan)
    rest = query.rows(SYSTEM, plan.at(first.next))
    names = [row.values[0] for page in (first, rest) for row in page.rows]
    assert names == ["Zoe Albers", "Ärmin von Baum", "Adam Zuse"]


def test_an_address_and_a_name_are_found_by_an_index_whatever_their_case() -> None:
    make_person("Ana Berg", email="Ana.Berg@Acme.example")
    for text, index in (('email = "ANA.berg@ACME.example"', "email"), ('name = "ana BERG"', "party_by_lower_name")):
        plan = query.plan(SYSTEM, PARTY, text, sort="id", select=("name",))
        assert [row.values[0] for row in query.rows(SYSTEM, plan).rows] == ["Ana Berg"]
        if connection.vendor == "sqlite":
            statement = query.compile(SYSTEM, plan).statements[0]
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)
                assert index in str(cursor.fetchall())


def test_nobody_is_without_a_name() -> None:
    for make in (make_organisation, make_household):
        with pytest.raises(ValidationError):
            make("   ")
    with pytest.raises(ValidationError):
        make_person(given="", family="")


def test_the_domain_comes_from_the_web_site() -> None:
    firm = make_organisation("Acme", website="https://www.Acme.example/shop")
    assert firm.domain == "acme.example"


def test_a_domain_is_kept_in_normal_form_and_a_wrong_one_refused() -> None:
    assert make_organisation(domain="HTTPS://WWW.Bücher.example/x").domain == "xn--bcher-kva.example"
    with pytest.raises(ValidationError) as caught:
        make_organisation(domain="not a domain")
    assert "domain" in caught.value.message_dict


def test_an_external_number_is_used_once() -> None:
    make_organisation(external_id="K-1")
    with pytest.raises(ValidationError) as caught:
        make_person(external_id="K-1")
    assert "exists already" in str(caught.value)


def test_a_party_keeps_its_kind() -> None:
    person = make_person()
    with pytest.raises(ValidationError):
        records.write(SYSTEM, person, {"kind": "household"})


def test_competitors_in_use_and_several_kinds_at_once_are_kept() -> None:
    rival = make_organisation("Rival")
    firm = make_organisation("Acme", competitors=[rival.pk], kinds=["customer", "supplier"])
    assert PARTY.field("competitors").read(firm) == [rival.pk]
    assert firm.kinds == ["customer", "supplier"]
