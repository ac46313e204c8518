"""Every table of interactions, gathered for Django; importing it registers Objects, projections and verbs."""

from rapport.interactions import dropped as _dropped  # noqa: F401  # files mails dropped on records
from rapport.interactions import erasing as _erasing  # noqa: F401  # what erasures take from conversations
from rapport.interactions import incoming as _incoming  # noqa: F401  # the verb that files a mail
from rapport.interactions import log as _log  # noqa: F401  # verbs and forms of parties
from rapport.interactions import next_steps as _next_steps  # noqa: F401  # follows tasks and planned contacts
from rapport.interactions import proofs as _proofs  # noqa: F401  # for `rapport check`
from rapport.interactions import replies as _replies  # noqa: F401  # follows interactions
from rapport.interactions import shown as _shown  # noqa: F401  # cards on the pages of parties
from rapport.interactions import strengths as _strengths  # noqa: F401  # follows contacts
from rapport.interactions import waiting as _waiting  # noqa: F401  # feeds Today
from rapport.interactions.channels.email import delivery as _delivery  # noqa: F401  # follows the outbox
from rapport.interactions.channels.email import writing as _writing  # noqa: F401  # verbs of mails
from rapport.interactions.channels.email.sender_address import SenderAddress
from rapport.interactions.interaction import Interaction
from rapport.interactions.participant import Participant
from rapport.interactions.task import Task
from rapport.interactions.template import Template
from rapport.interactions.thread import Thread

__all__ = ["Interaction", "Participant", "SenderAddress", "Task", "Template", "Thread"]
