"""Where secrets of signing in stand, so that a new key of the ring reaches them, and an upgrade those sealed before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from rapport.platform import sealing
from rapport.platform.accounts.factors import Totp
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.accounts.sealing import Unsealable, seal, unseal
from rapport.platform.accounts.totp import purpose_of
from rapport.platform.install import installer
from rapport.platform.sealing.places import CHUNK


@dataclass(frozen=True, slots=True)
class Secrets(sealing.Store):
    """Sealed values that are bound to what they are for; `purpose` says it of a row."""

    purpose: Callable[[Any], str] = str

    def reseal(self) -> int:
        """As its base does it. What cannot be opened any more stays, for its owner sets it up anew."""
        done = 0
        with transaction.atomic():
            for row in self.stale().order_by("pk")[:CHUNK]:
                old = getattr(row, self.attribute)
                try:
                    new = seal(unseal(old, self.purpose(row)), self.purpose(row))
                except Unsealable:
                    continue
                same = self.model._default_manager.filter(pk=row.pk, **{self.attribute: old})
                done += same.update(**{self.attribute: new})
        return done


APPS = sealing.store(Secrets("apps for codes", Totp, "sealed", "pk", lambda row: purpose_of(row.user_id)))
PROVIDERS = sealing.store(Secrets("providers of sign-in", Provider, "sealed_secret", "pk", Provider.purpose))


@installer
def seal_anew() -> None:
    """Bring what was sealed with the secret key of the installation under the key ring."""
    for store in (APPS, PROVIDERS):
        while store.reseal():
            pass
