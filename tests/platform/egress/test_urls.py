"""Eighty ways to write an address that leads home, and a resolver that changes its mind: nothing arrives."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from rapport.platform import egress
from tests.platform.egress.servers import PUBLIC, Server, resolve, saying, serving, watch_connections

HOME = [
    # IPv4 as it is written, and as inet_aton reads it: decimal, octal, hex, fewer parts, mixed.
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "2130706433", "017700000001", "0x7f000001", "0x7F.0.0.1"),
    *("0177.0.0.1", "127.1", "127.0.1", "0x7f.1", "0177.0x0.1", "127.0.0.01", "000127.000.000.001", "0", "0.0.0.0"),  # noqa: S104  # judged, not bound
    *("0x0", "00000000000", "0000.0000.0000.0000", "127.0.0.1.", "4294967296", "0xffffffff7f000001", "127.0.0.1.."),
    # IPv6: loopback, unspecified, and IPv4 inside of it.
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::1]"),
    *("[::ffff:0:127.0.0.1]", "[fe80::1]", "[fe80::1%25lo]", "[::1%lo]", "[fc00::1]", "[ff02::1]", "::1"),
    # Letters that become other letters.
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌocalhost"),
    # Names.
    *("localhost", "LOCALHOST", "localhost.", "ip6-localhost", "home.example", "home.example.", "HOME.example"),
    *("mixed.example", "home-v6.example", "home-mapped.example", "localhost.localdomain"),
    # What two parsers read differently.
    *("public.example@127.0.0.1", "127.0.0.1#@public.example", "public.example:80@127.0.0.1", "127.0.0.1\\@x.example"),
    *("public.example\\@127.0.0.1", "public.example%40127.0.0.1", "127.0.0.1%00.public.example", "%31%32%37.0.0.1"),
    *("public.example\t@127.0.0.1", "127.0.0.1 .public.example", "127.0.\u00ad0.1", "[127.0.0.1]", "127.0.0.1;x"),
    # Other rooms of the house.
    *("169.254.169.254", "0xa9fea9fe", "metadata.example", "100.100.100.200", "[fd00:ec2::254]", "168.63.129.16"),
    *("10.0.0.1", "172.31.0.1", "192.168.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.0.192"),
]
NO_WEB_ADDRESS = [
    *(
        "",
        "/",
        "//home.example/",
        "home.example",
        "file:///etc/passwd",
        "gopher://home.example/",
        "ftp://home.example/",
    ),
    *("dict://home.example:11211/stat", "ldap://home.example/", "jar:http://home.example/!/", "data:text/html,x"),
    *(
        "javascript:alert(1)",
        "http:/home.example",
        "http:home.example",
        "http:///home.example",
        "http://",
        "http://:80",
    ),
    *("https://[", "http://[::1", "http://::1]/", "http://a..example/", "http://-a.example/", f"http://{'a' * 300}"),
    *("http://public.example:0/", "http://public.example:65536/", "http://public.example:99999/", "http://a:b:80/"),
    *("http://public.example:/", "http://public.example: 80/", "http://public.example/\r\nX: y", " http://a.example/"),
    *("http://public.example/\x00", "http://\ud800.example/", "http://public.example/\udfff", "http://faß.example/"),
    *("http://a" + "/" * 3_000, "unix:/var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/"),
]
NAMES = {
    "localhost": [["127.0.0.1", "::1"]],
    "localhost.localdomain": [["127.0.0.1"]],
    "ip6-localhost": [["::1"]],
    "home.example": [["127.0.0.1"]],
    "home-v6.example": [["::1"]],
    "home-mapped.example": [["::ffff:127.0.0.1"]],
    "mixed.example": [[PUBLIC, "127.0.0.1"]],
    "metadata.example": [["169.254.169.254"]],
    "public.example": [[PUBLIC]],
}


@pytest.fixture
def canary() -> object:
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as server:
        yield server


def test_the_canary_sings_when_it_is_allowed(
    canary: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EGRESS_ALLOW = [f"127.0.0.1:{canary.port}"]
    resolve(monkeypatch, NAMES)
    assert egress.request("GET", f"http://127.0.0.1:{canary.port}/").status == 200
    assert egress.request("GET", f"http://home.example:{canary.port}/").status == 200
    assert canary.met == 2


def test_there_are_enough_forms() -> None:
    assert len(set(HOME)) >= 80


@pytest.mark.parametrize("form", HOME)
def test_no_form_of_an_inside_address_is_connected_to(
    form: str, canary: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, NAMES)
    tried = watch_connections(monkeypatch)
    for scheme in ("http", "HTTPS"):
        for tail in (f":{canary.port}/", "/", f":{canary.port}/?a=b#c"):
            with pytest.raises(egress.EgressError):
                egress.request("GET", f"{scheme}://{form}{tail}")
    assert (canary.met, tried) == (0, [])


@pytest.mark.parametrize("url", NO_WEB_ADDRESS)
def test_what_is_no_web_address_says_so_before_anything_is_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolve(monkeypatch, NAMES)
    with pytest.raises(egress.BadAddress):
        egress.request("GET", url)
    assert asked == []


@pytest.mark.parametrize("port", [22, 25, 53, 110, 143, 3306, 5432, 6379, 6667, 11211, 27017])
def test_http_is_not_spoken_to_other_services(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, NAMES)
    tried = watch_connections(monkeypatch)
    with pytest.raises(egress.Unreachable):
        egress.request("GET", f"http://public.example:{port}/")
    assert tried == []


def test_a_name_is_looked_up_once_and_the_judged_address_is_met(
    canary: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve(monkeypatch, {"rebinding.example": [[PUBLIC], ["127.0.0.1"]]})
    tried = watch_connections(monkeypatch)
    with pytest.raises(egress.Unreachable):
        egress.request("GET", f"http://rebinding.example:{canary.port}/")
    assert (asked, tried, canary.met) == (["rebinding.example"], [PUBLIC], 0)
    with pytest.raises(egress.Unreachable):  # now the name leads home
        egress.request("GET", f"http://rebinding.example:{canary.port}/")
    assert (tried, canary.met) == ([PUBLIC], 0)


@pytest.mark.parametrize(
    "url, target",
    [
        ("http://Public.Example", ("http", "public.example", 80, "/")),
        ("https://public.example.:8443/a b".replace(" ", "%20"), ("https", "public.example", 8443, "/a%20b")),
        ("https://bücher.example/ü?q=ü#x", ("https", "xn--bcher-kva.example", 443, "/%C3%BC?q=%C3%BC")),
        ("https://[2606:2800:220:1::1]/", ("https", "2606:2800:220:1::1", 443, "/")),
        ("https://public.example?a=1", ("https", "public.example", 443, "/?a=1")),
    ],
)
def test_an_honest_address_is_read(url: str, target: tuple[str, str, int, str]) -> None:
    assert egress.read_url(url) == egress.Target(*target)


def test_the_host_is_said_as_the_web_says_it() -> None:
    said = {
        url: egress.read_url(url).authority
        for url in ("https://a.example", "http://a.example:81", "http://[2606::1]:81")
    }
    assert list(said.values()) == ["a.example", "a.example:81", "[2606::1]:81"]
