"""Passwords: which are taken, whether one is right, and what ends when it changes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.lower import lower
from rapport.platform.accounts import links, sessions, trail
from rapport.platform.accounts.models import Token, User

if TYPE_CHECKING:
    from rapport.platform.access import Actor

LONGEST = 200
# Words of this place. A password that is one of them with a few signs around it is the first that a guesser tries.
OWN_WORDS = ("rapport", "crm", "customer", "password", "welcome", "willkommen", "passwort", "kunde")
SPARE = 6


class NotOwnWords:
    """A validator: a password is not one of our own words, nor the name of the house, with a little around it."""

    def validate(self, password: str, user: User | None = None) -> None:
        from rapport.platform import house

        plain = lower(password)
        for word in (*OWN_WORDS, *(part for part in lower(house.name()).split() if len(part) > 3)):
            if word in plain and len(plain) - len(word) <= SPARE:
                raise ValidationError(_("“{word}” with a few signs around it is easy to guess.").format(word=word))

    def get_help_text(self) -> str:
        return _("Not the name of the house or of this program with a few signs around it.")


def check(password: str, user: User) -> None:
    """Raises ValidationError with every reason why this cannot be somebody's password."""
    if len(password) > LONGEST:
        raise ValidationError(_("A password has at most {n} signs.").format(n=LONGEST))
    validate_password(password, user)


def is_right(user: User | None, password: str) -> bool:
    """Whether the password is the user's. Costs one hash whether there is such a user, or a password, or not."""
    if user is None or not user.password or not user.has_usable_password() or len(password) > LONGEST:
        check_password(password[:LONGEST], _nobodys(), setter=None)
        return False
    return user.check_password(password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return make_password("the password of nobody")


def change(actor: Actor, user: User, password: str, *, keep: str | None = None, tokens: bool = False) -> None:
    """Give somebody a password. Every session but `keep`, every link and, if asked, every token ends."""
    check(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        links.end_all(user.pk)
        ended = sessions.end([user.pk], keep=keep)
        if tokens:
            Token.objects.filter(user=user, revoked_at=None).update(revoked_at=now())
        trail.note(actor, user.pk, "password_changed", sessions=ended)
