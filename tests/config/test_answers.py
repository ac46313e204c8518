"""What every answer carries, and what the watchers ask for."""

import pytest
from django.db import connection
from django.test import Client


def test_every_answer_forbids_inline_scripts_frames_and_sniffing() -> None:
    answer = Client().get("/no/such/address")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "style-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


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
def test_a_wrong_host_name_is_refused() -> None:
    assert Client(headers={"host": "evil.example.net"}).get("/").status_code == 400
