"""A real OpenID Connect provider on this machine, in a thread, and a browser that goes there and back."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.test import Client

from rapport.platform.accounts.oidc.models import Provider

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock  # type: ignore[import-untyped]  # it does not say

PEOPLE = {
    "ana": {"email": "ana@house.example", "email_verified": True, "name": "Ana Berg"},
    "unverified": {"email": "ana@house.example", "email_verified": False, "name": "Ana Berg"},
    "silent": {"email": "ana@house.example"},
}


@contextmanager
def running() -> Iterator[str]:
    """The issuer's address."""
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def make(issuer: str, **about: Any) -> Provider:
    """A provider of ours that is this one."""
    provider = Provider(**{"name": "Work", "issuer": issuer, "client_id": "rapport", **about})
    provider.set_secret("a secret that is sealed")
    provider.save()
    return provider


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        return None


def leave(client: Client, provider: Provider, start: str = "", **more: str) -> str:
    """Where the page sends the browser to."""
    page = client.post(start or f"/sign-in/with/{provider.pk}", more)
    found = re.search(r'content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content
    return unescape(found[1])


def answer_of(there: str, sub: str) -> str:
    """What the provider makes the browser ask us for, once somebody has signed in there."""
    try:
        build_opener(_Stay).open(Request(there, urlencode({"sub": sub}).encode()), timeout=10)  # noqa: S310  # our own
    except HTTPError as redirect:
        assert redirect.code == 302, redirect.read()
        back = urlsplit(redirect.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider did not send the browser back")


def come_in(client: Client, provider: Provider, sub: str = "ana", **more: str) -> Any:
    """All of it: there, sign in, back."""
    return client.get(answer_of(leave(client, provider, **more), sub))
