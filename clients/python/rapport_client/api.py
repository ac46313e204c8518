"""The Objects of the Rapport REST API. Generated: `make reference` writes this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapport_client import models as m
from rapport_client.core import Done, House, Objects, Version


class BuyingRoles(Objects[m.BuyingRole, m.BuyingRoleNew, m.BuyingRoleChange]):
    """Buying roles."""


class Consents(Objects[m.Consent, m.ConsentNew, m.ConsentChange]):
    """Consents."""


class ContactPoints(Objects[m.ContactPoint, m.ContactPointNew, m.ContactPointChange]):
    """Contact points."""

    def make_primary(
        self,
        id: str,
        answers: m.ContactPointMakePrimary | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.ContactPoint]:
        """Show this one on the record; the one shown so far stays as a further one."""
        return self._act(id, "make_primary", answers, version, key)


class Households(Objects[m.Household, m.HouseholdNew, m.HouseholdChange]):
    """Households."""

    def add_contact_point(
        self, id: str, answers: m.HouseholdAddContactPoint, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Add one more address, number or account."""
        return self._act(id, "add_contact_point", answers, version, key)

    def add_note(
        self, id: str, answers: m.HouseholdAddNote, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Write something down that whoever deals with this party should know."""
        return self._act(id, "add_note", answers, version, key)

    def assign(
        self,
        id: str,
        answers: m.HouseholdAssign | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Household]:
        """Give the record to a colleague (and, if named, a team); nobody owns it when none is named."""
        return self._act(id, "assign", answers, version, key)

    def become_customer(
        self,
        id: str,
        answers: m.HouseholdBecomeCustomer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Household]:
        """Say that they bought: customer from this day on."""
        return self._act(id, "become_customer", answers, version, key)

    def change_lifecycle(
        self, id: str, answers: m.HouseholdChangeLifecycle, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Move to another phase of the life-cycle; becoming a customer and ceasing to be one keep their day."""
        return self._act(id, "change_lifecycle", answers, version, key)

    def lift_restriction(
        self,
        id: str,
        answers: m.HouseholdLiftRestriction | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Household]:
        """Work with it again. The law asks to tell them before (Article 18, paragraph 3)."""
        return self._act(id, "lift_restriction", answers, version, key)

    def log_call(
        self, id: str, answers: m.HouseholdLogCall, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Write down a call with this party."""
        return self._act(id, "log_call", answers, version, key)

    def log_meeting(
        self, id: str, answers: m.HouseholdLogMeeting, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Write down a meeting with this party; one that lies ahead is planned."""
        return self._act(id, "log_meeting", answers, version, key)

    def mark_former(
        self,
        id: str,
        answers: m.HouseholdMarkFormer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Household]:
        """Say that they left: former customer from this day on."""
        return self._act(id, "mark_former", answers, version, key)

    def plan_task(
        self, id: str, answers: m.HouseholdPlanTask, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Plan the next step with this party."""
        return self._act(id, "plan_task", answers, version, key)

    def record_consent(
        self, id: str, answers: m.HouseholdRecordConsent, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Add an entry about what somebody allowed, took back or objected to; earlier entries stay."""
        return self._act(id, "record_consent", answers, version, key)

    def restrict(
        self, id: str, answers: m.HouseholdRestrict, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Keep what is held and let nobody work with it: out of lists, search and exports, no changes, no mails."""
        return self._act(id, "restrict", answers, version, key)

    def take_mail(
        self, id: str, answers: m.HouseholdTakeMail, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Put a mail saved as a file on this party's timeline, with its people, conversation and attachments."""
        return self._act(id, "take_mail", answers, version, key)

    def write_from_template(
        self, id: str, answers: m.HouseholdWriteFromTemplate, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Household]:
        """Draft a message from a template, to be sent: planned in an hour; what was missing stands beside it."""
        return self._act(id, "write_from_template", answers, version, key)

    def write_mail(
        self,
        id: str,
        answers: m.HouseholdWriteMail | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Household]:
        """Write a mail to this customer or their people; a template fills what is left empty."""
        return self._act(id, "write_mail", answers, version, key)


class Interactions(Objects[m.Interaction, m.InteractionNew, m.InteractionChange]):
    """Interactions."""

    def answer(
        self, id: str, answers: m.InteractionAnswer, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Interaction]:
        """Answer a mail, in its conversation."""
        return self._act(id, "answer", answers, version, key)

    def held(
        self,
        id: str,
        answers: m.InteractionHeld | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Interaction]:
        """Say that a planned contact took place, and how it went."""
        return self._act(id, "held", answers, version, key)

    def no_reply_needed(
        self,
        id: str,
        answers: m.InteractionNoReplyNeeded | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Interaction]:
        """Take a message off the list of those that are owed an answer."""
        return self._act(id, "no_reply_needed", answers, version, key)

    def reschedule(
        self, id: str, answers: m.InteractionReschedule, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Interaction]:
        """Put a planned contact at another time."""
        return self._act(id, "reschedule", answers, version, key)

    def send(
        self,
        id: str,
        answers: m.InteractionSend | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Interaction]:
        """Send a mail that was drafted or taken back."""
        return self._act(id, "send", answers, version, key)

    def send_again(
        self,
        id: str,
        answers: m.InteractionSendAgain | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Interaction]:
        """Send a mail once more that failed or may not have arrived; it is the same mail, byte for byte."""
        return self._act(id, "send_again", answers, version, key)

    def take_back(
        self,
        id: str,
        answers: m.InteractionTakeBack | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Interaction]:
        """Stop a mail that has not left yet; it stays as a draft."""
        return self._act(id, "take_back", answers, version, key)


class LineItems(Objects[m.Line, m.LineNew, m.LineChange]):
    """Line items."""


class Opportunities(Objects[m.Opportunity, m.OpportunityNew, m.OpportunityChange]):
    """Opportunities."""

    def lose(
        self, id: str, answers: m.OpportunityLose, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Opportunity]:
        """Close it as lost, with the reason; the probability becomes 0 %."""
        return self._act(id, "lose", answers, version, key)

    def move(
        self, id: str, answers: m.OpportunityMove, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Opportunity]:
        """Move to another stage of the same pipeline; a won or lost stage closes it."""
        return self._act(id, "move", answers, version, key)

    def reopen(
        self,
        id: str,
        answers: m.OpportunityReopen | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Opportunity]:
        """Put a closed deal back into the first open stage of its pipeline."""
        return self._act(id, "reopen", answers, version, key)

    def win(
        self,
        id: str,
        answers: m.OpportunityWin | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Opportunity]:
        """Close it as won; the probability becomes 100 %. A won deal needs an amount and a customer."""
        return self._act(id, "win", answers, version, key)


class Organisations(Objects[m.Organisation, m.OrganisationNew, m.OrganisationChange]):
    """Organisations."""

    def add_contact_point(
        self, id: str, answers: m.OrganisationAddContactPoint, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Add one more address, number or account."""
        return self._act(id, "add_contact_point", answers, version, key)

    def add_note(
        self, id: str, answers: m.OrganisationAddNote, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Write something down that whoever deals with this party should know."""
        return self._act(id, "add_note", answers, version, key)

    def assign(
        self,
        id: str,
        answers: m.OrganisationAssign | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Give the record to a colleague (and, if named, a team); nobody owns it when none is named."""
        return self._act(id, "assign", answers, version, key)

    def become_customer(
        self,
        id: str,
        answers: m.OrganisationBecomeCustomer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Say that they bought: customer from this day on."""
        return self._act(id, "become_customer", answers, version, key)

    def change_lifecycle(
        self, id: str, answers: m.OrganisationChangeLifecycle, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Move to another phase of the life-cycle; becoming a customer and ceasing to be one keep their day."""
        return self._act(id, "change_lifecycle", answers, version, key)

    def lift_restriction(
        self,
        id: str,
        answers: m.OrganisationLiftRestriction | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Work with it again. The law asks to tell them before (Article 18, paragraph 3)."""
        return self._act(id, "lift_restriction", answers, version, key)

    def log_call(
        self, id: str, answers: m.OrganisationLogCall, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Write down a call with this party."""
        return self._act(id, "log_call", answers, version, key)

    def log_meeting(
        self, id: str, answers: m.OrganisationLogMeeting, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Write down a meeting with this party; one that lies ahead is planned."""
        return self._act(id, "log_meeting", answers, version, key)

    def mark_former(
        self,
        id: str,
        answers: m.OrganisationMarkFormer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Say that they left: former customer from this day on."""
        return self._act(id, "mark_former", answers, version, key)

    def plan_task(
        self, id: str, answers: m.OrganisationPlanTask, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Plan the next step with this party."""
        return self._act(id, "plan_task", answers, version, key)

    def record_consent(
        self, id: str, answers: m.OrganisationRecordConsent, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Add an entry about what somebody allowed, took back or objected to; earlier entries stay."""
        return self._act(id, "record_consent", answers, version, key)

    def restrict(
        self, id: str, answers: m.OrganisationRestrict, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Keep what is held and let nobody work with it: out of lists, search and exports, no changes, no mails."""
        return self._act(id, "restrict", answers, version, key)

    def take_mail(
        self, id: str, answers: m.OrganisationTakeMail, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Organisation]:
        """Put a mail saved as a file on this party's timeline, with its people, conversation and attachments."""
        return self._act(id, "take_mail", answers, version, key)

    def write_from_template(
        self,
        id: str,
        answers: m.OrganisationWriteFromTemplate,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Draft a message from a template, to be sent: planned in an hour; what was missing stands beside it."""
        return self._act(id, "write_from_template", answers, version, key)

    def write_mail(
        self,
        id: str,
        answers: m.OrganisationWriteMail | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Organisation]:
        """Write a mail to this customer or their people; a template fills what is left empty."""
        return self._act(id, "write_mail", answers, version, key)


class OwnFields(Objects[m.OwnField, m.OwnFieldNew, m.OwnFieldChange]):
    """Own fields."""


class OwnObjects(Objects[m.OwnObject, m.OwnObjectNew, m.OwnObjectChange]):
    """Own kinds of record."""


class Parties(Objects[m.Party, m.PartyNew, m.PartyChange]):
    """Everybody."""

    def add_contact_point(
        self, id: str, answers: m.PartyAddContactPoint, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Add one more address, number or account."""
        return self._act(id, "add_contact_point", answers, version, key)

    def add_note(
        self, id: str, answers: m.PartyAddNote, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Write something down that whoever deals with this party should know."""
        return self._act(id, "add_note", answers, version, key)

    def assign(
        self, id: str, answers: m.PartyAssign | None = None, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Give the record to a colleague (and, if named, a team); nobody owns it when none is named."""
        return self._act(id, "assign", answers, version, key)

    def become_customer(
        self,
        id: str,
        answers: m.PartyBecomeCustomer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Party]:
        """Say that they bought: customer from this day on."""
        return self._act(id, "become_customer", answers, version, key)

    def change_lifecycle(
        self, id: str, answers: m.PartyChangeLifecycle, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Move to another phase of the life-cycle; becoming a customer and ceasing to be one keep their day."""
        return self._act(id, "change_lifecycle", answers, version, key)

    def lift_restriction(
        self,
        id: str,
        answers: m.PartyLiftRestriction | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Party]:
        """Work with it again. The law asks to tell them before (Article 18, paragraph 3)."""
        return self._act(id, "lift_restriction", answers, version, key)

    def log_call(
        self, id: str, answers: m.PartyLogCall, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Write down a call with this party."""
        return self._act(id, "log_call", answers, version, key)

    def log_meeting(
        self, id: str, answers: m.PartyLogMeeting, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Write down a meeting with this party; one that lies ahead is planned."""
        return self._act(id, "log_meeting", answers, version, key)

    def mark_former(
        self,
        id: str,
        answers: m.PartyMarkFormer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Party]:
        """Say that they left: former customer from this day on."""
        return self._act(id, "mark_former", answers, version, key)

    def plan_task(
        self, id: str, answers: m.PartyPlanTask, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Plan the next step with this party."""
        return self._act(id, "plan_task", answers, version, key)

    def record_consent(
        self, id: str, answers: m.PartyRecordConsent, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Add an entry about what somebody allowed, took back or objected to; earlier entries stay."""
        return self._act(id, "record_consent", answers, version, key)

    def restrict(
        self, id: str, answers: m.PartyRestrict, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Keep what is held and let nobody work with it: out of lists, search and exports, no changes, no mails."""
        return self._act(id, "restrict", answers, version, key)

    def take_mail(
        self, id: str, answers: m.PartyTakeMail, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Put a mail saved as a file on this party's timeline, with its people, conversation and attachments."""
        return self._act(id, "take_mail", answers, version, key)

    def write_from_template(
        self, id: str, answers: m.PartyWriteFromTemplate, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Party]:
        """Draft a message from a template, to be sent: planned in an hour; what was missing stands beside it."""
        return self._act(id, "write_from_template", answers, version, key)

    def write_mail(
        self,
        id: str,
        answers: m.PartyWriteMail | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Party]:
        """Write a mail to this customer or their people; a template fills what is left empty."""
        return self._act(id, "write_mail", answers, version, key)


class People(Objects[m.Person, m.PersonNew, m.PersonChange]):
    """People."""

    def add_contact_point(
        self, id: str, answers: m.PersonAddContactPoint, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Add one more address, number or account."""
        return self._act(id, "add_contact_point", answers, version, key)

    def add_employment(
        self, id: str, answers: m.PersonAddEmployment, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Say that a person works at an organisation; the main employer is where the person belongs."""
        return self._act(id, "add_employment", answers, version, key)

    def add_note(
        self, id: str, answers: m.PersonAddNote, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Write something down that whoever deals with this party should know."""
        return self._act(id, "add_note", answers, version, key)

    def assign(
        self, id: str, answers: m.PersonAssign | None = None, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Give the record to a colleague (and, if named, a team); nobody owns it when none is named."""
        return self._act(id, "assign", answers, version, key)

    def become_customer(
        self,
        id: str,
        answers: m.PersonBecomeCustomer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Person]:
        """Say that they bought: customer from this day on."""
        return self._act(id, "become_customer", answers, version, key)

    def change_employer(
        self, id: str, answers: m.PersonChangeEmployer, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """End the main employment and begin another; the former one stays in the history."""
        return self._act(id, "change_employer", answers, version, key)

    def change_lifecycle(
        self, id: str, answers: m.PersonChangeLifecycle, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Move to another phase of the life-cycle; becoming a customer and ceasing to be one keep their day."""
        return self._act(id, "change_lifecycle", answers, version, key)

    def leave_employer(
        self,
        id: str,
        answers: m.PersonLeaveEmployer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Person]:
        """End the main employment; the person belongs nowhere until somebody says where."""
        return self._act(id, "leave_employer", answers, version, key)

    def lift_restriction(
        self,
        id: str,
        answers: m.PersonLiftRestriction | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Person]:
        """Work with it again. The law asks to tell them before (Article 18, paragraph 3)."""
        return self._act(id, "lift_restriction", answers, version, key)

    def log_call(
        self, id: str, answers: m.PersonLogCall, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Write down a call with this party."""
        return self._act(id, "log_call", answers, version, key)

    def log_meeting(
        self, id: str, answers: m.PersonLogMeeting, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Write down a meeting with this party; one that lies ahead is planned."""
        return self._act(id, "log_meeting", answers, version, key)

    def mark_former(
        self,
        id: str,
        answers: m.PersonMarkFormer | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Person]:
        """Say that they left: former customer from this day on."""
        return self._act(id, "mark_former", answers, version, key)

    def plan_task(
        self, id: str, answers: m.PersonPlanTask, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Plan the next step with this party."""
        return self._act(id, "plan_task", answers, version, key)

    def record_consent(
        self, id: str, answers: m.PersonRecordConsent, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Add an entry about what somebody allowed, took back or objected to; earlier entries stay."""
        return self._act(id, "record_consent", answers, version, key)

    def restrict(
        self, id: str, answers: m.PersonRestrict, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Keep what is held and let nobody work with it: out of lists, search and exports, no changes, no mails."""
        return self._act(id, "restrict", answers, version, key)

    def take_mail(
        self, id: str, answers: m.PersonTakeMail, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Put a mail saved as a file on this party's timeline, with its people, conversation and attachments."""
        return self._act(id, "take_mail", answers, version, key)

    def write_from_template(
        self, id: str, answers: m.PersonWriteFromTemplate, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Person]:
        """Draft a message from a template, to be sent: planned in an hour; what was missing stands beside it."""
        return self._act(id, "write_from_template", answers, version, key)

    def write_mail(
        self,
        id: str,
        answers: m.PersonWriteMail | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Person]:
        """Write a mail to this customer or their people; a template fills what is left empty."""
        return self._act(id, "write_mail", answers, version, key)


class Pipelines(Objects[m.Pipeline, m.PipelineNew, m.PipelineChange]):
    """Pipelines."""


class PrivacyRequests(Objects[m.PrivacyRequest, m.PrivacyRequestNew, m.PrivacyRequestChange]):
    """Privacy requests."""

    def answer(
        self, id: str, answers: m.PrivacyRequestAnswer, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.PrivacyRequest]:
        """Say that they were answered, and how."""
        return self._act(id, "answer", answers, version, key)

    def extend(
        self, id: str, answers: m.PrivacyRequestExtend, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.PrivacyRequest]:
        """Take two more months, because it is complex; they must be told why within the first one."""
        return self._act(id, "extend", answers, version, key)

    def refuse(
        self, id: str, answers: m.PrivacyRequestRefuse, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.PrivacyRequest]:
        """Say that it was refused, and the reasons they were told."""
        return self._act(id, "refuse", answers, version, key)

    def take_back(
        self,
        id: str,
        answers: m.PrivacyRequestTakeBack | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.PrivacyRequest]:
        """Say that they do not ask any more."""
        return self._act(id, "take_back", answers, version, key)


class ProcessingActivities(Objects[m.ProcessingActivity, m.ProcessingActivityNew, m.ProcessingActivityChange]):
    """Processing activities."""


class Products(Objects[m.Product, m.ProductNew, m.ProductChange]):
    """Products."""


class Purposes(Objects[m.Purpose, m.PurposeNew, m.PurposeChange]):
    """Purposes."""


class Relationships(Objects[m.Relationship, m.RelationshipNew, m.RelationshipChange]):
    """Relationships."""


class RetentionRules(Objects[m.RetentionRule, m.RetentionRuleNew, m.RetentionRuleChange]):
    """Retention rules."""

    def confirm(
        self, id: str, answers: m.RetentionRuleConfirm, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.RetentionRule]:
        """Let it act every night from now on; the number must be what its preview says now."""
        return self._act(id, "confirm", answers, version, key)

    def stop(
        self,
        id: str,
        answers: m.RetentionRuleStop | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.RetentionRule]:
        """Let it end nothing any more."""
        return self._act(id, "stop", answers, version, key)


class SenderAddresses(Objects[m.SenderAddress, m.SenderAddressNew, m.SenderAddressChange]):
    """Sender addresses."""


class Stages(Objects[m.Stage, m.StageNew, m.StageChange]):
    """Stages."""


class Tasks(Objects[m.Task, m.TaskNew, m.TaskChange]):
    """Tasks."""

    def delegate(
        self, id: str, answers: m.TaskDelegate, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Task]:
        """Give it to a colleague to do; whoever owns it still sees it."""
        return self._act(id, "delegate", answers, version, key)

    def done(
        self, id: str, answers: m.TaskDone | None = None, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Task]:
        """Say that it is done; a repeating task makes its next one, once."""
        return self._act(id, "done", answers, version, key)

    def done_and_schedule_next(
        self,
        id: str,
        answers: m.TaskDoneAndScheduleNext | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Task]:
        """Say that it is done and plan what follows for the same record, in one go."""
        return self._act(id, "done_and_schedule_next", answers, version, key)

    def reopen(
        self, id: str, answers: m.TaskReopen | None = None, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Task]:
        """Say that it is not done after all; a next one it made stays."""
        return self._act(id, "reopen", answers, version, key)

    def snooze(
        self, id: str, answers: m.TaskSnooze | None = None, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Task]:
        """Keep it out of Today until then; tomorrow at eight when no time is named. The due date stays."""
        return self._act(id, "snooze", answers, version, key)

    def tick(
        self, id: str, answers: m.TaskTick, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Task]:
        """Tick a line of the checklist, or take the tick back."""
        return self._act(id, "tick", answers, version, key)


class Teams(Objects[m.Team, m.TeamNew, m.TeamChange]):
    """Teams."""


class Templates(Objects[m.Template, m.TemplateNew, m.TemplateChange]):
    """Templates."""


class Threads(Objects[m.Thread, m.ThreadNew, m.ThreadChange]):
    """Conversations."""


class Users(Objects[m.User, m.UserNew, m.UserChange]):
    """Users."""


class Webhooks(Objects[m.Webhook, m.WebhookNew, m.WebhookChange]):
    """Webhooks."""

    def renew_secret(
        self,
        id: str,
        answers: m.WebhookRenewSecret | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Webhook]:
        """Sign with a new secret; the one before signs beside it for a day."""
        return self._act(id, "renew_secret", answers, version, key)

    def replay(
        self, id: str, answers: m.WebhookReplay, *, version: Version | None = None, key: str | None = None
    ) -> Done[m.Webhook]:
        """Call the endpoint anew for everything it should have heard of since a moment."""
        return self._act(id, "replay", answers, version, key)

    def send_test(
        self,
        id: str,
        answers: m.WebhookSendTest | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
    ) -> Done[m.Webhook]:
        """Call the endpoint once with an Event of the kind “test”."""
        return self._act(id, "send_test", answers, version, key)


class Wordings(Objects[m.Wording, m.WordingNew, m.WordingChange]):
    """Wordings."""


class Rapport(House):
    """The API of one installation."""

    def __init__(self, url: str, token: str, **options: Any) -> None:
        super().__init__(url, token, **options)
        self.buying_roles = BuyingRoles(self.transport, "buying-roles")
        self.consents = Consents(self.transport, "consents")
        self.contact_points = ContactPoints(self.transport, "contact-points")
        self.households = Households(self.transport, "households")
        self.interactions = Interactions(self.transport, "interactions")
        self.line_items = LineItems(self.transport, "line-items")
        self.opportunities = Opportunities(self.transport, "opportunities")
        self.organisations = Organisations(self.transport, "organisations")
        self.own_fields = OwnFields(self.transport, "own_fields")
        self.own_objects = OwnObjects(self.transport, "own_objects")
        self.parties = Parties(self.transport, "parties")
        self.people = People(self.transport, "people")
        self.pipelines = Pipelines(self.transport, "pipelines")
        self.privacy_requests = PrivacyRequests(self.transport, "privacy-requests")
        self.processing_activities = ProcessingActivities(self.transport, "processing-activities")
        self.products = Products(self.transport, "products")
        self.purposes = Purposes(self.transport, "purposes")
        self.relationships = Relationships(self.transport, "relationships")
        self.retention_rules = RetentionRules(self.transport, "retention-rules")
        self.sender_addresses = SenderAddresses(self.transport, "sender-addresses")
        self.stages = Stages(self.transport, "stages")
        self.tasks = Tasks(self.transport, "tasks")
        self.teams = Teams(self.transport, "teams")
        self.templates = Templates(self.transport, "templates")
        self.threads = Threads(self.transport, "threads")
        self.users = Users(self.transport, "users")
        self.webhooks = Webhooks(self.transport, "webhooks")
        self.wordings = Wordings(self.transport, "wordings")

    def me(self) -> m.Me:
        """Who the token belongs to, and what it may do."""
        found: m.Me = self._get("/me")
        return found

    def schema(self) -> m.Schema:
        """Objects, fields, operators and Actions of this installation."""
        found: m.Schema = self._get("/schema")
        return found

    def search(self, q: str, *, objects: tuple[str, ...] = (), limit: int = 20) -> m.Found:
        """Find records as people type."""
        found: m.Found = self._get("/search", q=q, objects=",".join(objects), limit=limit)
        return found

    def changes(self, after: str = "", *, objects: tuple[str, ...] = ()) -> Iterator[tuple[m.ChangesItems, str]]:
        """What happened since a place; with each the place after its page, from which to go on later."""
        return self._changes(after, objects)

    def get_run(self, id: str) -> m.Run:
        """How far a run is."""
        found: m.Run = self._get(f"/runs/{id}")
        return found

    def run_results(self, id: str) -> Iterator[m.RunResultsItems]:
        """What became of each record of a run."""
        after: int | None = 0
        while after is not None:
            page: m.RunResults = self._get(f"/runs/{id}/results", after=after, limit=1_000)
            yield from page["items"]
            after = page["next"]

    def undo_run(self, id: str, *, key: str | None = None) -> m.Run:
        """Take a run back."""
        found: m.Run = self.transport.send("POST", f"/runs/{id}/undo", key=key).json
        return found

    def upload(self, name: str, content: bytes, *, key: str | None = None) -> m.File:
        """Keep a file."""
        found: m.File = self.transport.send("POST", "/files", query={"name": name}, content=content, key=key).json
        return found

    def download(self, id: str) -> bytes:
        """The bytes of a file."""
        return self.transport.send("GET", f"/files/{id}/content").content
