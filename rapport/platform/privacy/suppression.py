"""Suppression: addresses and numbers known again by keyed digests alone, so that nobody has to keep them to avoid them.

Two reasons: its owner was erased (a file does not bring them back unnoticed), or somebody wants no message there.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base import email_address, phone
from rapport.base.clock import now
from rapport.base.errors import InputError
from rapport.base.text import clean_line
from rapport.platform import audit, sealing
from rapport.platform.access import NotFound
from rapport.platform.access.keepers import require_privacy
from rapport.platform.privacy.models import Suppressed
from rapport.platform.words import gettext_lazy as _lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor
    from rapport.platform.privacy.models import Erasure

REMEMBERED = timedelta(seconds=5)
audit.register("suppressed", _lazy("Address suppressed"), _lazy("{who} put an address on the suppression list"))
audit.register("released", _lazy("Suppression ended"), _lazy("{who} took an address off the suppression list"))


def digest(value: str) -> str:
    """What a value is known again by; nobody can turn it back without the key ring."""
    key = sealing.secret_for("erased before")
    return hmac.new(key, value.strip().lower().encode(), sha256).hexdigest()


def normal(actor: Actor, text: str) -> str:
    """An address or number in the one form in which records keep it. Raises ValidationError."""
    given = clean_line(text, 500)
    try:
        return str(email_address.parse(given)) if "@" in given else str(phone.parse(given, actor.culture.region))
    except InputError as error:
        raise ValidationError({"value": _("Enter an e-mail address or a phone number.")}) from error


def suppress(actor: Actor, text: str, *, reason: str = "") -> Suppressed:
    """Send nothing to this address or number any more. Raises PermissionDenied, ValidationError."""
    require_privacy(actor)
    code = digest(normal(actor, text))
    facts = {"reason": clean_line(reason, 200), "actor_id": actor.user_id, "at": now()}
    with transaction.atomic():
        found, made = Suppressed.objects.get_or_create(digest=code, defaults=facts)
        if made:
            audit.record(actor, "suppressed", detail={"digest": code[:8]})
    return found


def release(actor: Actor, code: str) -> None:
    """Take an entry off the list. Raises PermissionDenied, NotFound."""
    require_privacy(actor)
    with transaction.atomic():
        if not Suppressed.objects.filter(digest=code[:64]).delete()[0]:
            raise NotFound(_("There is no such entry."))
        audit.record(actor, "released", detail={"digest": code[:8]})
    _forget()


def find(actor: Actor, text: str) -> Suppressed | None:
    """The entry of an address or number, if it is on the list. Raises PermissionDenied, ValidationError."""
    require_privacy(actor)
    return Suppressed.objects.filter(digest=digest(normal(actor, text))).first()


def entries(values: Iterable[str]) -> dict[str, Suppressed]:
    """Those of these addresses that are on the list, in normal form. One query."""
    codes = {digest(value): value for value in values if value}
    return {codes[one.digest]: one for one in Suppressed.objects.filter(digest__in=codes)}


# --- erased before ----------------------------------------------------------------------------------------------------

_known: tuple[datetime, frozenset[str]] | None = None


def remember(erasure: Erasure, codes: Iterable[str]) -> None:
    """Know somebody again who is being erased."""
    rows = [Suppressed(digest=one, erasure=erasure, at=now()) for one in codes]
    Suppressed.objects.bulk_create(rows, ignore_conflicts=True)
    _forget()


def _forget() -> None:
    global _known  # see `erased_before`
    _known = None


def erased_before(values: Iterable[str]) -> bool:
    """Whether one of these addresses or numbers belonged to somebody who was erased.

    Asked for every row of an import: the digests are read again after some seconds, not each time.
    """
    global _known  # one memory per process
    if _known is None or not timedelta() <= now() - _known[0] < REMEMBERED:
        erased = Suppressed.objects.exclude(erasure=None).values_list("digest", flat=True)
        _known = now(), frozenset(erased)
    known = _known[1]
    return bool(known) and any(digest(one) in known for one in values if one)
