"""What a record page costs: a fixed number of statements, for every kind of record, however many rows stand on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from rapport.platform import once, records
from rapport.platform.access import Actor
from tests.make import (
    SYSTEM,
    actor_as,
    make,
    make_contact_point,
    make_interaction,
    make_organisation,
    make_person,
    make_purpose,
    make_relationship,
    make_task,
    make_user,
)
from tests.make_sales import make_opportunity, make_product
from tests.platform.views.pages import me, signed_in
from tests.platform.views.site import queries_of

pytestmark = pytest.mark.django_db

# Required: "record page with timeline and relations ≤ 15 queries".
MOST = 15
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def full(size: int, owner: Any) -> dict[str, Any]:
    """A person, a firm and a deal with `size` of everything that can stand on their pages."""
    group = make_organisation("Group", owner=owner)
    firm = make_organisation("Firm", parent=group, owner=owner, tags=["vip", "fair"])
    ana = make_person("Ana Berg", parent=firm, email="ana@acme.example", owner=owner)
    deal = make_opportunity("Big deal", customer=firm, owner=owner)
    product = make_product(f"Plant {size}")
    make_relationship("advises", ana, group)
    for number in range(size):
        branch = make_organisation(f"Branch {number}", parent=firm, owner=owner)
        other = make_person(f"Person {number}", parent=firm, owner=owner)
        make_relationship("knows", ana, other)
        make("consent", party=ana, purpose=make_purpose(("Newsletter", "Service")[number % 2]), state="given")
        make_opportunity(f"Deal {number}", customer=branch, owner=owner)
        make("buying_role", opportunity=deal, person=other)
        make("line", opportunity=deal, product=product, quantity=2)
        for about in (ana, firm, deal):
            make_task(f"Task {number}", about=about, customer=firm, due_at=NOON + timedelta(days=number), owner=owner)
            make_interaction(
                about=about, customer=firm, owner=owner, people=[ana, other], colleagues=[owner],
                occurred_at=NOON, done_at=NOON,
            )  # fmt: skip
            about.refresh_from_db()
            records.update(SYSTEM, about, {"description": f"changed {number}"})
        for party in (ana, firm):
            make_contact_point(party, f"a{number}.{party.pk}@acme.example")
    return {"people": ana, "organisations": firm, "opportunities": deal}


@pytest.mark.parametrize("role", ["owner", "sales"])
def test_a_record_page_takes_at_most_fifteen_statements_however_full_it_is(role: str) -> None:
    client = signed_in(role)
    counts = []
    for size in (1, 12):
        asked = {}
        for url, record in full(size, me(client)).items():
            # Opened from a list, where it says "14 of 203" besides.
            page = f"/{url}/{record.pk}?in=q%3D%26sort%3Dname"
            client.get(page)
            asked[url] = queries_of(client, page)
            assert len(asked[url]) <= MOST, "\n".join(sql[:150] for sql in asked[url])
        counts.append({url: len(statements) for url, statements in asked.items()})
    assert counts[0] == counts[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by the sizes of tables, here tiny")
def test_every_statement_finds_its_rows_by_what_they_belong_to() -> None:
    client = signed_in()
    for url, record in full(2, me(client)).items():
        page = f"/{url}/{record.pk}"
        client.get(page)
        for sql in queries_of(client, page):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                steps = [row[-1] for row in cursor.fetchall()]
            inner = {step.split()[-1] for step in steps if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
            walked = {step.split()[1] for step in steps if step.startswith("SCAN")} - inner
            # `t`, `e`, … are tables under their short names; a pipeline's few stages are read whole.
            assert not walked & {"t", "t0", "e", "p", "c", "v", "i"}, (steps, sql)
            assert not [step for step in steps if "party_by_name" in step], (steps, sql)


def test_the_panel_takes_fewer_and_does_not_grow_either() -> None:
    counts = []
    for size in (1, 12):
        client = signed_in()
        firm = full(size, me(client))["organisations"]
        client.get(f"/organisations/{firm.pk}/panel")
        counts.append(len(queries_of(client, f"/organisations/{firm.pk}/panel")))
    assert counts[0] == counts[1] <= 10


def test_a_shared_question_is_asked_once_for_a_page_and_anew_elsewhere() -> None:
    asked: list[tuple[str, int]] = []

    @once.shared
    def square(actor: Actor, number: int) -> int:
        asked.append((actor.name, number))
        return number * number

    ana, ben = actor_as(make_user("Ana")), actor_as(make_user("Ben"))
    with once.together():
        assert [square(ana, 2), square(ana, 2), square(ana, 3), square(ben, 2)] == [4, 4, 9, 4]
    assert asked == [("Ana", 2), ("Ana", 3), ("Ben", 2)]
    assert square(ana, 2) == 4 and square(ana, 2) == 4
    assert asked[3:] == [("Ana", 2), ("Ana", 2)]
