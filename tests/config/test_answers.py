"""What every answer carries, and what the watchers ask for."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from rapport.config.headers import SecurityHeaders
from tests.config.test_environment import SAFE


def test_a_page_runs_the_scripts_with_its_own_nonce_and_no_others() -> None:
    seen = set()
    for _visit in range(2):
        answer = Client().get("/no/such/address")
        policy = answer.headers["Content-Security-Policy"]
        [nonce] = re.findall(r"script-src 'nonce-([\w-]{24})';", policy)
        scripts = re.findall(r"<script\b[^>]*>", answer.content.decode())
        assert scripts and all(f'nonce="{nonce}"' in script for script in scripts)
        seen.add(nonce)
    assert len(seen) == 2


@pytest.mark.parametrize(
    "part",
    [
        *("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"),
        *("style-src 'self'", "connect-src 'self'", "report-uri /csp-reports"),
    ],
)
def test_the_policy_of_a_page_allows_what_it_must(part: str) -> None:
    policy = Client().get("/no/such/address").headers["Content-Security-Policy"]
    assert any(one.startswith(part) for one in policy.split("; "))
    policy = policy.replace(f" http://testserver:{settings.LIVE_PORT}/", "")
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/no/such/address", "/api/v1/no/such", "/health/live", "/csp-reports", "/sign-in"])
def test_every_answer_is_kept_to_its_own_house(address: str) -> None:
    headers = Client().get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin" and headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"] and "Content-Security-Policy" in headers


@pytest.mark.django_db
def test_what_is_no_page_may_do_nothing() -> None:
    policy = Client().get("/api/v1/no/such").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and policy.endswith("sandbox") and "nonce" not in policy


def test_tls_is_asked_for_a_year_where_there_is_some(settings: Settings) -> None:
    def answer() -> HttpResponse:
        return SecurityHeaders(lambda request: HttpResponse())(RequestFactory().get("/"))

    assert "Strict-Transport-Security" not in answer().headers
    settings.SESSION_COOKIE_SECURE = True
    assert answer().headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_cookies_are_bound_to_the_host_under_tls() -> None:
    """The settings are made once, so they are made again in a process of their own."""
    import os
    import subprocess
    import sys

    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    says = (
        "from rapport.config import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    told = subprocess.run([sys.executable, "-c", says], env=surroundings | SAFE, capture_output=True, text=True)
    assert told.stdout.split() == ["__Host-rapport_session", "__Host-rapport_csrf", "True", "True"], told.stderr
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.django_db
def test_a_probe_by_any_host_name_learns_that_the_process_is_ready() -> None:
    client = Client(headers={"host": "10.1.2.3"})
    assert client.get("/health/live").content == b"live\n"
    assert client.get("/health/ready").content == b"ready\n"


def test_a_database_that_does_not_answer_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        from django.db import OperationalError

        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(connection, "close", lambda: None)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    [
        *("evil.example.net", "localhost.evil.example", "localhost@evil.example", "evil.example#localhost", "a b"),
        *("[::1", "a:80@evil.example", "localhost/evil", "testserver.", "testserver:99999x", "tèstserver", "\x00"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/", "/sign-in"])
def test_a_wrong_host_name_is_refused_on_pages(host: str, address: str) -> None:
    answer = Client(headers={"host": host}).get(address)
    if host == "testserver.":  # the same name, written as the root of all names would
        assert answer.status_code < 400
        return
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode() and "evil" not in str(answer.headers)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-URL", "X-Rewrite-URL"])
def test_no_other_header_says_who_we_are_or_where_one_is(name: str) -> None:
    plain, told = Client().get("/sign-in"), Client(headers={name: "host=evil.example"}).get("/sign-in")
    assert (told.status_code, told.headers.get("Location")) == (plain.status_code, plain.headers.get("Location"))
    assert "evil" not in told.content.decode()
