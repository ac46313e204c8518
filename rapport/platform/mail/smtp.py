"""One mail to one server over SMTP (RFC 5321), with an outcome as exact as the protocol allows.

The doubt of RFC 1047: between our final dot and the server's answer nobody knows whether it took the mail. So the dot
is written apart from the text: whatever goes wrong before it, the mail certainly did not arrive; whatever goes wrong
after it is unclear; an answer is an answer. Every try is bounded by a deadline as a whole, since a server that sends
one byte a second would outlast every time-out of a single read.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.platform import egress
from rapport.platform.mail.server import Server

SECONDS = 60.0
ENOUGH = 100  # mails over one connection


@dataclass(frozen=True, slots=True)
class Took:
    """The server has it. `answer` is what it said, `refused` and `postponed` the addresses it did not take."""

    answer: str
    refused: dict[str, str]
    postponed: dict[str, str]


class NotSent(Exception):
    """The mail certainly did not arrive. `is_final`: the server said that trying again is no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Unknown(Exception):
    """The mail may have arrived, or not."""


class Session:
    """A connection kept between mails; not for several threads. `send` opens it when needed."""

    def __init__(self, server: Server, seconds: float = SECONDS) -> None:
        self.server = server
        self.seconds = seconds
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, sender: str, recipients: Sequence[str], message: bytes) -> Took:
        """Hand over one mail. Raises NotSent or Unknown, and nothing else that the other side can cause."""
        fresh = self._smtp is None
        try:
            return self._send(sender, recipients, message)
        except _Stale:
            # The server had closed the connection meanwhile, as it may: nothing was said of this mail yet.
            if fresh:
                raise NotSent(_("The mail server closed the connection at once.")) from None
            return self._send(sender, recipients, message)

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with _deadline(smtp, 5.0):
                try:
                    smtp.quit()
                except (OSError, smtplib.SMTPException, ValueError):
                    smtp.close()

    def _send(self, sender: str, recipients: Sequence[str], message: bytes) -> Took:
        if self._smtp is not None and self._sent >= ENOUGH:
            self.close()
        try:
            smtp = self._smtp or self._open()
            with _deadline(smtp, self.seconds):
                took = _hand_over(smtp, sender, recipients, message)
        except (NotSent, Unknown, _Stale):
            self._drop()
            raise
        except egress.EgressError as error:
            raise NotSent(f"{self.server.host}:{self.server.port}: {error or type(error).__name__}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            raise NotSent(_words(error)) from error
        self._sent += 1
        return took

    def _open(self) -> smtplib.SMTP:
        smtp = _connect(self.server, self.seconds)
        self._smtp, self._sent = smtp, 0
        with _deadline(smtp, self.seconds):
            smtp.ehlo()
            if self.server.safety == "starttls":
                smtp.starttls(context=egress.tls_context())
                smtp.ehlo()
            if self.server.user:
                try:
                    smtp.login(self.server.user, self.server.password)
                except smtplib.SMTPAuthenticationError as error:
                    words = _("The mail server refused our name and password: {answer}")
                    raise NotSent(words.format(answer=_words(error))) from error
        return smtp

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


class _Stale(Exception):
    """A connection kept from earlier is gone."""


def _connect(server: Server, seconds: float) -> smtplib.SMTP:
    smtp = _Smtp(timeout=seconds)
    smtp.server = server
    code, said = smtp.connect(server.host, server.port)
    if code != 220:
        smtp.close()
        raise NotSent(f"{code} {_text(said)}", is_final=False)
    return smtp


class _Smtp(smtplib.SMTP):
    """smtplib's client over a socket that is bounded from its first byte on."""

    server: Server

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._host = host  # what a certificate is checked against
        found = egress.connect_as_set(host, port, limits=egress.Limits(timeout, timeout))
        if self.server.safety == "tls":
            found = egress.tls_context().wrap_socket(found, server_hostname=host)
        # The greeting, too, may come one byte a second.
        timer = threading.Timer(timeout, _cut, (found,))
        timer.daemon = True
        timer.start()
        self._greeting_timer = timer
        return found

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        try:
            return super().connect(host, port)
        finally:
            if hasattr(self, "_greeting_timer"):
                self._greeting_timer.cancel()


def _hand_over(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], message: bytes) -> Took:
    options = ["smtputf8", "body=8bitmime"] if smtp.has_extn("smtputf8") else []
    try:
        code, said = smtp.mail(sender, options if _needs_utf8(sender, recipients) else [])
    except (smtplib.SMTPServerDisconnected, ConnectionError, BrokenPipeError) as error:
        raise _Stale from error
    if code != 250:
        raise NotSent(f"{code} {_text(said)}", is_final=code >= 500)
    refused, postponed = _name(smtp, recipients)
    if len(refused) + len(postponed) == len(recipients):
        smtp.rset()
        words = "; ".join(f"{address}: {why}" for address, why in {**refused, **postponed}.items())
        raise NotSent(words, is_final=not postponed)
    return Took(_data(smtp, message), refused, postponed)


def _name(smtp: smtplib.SMTP, recipients: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Name the recipients; those refused for good and those refused for now, with the server's words."""
    refused: dict[str, str] = {}
    postponed: dict[str, str] = {}
    for address in recipients:
        code, said = smtp.rcpt(address)
        if code not in (250, 251):
            (refused if code >= 500 else postponed)[address] = f"{code} {_text(said)}"
    return refused, postponed


def _data(smtp: smtplib.SMTP, message: bytes) -> str:
    code, said = smtp.docmd("DATA")
    if code != 354:
        raise NotSent(f"{code} {_text(said)}", is_final=code >= 500)
    text = smtplib._quote_periods(smtplib._fix_eols(message.decode("latin-1")).encode("latin-1"))  # type: ignore[attr-defined]  # smtplib's own way of writing DATA
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    smtp.send(text)  # a failure here leaves the mail without its end: no server may take it
    try:
        smtp.send(b".\r\n")
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Unknown(_words(error)) from error
    if code == 250:
        return _text(said)
    if 400 <= code <= 599:
        raise NotSent(f"{code} {_text(said)}", is_final=code >= 500)
    raise Unknown(_("The mail server answered {answer}").format(answer=f"{code} {_text(said)}"))


@contextmanager
def _deadline(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection when this takes longer."""
    timer = threading.Timer(seconds, lambda: _cut(smtp.sock))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(found: socket.socket | None) -> None:
    if found is not None:
        try:
            found.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already


def _needs_utf8(sender: str, recipients: Sequence[str]) -> bool:
    return not all(address.isascii() for address in (sender, *recipients))


def _text(said: object) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(words.split())[:500]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        words = _("The certificate of the mail server is not valid: {reason}")
        return words.format(reason=error.verify_message)
    return f"{type(error).__name__}: {error}"[:500]
