"""Interactions: planned or done, whose story, who took part, and which messages are owed a reply."""

from datetime import UTC, datetime, timedelta

import pytest

from rapport.base import clock
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant, add
from rapport.interactions.replies import owed
from rapport.interactions.thread import subject_key
from rapport.parties.party import Party
from rapport.platform import access, actions, query, records, timeline
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make, make_interaction, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_lies_in_the_past_is_done_and_what_lies_ahead_is_planned() -> None:
    with clock.freeze(NOON):
        assert make_interaction(occurred_at=NOON - HOUR).done_at == NOON - HOUR
        assert make_interaction(occurred_at=NOON + HOUR).is_planned


def test_it_is_called_by_its_first_line_when_nobody_names_it() -> None:
    assert make_interaction(subject="", body="Wants a new offer.\nBy Friday.").subject == "Wants a new offer."
    assert make_interaction("visit", subject="").subject == "Visit"


def test_logging_a_call_takes_two_fields() -> None:
    mara = make_user(roles=("sales",))
    ana = make_person()
    person = registry.get("person")
    call = actions.run(actor_as(mara), person, ana, "log_call", {"body": "Will call back", "outcome": "reached"})
    assert (call.kind, call.customer_id, call.direction, call.owner_id) == ("call", ana.pk, "out", mara.pk)
    assert INTERACTION.field("people").read(call) == [ana.pk]
    assert INTERACTION.field("colleagues").read(call) == [mara.pk]


def test_a_firms_story_holds_those_of_its_people_and_subsidiaries() -> None:
    group = make_organisation("Group")
    firm = make_organisation("Firm", parent=group)
    ana = make_person(parent=firm)
    make_interaction("call", subject="Spoke with Ana", customer=ana)
    titles = [entry.title for entry in timeline.read(SYSTEM, group).past]
    assert "Spoke with Ana" in titles


def test_people_and_colleagues_are_lists_over_rows_with_roles() -> None:
    ana, ben, mara = make_person(), make_person(), make_user()
    mail = make_interaction("email", people=[ana], colleagues=[mara])
    Participant.objects.filter(party=ana).update(role="from", address="ana@acme.example")
    add(mail.pk, [Participant(address="who@else.example", role="cc")])
    records.update(SYSTEM, mail, {"people": [ben.pk, ana.pk]})
    rows = Participant.objects.filter(interaction=mail).order_by("pk")
    assert [(row.party_id, row.user_id, row.role) for row in rows] == [
        (ana.pk, None, "from"),
        (None, mara.pk, "attendee"),
        (None, None, "cc"),
        (ben.pk, None, "attendee"),
    ]
    records.update(SYSTEM, Interaction.objects.get(), {"people": []})
    assert Participant.objects.filter(interaction=mail, party=None).count() == 2


def test_a_note_on_a_customer_one_may_not_see_is_not_seen() -> None:
    from rapport.platform.access.models import Grant

    boss, clerk = make_user(roles=("sales",)), make_user(roles=("sales",))
    mine, foreign = make_person(owner=clerk), make_person(owner=boss)
    Grant.objects.create(role=boss.roles.get(), object="party", action="read", scope="own")
    access.rights_changed()
    for person in (mine, foreign):
        make_interaction("note", customer=person)
    assert [note.customer_id for note in access.visible(actor_as(clerk), INTERACTION)] == [mine.pk]


def mail(customer: Party, **values: object) -> Interaction:
    return make_interaction("email", customer=customer, **{"direction": "in", "occurred_at": NOON, **values})


def owed_now() -> list[int]:
    return list(owed(Interaction.objects.all()).values_list("pk", flat=True))


def test_a_message_is_owed_a_reply_until_somebody_of_us_gets_in_touch() -> None:
    with clock.freeze(NOON + 5 * HOUR):
        ana, ben = make_person(), make_person()
        first, other = mail(ana), mail(ben)
        assert owed_now() == [first.pk, other.pk]
        make_interaction("call", customer=ana, direction="out", occurred_at=NOON + HOUR)
        assert owed_now() == [other.pk]
        first.refresh_from_db()
        assert first.answered_at == NOON + HOUR


def test_a_call_nobody_answered_and_a_note_among_us_answer_nothing() -> None:
    with clock.freeze(NOON + 5 * HOUR):
        ana = make_person()
        first = mail(ana)
        make_interaction("call", customer=ana, direction="out", outcome="no_answer", occurred_at=NOON + HOUR)
        make_interaction("note", customer=ana, direction="internal", occurred_at=NOON + HOUR)
        make_interaction("meeting", customer=ana, direction="internal", occurred_at=NOON + HOUR)
        make_interaction("email", customer=ana, direction="out", occurred_at=NOON - HOUR)
        assert owed_now() == [first.pk]


def test_an_answer_put_away_answers_no_longer_and_another_one_takes_its_place() -> None:
    with clock.freeze(NOON + 5 * HOUR):
        ana = make_person()
        first = mail(ana)
        answer = make_interaction("email", customer=ana, direction="out", occurred_at=NOON + HOUR)
        make_interaction("call", customer=ana, direction="out", occurred_at=NOON + 3 * HOUR)
        records.archive(SYSTEM, answer)
        first.refresh_from_db()
        assert first.answered_at == NOON + 3 * HOUR


def test_an_answer_logged_before_the_message_was_counts_too() -> None:
    with clock.freeze(NOON + 5 * HOUR):
        ana = make_person()
        make_interaction("email", customer=ana, direction="out", occurred_at=NOON + HOUR)
        mail(ana)
        assert owed_now() == []


def test_a_message_can_be_settled_without_an_answer() -> None:
    with clock.freeze(NOON + 5 * HOUR):
        first = mail(make_person())
        actions.run(SYSTEM, INTERACTION, first, "no_reply_needed", {})
        assert owed_now() == []


def test_history_of_years_owes_nothing() -> None:
    with clock.freeze(NOON + timedelta(days=200)):
        mail(make_person())
        assert owed_now() == []


def test_a_conversation_is_as_late_as_its_latest_contact() -> None:
    thread = make("thread", subject="Re: AW: Offer")
    assert thread.subject_key == subject_key("offer") == "offer"
    late = mail(make_person(), thread=thread, occurred_at=NOON)
    mail(make_person(), thread=thread, occurred_at=NOON - HOUR)
    thread.refresh_from_db()
    assert thread.last_at == NOON
    records.archive(SYSTEM, late)
    thread.refresh_from_db()
    assert thread.last_at == NOON - HOUR


def test_contacts_can_be_asked_for_by_who_took_part() -> None:
    ana, ben, mara = make_person("Ana"), make_person("Ben"), make_user("Mara")
    call = make_interaction("call", people=[ana], colleagues=[mara])
    make_interaction("call", people=[ben])

    def found(key: str, text: str) -> list[int]:
        return list(query.ids(SYSTEM, query.plan(SYSTEM, registry.get(key), text)))

    assert found("interaction", f"people contains #{ana.pk}") == [call.pk]
    assert found("interaction", "colleagues contains Mara") == [call.pk]
    assert found("person", "any interactions via people where colleagues contains Mara") == [ana.pk]
