"""Who of ours a provider speaks of: known by its subject, recognised by a verified address, or new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from rapport.base.clock import now
from rapport.platform.access import administer, system
from rapport.platform.accounts import trail
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc.models import Identity
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.accounts.oidc.models import Provider
    from rapport.platform.accounts.oidc.protocol import Claims

CAME = own_reason("Came through a provider of sign-in")


def find(provider: Provider, claims: Claims) -> User | None:
    """Whom to let in; None for somebody we do not know and may not take in."""
    known = Identity.objects.filter(provider=provider, subject=claims.subject).select_related("user").first()
    if known is not None:
        Identity.objects.filter(pk=known.pk).update(used_at=now(), email=claims.email)
        user: User = known.user
        return user
    if not (claims.email and claims.email_verified):
        return None
    same = User.objects.filter(email=claims.email).first()
    if same is not None:
        able = provider.links_by_email and same.is_active and not same.is_archived
        return same if able and connect(system(str(CAME)), provider, same, claims) else None
    return _take_in(provider, claims) if provider.new_people_get else None


def connect(actor: Actor, provider: Provider, user: User, claims: Claims) -> bool:
    """Remember who somebody is to a provider; False when either of them is connected already."""
    moment = now()
    values = {"user": user, "email": claims.email, "made_at": moment, "used_at": moment}
    try:
        with transaction.atomic():
            Identity.objects.create(provider=provider, subject=claims.subject, **values)
            trail.note(actor, user.pk, "connected", name=provider.name)
    except IntegrityError:
        return False
    return True


def _take_in(provider: Provider, claims: Claims) -> User:
    """A new account with the role that the keeper chose, without a password."""
    from rapport.platform import records
    from rapport.platform.objects import registry

    role = provider.new_people_get
    assert role is not None  # noqa: S101  # asked by the caller
    actor = system(str(CAME))
    with transaction.atomic():
        values = {"name": claims.name or claims.email, "email": claims.email, "is_active": True}
        user: User = records.create(actor, registry.get("user"), values, reason=CAME)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        administer.change_roles(actor, user.pk, give=[role.key])
        connect(actor, provider, user, claims)
    return user


def may_be_given(role_key: str) -> bool:
    """Nobody becomes a keeper by being let in."""
    return role_key not in ("owner", "administrator")
