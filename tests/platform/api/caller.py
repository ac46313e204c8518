"""Calling the API in tests: a user with roles, a token, requests with JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client

from rapport.platform import access, records
from rapport.platform.access import roles
from rapport.platform.access.models import Role
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import Token, User
from rapport.platform.objects import registry

SYSTEM = access.system("test")


@dataclass
class Reply:
    """One answer, its JSON read."""

    status: int
    json: Any
    headers: dict[str, str]
    content: bytes

    @property
    def pointers(self) -> set[str]:
        """Where the problem says something is wrong."""
        return {error.get("pointer", error.get("parameter")) for error in self.json["errors"]}


@dataclass
class Caller:
    """A user with a token."""

    user: User
    token: Token
    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def __call__(self, method: str, url: str, body: Any = None, **headers: str) -> Reply:
        """A request under /api/v1; headers as `if_match='"1"'`."""
        sent: Any = {}
        if body is not None:
            sent = {"data": body if isinstance(body, bytes) else orjson.dumps(body), "content_type": "application/json"}
        given = {"Authorization": f"Bearer {self.secret}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        sent |= {"content_type": given.pop("content-type")} if "content-type" in given else {}
        response: Any = self.client.generic(method, f"/api/v1{url}", headers=given, **sent)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        is_json = kind.endswith(("/json", "+json"))
        return Reply(
            response.status_code,
            orjson.loads(content) if is_json and content else None,
            dict(response.headers),
            content,
        )


def caller(name: str, *role_keys: str, scopes: tuple[str, ...] = (), **values: Any) -> Caller:
    """A new user with these roles, calling."""
    if not Role.objects.exists():
        roles.install()
    email = f"{name.lower()}@example.org"
    user = records.create(SYSTEM, registry.get("user"), {"name": name, "email": email, "is_active": True, **values})
    roles.give(user.pk, *role_keys)
    token, secret = tokens.make(user, "test", scopes=scopes)
    return Caller(user, token, secret)
