"""Bytes of unknown origin as text, and the signs that text was decoded wrongly."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (  # the longer first: the UTF-32 mark starts with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp850", "mac_roman", "shift_jis", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_SAMPLE_BYTES = 20_000

# UTF-8 read as cp1252 or Latin-1: a lead byte (Ã, Â, â …) followed by what a continuation byte looks like.
_MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf\u0152\u0160\u0178\u017e\u2018-\u201d\u2020-\u2026]|â€|ï¿½|ï»¿")
_UNDECODED = re.compile("[\ud800-\udfff\ufffd]")


def decode_bytes(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; never fails.

    In this order: a byte order mark, UTF-16 without a mark (every other byte is NUL), UTF-8, UTF-8 with stray cp1252
    bytes (reported as "utf-8+cp1252"), the likeliest of a few 8-bit and Asian encodings, cp1252. Bytes that mean
    nothing become U+FFFD and the name ends in "-replaced", so that the caller can say so.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if wide := _utf16_without_mark(data[:_SAMPLE_BYTES]):
        return _decoded(data, wide)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, _likely_encoding(data))


def is_broken_utf8(text: bytes | str) -> bool:
    """Whether bytes are not UTF-8, or a text bears the marks of wrong decoding ("MÃ¼ller", U+FFFD, lone surrogates)."""
    if isinstance(text, str):
        return not text.isascii() and bool(_MOJIBAKE.search(text) or _UNDECODED.search(text))
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    if encoding == "utf-8+cp1252":
        return _mixed(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), f"{encoding}-replaced"


def _utf16_without_mark(sample: bytes) -> str:
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd < len(sample) // 4 or even + odd == 0 or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _likely_encoding(data: bytes) -> str:
    as_utf8 = data.decode("utf-8", "replace")
    strays = as_utf8.count("\ufffd")
    if sum(1 for c in as_utf8 if c > "\x7f") > 2 * strays:
        return "utf-8+cp1252"
    return _guessed(data)


def _guessed(data: bytes) -> str:
    """The likeliest encoding of the lines that are not plain ASCII, where alone encodings differ."""
    telling = b"\n".join(line[:500] for line in data.split(b"\n") if not line.isascii())[:_SAMPLE_BYTES]
    best = from_bytes(telling, cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    if best is None or str(best) == telling.decode("cp1252", "replace"):
        return "cp1252"
    return best.encoding


def _mixed(data: bytes) -> tuple[str, str]:
    """UTF-8 in which single bytes come from a Windows program (files put together from two sources)."""
    pieces = data.decode("utf-8", "surrogateescape")
    repaired = re.sub("[\udc80-\udcff]+", lambda found: _from_windows(found[0]), pieces)
    return repaired, "utf-8+cp1252" + ("-replaced" if "\ufffd" in repaired else "")


def _from_windows(escaped: str) -> str:
    return escaped.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
