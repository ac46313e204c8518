"""Logs as JSON: one line each whatever is in it, the facts of a request, nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client

from rapport.config import logs
from tests.make import make_person, make_user


def written(record: logging.LogRecord) -> dict[str, Any]:
    line = logs.Json().format(record)
    assert "\n" not in line
    told: dict[str, Any] = json.loads(line)
    return told


def test_a_line_stays_one_line() -> None:
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "a %s", "args": ("b\nERROR forged\u2028",)}
    )
    told = written(record)
    assert (told["message"], told["level"]) == ("a b\nERROR forged\u2028", "INFO")


def test_an_accident_has_its_trace_and_not_its_values() -> None:
    name = "Ada " + "eldeeN"[::-1]
    try:
        raise ValueError(name)
    except ValueError:
        record = logging.makeLogRecord({"name": "x", "msg": "failed", "exc_info": sys.exc_info()})
    told = written(record)
    assert told["error"] == "ValueError" and "test_logs" in told["trace"]
    assert "Needle" not in json.dumps(told)


@pytest.mark.django_db
def test_a_request_tells_who_by_number_and_where_by_pattern(settings: Any) -> None:
    settings.MIDDLEWARE = ["rapport.config.logs.Requests", *settings.MIDDLEWARE]
    user, ana = make_user("Olga Needle", roles=("owner",)), make_person("Ada Needle")
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Json())
    logs.log.addHandler(handler)
    logs.log.setLevel(logging.INFO)
    try:
        client = Client()
        client.force_login(user)
        client.get(f"/people/{ana.pk}?q=Needle")
        client.get("/nowhere/Needle")
        client.get("/health/live")
    finally:
        logs.log.removeHandler(handler)
        logs.log.setLevel(logging.NOTSET)
    seen, nowhere = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (seen["user"], seen["method"], seen["status"], seen["route"]) == (user.pk, "GET", 200, "<obj:obj>/<int:pk>")
    assert seen["request"] and seen["ms"] > 0
    assert (nowhere["status"], nowhere["route"]) == (404, "")
    assert "Needle" not in out.getvalue() and str(ana.pk) not in seen["route"]
