"""Recovery codes: ten on paper, for the day the phone is lost. Hashed like passwords, each good once.

"3-K7PQM-2WVTX": the number in front finds the row, so checking costs one hash; ten letters of 32 are 50 bits.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from rapport.base.clock import now
from rapport.platform.accounts import trail
from rapport.platform.accounts.factors import RecoveryCode

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

COUNT = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look alike
GROUP, GROUPS = 5, 2


def make(actor: Actor, user: User) -> list[str]:
    """Ten new codes, which nobody can read again; the old ones are void."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(GROUP * GROUPS)) for _ in range(COUNT)]
    rows = [RecoveryCode(user=user, number=number, hashed=make_password(code)) for number, code in enumerate(codes)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(rows)
        trail.note(actor, user.pk, "codes_made")
    return [f"{number}-{code[:GROUP]}-{code[GROUP:]}" for number, code in enumerate(codes)]


def take(user_id: int, given: str) -> bool:
    """Whether this is an unused code of theirs; it is used up."""
    plain = re.sub(r"[\s-]", "", given).upper()[: GROUP * GROUPS + 1]
    if not re.fullmatch(rf"[0-9][{LETTERS}]{{{GROUP * GROUPS}}}", plain):
        return False
    row = RecoveryCode.objects.filter(user=user_id, number=int(plain[0]), used_at=None).first()
    if row is None or not check_password(plain[1:], row.hashed):
        return False
    return bool(RecoveryCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now()))


def left(user_id: int) -> int:
    """How many can still be used."""
    return RecoveryCode.objects.filter(user=user_id, used_at=None).count()


def looks_like_one(given: str) -> bool:
    """Whether this was meant as a recovery code rather than as one of an app."""
    return len(re.sub(r"[\s-]", "", given)) > 8
