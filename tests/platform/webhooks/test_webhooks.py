"""Webhooks against a real server: what is told to whom, how it is signed, and what each answer leads to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.base.clock import now
from rapport.platform import access, actions, jobs, records
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.jobs import queue as job_queue
from rapport.platform.jobs.run import perform
from rapport.platform.outbox import Effect, courier
from rapport.platform.outbox.models import Lane
from rapport.platform.webhooks.calls import call
from rapport.platform.webhooks.webhook import WEBHOOK, Webhook, secrets_of
from tests.make import actor_as, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db


@dataclass
class Endpoint:
    """Answers with these statuses in turn (200 when they are used up) and keeps what it was sent."""

    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.calls]


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint.calls.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(endpoint.statuses.pop(0) if endpoint.statuses else 200)
            for key, value in endpoint.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hook"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    with serving(Endpoint()) as found:
        yield found


@pytest.fixture
def olga() -> User:
    return make_user("Olga", roles=("owner",), email="olga@house.example")


@pytest.fixture
def owner(olga: User) -> Actor:
    return actor_as(olga)


class Told:
    """How far the Events were told: the cursor that does it in the worker has tests of its own."""

    last = 0


def tell() -> None:
    """Hand every new Event to the reaction, as the cursor does."""
    for event in Event.objects.filter(pk__gt=Told.last).order_by("pk"):
        call(event)
        Told.last = event.pk


def hook(owner: Actor, endpoint: Endpoint, *, whose: int | None = None, **values: Any) -> Webhook:
    Told.last = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0  # what happened before is over
    given = {"name": "Shop", "url": endpoint.url, "kinds": "party.*", "owner": whose or owner.user_id, **values}
    found: Webhook = records.create(owner, WEBHOOK, given)
    return found


def deliver() -> int:
    tell()
    return courier.carry_all()


def test_an_endpoint_hears_what_happened_and_nothing_of_what_stands_there(owner: Actor, endpoint: Endpoint) -> None:
    hook(owner, endpoint)
    firm = make_organisation("Needle Ltd")
    deliver()
    told = next(one for one in endpoint.told if one["type"] == "party.created")
    assert told["data"]["object"] == "party"
    assert told["data"]["id"] == str(firm.uid)
    assert "name" in told["data"]["changed"]
    assert told["data"]["url"].endswith(f"/{firm.uid}")
    assert all(b"Needle" not in body for _headers, body in endpoint.calls)


def test_a_call_is_signed_by_standard_webhooks(owner: Actor, endpoint: Endpoint) -> None:
    webhook = hook(owner, endpoint)
    actions.run(owner, WEBHOOK, webhook.pk, "send_test", {})
    deliver()
    headers, body = endpoint.calls[-1]
    (secret,) = secrets_of(Webhook.objects.get())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60
    assert json.loads(body)["type"] == "test"


def test_after_a_new_secret_both_sign_for_a_day(owner: Actor, endpoint: Endpoint) -> None:
    webhook = hook(owner, endpoint)
    (old,) = secrets_of(webhook)
    actions.run(owner, WEBHOOK, webhook.pk, "renew_secret", {})
    webhook.refresh_from_db()
    assert secrets_of(webhook)[1] == old
    actions.run(owner, WEBHOOK, webhook.pk, "send_test", {})
    deliver()
    assert len(endpoint.calls[-1][0]["webhook-signature"].split()) == 2
    Webhook.objects.update(renewed_at=now() - timedelta(hours=25))
    assert len(secrets_of(Webhook.objects.get())) == 1


def test_secrets_are_sealed_and_in_no_answer(owner: Actor, endpoint: Endpoint) -> None:
    webhook = hook(owner, endpoint)
    (secret,) = secrets_of(webhook)
    assert secret not in str(Webhook.objects.values())
    assert not {"sealed", "sealed_before"} & set(access.readable(owner, WEBHOOK))


def test_it_hears_of_what_its_owner_may_see_at_that_moment(endpoint: Endpoint, owner: Actor) -> None:
    blind = make_user("Blind", email="blind@house.example")
    hook(owner, endpoint, whose=blind.pk)
    make_person("Ana Berg")
    deliver()
    assert endpoint.calls == []


def test_what_its_owner_lost_while_it_waited_is_not_told(endpoint: Endpoint, owner: Actor) -> None:
    leaving = make_user("Lea", roles=("sales",), email="lea@house.example")
    hook(owner, endpoint, whose=leaving.pk)
    make_person("Ana Berg")
    tell()
    records.write(access.system("test"), leaving, {"is_active": False})
    courier.carry_all()
    assert endpoint.calls == []
    assert set(Effect.objects.values_list("state", flat=True)) == {"failed"}


def test_it_hears_of_the_kinds_and_the_records_it_asked_for(owner: Actor, endpoint: Endpoint) -> None:
    hook(owner, endpoint, kinds="party.created", condition='name contains "Acme"')
    make_organisation("Acme North")
    other = make_organisation("Other")
    deliver()
    records.update(owner, other, {"name": "Acme South"})
    deliver()
    assert [one["type"] for one in endpoint.told] == ["party.created"]


@pytest.mark.parametrize(
    ("status", "state"), [(500, "queued"), (302, "queued"), (404, "queued"), (429, "queued"), (410, "failed")]
)
def test_each_answer_leads_somewhere(owner: Actor, endpoint: Endpoint, status: int, state: str) -> None:
    webhook = hook(owner, endpoint)
    endpoint.statuses, endpoint.headers = [status], {"Retry-After": "7200", "Location": "http://127.0.0.1:1/"}
    actions.run(owner, WEBHOOK, webhook.pk, "send_test", {})
    deliver()
    effect = Effect.objects.get()
    assert (effect.state, str(status) in effect.reason) == (state, True)
    waits = effect.not_before - now()
    assert (waits > timedelta(hours=1)) is (status == 429)
    webhook.refresh_from_db()
    assert webhook.is_on is (status != 410)


def test_a_repeat_has_the_same_id(owner: Actor, endpoint: Endpoint) -> None:
    webhook = hook(owner, endpoint)
    endpoint.statuses = [500]
    actions.run(owner, WEBHOOK, webhook.pk, "send_test", {})
    deliver()
    Effect.objects.update(not_before=now() - timedelta(seconds=1))
    deliver()
    first, second = (headers["webhook-id"] for headers, _body in endpoint.calls)
    assert first == second
    assert Effect.objects.get().state == "sent"


def test_an_endpoint_that_fails_rests_and_another_one_is_called(owner: Actor, endpoint: Endpoint) -> None:
    bad = hook(owner, endpoint, name="Bad", url="http://127.0.0.1:1/", kinds="party.created")
    hook(owner, endpoint, name="Good", kinds="party.created")
    for number in range(7):
        make_organisation(f"Firm {number}")
    deliver()
    assert len(endpoint.calls) == 7
    assert Lane.objects.get(key=str(bad.uid)).paused_until is not None


def test_what_was_missed_can_be_sent_again(owner: Actor, endpoint: Endpoint) -> None:
    began = now() - timedelta(minutes=1)
    webhook = hook(owner, endpoint, kinds="party.created")
    make_organisation("Acme")
    deliver()
    actions.run(owner, WEBHOOK, webhook.pk, "replay", {"since": began})
    job = job_queue.claim("here")
    assert job is not None
    perform(job)
    assert jobs.overview(owner).counts["done"] == 1
    courier.carry_all()
    assert [one["data"]["event"] for one in endpoint.told] == [endpoint.told[0]["data"]["event"]] * 2
    assert len({headers["webhook-id"] for headers, _body in endpoint.calls}) == 2


def test_only_who_keeps_the_house_makes_one(endpoint: Endpoint, owner: Actor) -> None:
    with pytest.raises(PermissionDenied):
        hook(actor_as("sales"), endpoint)
    webhook = hook(owner, endpoint)
    with pytest.raises((PermissionDenied, access.NotFound)):
        records.update(actor_as("sales_manager"), webhook, {"url": "https://evil.example"})


@pytest.mark.parametrize(
    "values",
    [
        {"url": "ftp://a.example/x"},
        {"url": "https://user:secret@a.example/"},
        {"kinds": "nothing.created"},
        {"kinds": " , "},
        {"kinds": "party.*, task.*", "condition": "name = x"},
        {"kinds": "party.*", "condition": "no_such_field = 1"},
    ],
)
def test_what_could_not_work_is_refused_at_once(owner: Actor, endpoint: Endpoint, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        hook(owner, endpoint, **values)


def test_inside_addresses_are_not_called(owner: Actor, endpoint: Endpoint, settings: Any) -> None:
    settings.EGRESS_ALLOW = []
    webhook = hook(owner, endpoint)
    actions.run(owner, WEBHOOK, webhook.pk, "send_test", {})
    deliver()
    assert endpoint.calls == []
    assert Effect.objects.get().state in ("queued", "failed")
