import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.text import decode_bytes, is_broken_utf8

GERMAN = "Größe;Straße;Köln\nMüller;Jürgen;Übung\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"), ("cp1252", "cp1252"),
    ],
)  # fmt: skip
def test_german_text_is_read_in_every_usual_encoding(encoding: str, told: str) -> None:
    assert decode_bytes(GERMAN.encode(encoding)) == (GERMAN, told)


def test_the_name_of_the_encoding_is_told() -> None:
    assert decode_bytes(b"abc")[1] == "utf-8"
    assert decode_bytes("Müller".encode("cp1252")) == ("Müller", "cp1252")
    assert decode_bytes(b"\xff\xfea\x00")[1] == "utf-16-le"
    assert decode_bytes("abcdef".encode("utf-16-be")) == ("abcdef", "utf-16-be")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Łódź Kraków Wrocław żółć gęś", "cp1250"), ("Привет мир, как дела сегодня", "cp1251"),
     ("日本語のテキストです。よろしく", "shift_jis")],
)  # fmt: skip
def test_other_scripts_are_recognised(text: str, encoding: str) -> None:
    assert decode_bytes(text.encode(encoding))[0] == text


def test_a_long_ascii_head_does_not_hide_the_encoding() -> None:
    text = "name;city\n" * 5_000 + GERMAN
    assert decode_bytes(text.encode("cp1252")) == (text, "cp1252")


def test_two_encodings_in_one_file_are_both_read_and_told() -> None:
    text, name = decode_bytes((GERMAN * 2).encode() + "Müller".encode("cp1252"))
    assert text == GERMAN * 2 + "Müller"
    assert name == "utf-8+cp1252"


def test_bytes_that_mean_nothing_are_replaced_and_told() -> None:
    text, name = decode_bytes(b"\xef\xbb\xbfM\xfcller")
    assert (text, name) == ("M\ufffdller", "utf-8-replaced")
    text, name = decode_bytes((GERMAN * 3).encode() + b"\x81")
    assert text.endswith("\ufffd")
    assert name == "utf-8+cp1252-replaced"


@given(st.binary(max_size=300))
def test_any_bytes_become_text(data: bytes) -> None:
    text, name = decode_bytes(data)
    assert text.encode("utf-8").decode("utf-8") == text
    if "utf" not in name:  # there U+FFFD may be in the data itself
        assert ("\ufffd" in text) == name.endswith("-replaced")


@given(st.text())
def test_utf8_is_always_read_as_such(text: str) -> None:
    data = text.encode()
    if "\x00" not in text and not text.startswith("\ufeff"):
        assert decode_bytes(data) == (text, "utf-8")


def test_wrong_decoding_leaves_marks() -> None:
    assert is_broken_utf8("Müller".encode().decode("cp1252"))
    assert is_broken_utf8("don’t".encode().decode("cp1252"))
    assert is_broken_utf8("Ł".encode().decode("latin-1"))
    assert is_broken_utf8("M\ufffdller")
    assert is_broken_utf8("\ud800")
    assert is_broken_utf8(b"M\xfcller")


@pytest.mark.parametrize(
    "text", ["Müller", "São Paulo", "Ålesund", "naïve café", "ÄÖÜ", "Ça va", "日本", "plain", "Ängelholm Åre"]
)
def test_right_text_has_no_such_marks(text: str) -> None:
    assert not is_broken_utf8(text)
    assert not is_broken_utf8(text.encode())
