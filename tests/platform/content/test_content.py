# hostile texts in one line
"""What is left of what others made: words and pixels."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from html.parser import HTMLParser

import pytest
from django.test import Client
from PIL import Image

from rapport.platform.content import frame, html, pictures
from rapport.platform.fields import sanitise
from rapport.platform.files import kinds
from rapport.platform.objects import registry
from tests.platform.content.corpus import HIDDEN, payloads, picture, polyglots
from tests.platform.views.site import make_user, visit

SAFE_LINK = re.compile(r"(https?://[^\s\\@]+|(mailto|tel):\S+)", re.IGNORECASE)


class Seen(HTMLParser):
    """Every tag and attribute, as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def test_there_are_enough_payloads_of_each_kind() -> None:
    assert len(payloads()) >= 1_000 and len(set(polyglots())) >= 60


@pytest.mark.parametrize("cleaner", [html.clean, sanitise])
def test_of_a_thousand_payloads_only_words_and_safe_links_are_left(cleaner: object) -> None:
    assert callable(cleaner)
    for payload in payloads():
        for tag, attributes in Seen(cleaner(payload)).found:
            assert tag in html.TAGS, payload
            assert attributes.keys() <= {"href", "rel", "target", "colspan", "rowspan"}, payload
            if "href" in attributes:
                assert attributes["rel"] == "noopener noreferrer nofollow", payload
                assert cleaner is sanitise or SAFE_LINK.fullmatch(attributes["href"]), payload


def test_cleaning_twice_changes_nothing() -> None:
    for payload in payloads()[::7]:
        once = html.clean(payload)
        assert Seen(html.clean(once)).found == Seen(once).found, payload


def test_what_a_mail_says_is_kept() -> None:
    kept = html.clean(
        '<table><tr><td colspan="2">Offer <b>12</b></td></tr></table><a href="https://x.example/a?b=1">x</a>'
    )
    assert '<td colspan="2">Offer <b>12</b></td>' in kept and 'href="https://x.example/a?b=1"' in kept


def test_the_document_of_the_frame_has_three_walls() -> None:
    assert "default-src 'none'" in frame.POLICY and "sandbox allow-popups" in frame.POLICY
    assert (
        "allow-scripts" not in frame.POLICY + frame.SANDBOX and "allow-same-origin" not in frame.POLICY + frame.SANDBOX
    )
    text = frame.page("<script>alert(1)</script><b>x</b>")
    assert "<script" not in text and "<b>x</b>" in text


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_nothing_that_was_hidden_in_a_picture_is_in_what_is_shown() -> None:
    shown = 0
    for file in polyglots():
        try:
            drawn = pictures.drawn(io.BytesIO(file), 96)
        except pictures.NoPicture:
            continue
        shown += 1
        assert drawn.startswith(b"RIFF") and not [hidden for hidden in HIDDEN if hidden in drawn]
    assert shown > 40


def test_where_a_picture_was_taken_is_not_shown() -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E], exif[0x8298] = "NEEDLE-description", "NEEDLE-copyright"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (4, 4)).save(out, "JPEG", exif=exif)
    assert b"NEEDLE" in out.getvalue()
    drawn = pictures.drawn(io.BytesIO(out.getvalue()), 96)
    assert b"NEEDLE" not in drawn and not Image.open(io.BytesIO(drawn)).getexif()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge, in a few kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1_000_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "file",
    [
        *(bomb(60_000, 60_000), bomb(2_000_000_000, 2_000_000_000), bomb(0, 0), b"", b"GIF89a", picture("PNG")[:45]),
        *(
            picture("TIFF"),
            picture("BMP"),
            picture("ICO"),
            picture("PPM"),
            picture("PDF"),
            b"%!PS-Adobe-3.0 EPSF-3.0\n",
        ),
        *(
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x00" * 1_000_000,
            b"\x89PNG\r\n\x1a\n" + b"\xff" * 1_000_000,
        ),
    ],
)
def test_a_bomb_or_another_format_is_no_picture_and_says_so_at_once(file: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(pictures.NoPicture):
        pictures.drawn(io.BytesIO(file), 96)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "text", ["<", "<a href='", "<div>", "&", "<!--", "\x00", "<b", "</", "&#x", "<table>", "<svg>", "'"]
)
def test_a_megabyte_of_anything_is_read_within_a_second(text: str) -> None:
    megabyte = text * (1_000_000 // len(text))
    for read in (html.clean, sanitise, lambda t: kinds.content_type(t.encode(), "x.html")):
        began = time.process_time()
        read(megabyte)
        assert time.process_time() - began < 1, text


# --- over the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(db: object) -> Client:
    return visit(make_user("owner"))


def upload(client: Client, name: str, content: bytes) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from rapport.platform.files.models import StoredFile

    assert client.post("/files", {"file": SimpleUploadedFile(name, content)}).status_code == 303
    return f"/files/{StoredFile.objects.latest('id').uid}"


@pytest.mark.parametrize("suffix", ["", "/thumbnail", "/picture", "/framed", "/show"])
@pytest.mark.parametrize(
    "name, content",
    [
        ("a.png", picture("PNG")),
        ("a.html", b"<html><script>alert(1)</script>hello"),
        ("a.svg", b"<svg onload=alert(1)>"),
    ],
)
def test_no_route_gives_out_bytes_a_browser_would_run(client: Client, name: str, content: bytes, suffix: str) -> None:
    answer = client.get(upload(client, name, content) + suffix)
    if answer.status_code == 404:
        assert (name, suffix) not in (
            ("a.png", "/thumbnail"),
            ("a.png", "/picture"),
            ("a.html", "/framed"),
            ("a.png", ""),
        )
        return
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    if suffix == "/show":
        return
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    if suffix == "":
        assert answer.headers["Content-Disposition"].startswith("attachment")
    elif suffix == "/framed":
        assert "<script" not in answer.content.decode() and "frame-ancestors 'self'" in policy
    else:
        assert answer.headers["Content-Type"] == "image/webp" and answer.content.startswith(b"RIFF")


def test_a_picture_is_not_drawn_again_for_who_has_it(client: Client) -> None:
    address = upload(client, "a.png", picture("PNG")) + "/thumbnail"
    mark = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304


def test_a_stranger_sees_neither_picture_nor_page(client: Client) -> None:
    address = upload(client, "a.png", picture("PNG"))
    other = visit(make_user("read_only"))
    for suffix in ("/thumbnail", "/picture", "/show", "/framed"):
        assert other.get(address + suffix).status_code == 404


@pytest.mark.parametrize(
    "name", ['a"; filename=evil.exe', "a\r\nX-Evil: 1.txt", "<script>.png", "../../etc/passwd", "\u202egnp.exe"]
)
def test_a_name_is_text(client: Client, name: str) -> None:
    answer = client.get(upload(client, "plain.txt", b"hello " + name.encode()))
    assert registry.get("file") and "X-Evil" not in answer.headers
    from rapport.platform.views.files import disposition

    said = disposition(name)
    assert "\r" not in said and "\n" not in said and said.count('"') == 2
