import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.email_address import EmailAddress, domain_of, is_free_mail, parse
from rapport.base.errors import InputError


def test_an_address_has_one_normal_form() -> None:
    assert str(parse("  Anna.Berg+CRM@Acme.COM. ")) == "anna.berg+crm@acme.com"
    assert parse("mailto:a@b.de") == parse("A@B.DE")


def test_a_name_is_read_but_does_not_count_for_equality() -> None:
    address = parse('"Anna Berg" <anna@acme.com>')
    assert address.display_name == "Anna Berg"
    assert address == EmailAddress("anna", "acme.com")


def test_domains_of_other_scripts_are_kept_in_ascii_and_shown_as_written() -> None:
    address = parse("info@Bücher.example")
    assert address.domain == "xn--bcher-kva.example"
    assert address.shown_domain == "bücher.example"
    assert parse("info@xn--bcher-kva.example") == address
    assert parse("a@straße.de").domain == "xn--strae-oqa.de"


@pytest.mark.parametrize(
    "text",
    ["", " ", "a", "a@", "@b.de", "a@b", "a@@b.de", "a@b@c.de", "a b@c.de", "a@b.de, c@d.de", "a@b.de;c@d.de",
     "a..b@c.de", ".a@b.de", "a.@b.de", '"a"@b.de',
     "a@-b.de", "a@b-.de", "a@b..de", "a@.de", "a@1.2.3.4", "a@[1.2.3.4]", "müller@b.de", "a@b_c.de", "a@b.de>",
     "<a@b.de", "x <a@b.de> y", "a@x.de <b@y.de>",
     "a\x00@b.de", "a@b\u202e.de", "a" * 65 + "@b.de", "a@" + "b" * 64 + ".de", "a@" + "b.de." * 60, "a@💩.de",
     "a\n@b.de", "a@b.de\nBcc: c@d.de"],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse(text)
    assert str(refusal.value).endswith(".")


@given(st.text(max_size=700))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        address = parse(text)
    except InputError:
        return
    assert str(address).isascii()
    assert parse(str(address)) == address


@given(
    st.text(alphabet="abcäöü日-", min_size=1, max_size=20).filter(
        lambda label: label.strip("-") == label and "--" not in label
    )
)
def test_shown_domains_are_read_back(label: str) -> None:
    address = parse(f"a@{label}.de")
    assert parse(f"a@{address.shown_domain}") == address


def test_the_domain_is_found_in_addresses_and_web_addresses() -> None:
    assert domain_of("a@acme.com") == "acme.com"
    assert domain_of("https://user:pw@www.Acme.com:8080/path?q#f") == "acme.com"
    assert domain_of("acme.com/path") == domain_of("www.acme.com") == domain_of("//acme.com") == "acme.com"
    for text in ("", "https://", "localhost", "acme com"):
        with pytest.raises(InputError):
            domain_of(text)


def test_free_mail_tells_no_employer() -> None:
    assert is_free_mail("gmail.com") and is_free_mail("GMX.de")
    assert not is_free_mail("acme.com")
