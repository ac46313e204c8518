"""How two can be related: each type with its name in both directions and between which kinds it makes sense."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.platform.words import gettext_lazy as _

PERSON, ORGANISATION, HOUSEHOLD = "person", "organisation", "household"
ANYBODY = (PERSON, ORGANISATION, HOUSEHOLD)
BODIES = (ORGANISATION, HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """`forward` reads from the first party to the second, `backward` the other way. Same words: no direction.

    `belongs`: the second is where the first belongs (main employer, household, parent company).
    """

    key: str
    forward: str
    backward: str
    first: tuple[str, ...] = ANYBODY
    second: tuple[str, ...] = ANYBODY
    belongs: bool = False

    @property
    def mutual(self) -> bool:
        return self.forward == self.backward


TYPES = (
    RelationshipType("employment", _("Works at"), _("Employs"), (PERSON,), (ORGANISATION,), belongs=True),
    RelationshipType("reports_to", _("Reports to"), _("Leads"), (PERSON,), (PERSON,)),
    RelationshipType("subsidiary", _("Is part of"), _("Is parent of"), (ORGANISATION,), (ORGANISATION,), belongs=True),
    RelationshipType("member", _("Lives in"), _("Is home of"), (PERSON,), (HOUSEHOLD,), belongs=True),
    RelationshipType("married", _("Is married to"), _("Is married to"), (PERSON,), (PERSON,)),
    RelationshipType("partner_in_life", _("Lives with"), _("Lives with"), (PERSON,), (PERSON,)),
    RelationshipType("child", _("Is child of"), _("Is parent of"), (PERSON,), (PERSON,)),
    RelationshipType("sibling", _("Is sibling of"), _("Is sibling of"), (PERSON,), (PERSON,)),
    RelationshipType("friend", _("Is friends with"), _("Is friends with"), (PERSON,), (PERSON,)),
    RelationshipType("knows", _("Knows"), _("Knows")),
    RelationshipType("referred", _("Was referred by"), _("Referred")),
    RelationshipType("partner", _("Is partner of"), _("Is partner of")),
    RelationshipType("supplies", _("Supplies"), _("Is supplied by")),
    RelationshipType("advises", _("Advises"), _("Is advised by")),
    RelationshipType("influences", _("Influences"), _("Is influenced by")),
    RelationshipType("decides_with", _("Decides with"), _("Decides with")),
    RelationshipType("board", _("Sits on the board of"), _("Has on its board"), (PERSON,), (ORGANISATION,)),
    RelationshipType("owns", _("Owns"), _("Is owned by"), ANYBODY, BODIES),
    RelationshipType("invested", _("Invested in"), _("Has as investor"), ANYBODY, (ORGANISATION,)),
    RelationshipType("membership", _("Is member of"), _("Has as member"), ANYBODY, (ORGANISATION,)),
    RelationshipType("assistant", _("Assists"), _("Is assisted by"), (PERSON,), (PERSON,)),
    RelationshipType("competes", _("Competes with"), _("Competes with"), (ORGANISATION,), (ORGANISATION,)),
    RelationshipType("contact", _("Is in touch with"), _("Looks after")),
    RelationshipType("other", _("Is connected with"), _("Is connected with")),
)
BY_KEY = {kind.key: kind for kind in TYPES}
CHOICES = tuple((kind.key, kind.forward) for kind in TYPES)
EMPLOYMENT = BY_KEY["employment"]
