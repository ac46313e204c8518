"""Small letters that keep the length of the text."""

from hypothesis import given
from hypothesis import strategies as st

from rapport.base.lower import lower


def test_letters_of_every_alphabet_become_small() -> None:
    assert lower("ÄRGER Straße ÇELİK") == "ärger straße çelİk"
    assert lower("ΟΔΟΣ") == "οδοσ", "no letter looks at its neighbours"
    assert lower("\u212a") == "\u212a", "the Kelvin sign is no k"


@given(st.text())
def test_the_length_stays_and_doing_it_twice_changes_nothing(text: str) -> None:
    assert len(lower(text)) == len(text)
    assert lower(lower(text)) == lower(text)


@given(st.text(), st.text())
def test_pieces_are_lowered_as_the_whole_is(before: str, after: str) -> None:
    assert lower(before + after) == lower(before) + lower(after)
