"""The talk with a provider: its description, the way there, the code for an identity token, and every check of it.

After OpenID Connect Core 1.0 (3.1.3.7), Discovery 1.0 and RFC 9700. What comes back is believed only if it answers what
this browser asked for a moment ago: state (this browser), PKCE (this code), nonce (this token). All requests leave
through `egress`, so an issuer that a stranger typed reaches nothing inside.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.platform import egress

if TYPE_CHECKING:
    from rapport.platform.accounts.oidc.models import Provider

# Signatures with a public key only: with a shared one, whoever checks could also forge.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SCOPE = "openid email profile"
LEEWAY_SECONDS = 60
KEPT_SECONDS = 3_600
ASK_AGAIN_SECONDS = 30
LOCAL = ("localhost", "127.0.0.1", "::1")


class ProviderError(Exception):
    """The provider could not be reached, or said something that must not be believed. The text is for the keeper."""


@dataclass(frozen=True)
class Flow:
    """What a browser carries while its person is at the provider; kept in the session, never in a URL."""

    provider: int
    state: str
    nonce: str
    verifier: str
    wanted: str
    # The user who is signed in and connects their account; None for somebody at the door.
    user: int | None = None


@dataclass(frozen=True)
class Claims:
    """What a token that passed every check says about somebody."""

    subject: str
    email: str
    email_verified: bool
    name: str


def begin(provider: Provider, back: str, wanted: str, user: int | None = None) -> tuple[str, Flow]:
    """The provider's address for this browser, and what must be known when it comes back. Raises ProviderError."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    flow = Flow(provider.pk, state, nonce, verifier, wanted, user)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = _endpoint(description(provider.issuer), "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", flow


def finish(provider: Provider, flow: Flow, back: str, answer: Mapping[str, str]) -> Claims:
    """Who the provider says is here. Raises ProviderError."""
    if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
        raise ProviderError(_("the answer belongs to another request"))
    if answer.get("error"):
        raise ProviderError(_("the provider refused: {why}").format(why=answer["error"][:80]))
    about = description(provider.issuer)
    # RFC 9207: a provider that names itself in its answer must be the one that was asked.
    if "iss" in answer and answer["iss"] != provider.issuer:
        raise ProviderError(_("another provider answered"))
    if about.get("authorization_response_iss_parameter_supported") and "iss" not in answer:
        raise ProviderError(_("the provider did not name itself"))
    tokens = _tokens(provider, about, flow, back, answer.get("code", ""))
    token = tokens.get("id_token")
    if not isinstance(token, str):
        raise ProviderError(_("there is no identity token"))
    claims = checked(provider, about, token, flow.nonce)
    if "email" not in claims and isinstance(tokens.get("access_token"), str) and about.get("userinfo_endpoint"):
        claims = {**_userinfo(about, tokens["access_token"], str(claims["sub"])), **claims}
    return _read(claims)


def description(issuer: str) -> dict[str, Any]:
    """What a provider says about itself. Its name must be exactly the one we know it by."""
    found = _kept(f"{issuer.rstrip('/')}/.well-known/openid-configuration", KEPT_SECONDS)
    if found.get("issuer") != issuer:
        raise ProviderError(_("it calls itself {name}").format(name=str(found.get("issuer"))[:100]))
    return found


# --- the token --------------------------------------------------------------------------------------------------------


def checked(provider: Provider, about: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """The claims of an identity token that is for us, now, and for this request. Raises ProviderError."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS or str(header.get("typ", "JWT")).upper() not in ("JWT", ""):
            raise ProviderError(_("the token is signed in a way that is not allowed"))
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(about, header),
            algorithms=[header["alg"]],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "strict_aud": False},
        )
    except jwt.PyJWTError as error:
        raise ProviderError(_("the token does not hold: {why}").format(why=error)) from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise ProviderError(_("the token was made for somebody else"))
    if "azp" in claims and claims["azp"] != provider.client_id:
        raise ProviderError(_("the token was made for somebody else"))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderError(_("the token answers another request"))
    return claims


def _key(about: Mapping[str, Any], header: Mapping[str, Any]) -> Any:
    """The key that the token names, from the provider's own list; asked for anew when a new key is in use."""
    address = _endpoint(about, "jwks_uri")
    for longest in (KEPT_SECONDS, ASK_AGAIN_SECONDS):
        key = _matching(_kept(address, longest), header)
        if key is not None:
            return key
    raise ProviderError(_("the token is signed with a key that the provider does not have"))


def _matching(listed: Mapping[str, Any], header: Mapping[str, Any]) -> Any:
    import jwt

    keys = [key for key in listed.get("keys", []) if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    named = [key for key in keys if key.get("kid") == header.get("kid")] if "kid" in header else keys
    if len(named) != 1 or named[0].get("kty") == "oct" or named[0].get("alg", header["alg"]) != header["alg"]:
        return None
    try:
        return jwt.PyJWK(named[0], algorithm=header["alg"]).key
    except jwt.PyJWTError:
        return None


def _read(claims: Mapping[str, Any]) -> Claims:
    verified = claims.get("email_verified")
    return Claims(
        subject=str(claims["sub"])[:255],
        email=str(claims.get("email") or "").strip().lower()[:254],
        email_verified=verified is True or verified == "true",  # some say it as text
        name=str(claims.get("name") or claims.get("preferred_username") or "")[:120],
    )


# --- requests ---------------------------------------------------------------------------------------------------------


def _tokens(provider: Provider, about: Mapping[str, Any], flow: Flow, back: str, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code[:2_000],
        "redirect_uri": back,
        "code_verifier": flow.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in methods:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret(), safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.secret()}
    return _json("POST", _endpoint(about, "token_endpoint"), headers, urlencode(form).encode())


def _userinfo(about: Mapping[str, Any], access_token: str, subject: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    found = _json("GET", _endpoint(about, "userinfo_endpoint"), headers)
    if found.get("sub") != subject:
        raise ProviderError(_("it speaks of somebody else"))
    return found


def _endpoint(about: Mapping[str, Any], name: str) -> str:
    """An address that the provider names: over TLS, or on this very machine."""
    address = str(about.get(name) or "")
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ProviderError(_("its {name} is not reached over TLS").format(name=name))
    return address


# What a provider says about itself and its keys, by address: when it was asked, and the answer.
_memory: dict[str, tuple[float, dict[str, Any]]] = {}


def _kept(address: str, longest: float) -> dict[str, Any]:
    """The answer at an address, asked for again when the one at hand is older."""
    known = _memory.get(address)
    if known is not None and clock.monotonic() - known[0] < longest:
        return known[1]
    found = _json("GET", address, {"Accept": "application/json"})
    if len(_memory) > 50:
        _memory.clear()
    _memory[address] = (clock.monotonic(), found)
    return found


def forget() -> None:
    """Ask every provider anew."""
    _memory.clear()


def _json(method: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> dict[str, Any]:
    try:
        answer = egress.request(method, address, body=body, headers=headers)
    except egress.EgressError as error:
        raise ProviderError(f"{urlsplit(address).hostname}: {error}") from error
    try:
        found = json.loads(answer.body) if not answer.is_cut else None
    except ValueError:
        found = None
    if not answer.is_success or not isinstance(found, dict):
        raise ProviderError(_("{host} answered {status}").format(host=urlsplit(address).hostname, status=answer.status))
    return found
