"""A signed-in browser without script, and one whose script asks for fragments."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from tests.make import make_user


def signed_in(*roles: str, user: Any = None) -> Client:
    """A client of a user with these roles (an owner when none is named)."""
    client = Client(raise_request_exception=True)
    client.force_login(user or make_user(roles=roles or ("owner",)))
    return client


def me(client: Client) -> Any:
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def script(target: str = "") -> dict[str, Any]:
    """The headers of a fragment request."""
    return {"HTTP_HX_REQUEST": "true", **({"HTTP_HX_TARGET": target} if target else {})}


def text(response: Any) -> str:
    return str(response.content.decode())


def words(response: Any) -> str:
    """What is read on the page: without tags, blanks made one."""
    return " ".join(re.sub(r"<[^>]*>", " ", text(response)).split())


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field of the first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text(response))
    assert found, f"no hidden field {name}"
    return unescape(found[1])


def links(response: Any) -> set[str]:
    """Every address the page leads to."""
    return {unescape(found) for found in re.findall(r'(?:href|action)="([^"]*)"', text(response))}
