"""Setting up providers, for who keeps the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform.access import keepers
from rapport.platform.access.models import Role
from rapport.platform.accounts import trail
from rapport.platform.accounts.oidc import people, protocol
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.accounts.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor

MOST = 10
PLAIN = ("name", "issuer", "client_id", "is_on", "links_by_email", "proves_factor")


def save(actor: Actor, provider: Provider, given: Mapping[str, Any]) -> Provider:
    """Set a provider up or change it, once it answers under its name. Raises ValidationError, PermissionDenied."""
    keepers.require_keeper(actor)
    old = {key: getattr(provider, key) for key in PLAIN} if provider.pk else dict.fromkeys(PLAIN)
    # Sent to another address, the secret would be given away: there it is typed again.
    same = bool(provider.sealed_secret) and given["issuer"] == provider.issuer
    secret = given["secret"] or (provider.secret() if same else "")
    for key in PLAIN:
        setattr(provider, key, clean_line(given[key], 300) if isinstance(given[key], str) else given[key])
    provider.new_people_get = _role(given["new_people_get"])
    _check(provider, secret)
    provider.set_secret(secret)
    with transaction.atomic():
        provider.save()
        changes = {key: (old[key], getattr(provider, key)) for key in PLAIN if old[key] != getattr(provider, key)}
        trail.append(actor, trail.NOBODY, "provider_changed", changes)
    return provider


def _check(provider: Provider, secret: str) -> None:
    wrong: dict[str, list[str]] = {}
    if not provider.name or Provider.objects.filter(name__iexact=provider.name).exclude(pk=provider.pk).exists():
        wrong["name"] = [_("Give it a name that no other provider has.")]
    if not provider.client_id:
        wrong["client_id"] = [_("The provider gives this out when it registers Rapport.")]
    if not secret:
        wrong["secret"] = [_("The provider gives this out together with the client id.")]
    if not provider.pk and Provider.objects.count() >= MOST:
        wrong["name"] = [_("A house has at most {n} providers.").format(n=MOST)]
    if not provider.is_on and rules().only_provider and not Provider.objects.filter(is_on=True).exclude(pk=provider.pk):
        wrong["is_on"] = [_("It is the only way in. Allow passwords again first.")]
    try:
        protocol.forget()
        protocol.description(provider.issuer)
    except protocol.ProviderError as error:
        wrong["issuer"] = [_("No provider answers there under this name: {why}.").format(why=error)]
    if wrong:
        raise ValidationError(wrong)


def _role(key: str) -> Role | None:
    if not key:
        return None
    role = Role.objects.filter(key=key).first()
    if role is None or not people.may_be_given(role.key):
        raise ValidationError({"new_people_get": [_("New people cannot be given this role by themselves.")]})
    return role


def remove(actor: Actor, provider: Provider) -> None:
    """Take a provider away; who only came through it needs a link to choose a password."""
    keepers.require_keeper(actor)
    if rules().only_provider and not Provider.objects.filter(is_on=True).exclude(pk=provider.pk).exists():
        raise ValidationError(_("It is the only way in. Allow passwords again first."))
    with transaction.atomic():
        trail.append(actor, trail.NOBODY, "provider_changed", {"name": (provider.name, None)})
        provider.delete()
