"""Over every address: what is refused leaves the database byte-equal, reading writes nothing, forgery is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from rapport.platform import records
from rapport.platform.objects import registry
from tests import sizes
from tests.contract.routes import filled, templates
from tests.fingerprint import Watched
from tests.platform.api.caller import SYSTEM, caller
from tests.platform.views.site import make_toys, make_user, visit

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.proof, pytest.mark.once]
FORM = "application/x-www-form-urlencoded"
# Broken in every way at once: nothing of it is a value of anything.
GARBAGE = urlencode(
    {name: "\u202egarbage<'\"" for name in ("name", "email", "value", "stage", "role", "q", "key", "label")}
)
ROLES = ("stranger", "nobody", "read_only", "sales", "owner")
# The nightly run asks as every role.
ASKED = ROLES if sizes.is_nightly() else ("stranger", "read_only", "owner")


@dataclass
class World:
    """One of everything that addresses name, and somebody of every role."""

    values: dict[str, Any]
    clients: dict[str, Client]
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def urls(self, api: bool) -> list[str]:
        """Of the API, or of the pages."""
        return [filled(one, self.values) for one in templates() if one.startswith(("api/v1", "api/^v1")) is api]


@pytest.fixture
def world() -> World:
    toy = make_toys(1)[0]
    clients, headers = {"stranger": Client(raise_request_exception=True)}, {}
    for role in ROLES[1:]:
        keys = () if role == "nobody" else (role,)
        clients[role] = visit(make_user(*keys))
        headers[role] = {"Authorization": f"Bearer {caller(f'A{role}', *keys).secret}"}
    person = records.create(SYSTEM, registry.get("user"), {"name": "Someone", "email": "someone@house.example"})
    values = {"obj": "toys", "plural": "toys", "pk": toy.pk, "uuid:uid": toy.uid, "key": "nothing", "person": person.pk}
    found = World(values, clients, headers)
    for role, headed in headers.items():  # the mark of a token's use is renewed once a minute
        assert clients[role].get("/api/v1/me", headers=headed).status_code == 200
    return found


@pytest.mark.parametrize("role", ASKED)
def test_a_refused_page_leaves_the_database_as_it_was(world: World, role: str) -> None:
    visitor = Watched(world.clients[role])
    refused = 0
    for url in world.urls(api=False):
        for body in (GARBAGE, ""):
            answer = visitor.ask("POST", url, body, writes=True, content_type=FORM)
            assert answer.status_code < 500, (url, answer.status_code)
            refused += answer.status_code >= 300  # a stranger is sent to the door
        assert visitor.ask("DELETE", url, writes=True).status_code in (302, 303, 404, 405), url
    visitor.nothing_was_missed()
    assert refused > 80


@pytest.mark.parametrize("role", ASKED)
def test_a_refused_call_leaves_the_database_as_it_was(world: World, role: str) -> None:
    visitor = Watched(world.clients[role])
    bodies = (b"", b"{", b"[]", b'{"nothing": 1, "id": 5, "version": 9}', b'{"name": null}')
    headers = {**world.headers.get(role, {}), "If-Match": '"1"'}
    for url in world.urls(api=True):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for body in bodies if method != "DELETE" else bodies[:1]:
                answer = visitor.ask(method, url, body, writes=True, content_type="application/json", headers=headers)
                assert answer.status_code < 500, (method, url, body)
                assert role not in ("stranger", "nobody") or answer.status_code >= 400 or "/files" in url, (method, url)
    visitor.nothing_was_missed()


@pytest.mark.parametrize("role", ASKED)
def test_reading_writes_nothing(world: World, role: str) -> None:
    visitor = Watched(world.clients[role])
    for url in world.urls(api=False):
        visitor.ask("GET", url)
        visitor.ask("HEAD", url)
    for url in world.urls(api=True):
        visitor.ask("GET", url, headers=world.headers.get(role, {}))
    visitor.nothing_was_missed()


@pytest.mark.parametrize("token", ["", "0" * 64, "foreign"])
def test_a_form_without_the_token_of_its_visitor_is_refused(world: World, token: str) -> None:
    other = Client()
    other.get("/sign-in")
    forged = other.cookies["rapport_csrf"].value if token == "foreign" else token
    visitor = Watched(Client(enforce_csrf_checks=True))
    visitor.client.cookies = world.clients["owner"].cookies
    for url in world.urls(api=False):
        if url == "/csp-reports":
            continue
        for headers in ({}, {"HX-Request": "true", "X-CSRFToken": forged}):
            answer = visitor.ask(
                "POST", url, urlencode({"csrfmiddlewaretoken": forged}), content_type=FORM, headers=headers
            )
            assert answer.status_code == 403, url
            assert "no longer valid" in answer.content.decode(), url
    visitor.nothing_was_missed()
