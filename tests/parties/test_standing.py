"""Life-cycle, assignment, consent: the verbs of a party."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.base import clock
from rapport.parties import standing
from rapport.parties.consent import Consent
from rapport.platform import access, actions, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_organisation, make_person, make_purpose, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_becoming_a_customer_keeps_the_day_and_the_kind() -> None:
    firm = make_organisation(kinds=["supplier"])
    with clock.freeze(NOON):
        actions.run(SYSTEM, registry.get("organisation"), firm, "become_customer", {})
    firm.refresh_from_db()
    assert (firm.lifecycle, firm.customer_since, firm.kinds) == ("customer", date(2026, 3, 2), ["customer", "supplier"])
    assert Event.objects.latest("pk").kind == "party.became_customer"


def test_a_former_customer_left_on_a_day_for_a_reason() -> None:
    firm = make_organisation(lifecycle="customer")
    values = {"on": date(2026, 2, 1), "reason": "moved away"}
    actions.run(SYSTEM, registry.get("organisation"), firm, "mark_former", values)
    firm.refresh_from_db()
    assert (firm.lifecycle, firm.customer_until) == ("former", date(2026, 2, 1))
    assert Event.objects.latest("pk").reason == "moved away"


def test_setting_the_life_cycle_in_a_form_goes_through_the_verb() -> None:
    firm = make_organisation()
    with clock.freeze(NOON):
        records.update(SYSTEM, firm, {"lifecycle": "customer", "description": "x"})
    firm.refresh_from_db()
    assert (firm.customer_since, firm.description) == (date(2026, 3, 2), "x")


def test_only_who_may_assign_changes_the_owner() -> None:
    colleague = make_user()
    marketing = actor_as("marketing")
    firm = make_organisation()
    with pytest.raises((PermissionDenied, access.NotFound)):
        records.update(marketing, firm, {"owner": colleague.pk})
    records.update(SYSTEM, firm, {"owner": colleague.pk})
    firm.refresh_from_db()
    assert firm.owner_id == colleague.pk
    assert Event.objects.latest("pk").kind == "party.assigned"


def test_silence_is_no_consent_and_the_latest_word_counts() -> None:
    ana = make_person()
    newsletter = make_purpose()
    assert not standing.allows(ana.pk, newsletter, "email")
    person = registry.get("person")
    for state in ("given", "withdrawn", "given"):
        actions.run(SYSTEM, person, ana, "record_consent", {"purpose": newsletter.pk, "state": state})
    assert standing.allows(ana.pk, newsletter, "email")
    values = {"purpose": newsletter.pk, "state": "withdrawn", "channel": "email"}
    actions.run(SYSTEM, person, ana, "record_consent", values)
    assert not standing.allows(ana.pk, newsletter, "email")
    assert standing.allows(ana.pk, newsletter, "letter")
    assert Consent.objects.count() == 4


def test_an_entry_about_consent_is_never_changed_or_put_away() -> None:
    ana = make_person()
    values = {"purpose": make_purpose().pk, "state": "given"}
    entry = actions.run(SYSTEM, registry.get("person"), ana, "record_consent", values)
    with pytest.raises(ValidationError):
        records.update(SYSTEM, entry, {"state": "withdrawn"})
    with pytest.raises(ValidationError):
        records.archive(SYSTEM, entry)
    assert Consent.objects.get().state == "given"
