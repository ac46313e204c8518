"""Every table of the engine, gathered for Django, and the Objects of the engine itself."""

from rapport.platform.access.models import FieldRule, Grant, RightsEpoch, Role, Share
from rapport.platform.accounts import objects as _account_objects  # noqa: F401  # registers user and team
from rapport.platform.accounts.models import Membership, Team, TeamClosure, Token, User
from rapport.platform.counters import Counter
from rapport.platform.currencies import Rate
from rapport.platform.events.models import Cursor, Event
from rapport.platform.files import objects as _file_objects  # noqa: F401  # registers file
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.tags import Tag, Tagging

__all__ = [
    "Attachment",
    "Counter",
    "Cursor",
    "Event",
    "FieldRule",
    "Grant",
    "Membership",
    "Rate",
    "RightsEpoch",
    "Role",
    "Share",
    "StoredFile",
    "Tag",
    "Tagging",
    "Team",
    "TeamClosure",
    "Token",
    "User",
]
