"""Putting letters into the outbox, and the transport that takes them to the mail server."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform import files, outbox
from rapport.platform.files.models import StoredFile
from rapport.platform.mail import letter as letters
from rapport.platform.mail import server, smtp
from rapport.platform.outbox import Effect, Later, Outcome, Refused, Sent, Unclear
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.fields import Ref
    from rapport.platform.mail.letter import Letter

LARGEST = 25_000_000  # bytes of a whole mail: what most servers take


def can_send() -> bool:
    """Whether a mail put now has somewhere to go."""
    return bool(settings.MAIL_URL) or bool(settings.CATCH_MAIL)


def why_not() -> str:
    """The sentence that says why mails cannot be sent; "" when they can."""
    if can_send():
        return ""
    return _("This house has no mail server yet: whoever runs it names one in RAPPORT_MAIL_URL.")


def post(
    actor: Actor,
    letter: Letter,
    *,
    about: Ref | None = None,
    once: str | None = None,
    after: timedelta | datetime = timedelta(0),
) -> Effect:
    """Have a letter sent, if and only if this transaction commits. Raises ValidationError in words."""
    if words := why_not():
        raise ValidationError(words)
    letters.check(letter)
    lane = letter.recipients[0].rpartition("@")[2]
    return outbox.put(
        actor,
        "mail",
        {"letter": letter.as_json(), "left": letter.recipients},
        lane=lane,
        about=about,
        once=once,
        after=after,
    )


class Mail(outbox.Transport):
    """Letters over SMTP, by one server for the whole house. An unclear outcome is kept for people to decide about."""

    key: ClassVar[str] = "mail"
    label = gettext_lazy("Mail")
    side_by_side = 4
    together = True
    # The server speaks for every domain: what it refuses for now says nothing of the others.
    patience = 20

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def a_minute(self) -> int | None:  # type: ignore[override]  # read when asked: a setting
        return settings.MAIL_A_MINUTE or None

    def deliver(self, effect: Effect) -> Outcome:
        """Hand it to the mail server."""
        letter = letters.from_json(effect.payload["letter"])
        try:
            message = letters.as_bytes(letter, attached(letter))
        except FileNotFoundError:
            return Refused(_("A file that was to go with it is no longer there."))
        if len(message) > LARGEST:
            return Refused(
                _("With its files it is larger than the %(most)s MB that mail servers take.")
                % {"most": LARGEST // 1_000_000}
            )
        session = self._session()
        if session is None:
            return Later(_("There is no mail server to give it to."))
        left = [str(one) for one in effect.payload["left"]]
        try:
            took = session.send(bounce_address(effect, letter), left, message)
        except smtp.Unknown as error:
            return Unclear(str(error))
        except smtp.NotSent as error:
            return Refused(str(error)) if error.is_final else Later(str(error))
        return Sent({"answer": took.answer, "refused": took.refused, "postponed": took.postponed})

    def close(self) -> None:
        """End the connection of this thread."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()

    def _session(self) -> smtp.Session | None:
        wanted = server.current()
        kept: smtp.Session | None = getattr(self._local, "session", None)
        if wanted is None:
            return None
        if kept is None or kept.server != wanted:
            if kept is not None:
                kept.close()
            kept = self._local.session = smtp.Session(wanted)
        return kept


def attached(letter: Letter) -> list[tuple[str, str, bytes]]:
    """The files that go with it: names, types and contents. Raises FileNotFoundError."""
    found = {one.pk: one for one in StoredFile.objects.filter(pk__in=letter.files)}
    if len(found) < len(set(letter.files)):
        raise FileNotFoundError
    contents = []
    for pk in dict.fromkeys(letter.files):
        with files.open_stored(found[pk]) as stream:
            contents.append((found[pk].name, found[pk].content_type, stream.read(LARGEST + 1)))
    return contents


def bounce_address(effect: Effect, letter: Letter) -> str:
    """Where reports of undelivered copies go: an address that names this mail, where the house has one for that."""
    given = str(settings.MAIL_BOUNCES)
    if "@" not in given:
        return letter.sender.address
    name, _sep, domain = given.rpartition("@")
    return f"{name}+{effect.uid.hex}@{domain}"


outbox.register(Mail())
