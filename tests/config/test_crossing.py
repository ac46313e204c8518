"""What another site makes a browser ask for."""

from __future__ import annotations

import pytest
from django.test import Client

from rapport.config.crossing import is_from_elsewhere

pytestmark = pytest.mark.django_db
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    "method, site, more, refused",
    [
        ("GET", "same-origin", {}, False),
        ("GET", "none", LINK, False),
        ("GET", "cross-site", LINK, False),
        ("GET", "cross-site", {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, True),
        ("GET", "cross-site", {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"}, True),
        ("GET", "cross-site", {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, True),
        ("GET", "cross-site", {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, True),
        ("GET", "same-site", {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, True),
        ("POST", "same-origin", {}, False),
        ("POST", "none", {}, False),
        ("POST", "", {}, False),
        ("POST", "cross-site", LINK, True),
        ("POST", "same-site", LINK, True),
        ("POST", "something-new", {}, True),
        ("DELETE", "cross-site", {}, True),
    ],
)
def test_only_a_link_leads_in(method: str, site: str, more: dict[str, str], refused: bool) -> None:
    headers = {**more, **({"Sec-Fetch-Site": site} if site else {})}
    answer = Client(headers=headers).generic(method, "/sign-in")
    words = "Another site asked for this"
    assert (answer.status_code == 403 and words in answer.content.decode()) is refused


def test_the_api_and_static_files_are_not_lent_either() -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    for address in ("/api/v1/people", "/static/ui/ui.css"):
        assert Client(headers=headers).get(address).status_code == 403


def test_the_report_of_a_browser_comes_in_from_anywhere() -> None:
    assert Client(headers={"Sec-Fetch-Site": "cross-site"}).post("/csp-reports").status_code == 204


def test_a_program_says_nothing_of_where_it_comes_from() -> None:
    from django.test import RequestFactory

    assert not is_from_elsewhere(RequestFactory().post("/"))
