"""Every table of the engine, gathered for Django, and the Objects of the engine itself."""

from rapport.platform.access import administer as _administer  # noqa: F401  # follows users who leave
from rapport.platform.access.models import FieldRule, Grant, RightsEpoch, Role, Share
from rapport.platform.accounts import objects as _account_objects  # noqa: F401  # registers user and team
from rapport.platform.accounts import resets as _resets  # noqa: F401  # registers its job
from rapport.platform.accounts import secrets as _secrets  # noqa: F401  # stores of the key ring
from rapport.platform.accounts.attempts import SignInAttempt
from rapport.platform.accounts.factors import Passkey, RecoveryCode, Totp
from rapport.platform.accounts.links import AccountLink
from rapport.platform.accounts.models import Membership, Team, TeamClosure, Token, User
from rapport.platform.accounts.oidc.models import Identity, Provider
from rapport.platform.accounts.rules import SignInRules
from rapport.platform.accounts.sessions import Session
from rapport.platform.api.models import IdempotencyKey
from rapport.platform.audit import anchor as _audit_anchor  # noqa: F401  # registers its job
from rapport.platform.audit import proof as _audit_proof  # noqa: F401  # registers its job
from rapport.platform.audit.models import AuditEntry, AuditSeal, AuditSeen
from rapport.platform.backup import periodic as _backups  # noqa: F401  # registers its job
from rapport.platform.counters import Counter
from rapport.platform.currencies import Rate
from rapport.platform.custom import objects as _custom_objects  # noqa: F401  # registers own_field and own_object
from rapport.platform.custom.models import DefinitionsStamp, Entry, OwnField, OwnObject
from rapport.platform.events.models import Cursor, Event
from rapport.platform.files import objects as _file_objects  # noqa: F401  # registers file
from rapport.platform.files import orphans as _orphans  # noqa: F401  # registers its job
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.formula import own as _own_formulas  # noqa: F401  # adds two types of own field
from rapport.platform.formula import stored as _stored_formulas  # noqa: F401  # follows every write
from rapport.platform.house import House
from rapport.platform.invariants import nightly as _nightly  # noqa: F401  # registers its job
from rapport.platform.jobs.models import Job
from rapport.platform.layouts.models import Layout
from rapport.platform.notifications import reaction as _notifications  # noqa: F401  # follows every Event
from rapport.platform.notifications import reminders as _reminders  # noqa: F401  # registers its job
from rapport.platform.notifications.models import Follow, Notice, Notification, Wishes
from rapport.platform.outbox.models import Effect, Hold, Lane
from rapport.platform.privacy import erase as _privacy_erase  # noqa: F401  # erasures run in the worker
from rapport.platform.privacy.models import Erasure, Suppressed
from rapport.platform.privacy.processing.activity import ProcessingActivity
from rapport.platform.privacy.retention import carry_out as _carry_out  # noqa: F401  # registers its job
from rapport.platform.privacy.retention.models import Ended
from rapport.platform.privacy.retention.rule import RetentionRule
from rapport.platform.runs.models import Run, RunRecord
from rapport.platform.runs.undo import undo_work as _undo_work  # noqa: F401  # registers its jobs
from rapport.platform.saved_views.models import SavedView
from rapport.platform.search import bodies as _search_bodies  # noqa: F401  # follows every write
from rapport.platform.search import catch_up as _search_catch_up  # noqa: F401  # reads old texts after an upgrade
from rapport.platform.search import index as _search_index  # noqa: F401  # follows every write
from rapport.platform.search.body_models import Body
from rapport.platform.search.models import Misspelling, SearchWord, Vocabulary
from rapport.platform.tags import Tag, Tagging
from rapport.platform.transfer import job as _import_job  # noqa: F401  # imports run in the worker
from rapport.platform.transfer.models import Import, ImportHistory, ImportRow, SavedMapping
from rapport.platform.webhooks import calls as _webhook_calls  # noqa: F401  # follows every Event
from rapport.platform.webhooks.webhook import Webhook

__all__ = [
    "AccountLink",
    "Attachment",
    "AuditEntry",
    "AuditSeal",
    "AuditSeen",
    "Body",
    "Counter",
    "Cursor",
    "DefinitionsStamp",
    "Effect",
    "Ended",
    "Entry",
    "Erasure",
    "Event",
    "FieldRule",
    "Follow",
    "Grant",
    "Hold",
    "House",
    "IdempotencyKey",
    "Identity",
    "Import",
    "ImportHistory",
    "ImportRow",
    "Job",
    "Lane",
    "Layout",
    "Membership",
    "Misspelling",
    "Notice",
    "Notification",
    "OwnField",
    "OwnObject",
    "Passkey",
    "ProcessingActivity",
    "Provider",
    "Rate",
    "RecoveryCode",
    "RetentionRule",
    "RightsEpoch",
    "Role",
    "Run",
    "RunRecord",
    "SavedMapping",
    "SavedView",
    "SearchWord",
    "Session",
    "Share",
    "SignInAttempt",
    "SignInRules",
    "StoredFile",
    "Suppressed",
    "Tag",
    "Tagging",
    "Team",
    "TeamClosure",
    "Token",
    "Totp",
    "User",
    "Vocabulary",
    "Webhook",
    "Wishes",
]
