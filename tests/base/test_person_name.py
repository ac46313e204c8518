from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.errors import InputError
from rapport.base.person_name import PersonName, parse


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Anna Berg", ("", "Anna", "", "Berg", "")), ("Anna Maria Berg", ("", "Anna", "Maria", "Berg", "")),
        ("Berg", ("", "", "", "Berg", "")),
        ("Berg, Anna Maria", ("", "Anna", "Maria", "Berg", "")),
        ("Jan van der Berg", ("", "Jan", "", "van der Berg", "")),
        ("van der Berg, Jan", ("", "Jan", "", "van der Berg", "")), ("von Trapp", ("", "", "", "von Trapp", "")),
        ("Leyen, Dr. Ursula von der", ("Dr.", "Ursula", "", "von der Leyen", "")),
        ("Juan de la Vega", ("", "Juan", "", "de la Vega", "")),
        ("Dr. med. Anna Maria von der Leyen", ("Dr. med.", "Anna", "Maria", "von der Leyen", "")),
        ("Prof. Dr. Dr. h.c. mult. Max Müller", ("Prof. Dr. Dr. h.c. mult.", "Max", "", "Müller", "")),
        ("Dipl.-Ing. (FH) Hans Meier", ("Dipl.-Ing. (FH)", "Hans", "", "Meier", "")),
        ("Frau Prof. Dr. Müller", ("Frau Prof. Dr.", "", "", "Müller", "")),
        ("Mr. John Smith Jr.", ("Mr.", "John", "", "Smith", "Jr.")),
        ("Smith, John, Jr.", ("", "John", "", "Smith", "Jr.")),
        ("John Smith, PhD", ("", "John", "", "Smith", "PhD")),
        ("Pat O'Brien-Jones", ("", "Pat", "", "O'Brien-Jones", "")),
        ("H. C. Andersen", ("", "H.", "C.", "Andersen", "")), ("(Anna) Berg", ("", "Anna", "", "Berg", "")),
        ('John "Jack" Kennedy', ("", "John", "“Jack”", "Kennedy", "")), ("山田 太郎", ("", "太郎", "", "山田", "")),
        ("李小龙", ("", "", "", "李小龙", "")),
        ("  Anna\tBerg \u202e", ("", "Anna", "", "Berg", "")),
    ],
)  # fmt: skip
def test_full_names_are_taken_apart(full: str, parts: tuple[str, ...]) -> None:
    assert parse(full) == PersonName(*parts)


@given(
    st.lists(
        st.sampled_from(
            [
                "Dr.",
                "Prof.",
                "med.",
                "von",
                "der",
                "Anna",
                "Bob",
                ",",
                '"',
                "(",
                ")",
                "'",
                "Jr.",
                "PhD",
                "Berg-Meier",
                "&",
                "and",
                "Ö",
                "Gen",
                "Li",
                "李",
                "van",
                "Mrs.",
                "III",
            ]
        ),
        min_size=1,
        max_size=9,
    )
)
def test_taking_a_name_apart_loses_no_letter(words: list[str]) -> None:
    full = " ".join(words)
    try:
        name = parse(full)
    except InputError:
        assert not any(c.isalnum() for c in full)
        return
    letters = Counter(c for c in full if c.isalnum())
    assert Counter(c for c in name.full() if c.isalnum()) == letters


@given(st.text(max_size=210))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        name = parse(text)
    except InputError:
        return
    assert name.full() and name.sort_key is not None and name.greeting_name


def test_a_name_keeps_its_emoji() -> None:
    assert parse("🌀") == PersonName(family="🌀")
    assert parse("Anna 🌀 Berg").full() == "Anna 🌀 Berg"


def test_the_culture_decides_which_name_comes_first() -> None:
    bartok = PersonName(given="Béla", family="Bartók")
    assert bartok.full() == str(bartok) == "Béla Bartók"
    assert bartok.full("hu_HU") == "Bartók Béla"
    assert PersonName(given="太郎", family="山田").full("ja") == "山田太郎"
    assert PersonName(given="Taro", family="Yamada").full("ja") == "Yamada Taro"
    assert PersonName(given="Minh", middle="Văn", family="Nguyễn").full("vi") == "Nguyễn Văn Minh"
    assert PersonName("Dr.", "Anna", "", "Berg", "PhD").full("de") == "Dr. Anna Berg, PhD"
    assert PersonName().full() == ""


def test_names_sort_by_family_without_particles() -> None:
    assert PersonName(given="Ursula", family="von der Leyen").sort_key == "leyen ursula"
    assert PersonName(given="Dick", family="Van Dyke").sort_key == "van dyke dick"
    assert PersonName(given="Jürgen", family="Müller").sort_key == "muller jurgen"
    assert PersonName(given="Cher").sort_key == "cher"


def test_the_greeting_uses_the_given_name_where_there_is_one() -> None:
    assert PersonName("Dr.", "Anna", "", "Berg").greeting_name == "Anna"
    assert PersonName("Dr.", "A.", "", "Berg").greeting_name == "Dr. Berg"
    assert PersonName("Frau", "", "", "Berg").greeting_name == "Frau Berg"
    assert PersonName(given="A.").greeting_name == "A."


@pytest.mark.parametrize("text", ["", "  ", ",", "\x00", "a" * 201])
def test_no_name_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        parse(text)


def test_the_short_way_of_plain_names_is_the_parsers() -> None:
    from nameparser import HumanName

    from rapport.base import person_name

    words = [
        "Ana",
        "Berg",
        "Müller",
        "Dean",
        "Abdul",
        "van",
        "della",
        "ANNA",
        "Prince",
        "Esquire",
        "Junior",
        "und",
        "Sir",
    ]
    words += ["Kamal", "Abu", "Max", "Bart", "King", "Maria", "Ma", "Ph", "santa", "Ivanovich", "Petrovna", "Østergård"]
    for one in words:
        for other in words:
            name = f"{one} {other}"
            if person_name._is_plain(name):
                found = HumanName(name)
                read = (found.title, found.first, found.middle, found.last, found.suffix, found.nickname)
                assert read == ("", one, "", other, "", ""), name
