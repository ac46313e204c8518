"""Nobody is sent off the house: not by `next`, not by where a form says it came from. Forty ways to try."""

# hostile addresses in one line

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.platform.views.site import PASSWORD, make_user, visit

pytestmark = pytest.mark.django_db
HOUSE = "http://testserver/sign-in"
AWAY = (
    *("https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/%2e%2e"),
    *("/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "//\\evil.example"),
    *(
        "https:evil.example",
        "https:/evil.example",
        "http:\\\\evil.example",
        "HTTPS://EVIL.EXAMPLE",
        "https:///evil.example",
    ),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x"),
    *(
        "\t//evil.example",
        "\n//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        " //evil.example",
    ),
    *(
        "//evil.example/../..",
        "//testserver@evil.example",
        "https://testserver@evil.example",
        "https://testserver.evil.example",
    ),
    *("//evil.example:80", "//evil%2eexample", "//evil。example", "//ｅvil.example", "//[::1]/", "//0x7f000001"),
    *(
        "https://testserver:pw@evil.example/",
        "//evil.example#@testserver",
        "//evil.example?testserver",
        "ftp://evil.example",
    ),
    *(
        "blob:https://evil.example/1",
        "file:///etc/passwd",
        "mailto:a@evil.example",
        "//\u2028evil.example",
        "?next=//evil.example",
    ),
)


def leads_away(location: str) -> bool:
    """As a browser reads it: a backslash is a slash, and tabs and line breaks are not there."""
    read = location.translate({ord(sign): None for sign in "\t\r\n"}).strip().replace("\\", "/")
    found = urlsplit(urljoin(HOUSE, read))
    return found.scheme not in ("http", "https") or found.netloc != "testserver"


def test_the_judge_itself_tells_them_apart() -> None:
    assert len(set(AWAY)) >= 40
    assert sum(map(leads_away, AWAY)) >= 38
    assert not any(map(leads_away, ("/", "/toys?q=1", "/sign-in?next=//evil.example", "toys")))


def test_nobody_who_signs_in_is_sent_away() -> None:
    user = make_user("owner")
    for where in AWAY:
        client = Client()
        answer = client.post("/sign-in", {"email": user.email, "password": PASSWORD, "next": where})
        assert not leads_away(answer.headers.get("Location", "/")), where


def test_nobody_is_sent_away_by_where_they_say_they_came_from() -> None:
    browser = visit(make_user("owner"))
    for where in AWAY:
        plain = where.translate({ord(sign): None for sign in "\r\n"})
        for headers in (
            {"Referer": plain},
            {"HX-Current-URL": plain, "HX-Request": "true"},
            {"Referer": f"http://testserver{plain}"},
        ):
            answer = browser.post("/settings/density", headers=headers)
            told = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "/"
            assert not leads_away(told), (headers, told)
        answer = browser.post(f"/theme?next={where}", {"theme": "dark", "next": where})
        assert not leads_away(answer.headers.get("Location", "/")), where


def test_a_stranger_comes_back_to_a_page_of_the_house_only() -> None:
    make_user("owner")
    for where in AWAY:
        answer = Client().get("/sign-in", {"next": where})
        assert b'name="next" value="/"' in answer.content or b"evil" not in answer.content.lower(), where
