"""What becomes of a report that a browser sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def send(body: Any, **headers: str) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(enforce_csrf_checks=True)
    return client.post("/csp-reports", raw, content_type="application/csp-report", headers=headers).status_code


def test_a_report_is_a_line_in_the_log_without_what_people_typed(caplog: pytest.LogCaptureFixture) -> None:
    report = {"document-uri": "http://x/people?q=secret", "effective-directive": "script-src", "blocked-uri": "inline"}
    assert send({"csp-report": report}) == 204
    assert "document-uri 'http://x/people', effective-directive 'script-src', blocked-uri 'inline'" in caplog.text
    assert "secret" not in caplog.text


def test_a_report_cannot_write_lines_of_its_own_or_fill_the_disk(caplog: pytest.LogCaptureFixture) -> None:
    lie = {"blocked-uri": "x\nERROR root: everything burns\u2028\x1b[31m" + "y" * 5_000, "other": "z" * 500}
    assert send({"csp-report": lie}) == 204
    [record] = caplog.records
    line = record.getMessage()
    assert "\n" not in line and "\x1b" not in line and "\u2028" not in line and len(line) < 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"null", b'{"csp-report": 7}', b"\xff" * 100, b"x" * 50_000, b"[" * 7_000]
)
def test_nonsense_is_answered_alike_and_not_told(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert send(body) == 204
    assert not caplog.records
