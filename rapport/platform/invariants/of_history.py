"""What must hold of Events and of who reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapport.base import clock
from rapport.platform.invariants.asking import Found, ask, invariant
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = _("The clock of a machine was wrong. Set it by NTP; times that were written stay as they are.")


@invariant("events.not_of_tomorrow", _("Nothing was written down before it happened."), CLOCK, beside=True)
def not_of_tomorrow() -> Iterator[Found]:
    yield ask("", "SELECT id FROM platform_event WHERE recorded_at > %s", [clock.now() + timedelta(hours=26)])


@invariant(
    "events.cursors_behind",
    _("Whoever follows the Events stands at one that is there, or before the first."),
    _("Start the worker anew: it puts the cursors right after a restore."),
)
def cursors_behind() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT name FROM platform_cursor c WHERE c.event_id > (SELECT COALESCE(MAX(id), 0) FROM platform_event) "
        'OR c."transaction" > (SELECT COALESCE(MAX("transaction"), 0) FROM platform_event)',
    )


@invariant(
    "notifications.of_something",
    _("Each notification bundles at least one fact, and each fact names its reader's own notification."),
    _("They are shown empty and can be marked as read. Report it."),
)
def of_something() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT n.id FROM platform_notification n WHERE NOT EXISTS "
        "(SELECT 1 FROM platform_notice o WHERE o.notification_id = n.id)",
    )
    yield ask(
        "",
        "SELECT o.id FROM platform_notice o JOIN platform_notification n ON n.id = o.notification_id "
        "WHERE o.user_id <> n.user_id",
    )
