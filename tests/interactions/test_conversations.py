"""Conversations on the timeline: one entry for each, told by its latest message, the others a click away."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.base.clock import now
from rapport.parties.party import Party
from rapport.platform import access, records, timeline
from rapport.platform.access import rights_changed, roles
from rapport.platform.access.models import Grant
from rapport.platform.timeline import Entry
from tests.make import actor_as, make, make_interaction, make_organisation, make_person, make_user
from tests.platform.api.caller import caller

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")


@pytest.fixture(autouse=True)
def _roles() -> None:
    roles.install()


@pytest.fixture
def ines() -> Party:
    return make_person("Ines Falk")


def mail(customer: Party, thread: Any, days_ago: float, **values: Any) -> Any:
    at = now() - timedelta(days=days_ago)
    return make_interaction("email", customer=customer, thread=thread, occurred_at=at, done_at=at, **values)


def told(record: Any, actor: access.Actor = SYSTEM, **more: Any) -> list[Entry]:
    page = timeline.read(actor, record, kinds=["interaction"], together=True, **more)
    return list(page.past)


def test_a_conversation_is_one_entry_told_by_its_latest_message(ines: Party) -> None:
    thread = make("thread", subject="Offer", customer=ines)
    for days, subject in ((9, "Offer"), (8, "Re: Offer"), (2, "Re: Re: Offer")):
        mail(ines, thread, days, subject=subject)
    make_interaction("call", subject="Called", customer=ines, occurred_at=now() - timedelta(days=5))
    found = told(ines)
    assert [(one.title, one.messages) for one in found] == [("Re: Re: Offer", 3), ("Called", 1)]
    assert found[0].thread is not None
    inside = timeline.read(SYSTEM, ines, thread=found[0].thread.id)
    assert [one.title for one in inside.past] == ["Re: Re: Offer", "Re: Offer", "Offer"]
    assert not inside.planned
    assert len(timeline.read(SYSTEM, ines, kinds=["interaction"]).past) == 4


def test_messages_of_one_moment_are_told_once(ines: Party) -> None:
    thread = make("thread", subject="Offer", customer=ines)
    at = now() - timedelta(days=1)
    for subject in ("One", "Two"):
        make_interaction("email", subject=subject, customer=ines, thread=thread, occurred_at=at, done_at=at)
    assert [(one.title, one.messages) for one in told(ines)] == [("Two", 2)]


def test_what_one_may_not_see_neither_hides_nor_counts(ines: Party) -> None:
    Grant.objects.filter(role__key="sales", object__in=("interaction", "*")).update(scope="own")
    rights_changed()
    seller = make_user(roles=("sales",))
    thread = make("thread", subject="Offer", customer=ines, owner=seller)
    records.update(SYSTEM, ines, {"owner": seller.pk})
    mail(ines, thread, 9, subject="Mine", owner=seller)
    mail(ines, thread, 8, subject="Mine too", owner=seller)
    mail(ines, thread, 2, subject="Not mine", owner=make_user())
    assert [(one.title, one.messages) for one in told(ines, actor_as(seller))] == [("Mine too", 2)]
    assert [(one.title, one.messages) for one in told(ines)] == [("Not mine", 3)]


def test_a_message_of_another_customer_does_not_hide_this_ones(ines: Party) -> None:
    firm = make_organisation("Nordlicht")
    thread = make("thread", subject="Offer", customer=ines)
    mail(ines, thread, 9, subject="To Ines")
    mail(firm, thread, 2, subject="To the firm")
    assert [(one.title, one.messages) for one in told(ines)] == [("To Ines", 1)]


def test_put_away_and_planned_messages_do_not_stand_for_it(ines: Party) -> None:
    thread = make("thread", subject="Offer", customer=ines)
    mail(ines, thread, 9, subject="First")
    records.archive(SYSTEM, mail(ines, thread, 2, subject="Gone"))
    make_interaction("email", subject="To be", customer=ines, thread=thread, occurred_at=now() + timedelta(days=2))
    assert [(one.title, one.messages) for one in told(ines)] == [("First", 1)]


def test_paging_back_meets_each_conversation_once(ines: Party) -> None:
    for number in range(7):
        thread = make("thread", subject=f"Subject {number}", customer=ines)
        for step in range(4):
            mail(ines, thread, 1 + number + 7 * step, subject=f"Subject {number}, {step}")
    seen, cursor = [], ""
    while True:
        page = timeline.read(SYSTEM, ines, kinds=["interaction"], together=True, limit=3, cursor=cursor)
        seen += [one.title for one in page.past]
        cursor = page.next
        if not cursor:
            break
    assert seen == [f"Subject {number}, 0" for number in range(7)]


def test_it_costs_no_statement_more(ines: Party) -> None:
    def asked(**how: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            timeline.read(SYSTEM, ines, **how)
        return len(queries)

    thread = make("thread", subject="Offer", customer=ines)
    for days in range(1, 6):
        mail(ines, thread, days)
    assert asked(together=True) == asked()


def test_the_page_folds_out_the_others_and_hides_what_is_quoted(ines: Party, client: Client) -> None:
    user = make_user(roles=("administrator",))
    client.force_login(user)
    thread = make("thread", subject="Offer", customer=ines)
    mail(ines, thread, 9, subject="Offer", body="Here it is.")
    late = mail(ines, thread, 2, subject="Re: Offer", body="Fine.\n\nOn 3 May Mara wrote:\n> Here it is.")
    page = unescape(client.get(f"/people/{ines.pk}", follow=True).content.decode())
    assert "1 earlier message" in page
    assert 'class="quoted"' in page
    url = f"/people/{ines.pk}/story?thread={thread.pk}&but=record-interaction-{late.pk}"
    assert url in page
    inside = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Here it is." in inside
    assert "Fine." not in inside


def test_the_api_tells_conversations_together_when_asked(ines: Party) -> None:
    thread = make("thread", subject="Offer", customer=ines)
    mail(ines, thread, 9, subject="Offer")
    mail(ines, thread, 2, subject="Re: Offer", body="Fine.\n\nOn 3 May Mara wrote:\n> Here it is.")
    asks = caller("Ada", "administrator")
    url = f"/people/{ines.uid}/timeline?kinds=interaction"
    assert len(asks("GET", url).json["past"]) == 2
    (one,) = asks("GET", f"{url}&together=true").json["past"]
    assert (one["title"], one["messages"], one["body"]) == ("Re: Offer", 2, "Fine.")
    assert one["quoted"].endswith("> Here it is.")
    assert one["thread"] == {"object": "thread", "id": str(thread.uid), "label": "Offer"}
    inside = asks("GET", f"{url}&thread={thread.uid}").json["past"]
    assert [entry["title"] for entry in inside] == ["Re: Offer", "Offer"]
    assert asks("GET", f"{url}&thread={ines.uid}").status == 400
