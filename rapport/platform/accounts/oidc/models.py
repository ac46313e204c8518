"""Provider: whom the house trusts to say who somebody is. Identity: somebody of ours as a provider knows them."""

from __future__ import annotations

from django.db import models

from rapport.platform.accounts import sealing


class Provider(models.Model):
    """An OpenID Connect provider; `issuer` is its exact name, under which its own description is found."""

    name = models.CharField(max_length=60, unique=True)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=300)
    sealed_secret = models.TextField(blank=True, default="")
    is_on = models.BooleanField(default=True)
    # Somebody of ours with the same address, which the provider says it has verified, is recognised.
    links_by_email = models.BooleanField(default=False)
    # Whoever the provider lets in gets an account with this role; without one only people of ours come in.
    new_people_get = models.ForeignKey("platform.Role", models.SET_NULL, null=True, blank=True, related_name="+")
    # The provider has asked for a second factor already.
    proves_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    def secret(self) -> str:
        """The secret we share with it. Raises Unsealable."""
        return sealing.unseal(self.sealed_secret, self.purpose()) if self.sealed_secret else ""

    def set_secret(self, secret: str) -> None:
        self.sealed_secret = sealing.seal(secret, self.purpose()) if secret else ""

    def purpose(self) -> str:
        """Bound to the provider: put into another row, the secret would be shown to another party."""
        return f"provider:{self.issuer}:{self.client_id}"


class Identity(models.Model):
    """Who somebody is to a provider: `subject`, which is never given to another."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    email = models.CharField(max_length=254, blank=True, default="")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="identity_of_user_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.provider_id}"


def providers_in_use() -> list[Provider]:
    return list(Provider.objects.filter(is_on=True).order_by("name"))
