"""Who a request is believed to come from."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from rapport.config.environment import BadSettings, Environment
from rapport.config.proxies import NEVER, Proxies

FORGED = "203.0.113.66"


def seen(settings: Settings, listed: list[str], peer: str, **headers: str) -> HttpRequest:
    """The request as what stands behind the middleware sees it."""
    settings.PROXIES = listed
    caught: list[HttpRequest] = []

    def catch(request: HttpRequest) -> HttpResponse:
        caught.append(request)
        return HttpResponse()

    Proxies(catch)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
    return caught[0]


@pytest.mark.parametrize(
    "listed, peer, forwarded, believed",
    [
        ([], "10.0.0.9", FORGED, "10.0.0.9"),
        (["10.0.0.1"], "10.0.0.9", FORGED, "10.0.0.9"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.1"], "10.0.0.1", f"{FORGED}, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/24"], "10.0.0.1", f"{FORGED}, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", f"{FORGED}, nonsense", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.7:4711", "10.0.0.1"),
        (["::1"], "::1", "2001:db8::7", "2001:db8::7"),
        (["10.0.0.1"], "", FORGED, ""),
        (["10.0.0.0/8"], "10.0.0.1", ",".join(["10.0.0.2"] * 5000), "10.0.0.2"),
    ],
)
def test_the_visitor_is_the_nearest_who_is_no_proxy_of_ours(
    listed: list[str], peer: str, forwarded: str, believed: str, settings: Settings
) -> None:
    request = seen(settings, listed, peer, **{"X-Forwarded-For": forwarded})
    assert request.META["REMOTE_ADDR"] == believed
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize("peer, secure", [("10.0.0.1", True), ("10.0.0.9", False)])
def test_tls_is_believed_of_the_proxy_alone(peer: str, secure: bool, settings: Settings) -> None:
    assert seen(settings, ["10.0.0.1"], peer, **{"X-Forwarded-Proto": "https"}).is_secure() is secure


def test_no_other_forwarding_header_gets_through(settings: Settings) -> None:
    names = {name.removeprefix("HTTP_").replace("_", "-"): FORGED for name in NEVER}
    request = seen(settings, ["10.0.0.1"], "10.0.0.1", **names)
    assert not [name for name in request.META if name in NEVER]


def test_a_proxy_that_is_no_address_forbids_the_start() -> None:
    with pytest.raises(BadSettings, match="RAPPORT_PROXIES has an entry that is no address or network"):
        Environment.read({"RAPPORT_PROXIES": "127.0.0.1,proxy.lan"})
