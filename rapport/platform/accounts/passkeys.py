"""Passkeys (WebAuthn level 2): the device proves that it holds a key for this address and that its user is there.

Verification of the user (finger, face, PIN) is demanded, so a passkey is both factors at once. It is discoverable: one
signs in without typing an address. A counter that does not grow shows a copied key, and is refused.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.text import clean_line
from rapport.platform.accounts import factors
from rapport.platform.accounts.factors import Passkey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fido2.server import Fido2Server

    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

MOST = 20
State = dict[str, Any]


class Refused(Exception):
    """The answer of the device does not prove what it should. Says nothing to the visitor."""


def begin_adding(user: User) -> tuple[Mapping[str, Any], State]:
    """What the browser asks the device for, and what `add` needs to know of it."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    entity = PublicKeyCredentialUserEntity(id=user.uid.bytes, name=user.email or user.name, display_name=user.name)
    options, state = _server().register_begin(
        entity,
        [_credential(key) for key in Passkey.objects.filter(user=user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), dict(state)


def add(actor: Actor, user: User, name: str, state: State, answer: Mapping[str, Any], *, keep: str | None) -> Passkey:
    """Keep the public key that the device made. Raises Refused, ValidationError."""
    from fido2.utils import websafe_encode

    if Passkey.objects.filter(user=user).count() >= MOST:
        raise ValidationError(_("There are {n} passkeys already; take one away first.").format(n=MOST))
    try:
        data = _server().register_complete(state, answer)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused from error
    credential = data.credential_data
    if credential is None:
        raise Refused
    with transaction.atomic():
        key, made = Passkey.objects.get_or_create(
            digest=_digest(credential.credential_id),
            defaults={
                "user": user,
                "name": clean_line(name, 60) or _("Passkey"),
                "credential_id": websafe_encode(credential.credential_id),
                "credential": websafe_encode(bytes(credential)),
                "counter": data.counter,
                "added_at": now(),
            },
        )
        if not made:
            raise Refused
        factors.added(actor, user, "passkey", key.name, keep=keep)
    return key


def begin_asking(user_id: int | None = None) -> tuple[Mapping[str, Any], State]:
    """What the browser asks the device for: any passkey of this place, or one of somebody's."""
    from fido2.webauthn import UserVerificationRequirement

    keys = [_credential(key) for key in Passkey.objects.filter(user=user_id)] if user_id is not None else None
    options, state = _server().authenticate_begin(keys, user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), dict(state)


def take(state: State, answer: Mapping[str, Any], user_id: int | None = None) -> User:
    """Whose passkey answered; with `user_id` only theirs will do. Raises Refused."""
    from fido2.webauthn import AuthenticationResponse

    try:
        given = AuthenticationResponse.from_dict(answer)
        key = Passkey.objects.select_related("user").get(digest=_digest(given.raw_id))
        _server().authenticate_complete(state, [_credential(key)], given)
    except (ValueError, TypeError, KeyError, AttributeError, Passkey.DoesNotExist) as error:
        raise Refused from error
    handle = given.response.user_handle
    if (user_id is not None and key.user_id != user_id) or (handle and handle != key.user.uid.bytes):
        raise Refused
    _count(key, given.response.authenticator_data.counter)
    user: User = key.user
    return user


def _count(key: Passkey, counter: int) -> None:
    """A device that counts must count on; most key rings do not and always say 0."""
    rows = Passkey.objects.filter(pk=key.pk)
    rows = rows.filter(counter__lt=counter) if counter else rows.filter(counter=0)
    if not rows.update(counter=counter, used_at=now()):
        raise Refused


def remove(actor: Actor, user: User, pk: int, *, keep: str | None) -> bool:
    """Take one away."""
    with transaction.atomic():
        key = Passkey.objects.filter(user=user, pk=pk).first()
        if key is None:
            return False
        key.delete()
        factors.removed(actor, user, "passkey", key.name, keep=keep)
    return True


def origin() -> str:
    """Where answers must come from: scheme, host and port of the address that people type."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _server() -> Fido2Server:
    # Imported when a passkey is used: it brings OpenSSL's bindings and CBOR along.
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    from rapport.platform import house

    entity = PublicKeyCredentialRpEntity(id=urlsplit(settings.BASE_URL).hostname, name=house.name())
    return Fido2Server(entity, verify_origin=lambda given: given == origin())


def _credential(key: Passkey) -> Any:
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(websafe_decode(key.credential))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
