"""`rapport check` sees derived values that deviate from the records, and makes them anew."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rapport.base.clock import now
from rapport.interactions import next_steps, replies, strengths
from rapport.interactions.interaction import Interaction, no_reply_needed
from rapport.interactions.thread import Thread
from rapport.parties import consent_proof
from rapport.parties.consent import Consent
from rapport.parties.party import Party
from rapport.parties.relationship import Relationship
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import (
    SYSTEM,
    make,
    make_interaction,
    make_person,
    make_purpose,
    make_relationship,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db


def ago(days: float) -> Any:
    return now() - timedelta(days=days)


def test_a_wrong_next_step_is_seen_and_made_anew() -> None:
    ana, tom = make_person("Ana"), make_person("Tom")
    make_task(subject="Call her", customer=ana, due_at=now() + timedelta(days=1))
    base = registry.get("party")
    assert next_steps.deviating(base) == []
    Party.objects.filter(pk=ana.pk).update(next_step="")
    Party.objects.filter(pk=tom.pk).update(next_step="Ghost", next_step_at=now())
    assert next_steps.deviating(base) == sorted([ana.pk, tom.pk])
    next_steps.repair(base, [ana.pk, tom.pk])
    assert next_steps.deviating(base) == []
    assert Party.objects.get(pk=ana.pk).next_step == "Call her"
    assert Party.objects.get(pk=tom.pk).next_step_at is None


def test_answers_that_are_missing_or_unfounded_are_seen_and_found_anew() -> None:
    ana = make_person("Ana")
    asked = make_interaction("email", customer=ana, direction="in", occurred_at=ago(5), done_at=ago(5))
    make_interaction("call", customer=ana, direction="out", occurred_at=ago(3), done_at=ago(3))
    late = make_interaction("email", customer=ana, direction="in", occurred_at=ago(2), done_at=ago(2))
    settled = make_interaction("email", customer=make_person(), direction="in", occurred_at=ago(2), done_at=ago(2))
    no_reply_needed(SYSTEM, Interaction.objects.get(pk=settled.pk))
    assert replies.deviating() == []
    right = Interaction.objects.get(pk=asked.pk).answered_at
    assert right is not None
    Interaction.objects.filter(pk=asked.pk).update(answered_at=None)
    Interaction.objects.filter(pk=late.pk).update(answered_at=ago(1))
    assert replies.deviating() == sorted([asked.pk, late.pk])
    replies.repair(replies.deviating())
    assert replies.deviating() == []
    assert Interaction.objects.get(pk=asked.pk).answered_at == right
    assert Interaction.objects.get(pk=late.pk).answered_at is None
    assert Interaction.objects.get(pk=settled.pk).answered_at is not None


def test_the_latest_contact_of_a_conversation_is_proved() -> None:
    thread = make("thread", subject="Offer")
    empty = make("thread", subject="Nothing yet")
    make_interaction("email", thread=thread, occurred_at=ago(5), done_at=ago(5))
    assert replies.threads_deviating() == []
    Thread.objects.filter(pk__in=[thread.pk, empty.pk]).update(last_at=ago(9))
    assert replies.threads_deviating() == sorted([thread.pk, empty.pk])
    replies.repair_threads(replies.threads_deviating())
    assert replies.threads_deviating() == []


def test_a_strength_that_fading_does_not_explain_is_seen() -> None:
    ana, mara = make_person("Ana"), make_user("Mara")
    tie = make_relationship("contact", ana, mara)
    for days in (1, 3, 5):
        make_interaction("meeting", customer=ana, colleagues=[mara], occurred_at=ago(days), done_at=ago(days))
    strengths.compute([ana.pk])
    assert strengths.deviating() == []
    stood = Relationship.objects.get(pk=tie.pk).strength
    Relationship.objects.filter(pk=tie.pk).update(strength=99 if (stood or 0) < 50 else 1)
    assert strengths.deviating() == [tie.pk]
    strengths.repair([tie.pk])
    assert Relationship.objects.get(pk=tie.pk).strength == stood


def test_the_check_says_it_and_repairs_it() -> None:
    ana = make_person("Ana")
    Party.objects.filter(pk=ana.pk).update(next_step="Ghost")
    said = StringIO()
    with pytest.raises(CommandError, match="--repair"):
        call_command("check", derived=True, stdout=said)
    assert "next step of party: 1 deviating" in said.getvalue()
    said = StringIO()
    call_command("check", repair=True, stdout=said)
    assert "repaired" in said.getvalue()
    call_command("check", derived=True, stdout=StringIO())


def make_consent(**values: Any) -> Any:
    return make("consent", party=make_person(), purpose=make_purpose(), state="given", wording="Yes, Ümit", **values)


def test_an_entry_about_consent_that_was_changed_behind_its_back_is_named_and_never_repaired() -> None:
    kept, changed, gone, silent = (make_consent() for _number in range(4))
    assert consent_proof.deviating() == []
    Consent.objects.filter(pk=changed.pk).update(state="withdrawn")
    Consent.objects.filter(pk=gone.pk).delete()
    Event.objects.filter(object="consent", record_id=silent.pk).delete()
    assert sorted(consent_proof.deviating()) == sorted([changed.pk, gone.pk, silent.pk])
    assert kept.pk not in consent_proof.deviating()
    with pytest.raises(CommandError, match="somebody to look"):
        call_command("check", repair=True, stdout=StringIO())
    assert Consent.objects.get(pk=changed.pk).state == "withdrawn"
