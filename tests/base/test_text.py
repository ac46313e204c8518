import time
import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import text
from rapport.base.text import clean_line, clean_text, deletions, fold, fold_variants, initials, slug, truncate, words

SPELLINGS = [
    ("Müller", "Mueller", "Muller", "MÜLLER", "Mu\u0308ller"), ("Ørsted", "Oersted", "Orsted", "ørsted"),
    ("Århus", "Aarhus", "Arhus"),
    ("Bäuerin", "Baeuerin", "Bauerin"), ("Gästeföhn", "Gaestefoehn", "Gastefohn", "Gaestefohn"),
    ("Größe", "Groesse", "Grosse", "GRÖSSE"),
    ("Łódź", "Lodz"), ("Æther", "Aether"), ("José", "Jose"), ("Işık", "Isik"), ("Œuvre", "Oeuvre"), ("Zoë", "Zoe"),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_any_two_spellings_of_a_word_share_a_variant(spellings: tuple[str, ...]) -> None:
    for stored, typed in product(spellings, repeat=2):
        assert set(fold_variants(stored)) & set(fold_variants(typed)), (stored, typed)


@given(st.text(alphabet="aäeoöuüßbclmnrst", min_size=1, max_size=12), st.data())
def test_umlauts_may_be_typed_with_one_letter_or_two(word: str, data: st.DataObject) -> None:
    typed = "".join(data.draw(st.sampled_from({"ä": "äa", "ö": "öo", "ü": "üu"}.get(c, c))) for c in word)
    written_out = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    assert set(fold_variants(word)) & set(fold_variants(typed))
    assert set(fold_variants(word)) & set(fold_variants(written_out))


def test_the_plain_variant_comes_first() -> None:
    assert fold_variants("Müller") == ("muller", "mueller")
    assert fold_variants("Mueller") == ("mueller", "muller")
    assert fold_variants("Berg") == ("berg",)
    assert fold_variants("Bauer") == ("bauer",)


def test_different_words_share_no_variant() -> None:
    assert not set(fold_variants("Müller")) & set(fold_variants("Möller"))


def test_folding_drops_case_and_accents() -> None:
    assert fold("Crème BRÛLÉE, Straße; ﬁn") == "creme brulee, strasse; fin"


@given(st.text())
def test_folding_twice_changes_nothing_more(source: str) -> None:
    assert fold(fold(source)) == fold(source)


def test_words_are_split_at_everything_that_is_no_letter_or_digit() -> None:
    assert words("anna.berg@acme-group.com") == ["anna", "berg", "acme", "group", "com"]
    assert words("Q-2026/17, 4th_floor") == ["Q", "2026", "17", "4th", "floor"]
    assert words("") == words("--- !") == []


def test_a_word_with_an_apostrophe_is_found_in_parts_and_whole() -> None:
    assert words("Pat O'Brien") == ["Pat", "O", "Brien", "OBrien"]
    assert words("L’Oréal") == ["L", "Oréal", "LOréal"]


def test_combining_marks_belong_to_their_word() -> None:
    assert words("e\u0301te\u0301") == ["été"]
    assert words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


@given(st.text())
def test_words_lose_no_letter_or_digit(source: str) -> None:
    normal = text.normal_form(source)
    assert {c for c in normal if c.isalnum()} <= set("".join(words(source)))


def test_slugs_are_plain() -> None:
    assert slug("Grüße aus Köln!") == "gruesse-aus-koeln"
    assert slug("a" * 99, max=10) == "a" * 10
    assert slug("日本") == ""


def test_a_clean_line_has_no_controls_overrides_or_breaks() -> None:
    assert clean_line("  a\x00b\u202e\t c\r\n d\ufeff\ud800 ") == "ab c d"
    assert clean_line("e\u0301") == "é"
    assert clean_line("abc def", 4) == "abc"


def test_clean_text_keeps_its_lines() -> None:
    assert clean_text("a \r\nb\rc\u2028d\x00\n\n  e\t f \n") == "a\nb\nc\nd\n\n  e\t f"
    assert clean_text("abcdef", 3) == "abc"


@given(st.text())
def test_cleaned_text_is_clean(source: str) -> None:
    for cleaned in (clean_line(source), clean_text(source)):
        assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in cleaned)
        assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert clean_line(clean_line(source)) == clean_line(source)


def test_initials_are_those_of_the_first_and_last_word() -> None:
    assert initials("Anna Maria Berg") == "AB"
    assert initials("acme") == "A"
    assert initials("éa ß") == "ÉSS"
    assert initials("?!") == "?"


def test_truncating_ends_at_a_word_where_one_is_near() -> None:
    assert truncate("hello", 5) == "hello"
    assert truncate("hello wonderful world of words", 20) == "hello wonderful…"
    assert truncate("a" * 30, 10) == "a" * 9 + "…"


@given(st.text(max_size=60), st.integers(1, 50))
def test_truncated_text_fits(source: str, limit: int) -> None:
    assert len(truncate(source, limit)) <= limit


def test_deletions_leave_out_one_letter_each() -> None:
    assert deletions("aab") == ("ab", "aa")
    assert deletions("") == ()
    assert deletions("a" * 33) == ()


@given(st.text(alphabet="abc", min_size=2, max_size=8), st.integers(0, 7), st.sampled_from("abc"))
def test_words_one_mistake_apart_share_a_deletion(word: str, place: int, letter: str) -> None:
    place %= len(word)
    mistaken = word[:place] + letter + word[place + 1 :]
    assert {word, *deletions(word)} & {mistaken, *deletions(mistaken)}


def test_hostile_combining_marks_are_normalised_in_linear_time() -> None:
    hostile = "a" + "\u0300\u0316\u0315" * 300_000
    start = time.perf_counter()
    for work in (fold, words, clean_line, clean_text, fold_variants):
        work(hostile)
    assert time.perf_counter() - start < 3
