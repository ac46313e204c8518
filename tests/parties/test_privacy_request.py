"""Privacy requests: the month of the law, who answers, what stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.base import clock
from rapport.parties.due import requests_due
from rapport.parties.privacy_request import PRIVACY_REQUEST, PrivacyRequest
from rapport.platform import actions, records
from rapport.platform.access import Actor
from rapport.platform.privacy import erase
from rapport.platform.privacy.subject import gather
from tests.make import SYSTEM, actor_as, make, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Actor:
    return actor_as("owner")


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 3, 2), date(2026, 4, 2), date(2026, 6, 2)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2025, 11, 30), date(2025, 12, 30), date(2026, 2, 28)),
    ],
)
def test_the_law_wants_an_answer_within_a_month_or_three(
    owner: Actor, received: date, due: date, extended: date
) -> None:
    with clock.freeze(datetime(received.year, received.month, received.day, 12, tzinfo=UTC)):
        request = make("privacy_request", kind="access", received_on=received)
        assert request.due_on == due
        actions.run(owner, PRIVACY_REQUEST, request, "extend", {"reason": "many files"})
    request.refresh_from_db()
    assert request.due_on == extended
    with pytest.raises(ValidationError):
        actions.run(owner, PRIVACY_REQUEST, request, "extend", {"reason": "again"})


def test_nobody_extends_what_is_late(owner: Actor) -> None:
    with clock.freeze(datetime(2026, 5, 1, tzinfo=UTC)):
        request = make("privacy_request", kind="access", received_on=date(2026, 3, 2))
        with pytest.raises(ValidationError, match="first month is over"):
            actions.run(owner, PRIVACY_REQUEST, request, "extend", {"reason": "late"})


def test_anybody_writes_one_down_and_who_handles_privacy_answers_it(owner: Actor) -> None:
    sales = actor_as("sales")
    request = records.create(sales, PRIVACY_REQUEST, {"party": make_person().pk, "kind": "access"})
    with pytest.raises(PermissionDenied):
        actions.run(sales, PRIVACY_REQUEST, request, "answer", {"answer": "done"})
    actions.run(owner, PRIVACY_REQUEST, request, "answer", {"answer": "sent by post"})
    request.refresh_from_db()
    assert (request.state, request.answered_by_id) == ("answered", owner.user_id)
    with pytest.raises(ValidationError, match="was answered"):
        records.update(owner, request, {"kind": "erasure"})


def test_it_outlives_its_person_without_a_word_of_theirs() -> None:
    ana = make_person("Ana Berg")
    request = make("privacy_request", party=ana, kind="erasure", words="Please forget Ana", asker="her lawyer")
    erase.forget(SYSTEM, erase.request(SYSTEM, ana, reason="Art. 17"), gather(ana))
    left = PrivacyRequest.objects.get(pk=request.pk)
    assert (left.number, left.kind, left.words, left.asker) == (request.number, "erasure", "", "")
    assert left.due_on == request.due_on


def test_what_is_due_soon_stands_on_today_of_who_handles_privacy(owner: Actor) -> None:
    with clock.freeze(datetime(2026, 3, 30, 12, tzinfo=UTC)):
        soon = make("privacy_request", kind="access", received_on=date(2026, 3, 5))
        late = make("privacy_request", kind="access", received_on=date(2026, 2, 2))
        make("privacy_request", kind="access", received_on=date(2026, 3, 29))
        found = requests_due(owner, 10)
        assert [one.title for one in found.items] == [late.number, soon.number]
        assert [one.weight >= 100 for one in found.items] == [True, False]
        assert requests_due(actor_as("sales"), 10).items == ()
