import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.similarity import company_core, jaro_winkler, name_similarity, soundex_de


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"), ("Acme Inc.", "acme"), ("Acme, Inc", "acme"),
        ("Philips N.V.", "philips"), ("Foo B.V.", "foo"),
        ("Bar Sp. z o.o.", "bar"), ("Alza s.r.o.", "alza"), ("The Gap, Inc.", "gap"), ("Nestlé S.A.", "nestle"),
        ("GmbH", "gmbh"), ("AG", "ag"),
        ("Siemens AG", "siemens"), ("Start UG (haftungsbeschränkt)", "start"), ("Tata Pvt. Ltd.", "tata"),
        ("S.A.P. AG", "sap"), ("GTX Pro", "gtx pro"), ("", ""),
    ],
)  # fmt: skip
def test_the_core_of_a_firm_is_its_name_without_legal_form(name: str, core: str) -> None:
    assert company_core(name) == core


@pytest.mark.parametrize(
    ("a", "b"),
    [("Müller GmbH", "Mueller AG"), ("Muller", "MUELLER"), ("Müller", "Muller"), ("Anna Berg", "Berg, Anna"),
     ("Acme Ltd", "ACME Limited")]
)  # fmt: skip
def test_spellings_of_one_name_are_alike(a: str, b: str) -> None:
    assert name_similarity(a, b) == name_similarity(b, a) == pytest.approx(1)


def test_likeness_falls_with_the_difference() -> None:
    typo = name_similarity("GTXPro", "GTX Pro")
    part = name_similarity("Acme", "Acme Logistics Berlin")
    other = name_similarity("Acme", "Zenith")
    assert 1 > typo > 0.85 > part > 0.55 > 0.3 > other


def test_nothing_is_like_nothing() -> None:
    assert name_similarity("", "") == name_similarity("", "x") == 0


@given(st.text(max_size=50), st.text(max_size=50))
def test_likeness_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    for measure in (name_similarity, jaro_winkler):
        assert 0 <= measure(a, b) <= 1
        assert measure(a, b) == pytest.approx(measure(b, a))


def test_jaro_winkler_gives_the_published_values() -> None:
    assert jaro_winkler("MARTHA", "marhta") == pytest.approx(0.9611, abs=1e-4)
    assert jaro_winkler("DWAYNE", "duane") == pytest.approx(0.84, abs=1e-4)
    assert jaro_winkler("DIXON", "dicksonx") == pytest.approx(0.8133, abs=1e-4)


@pytest.mark.parametrize(
    ("word", "code"),
    [("Müller-Lüdenscheidt", "65752682"), ("Wikipedia", "3412"), ("Breschnew", "17863"), ("Meyer", "67"),
     ("Maier", "67"), ("Mayr", "67"), ("Philipp", "351"),
     ("Fritz", "378"), ("Xaver", "4837"), ("Axel", "0485"), ("Cäsar", "487"), ("Celle", "85"), ("", ""), ("123", ""),
     ("h", "")],
)  # fmt: skip
def test_cologne_phonetics_gives_the_published_codes(word: str, code: str) -> None:
    assert soundex_de(word) == code
