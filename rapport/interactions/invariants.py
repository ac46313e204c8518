"""What must hold of contacts and tasks: what a mail says of itself is what the outbox knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.invariants import Found, ask, invariant
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIL = _("Look the mail up under Settings → Outgoing; what stands there is what happened.")


@invariant("mails.as_the_outbox_says", _("What a mail says became of it is what the outbox knows."), MAIL)
def as_the_outbox_says() -> Iterator[Found]:
    """Of several effects about one mail the latest counts: it was sent again."""
    yield ask(
        "",
        "SELECT i.id FROM interactions_interaction i JOIN platform_effect e ON e.about_object = 'interaction' "
        "AND e.about_id = i.id WHERE e.transport = 'mail' AND i.delivery <> '' AND i.delivery <> 'draft' "
        "AND i.delivery <> e.state AND e.id = (SELECT MAX(f.id) FROM platform_effect f "
        "WHERE f.about_object = 'interaction' AND f.about_id = i.id)",
    )


@invariant(
    "mails.waiting_have_an_effect", _("A mail that is said to wait or to be leaving stands in the outbox."), MAIL
)
def waiting_have_an_effect() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT i.id FROM interactions_interaction i WHERE i.delivery IN ('queued', 'sending') AND NOT EXISTS "
        "(SELECT 1 FROM platform_effect e WHERE e.about_object = 'interaction' AND e.about_id = i.id)",
    )


@invariant(
    "tasks.not_after_themselves",
    _("No task follows itself."),
    _("Open the task and correct it."),
)
def not_after_themselves() -> Iterator[Found]:
    yield ask("", "SELECT id FROM interactions_task WHERE follows_id = id")


@invariant(
    "threads.not_empty",
    _("Each conversation that is not put away has at least one contact."),
    _("Put the conversation away."),
)
def not_empty() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT t.id FROM interactions_thread t WHERE t.archived_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM interactions_interaction i WHERE i.thread_id = t.id)",
    )
