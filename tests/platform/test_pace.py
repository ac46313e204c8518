"""How often somebody is heard."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from rapport.base import clock
from rapport.config.environment import BadSettings, Environment
from rapport.platform import pace
from rapport.platform.audit.models import AuditEntry
from rapport.platform.pace import Buckets, Rate
from tests.platform.api.caller import caller
from tests.platform.views.site import make_toys, make_user, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    pace.buckets.clear()


def test_a_bucket_gives_its_limit_at_once_and_then_as_time_refills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [1_000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: moment[0])
    buckets, key, rate = Buckets(), ("x", "user 1"), Rate(3, 60)
    assert [buckets.take(key, rate, 1) for _time in range(4)] == [0, 0, 0, 20]
    assert buckets.take(("x", "user 2"), rate, 1) == 0
    moment[0] += 20
    assert [buckets.take(key, rate, 1), buckets.take(key, rate, 1)] == [0, 20]
    moment[0] += 1_000
    assert [buckets.take(key, rate, 1) for _time in range(4)][-1] == 20


def test_processes_share_the_limit() -> None:
    one, other, rate = Buckets(), Buckets(), Rate(10, 60)
    granted = sum(buckets.take(("x", "u"), rate, 2) == 0 for buckets in (one, other) for _time in range(20))
    assert granted == 10


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_KEYS", 100)
    buckets = Buckets()
    for number in range(1_000):
        buckets.take(("x", str(number)), Rate(1, 60), 1)
    assert len(buckets._left) == 100


@pytest.mark.parametrize(
    "method, path, kind",
    [
        ("GET", "/people", "page"),
        ("GET", "/api/v1/people", "api"),
        ("GET", "/api/v1/search", "search"),
        ("GET", "/palette", "search"),
        ("GET", "/people/options", "search"),
        ("GET", "/people/export", "export"),
        ("GET", "/api/v1/people/export.csv", "export"),
        ("POST", "/people/1/files", "upload"),
        ("POST", "/api/v1/files", "upload"),
        ("GET", "/api/v1/files", "api"),
        ("POST", "/sign-in", "door"),
        ("GET", "/sign-in", "page"),
    ],
)
def test_what_is_dear_has_a_limit_of_its_own(method: str, path: str, kind: str) -> None:
    assert pace.kind_of(method, path) == kind


@pytest.mark.parametrize(
    "kind, ask",
    [
        ("page", lambda client: client.get("/toys")),
        ("search", lambda client: client.get("/palette?q=x")),
        ("export", lambda client: client.get("/toys/export")),
        ("upload", lambda client: client.post("/files")),
    ],
)
def test_who_asks_too_often_is_told_when_to_come_back(kind: str, ask: Any, settings: Settings) -> None:
    settings.RATE_LIMITS = {kind: Rate(2, 3600)}
    client, other = visit(make_user("owner")), visit(make_user("owner"))
    answers = [ask(client) for _time in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert 1_700 < int(answers[2].headers["Retry-After"]) <= 1_800
    assert "That was too often" in answers[2].content.decode()
    assert ask(other).status_code != 429
    settings.RATE_LIMITS = {}
    assert ask(client).status_code != 429


def test_a_program_gets_a_problem(settings: Settings) -> None:
    settings.RATE_LIMITS = {"api": Rate(1, 60)}
    program = caller("Ann", "owner")
    assert program("GET", "/me").status == 200
    reply = program("GET", "/me")
    assert (reply.status, reply.json["code"]) == (429, "too_many")
    assert 50 < int(reply.headers["Retry-After"]) <= 60


def test_guessing_tokens_and_passwords_is_slow_whoever_one_says_one_is(settings: Settings) -> None:
    settings.RATE_LIMITS = {"door": Rate(3, 60)}
    make_user("owner")
    guessed = [Client().get("/api/v1/me", headers={"Authorization": f"Bearer rpt_{n}"}).status_code for n in range(5)]
    assert guessed == [401, 401, 401, 429, 429]
    away = Client(REMOTE_ADDR="198.51.100.9")
    tried = [away.post("/sign-in", {"email": f"{n}@x.example", "password": "x"}).status_code for n in range(5)]
    assert tried == [422, 422, 422, 429, 429]


def test_reports_beyond_the_limit_are_answered_and_not_told(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.RATE_LIMITS = {"report": Rate(2, 60)}
    report = b'{"csp-report": {"blocked-uri": "inline"}}'
    codes = {Client().post("/csp-reports", report, content_type="application/csp-report").status_code for _ in range(9)}
    assert codes == {204} and len(caplog.records) == 2


def test_who_takes_out_the_whole_house_is_braked_and_the_keepers_see_it(settings: Settings) -> None:
    make_toys(30)
    settings.RATE_LIMITS = {"rows": Rate(50, 3600)}
    user = make_user("owner")
    client = visit(user)
    first: Any = client.get("/toys/export")
    assert b"".join(first.streaming_content).count(b"\n") == 31
    assert client.get("/toys/export").status_code == 429
    [entry] = AuditEntry.objects.filter(kind="export_stopped")
    assert (entry.actor_id, entry.object) == (user.pk, "toy")


@pytest.mark.parametrize("text", ["api", "api=0/m", "api=1/d", "else=1/m", "api=9999999999/m", "api=1/m,x"])
def test_a_limit_that_cannot_be_read_forbids_the_start(text: str) -> None:
    with pytest.raises(BadSettings, match="RAPPORT_RATE_LIMITS has an entry that is no limit"):
        Environment.read({"RAPPORT_RATE_LIMITS": text})


def test_limits_can_be_left_out() -> None:
    assert Environment.read({"RAPPORT_RATE_LIMITS": "off"}).rate_limits == {}
    assert Environment.read({}).rate_limits["door"] == Rate(30, 60)
