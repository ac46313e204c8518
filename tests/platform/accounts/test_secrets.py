"""Secrets of signing in: under the key ring, brought there by an upgrade, reached by a rotation."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from rapport.base.clock import now
from rapport.platform.accounts import sealing, secrets, totp
from rapport.platform.accounts.factors import Totp
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.sealing import keyring, reseal
from tests.make import make_user

pytestmark = pytest.mark.django_db
NONCE = b"n" * 12


@pytest.fixture(autouse=True)
def _ring(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.KEY_RING = tmp_path, ""


def sealed_as_before(text: str, purpose: str) -> str:
    """As the version before the key ring wrote it."""
    closed = sealing._former_cipher().encrypt(NONCE, text.encode(), purpose.encode())
    return f"1.{base64.urlsafe_b64encode(NONCE + closed).decode()}"


def test_an_upgrade_brings_old_seals_under_the_ring(settings: Any) -> None:
    user, lost = make_user(), make_user()
    for one in (user, lost):
        old = sealed_as_before("SEED", totp.purpose_of(one.pk))
        Totp.objects.create(user=one, sealed=old, added_at=now())
    Totp.objects.filter(user=lost).update(sealed=sealed_as_before("SEED", "somewhere else"))
    provider = Provider(name="P", issuer="https://p.example", client_id="c")
    provider.sealed_secret = sealed_as_before("shared", provider.purpose())
    provider.save()
    secrets.seal_anew()
    settings.SECRET_KEY = "another one since"
    assert sealing.unseal(Totp.objects.get(user=user).sealed, totp.purpose_of(user.pk)) == "SEED"
    assert Provider.objects.get().secret() == "shared"
    assert Totp.objects.get(user=lost).sealed.startswith("1."), "what opens nowhere stays for its owner to set up anew"


def test_a_new_key_reaches_them() -> None:
    user = make_user()
    Totp.objects.create(user=user, sealed=sealing.seal("SEED", totp.purpose_of(user.pk)), added_at=now())
    keyring.keep(keyring.ring().with_new_key())
    assert secrets.APPS.used("k1") == 1
    assert reseal() == 1
    assert (secrets.APPS.used("k1"), secrets.APPS.used("k2")) == (0, 1)
    assert sealing.unseal(Totp.objects.get(user=user).sealed, totp.purpose_of(user.pk)) == "SEED"
