"""One door to the language: Django and the memory of texts always speak the same one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation

from rapport.platform.words import gettext_lazy, said
from rapport.ui import language


def test_texts_and_django_follow_together() -> None:
    with language.speaking("de"):
        assert (language.gettext("Customer"), translation.gettext("Customer")) == ("Kunde", "Kunde")
        assert language.current() == translation.get_language() == "de"
        with language.speaking("en"):
            assert (language.gettext("Customer"), translation.gettext("Customer")) == ("Customer", "Customer")
        assert language.gettext("Customer") == "Kunde"


def test_lazy_words_are_read_in_the_language_of_the_moment() -> None:
    word = gettext_lazy("Customer")
    with language.speaking("de"):
        assert str(word) == "Kunde"
    with language.speaking("en"):
        assert str(word) == "Customer"
    with language.speaking("de"), language.as_written():
        assert str(word) == "Customer"


def test_an_unknown_language_is_that_of_the_house() -> None:
    with language.speaking("tlh"):
        assert language.current() == "en"


def test_threads_do_not_hear_one_another() -> None:
    def say(code: str) -> list[str]:
        with language.speaking(code):
            return [language.gettext("Customer") for _ in range(500)]

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(say, ["de", "en"] * 8))
    assert [set(words) for words in heard] == [{"Kunde"}, {"Customer"}] * 8


def test_a_thread_begun_inside_speaks_the_language_of_the_house() -> None:
    with language.speaking("de"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(language.gettext, "Customer").result() == "Customer"


def test_what_django_itself_sets_is_heard_outside_of_the_door() -> None:
    with translation.override("de"):
        assert language.gettext("Customer") == "Kunde"


def test_the_memory_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "MOST", 3)
    with language.speaking("de"):
        for n in range(10):
            assert language.gettext(f"word {n}") == f"word {n}"
        assert len(language._memories["de"]) <= 4


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", "en"),
        ("ja, ko;q=0.5", ""),
        ("*", ""),
        ("", ""),
        ("x" * 5_000, ""),
    ],
)
def test_a_browser_asks_for_a_language(header: str, code: str) -> None:
    assert language.asked_for(header) == code


def test_what_values_are_refused_for_is_translated() -> None:
    from rapport.base import numbers

    with language.speaking("de"), pytest.raises(ValueError, match="is not a number") as refused:
        numbers.parse_decimal("x")
    with language.speaking("de"):
        assert said(refused.value) == "„x“ ist keine Zahl."
