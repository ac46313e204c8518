"""Bodies and addresses nobody sends in good faith: each gets a clear refusal, none a 500."""

from __future__ import annotations

import pytest

from tests.platform.api.caller import Caller
from tests.toyshop.models import Maker, Toy

DEEP = b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (DEEP, 400),
        (b'{"name": "\xff\xfe"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"pieces": NaN}', 400),
        (b'{"name": "x", "pieces": 123456789012345678901234567890}', 422),
        (b'{"name": "x", "pieces": -9223372036854775809}', 422),
        (b'{"name": "x", "weight": 1e400}', 400),
        (b'{"name": "x", "weight": 1e30}', 422),
        (b'{"name": "x", "price": {"amount": 1e-30, "currency": "EUR", "x": 1}}', 422),
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', 422),
        (b'{"' + b"x" * 1_000_000 + b'": 1, "name": "x"}', 422),
        (b'{"name": "x", "tags": [' + b'"t",' * 50_000 + b'"t"]}', 422),
        (b'{"name": "x", "": 1, "__class__": 1, "maker__name": 2, "_connector": "OR"}', 422),
        (b'{"name": "x"}\x00', 400),
    ],
)  # fmt: skip
def test_a_hostile_body_is_refused_in_words(owner: Caller, body: bytes, status: int) -> None:
    reply = owner("POST", "/toys", body, content_type="application/json")
    assert reply.status == status or (body == DEEP and reply.status == 422)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert len(reply.content) < 20_000
    assert b"Traceback" not in reply.content
    assert not Toy.objects.exists()


@pytest.mark.parametrize("text", ["Nul\x00l", "tab\tand\r\nlines", "\u202eback", "\ufeffmark", "e\u0301", "😀" * 120])
def test_strange_text_is_kept_clean(owner: Caller, text: str) -> None:
    reply = owner("POST", "/makers", {"name": text})
    assert reply.status == 201
    assert not {"\x00", "\n", "\u202e"} & set(reply.json["name"])
    assert owner("GET", f"/makers/{reply.json['id']}").json["name"] == reply.json["name"]


@pytest.mark.parametrize(
    "address",
    [
        "/toys/%00",
        "/toys?q=name+%3D+%22%00%22",
        "/toys?q=" + "(" * 3_000,
        "/toys?q=" + "not+" * 2_000 + "open",
        "/toys?q=name+%3D+%ED%A0%80",
        "/toys?q=%F0%9F%98%80",
        "/toys?sort=" + "name," * 80 + "name",
        "/toys?fields=" + "maker." * 80 + "name",
        "/toys?cursor=" + "A" * 3_999,
        "/toys?cursor=%F0%9F%98%80",
        "/toys?limit=99999999999999999999999",
        "/toys?limit=%D9%A1",
        "/toys?%00=1",
        "/search?q=%00",
        "/search?q=" + "a+" * 90,
        "/search?q=%25%5F%5C%27%22",
        "/tags?q=%25%5C",
        "/tags?q=%00",
        "/toys/by/name/%00",
    ],
)
def test_a_hostile_address_is_answered(owner: Caller, address: str) -> None:
    reply = owner("GET", address)
    assert reply.status in (200, 400, 404, 405)
    assert len(reply.content) < 20_000


@pytest.mark.parametrize(
    "value", ["%00", "%20", "..%2F..%2Fetc%2Fpasswd", "%27%20OR%201%3D1", "%F0%9F%98%80", "x" * 2_000, "%ED%A0%80"]
)
def test_a_hostile_key_is_refused_or_becomes_a_name(owner: Caller, value: str) -> None:
    reply = owner("PUT", f"/makers/by/name/{value}", {})
    assert reply.status in (201, 400, 404, 422)
    assert Maker.objects.count() == (1 if reply.status == 201 else 0)


def test_a_hostile_event_number_and_tag(owner: Caller) -> None:
    made = owner("POST", "/makers", {"name": "x"}).json
    assert owner("POST", f"/makers/{made['id']}/events/99999999999999999999999/undo").status == 404
    assert owner("GET", f"/makers/{made['id']}/events?before=99999999999999999999999").status == 400
    assert owner("PUT", f"/makers/{made['id']}/tags/%00").status in (400, 404, 422)
    assert owner("PUT", f"/makers/{made['id']}/tags/%F0%9F%98%80").json == {"tags": ["😀"]}


def test_a_body_beyond_the_limit_is_too_large(owner: Caller, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000  # type: ignore[attr-defined]  # pytest-django's settings
    reply = owner("POST", "/makers", {"name": "x" * 2_000})
    assert (reply.status, reply.json["code"]) == (413, "too_large")
