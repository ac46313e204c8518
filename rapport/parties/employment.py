"""Who works where, and who belongs to whom: the main relationship of a belonging type sets the party's `parent`.

Always: at most one standing main relationship per party and type; ending or putting it away takes the parent back, if
the parent still is its other end. The history stays in the relationships.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now

from rapport.base.clock import today
from rapport.parties.consequence import chunks, consequence
from rapport.parties.party import PARTY, Party
from rapport.parties.relationship import RELATIONSHIP, Relationship
from rapport.parties.relationship_types import EMPLOYMENT
from rapport.platform import records
from rapport.platform.access import Actor  # actions read their hints at run time
from rapport.platform.actions import action
from rapport.platform.fields import Boolean, Date, Reference, Text
from rapport.platform.objects import registry
from rapport.platform.records import Change, projection
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

DECIDES = ("main", "until", "since", "other", "party", "type", "archived_at")
Employer = Annotated[Party, Reference(_("Organisation"), "parties.Party", kinds=("organisation",), required=True)]


@projection("relationship")
def parents_follow_relationships(actor: Actor, changes: Sequence[Change]) -> None:
    """Set, or take back, the parent of parties whose main belonging began, ended or moved."""
    touched = [one for one in changes if one.record.kind.belongs and (one.record.main or one.touches("main"))]
    touched = [one for one in touched if one.touches(*DECIDES)]
    parties = {
        party.pk: party
        for ids in chunks({one.record.party_id for one in touched})
        for party in Party.objects.filter(pk__in=ids)
    }
    parents: dict[int, int | None] = {}
    begun: list[Relationship] = []
    for one in touched:
        ours = one.record
        if ours.main and ours.is_current:
            parents[ours.party_id] = ours.other_id
            begun.append(ours)
        elif parties[ours.party_id].parent_id == ours.other_id:
            parents.setdefault(ours.party_id, None)
    engine = consequence(actor)
    _step_down(engine, begun)
    differing = [(parties[pk], {"parent": parent}) for pk, parent in parents.items() if parties[pk].parent_id != parent]
    records.load_updates(engine, PARTY, differing, reactions=True)


def _step_down(engine: Actor, begun: Sequence[Relationship]) -> None:
    """Others that were main so far are main no longer; they still stand."""
    newest = {(one.party_id or 0, one.type): one.pk for one in begun}
    for ids in chunks({party_id for party_id, _type in newest}):
        rows = Relationship.objects.filter(party_id__in=ids, main=True, archived_at=None, until=None)
        older = [one for one in rows if newest.get((one.party_id or 0, one.type), one.pk) != one.pk]
        records.load_updates(engine, RELATIONSHIP, [(one, {"main": False}) for one in older], reactions=True)


@action(label=_("Add employment"), icon="briefcase", event="employed", when=lambda party: party.is_person)
def add_employment(
    actor: Actor,
    party: Party,
    *,
    organisation: Employer,
    role: Annotated[str, Text(_("Role"), max=120)] = "",
    since: Annotated[date | None, Date(_("Since"))] = None,
    main: Annotated[bool, Boolean(_("Main employer"))] = True,
) -> Relationship:
    """Say that a person works at an organisation; the main employer is where the person belongs."""
    if not party.is_person:
        raise ValidationError(_now("Only people have employers."))
    values: dict[str, Any] = {"type": EMPLOYMENT.key, "party": party.pk, "other": organisation.pk}
    made: Relationship = records.create(
        actor, RELATIONSHIP, {**values, "role": role or party.job_title, "since": since, "main": main}
    )
    if role and main and party.job_title != role:
        records.write(actor, _fresh(party), {"job_title": role})
    return made


@action(label=_("Change employer"), icon="building-2", event="changed_employer", when=lambda party: party.is_person)
def change_employer(
    actor: Actor,
    party: Party,
    *,
    organisation: Employer,
    role: Annotated[str, Text(_("Role"), max=120)] = "",
    since: Annotated[date | None, Date(_("Since"))] = None,
) -> Relationship:
    """End the main employment and begin another; the former one stays in the history."""
    day = since or today()
    if party.parent_id == organisation.pk:
        raise ValidationError({"organisation": _now("This person works there already.")})
    former = _main_employment(party) or _unwritten_employment(actor, party)
    made: Relationship = add_employment(actor, party, organisation=organisation, role=role, since=day, main=True)
    if former is not None:
        records.write(actor, _fresh(former), {"until": day, "main": False}, event="ended")
    return made


@action(
    label=_("Left the employer"), icon="log-out", event="left_employer", when=lambda party: party.parent_id is not None
)
def leave_employer(actor: Actor, party: Party, *, on: Annotated[date | None, Date(_("On"))] = None) -> Party:
    """End the main employment; the person belongs nowhere until somebody says where."""
    former = _main_employment(party) or _unwritten_employment(actor, party)
    if former is None:
        raise ValidationError(_now("No main employment is known."))
    records.write(actor, former, {"until": on or today(), "main": False}, event="ended")
    party = _fresh(party)
    if party.parent_id == former.other_id:
        records.write(actor, party, {"parent": None}, event="left_employer", action="leave_employer")
    return party


def _main_employment(party: Party) -> Relationship | None:
    rows = Relationship.objects.filter(party=party, type=EMPLOYMENT.key, main=True, until=None, archived_at=None)
    return rows.order_by("-pk").first()


def _unwritten_employment(actor: Actor, party: Party) -> Relationship | None:
    """The employment that so far was only told by `parent` (an import), written down so that it is not forgotten."""
    if party.parent is None or party.parent.kind != "organisation":
        return None
    values = {"type": EMPLOYMENT.key, "party": party.pk, "other": party.parent_id, "role": party.job_title}
    made: Relationship = records.create(actor, RELATIONSHIP, {**values, "main": True})
    return made


def _fresh(record: Any) -> Any:
    """The record as it stands now, after the consequences of the last write."""
    return type(record)._default_manager.get(pk=record.pk)


for verb in (add_employment, change_employer, leave_employer):
    registry.add_action("person", verb)
