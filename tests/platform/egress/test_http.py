"""Against real servers on loopback: what is sent, what is kept, and when we give up."""

from __future__ import annotations

import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from rapport.platform import egress
from tests.platform.egress.servers import resolve, saying, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
SHORT = egress.Limits(connect_seconds=0.3, total_seconds=0.5, body_bytes=1_000)
SAID = "This address could not be reached."


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    resolve(monkeypatch, {"hook.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]], "inside.test": [["10.0.0.1"]]})


def test_a_request_arrives_as_it_was_asked_for() -> None:
    head: list[bytes] = []
    with serving(saying(OK, head=head)) as server:
        url = f"http://hook.test:{server.port}/a?b=1#kept-here"
        answer = egress.request("POST", url, body=b"{}", headers={"Content-Type": "application/json"})
    assert (answer.status, answer.body, answer.is_cut, answer.is_success) == (200, b"hi", False, True)
    lines = head[0].decode().split("\r\n")
    assert lines[0] == "POST /a?b=1 HTTP/1.1"
    assert f"Host: hook.test:{server.port}" in lines and "Content-Length: 2" in lines


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(saying(OK)) as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n".encode()
        with serving(saying(moved)) as server:
            answer = egress.request("GET", f"http://hook.test:{server.port}/")
    assert (answer.status, inside.met, answer.is_success) == (302, 0, False)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(saying(OK)) as proxy, serving(saying(OK)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        egress.request("GET", f"http://hook.test:{server.port}/")
    assert (proxy.met, server.met) == (0, 1)


@pytest.mark.parametrize("head", [b"Content-Length: 10000000000\r\n", b"", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_without_end_is_cut(head: bytes) -> None:
    def for_ever(wire: socket.socket) -> None:
        saying(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")(wire)
        piece = b"400\r\n" + b"x" * 1024 + b"\r\n" if b"chunked" in head else b"x" * 1024
        while True:
            wire.sendall(piece)

    with serving(for_ever) as server:
        answer = egress.request("GET", f"http://hook.test:{server.port}/", limits=egress.Limits(body_bytes=1_000))
    assert (len(answer.body), answer.is_cut, answer.status) == (1_000, True, 200)
    with pytest.raises(ValueError, match="larger than allowed"):
        answer.json()


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"])
def test_a_drip_of_bytes_does_not_prolong_the_time(begins: bytes) -> None:
    def drip(wire: socket.socket) -> None:
        saying(begins)(wire)
        while True:
            wire.sendall(b"x")
            time.sleep(0.05)

    with serving(drip) as server:
        began = time.monotonic()
        with pytest.raises(egress.Unreachable):
            egress.request("GET", f"http://hook.test:{server.port}/", limits=SHORT)
    assert time.monotonic() - began < 2


def test_a_server_that_takes_nothing_does_not_hold_us() -> None:
    with serving(lambda wire: time.sleep(3)) as server:
        began = time.monotonic()
        with pytest.raises(egress.Unreachable):
            egress.request("POST", f"http://hook.test:{server.port}/", body=b"x" * 50_000_000, limits=SHORT)
    assert time.monotonic() - began < 2


def test_a_resolver_that_hangs_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, **kwargs: object) -> list[object]:
        time.sleep(3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    with pytest.raises(egress.Unreachable):
        egress.request("GET", "http://hook.test:8080/", limits=SHORT)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "noise", [b"SSH-2.0-x\r\n", b"", b"HTTP/9 nothing\r\n\r\n", b"\x00" * 70_000, b"HTTP/1.1 200\r\n" * 9]
)
def test_closed_silent_forbidden_and_garbled_say_the_same(noise: bytes, full: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        closed = once.getsockname()[1]
    with serving(lambda wire: wire.sendall(noise)) as garbled:
        urls = (
            f"http://hook.test:{closed}/",
            f"http://hook.test:{full}/",
            "http://inside.test:8080/",
            "http://no-such-name.test/",
            "http://hook.test:25/",
            f"http://hook.test:{garbled.port}/",
            f"https://hook.test:{garbled.port}/",
        )
        said = set()
        for url in urls:
            with pytest.raises(egress.Unreachable) as refused:
                egress.request("GET", url, limits=SHORT)
            said.add(str(refused.value))
    assert said == {SAID}


@pytest.fixture
def full() -> Iterator[int]:
    """A port that is silent: its queue is full, so Linux drops who comes."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    "name, value",
    [
        *(("X-A", f"b{bad}c") for bad in ("\r\n", "\n", "\r", "\x00", "\x7f", "é", "\u2028")),
        *((f"X{bad}A", "b") for bad in ("\r\n", ":", " ", "\x00", "é")),
        *((name, "b") for name in ("Host", "content-length", "Transfer-Encoding", "Connection", "EXPECT", "")),
        ("X-A", " b"),
    ],
)
def test_a_header_that_could_begin_another_is_not_sent(name: str, value: str) -> None:
    with serving(saying(OK)) as server, pytest.raises(ValueError, match="No header to send"):
        egress.request("GET", f"http://hook.test:{server.port}/", headers={name: value})
    assert server.met == 0


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\nX: y", ""])
def test_a_method_we_do_not_know_is_not_sent(method: str) -> None:
    with pytest.raises(ValueError, match="No method to send"):
        egress.request(method, "http://hook.test/")


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, *names: str, **dates: datetime.datetime) -> Path:
    """A certificate for the names, its own authority; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(dates.get("until", now + datetime.timedelta(days=1)))
        .add_extension(x509.SubjectAlternativeName([general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / f"{names[0]}.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def speaking_tls(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_is_checked_for_the_name_that_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path, "hook.test", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(saying(OK), tls=speaking_tls(file)) as server:
        assert egress.request("GET", f"https://hook.test:{server.port}/").body == b"hi"
        assert egress.request("GET", f"https://127.0.0.1:{server.port}/").body == b"hi"
        with pytest.raises(egress.BadCertificate, match=r"certificate of other\.test is not valid"):
            egress.request("GET", f"https://other.test:{server.port}/")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(egress.BadCertificate):
            egress.request("GET", f"https://hook.test:{server.port}/")


def test_a_certificate_that_has_ended_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    file = certificate(tmp_path, "hook.test", until=yesterday)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(saying(OK), tls=speaking_tls(file)) as server, pytest.raises(egress.BadCertificate):
        egress.request("GET", f"https://hook.test:{server.port}/")


@pytest.mark.filterwarnings("ignore:.*TLSv1_1 is deprecated")  # which is why it is refused
def test_old_tls_is_not_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path, "hook.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    old = speaking_tls(file)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(saying(OK), tls=old) as server, pytest.raises(egress.Unreachable):
        egress.request("GET", f"https://hook.test:{server.port}/")


# --- other protocols --------------------------------------------------------------------------------------------------


def test_a_mail_server_is_met_by_the_same_rules(settings: Settings) -> None:
    with serving(lambda wire: wire.sendall(b"220 ready\r\n")) as server:
        with pytest.raises(egress.Unreachable):  # its port is none of mail
            egress.connect("hook.test", server.port, ports=egress.mail_ports)
        with pytest.raises(egress.Unreachable):
            egress.connect("inside.test", 25, ports=egress.mail_ports)
        settings.EGRESS_ALLOW = [f"hook.test:{server.port}"]
        with egress.connect("hook.test", server.port, ports=egress.mail_ports) as wire:
            assert wire.recv(100) == b"220 ready\r\n"
        with pytest.raises(egress.BadAddress):
            egress.connect("hook.test@x", 25, ports=egress.mail_ports)
        with pytest.raises(egress.BadAddress):
            egress.connect("hook.test", 0, ports=egress.mail_ports)
