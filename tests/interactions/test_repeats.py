"""Repeats in words, as a person would say them."""

import pytest
from django.utils import translation

from rapport.interactions import recurrence
from rapport.interactions.repeats import in_words
from rapport.platform.culture import DEFAULT
from rapport.platform.objects import registry


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=10", "every 10 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=FR,MO", "every Monday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=22", "every month on the 22nd"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last weekday"),
        ("FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
        ("FREQ=YEARLY", "every year"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3", "every year on May 3"),
        ("FREQ=YEARLY;BYMONTH=5,6;BYDAY=1MO", "every year on the first Monday in May and June"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=6", "every Monday, 6 times"),
        ("FREQ=DAILY;UNTIL=20261231", "every day, until December 31, 2026"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_rule_reads_as_one_says_it(rule: str, words: str) -> None:
    with translation.override("en"):
        assert in_words(rule) == words


def test_names_of_days_and_months_are_those_of_the_reader() -> None:
    with translation.override("de"):
        assert "Montag und Freitag" in in_words("FREQ=WEEKLY;BYDAY=MO,FR")
        assert "3. Mai" in in_words("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3")


def test_every_rule_that_is_accepted_has_words() -> None:
    for day in ("", ";BYDAY=MO", ";BYDAY=2TU", ";BYDAY=-5SU"):
        for more in ("", ";BYMONTH=2", ";BYMONTHDAY=-31", ";BYSETPOS=4", ";INTERVAL=1000", ";COUNT=1", ";WKST=SU"):
            for often in ("MONTHLY", "YEARLY"):
                words = in_words(recurrence.normal(f"FREQ={often}{day}{more}"))
                assert words.startswith("every"), words
                assert "{" not in words


def test_a_task_shows_its_repeat_in_words() -> None:
    field = registry.get("task").field("recurrence")
    with translation.override("en"):
        assert field.format("FREQ=WEEKLY;BYDAY=MO", DEFAULT) == "every Monday"
        assert field.plain("FREQ=WEEKLY;BYDAY=MO") == "FREQ=WEEKLY;BYDAY=MO"
