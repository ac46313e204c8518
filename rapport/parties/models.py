"""Every table of parties, gathered for Django; importing it registers Objects, projections and verbs."""

from rapport.parties import actions as _actions  # noqa: F401  # verbs that need several of the nouns
from rapport.parties import consent_proof as _consent_proof  # noqa: F401  # for `rapport check`
from rapport.parties import due as _due  # noqa: F401  # what belongs on Today
from rapport.parties import erasing as _erasing  # noqa: F401  # what erasures take from parties
from rapport.parties import holding as _holding  # noqa: F401  # which consents hold
from rapport.parties import in_step as _in_step  # noqa: F401  # records and contact points follow each other
from rapport.parties import privacy_parts as _privacy_parts  # noqa: F401  # what their privacy page says
from rapport.parties import restricting as _restricting  # noqa: F401  # verbs of those who handle privacy
from rapport.parties import shown as _shown  # noqa: F401  # cards, chips, roll-up and map
from rapport.parties.closure import PartyClosure
from rapport.parties.consent import Consent
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.parties.privacy_request import PrivacyRequest
from rapport.parties.purpose import Purpose, Wording
from rapport.parties.relationship import Relationship

__all__ = ["Consent", "ContactPoint", "Party", "PartyClosure", "PrivacyRequest", "Purpose", "Relationship", "Wording"]
