"""What the tests of notifications do over and over: act as somebody, let the reaction run, read as somebody."""

from __future__ import annotations

from typing import Any

from rapport.platform import access, records
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.notifications import read
from rapport.platform.notifications.reaction import notify
from rapport.platform.notifications.read import Bundle
from rapport.platform.objects import registry

TOY = registry.get("toy")


def actor(user: User) -> Actor:
    found = access.actor_for(user.pk, "web")
    assert found is not None
    return found


def change(user: User, record: Any, **values: Any) -> Event:
    """Change a record as a user."""
    records.update(actor(user), record, values)
    return Event.objects.latest("id")


def make_toy(user: User, name: str = "Robot", **values: Any) -> Any:
    return records.create(actor(user), TOY, {"name": name, **values})


def tell() -> None:
    """Let the reaction see every Event, in order, as the worker does; those it saw before do nothing."""
    for event in Event.objects.order_by("id"):
        notify(event)


def bell(user: User) -> int:
    return read.unread(actor(user))


def bundles(user: User, shown: str = "unread") -> list[Bundle]:
    return read.bundles(actor(user), shown=shown)[0]


def said(user: User, shown: str = "unread") -> list[tuple[str, str]]:
    """(kind, title) of everything the reader is shown."""
    return [(bundle.kind, bundle.title) for bundle in bundles(user, shown)]
