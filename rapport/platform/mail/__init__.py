"""Mail out: a letter becomes bytes that are the same at every try, and goes through one mail server by the outbox.

`post(actor, letter)` puts it into the outbox; `Letter` says what it is. What comes of it is told to those who asked
for it by `outbox.after`. Without a mail server, mails of a house in development are caught on this machine.
"""

from rapport.platform.mail.letter import Letter
from rapport.platform.mail.post import can_send, post, why_not

__all__ = ["Letter", "can_send", "post", "why_not"]
