"""Channel: the one interface through which ways of contact plug in: phone, letter and mail today, others tomorrow.

A channel says what its contacts are called, whether they run in both directions, whether an answer is expected, and,
where Rapport can send through it by itself, how (`send`). Lists, forms, filters and Today read this; a new channel is
one `register_channel(Channel(...))` before the first request and needs no other change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rapport.platform.words import gettext_lazy as _


class Sender(Protocol):
    """Hands a message over for delivery; called by a job, never inside the transaction that wrote the interaction.

    Returns the name the other side knows the message by ("" where there is none). Raises `NotSent` in words.
    """

    def __call__(self, address: str, subject: str, body: str) -> str: ...


class NotSent(Exception):
    """The message could not be handed over; the sentence says why and whether trying again can help."""


# Reads what came in (bytes of a mail, a web hook's body) into the parts of an interaction; see `eml.read`.
Reader = Callable[[bytes], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of contact. `key` is what stands in an interaction's `kind`."""

    key: str
    label: str
    icon: str
    # Both sides take part at the same time (call, meeting): counts as an exchange in both directions.
    live: bool = False
    # Whoever wrote waits for an answer: unanswered inbound ones are owed a reply.
    expects_reply: bool = False
    # The kind of contact point that leads there, "" where there is none.
    point: str = ""
    # How much one exchange weighs in the strength of a relationship.
    weight: float = 1.0
    send: Sender | None = field(default=None, compare=False)
    read: Reader | None = field(default=None, compare=False)


_channels: dict[str, Channel] = {}


def register_channel(channel: Channel) -> Channel:
    """Make a channel known, or replace the one of the same key by one that can do more."""
    _channels[channel.key] = channel
    return channel


def channels() -> tuple[Channel, ...]:
    """Every channel in the order of registration."""
    return tuple(_channels.values())


def channel(key: str) -> Channel:
    """The channel of an interaction's kind; one that says nothing for a kind that is gone."""
    return _channels.get(key) or Channel(key, key, "circle")


for known in (
    Channel("call", _("Call"), "phone", live=True, point="phone", weight=2.0),
    Channel("meeting", _("Meeting"), "users", live=True, weight=4.0),
    Channel("visit", _("Visit"), "map-pin", live=True, point="postal", weight=5.0),
    Channel("video", _("Video call"), "video", live=True, weight=3.0),
    Channel("email", _("E-mail"), "mail", expects_reply=True, point="email"),
    Channel("chat", _("Chat"), "message-circle", live=True, expects_reply=True, point="messenger"),
    Channel("sms", _("Text message"), "smartphone", expects_reply=True, point="phone", weight=0.5),
    Channel("letter", _("Letter"), "file-text", expects_reply=True, point="postal", weight=2.0),
    Channel("fax", _("Fax"), "printer", expects_reply=True, point="fax"),
    Channel("social", _("Social message"), "at-sign", expects_reply=True, point="web", weight=0.5),
    Channel("web", _("Web form or visit"), "globe", expects_reply=True, weight=0.5),
    Channel("note", _("Note"), "sticky-note", weight=0.0),
):
    register_channel(known)

KINDS = tuple((one.key, one.label) for one in channels())
