"""The demonstration company tells one believable story: what one page says, another does not deny."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import F

from rapport.demo import story
from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.parties.party import Party
from rapport.platform import invariants
from rapport.platform.accounts.models import User
from rapport.platform.audit import guard
from rapport.platform.jobs.worker import load_everything
from rapport.sales.opportunity import Opportunity

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
load_everything()


def told() -> list[tuple[object, ...]]:
    """What of the story a reader could compare."""
    people = Party.objects.order_by("name", "email").values_list("kind", "name", "email", "lifecycle")
    deals = Opportunity.objects.order_by("name", "amount_amount", "closes_on").values_list(
        "name", "amount_amount", "closes_on", "won"
    )
    return [*people, *deals]


@pytest.mark.once
def test_the_story_is_the_same_all_day() -> None:
    tellings = []
    for _ in range(2):
        with transaction.atomic():
            story.tell()
            tellings.append(told())
            transaction.set_rollback(True)
    assert tellings[0] == tellings[1] != []


def test_the_story_is_whole_and_does_not_contradict_itself() -> None:
    story.tell()
    won = set(Opportunity.objects.filter(won=True).values_list("customer_id", flat=True))
    offered = set(Opportunity.objects.values_list("customer_id", flat=True))
    assert won
    assert not Party.objects.filter(pk__in=won).exclude(lifecycle="customer").exists()
    assert not Party.objects.filter(pk__in=won, customer_since=None).exists()
    assert not Party.objects.filter(pk__in=offered, lifecycle="stranger").exists()
    for party in Party.objects.exclude(kind="person"):
        assert ("customer" in party.kinds) == (party.lifecycle in ("customer", "former")), party.name
    assert not Opportunity.objects.filter(closed_at__lt=F("created_at")).exists()
    # Twelve months of everything, and work for today.
    assert Interaction.objects.count() > 2_000
    assert set(Party.objects.values_list("kind", flat=True)) == {"person", "organisation", "household"}
    assert Opportunity.objects.filter(open=True).count() > 50
    assert Task.objects.filter(done_at=None).exists()
    assert User.objects.filter(is_active=True).exclude(email=None).count() > 5
    # And nothing that must always be true is not.
    guard.install()
    assert [str(one) for one in invariants.run() if one.number] == []
