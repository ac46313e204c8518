"""Relationships: two ends, directed names, employment that says where somebody belongs, strength."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import clock
from rapport.parties.party import Party
from rapport.parties.relationship import Relationship
from rapport.parties.strength import HALF_LIFE, Exchange, strength
from rapport.platform import access, actions, records
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_household, make_organisation, make_person, make_relationship, make_user

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_relationship_reads_differently_from_its_two_ends() -> None:
    ana, acme = make_person(), make_organisation()
    works = make_relationship("employment", ana, acme, role="Buyer")
    assert (works.name_from(ana.pk), works.name_from(acme.pk)) == ("Works at", "Employs")
    assert works.title == "Works at: Buyer"


@pytest.mark.django_db
def test_it_needs_exactly_one_other_end_that_fits_and_is_not_oneself() -> None:
    ana, acme = make_person(), make_organisation()
    wrong = (
        {"type": "knows", "party": ana},
        {"type": "knows", "party": ana, "other": acme, "colleague": make_user()},
        {"type": "knows", "party": ana, "other": ana},
        {"type": "married", "party": ana, "other": acme},
        {"type": "knows", "party": ana, "other": acme, "since": date(2020, 1, 2), "until": date(2020, 1, 1)},
    )
    for values in wrong:
        ids = {key: getattr(value, "pk", value) for key, value in values.items()}
        with pytest.raises(ValidationError):
            records.create(SYSTEM, registry.get("relationship"), ids)


@pytest.mark.django_db
def test_the_same_relationship_does_not_stand_twice_but_may_come_again() -> None:
    ana, acme = make_person(), make_organisation()
    first = make_relationship("advises", ana, acme)
    with pytest.raises(ValidationError):
        make_relationship("advises", ana, acme)
    records.update(SYSTEM, first, {"until": date(2026, 1, 1)})
    make_relationship("advises", ana, acme)


@pytest.mark.django_db
def test_the_main_employer_is_where_the_person_belongs() -> None:
    ana, acme = make_person(), make_organisation()
    actions.run(SYSTEM, registry.get("person"), ana, "add_employment", {"organisation": acme.pk, "role": "Buyer"})
    ana.refresh_from_db()
    assert (ana.parent_id, ana.job_title) == (acme.pk, "Buyer")


@pytest.mark.django_db
def test_changing_the_employer_keeps_the_former_one_in_the_history() -> None:
    acme, globex = make_organisation(), make_organisation()
    ana = make_person(parent=acme, job_title="Buyer")
    with clock.freeze(NOON):
        values = {"organisation": globex.pk, "role": "Head of Buying"}
        actions.run(SYSTEM, registry.get("person"), ana, "change_employer", values)
    ana.refresh_from_db()
    assert (ana.parent_id, ana.job_title) == (globex.pk, "Head of Buying")
    history = Relationship.objects.order_by("pk").values_list("other", "role", "until", "main")
    assert list(history) == [
        (acme.pk, "Buyer", date(2026, 3, 2), False),
        (globex.pk, "Head of Buying", None, True),
    ]


@pytest.mark.django_db
def test_leaving_an_employer_leaves_nowhere_to_belong() -> None:
    acme = make_organisation()
    ana = make_person(parent=acme)
    actions.run(SYSTEM, registry.get("person"), ana, "leave_employer", {})
    ana.refresh_from_db()
    assert ana.parent_id is None
    assert Relationship.objects.get().until is not None


@pytest.mark.django_db
def test_ending_or_archiving_the_main_relationship_takes_the_parent_back() -> None:
    home, ana = make_household(), make_person()
    lives = make_relationship("member", ana, home, main=True)
    assert Party.objects.get(pk=ana.pk).parent_id == home.pk
    records.archive(SYSTEM, lives)
    assert Party.objects.get(pk=ana.pk).parent_id is None


@pytest.mark.django_db
def test_whoever_sees_neither_end_does_not_see_the_relationship() -> None:
    ana, acme = make_person(), make_organisation()
    works = make_relationship("employment", ana, acme)
    outsider = actor_as(make_user())
    assert not access.visible(outsider, registry.get("relationship")).exists()
    assert access.visible(actor_as("sales"), registry.get("relationship")).get() == works


exchanges = st.builds(
    Exchange, st.sampled_from(["out", "in", "both"]), st.floats(0, 2000), st.sampled_from([0.5, 1.0, 2.0, 5.0])
)
SWAPPED = {"out": "in", "in": "out", "both": "both"}


@given(st.lists(exchanges, max_size=40), exchanges)
def test_strength_never_falls_with_another_exchange_and_stays_in_its_range(some: list[Exchange], one: Exchange) -> None:
    assert 0 <= strength(some) <= strength([*some, one]) <= 100


@given(st.lists(exchanges, max_size=40))
def test_strength_is_the_same_seen_from_the_other_side(some: list[Exchange]) -> None:
    assert strength(some) == strength(Exchange(SWAPPED[d], age, weight) for d, age, weight in some)  # type: ignore[arg-type]


@given(st.lists(exchanges, max_size=40), st.floats(0, 500))
def test_strength_never_grows_by_waiting(some: list[Exchange], days: float) -> None:
    assert strength(Exchange(d, age + days, weight) for d, age, weight in some) <= strength(some)


def test_strength_rests_on_answers_not_on_effort() -> None:
    weekly = [7.0 * week for week in range(100)]
    newsletters = strength(Exchange("out", age) for age in weekly)
    letters = strength(exchange for age in weekly for exchange in (Exchange("out", age), Exchange("in", age)))
    assert strength([]) == 0
    assert newsletters < 20 < 85 < letters
    assert strength([Exchange("both", HALF_LIFE, 2.0)]) == strength([Exchange("both", 0, 1.0)])
