import pytest

from rapport.base.errors import InputError
from rapport.base.postal_address import PostalAddress, country_codes, country_name, is_country, parse_country

PARTS = {"street": "S 1", "extra": "X", "postal_code": "123", "city": "C", "region": "R"}


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("DE", ("S 1", "X", "123 C")), ("AT", ("S 1", "X", "123 C")), ("CH", ("S 1", "X", "123 C")),
        ("FR", ("S 1", "X", "123 C")),
        ("US", ("S 1", "X", "C, R 123")), ("CA", ("S 1", "X", "C R 123")), ("AU", ("S 1", "X", "C R 123")),
        ("GB", ("X", "S 1", "C", "R", "123")), ("JP", ("〒123", "R C", "S 1", "X")),
        ("BR", ("S 1", "X", "C - R", "123")),
        ("HU", ("C", "S 1", "X", "123")), ("KE", ("S 1", "X", "123 C", "R")), ("", ("S 1", "X", "123 C", "R")),
    ],
)  # fmt: skip
def test_each_country_has_its_order(country: str, lines: tuple[str, ...]) -> None:
    assert PostalAddress(**PARTS, country=country).lines(home=country) == lines


def test_the_country_is_named_in_the_readers_language_unless_at_home() -> None:
    address = PostalAddress(street="Hauptstr. 1", postal_code="10115", city="Berlin", country="DE")
    assert address.lines("de") == ("Hauptstr. 1", "10115 Berlin", "Deutschland")
    assert address.one_line("en_US") == "Hauptstr. 1, 10115 Berlin, Germany"
    assert address.one_line(home="DE") == "Hauptstr. 1, 10115 Berlin"


def test_signs_around_absent_parts_go_with_them() -> None:
    assert PostalAddress(city="Paris", country="US").lines(home="US") == ("Paris",)
    assert PostalAddress(region="TX", postal_code="1", country="US").lines(home="US") == ("TX 1",)
    assert PostalAddress(city="Chiyoda", country="JP").lines(home="JP") == ("Chiyoda",)
    assert PostalAddress(street="region {city} %s", city="street").lines() == ("region {city} %s", "street")


def test_an_empty_address_is_false_and_has_no_lines() -> None:
    assert not PostalAddress()
    assert PostalAddress().lines() == ()
    assert PostalAddress(country="DE")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deutschland", "DE"), ("germany", "DE"), ("de", "DE"), ("BRD", "DE"), ("D", "DE"), ("USA", "US"),
        ("U.S.A.", "US"), ("United States", "US"),
        ("Vereinigte Staaten", "US"), ("UK", "GB"), ("England", "GB"), ("Großbritannien", "GB"), ("Korea", "KR"),
        ("South Korea", "KR"),
        ("Südkorea", "KR"), ("Österreich", "AT"), ("Oesterreich", "AT"), ("osterreich", "AT"), ("Schweiz", "CH"),
        ("The Netherlands", "NL"),
        ("Türkei", "TR"), ("Turkey", "TR"), ("Côte d'Ivoire", "CI"), ("Ivory Coast", "CI"),
        ("Bosnien und Herzegowina", "BA"), ("Hong Kong", "HK"),
        ("Philippines", "PH"), ("Jordan", "JO"), ("Kosovo", "XK"), ("Czech Republic", "CZ"),
    ],
)  # fmt: skip
def test_countries_are_known_by_name_code_and_alias(text: str, code: str) -> None:
    assert parse_country(text) == code


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_country_is_known_by_its_name(locale: str) -> None:
    for code in country_codes():
        assert parse_country(country_name(code, locale)) == code


@pytest.mark.parametrize("text", ["", "Atlantis", "XX", "EU", "ZZ", "世界", "a" * 101, "\x00"])
def test_unknown_countries_are_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        parse_country(text)


def test_there_are_as_many_codes_as_iso_has_countries() -> None:
    assert len(country_codes()) == 250  # the 249 of ISO 3166-1 and Kosovo
    assert is_country("AT") and not is_country("at") and not is_country("EU")
    assert country_name("DE", "fr") == "Allemagne"
    assert country_name("??") == "??"
