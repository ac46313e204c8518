"""The page that explains the API: behind the sign-in, without another host or inline script, as far as one may see."""

from __future__ import annotations

import html
import re

import orjson
import pytest
from django.test import Client
from openapi_spec_validator import validate

from tests.platform.api.caller import Caller

pytestmark = pytest.mark.once


@pytest.fixture
def browser(owner: Caller) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def test_the_page_shows_every_operation_of_an_object(browser: Client) -> None:
    page = browser.get("/api/docs?of=Toys")
    text = html.unescape(page.content.decode())
    assert page.status_code == 200
    for shown in ("/toys/{id}/restore", "PATCH", "If-Match", "curl -X POST", "requests.request(", "Try it", "Recipe"):
        assert shown in text, shown


def test_the_page_asks_no_other_host_and_has_no_inline_script_or_style(browser: Client) -> None:
    text = html.unescape(browser.get("/api/docs?of=Makers").content.decode())
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert " style=" not in text
    assert "/static/platform/api_docs.js" in text


def test_the_page_and_the_document_are_for_people_who_signed_in(browser: Client) -> None:
    assert Client().get("/api/docs").status_code == 303
    assert Client().get("/api/docs/openapi.json").status_code == 303
    reply = browser.get("/api/docs/openapi.json")
    assert "attachment" in reply.headers["Content-Disposition"]
    validate(orjson.loads(reply.content))


def test_a_reader_is_not_told_of_hidden_fields(reader: Caller) -> None:
    client = Client()
    client.force_login(reader.user)
    text = client.get("/api/docs?of=Makers").content.decode()
    assert "tax_number" not in text
    assert "founded_on" in text


def test_an_unknown_object_shows_the_beginning(browser: Client) -> None:
    raw = browser.get('/api/docs?of="><script>alert(1)</script>').content.decode()
    assert "/search" in html.unescape(raw)
    assert "alert(1)" not in raw
