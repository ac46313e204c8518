"""Places for names: filled as the reader may see, missing ones reported, anything else refused with its line."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import clock
from rapport.interactions import merge
from rapport.interactions.template import Template
from rapport.platform import actions, records
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make, make_organisation, make_person


@pytest.mark.django_db
def test_places_are_filled_along_references() -> None:
    acme = make_organisation("Acme", industry="medical")
    ana = make_person("Dr. Ana Berg", parent=acme)
    text = "Dear {{party.greeting}} of {{ party.parent.name }} ({{ party.parent.industry }})"
    assert merge.fill(SYSTEM, text, {"party": ana}).text == "Dear Ana of Acme (Medical)"


@pytest.mark.django_db
def test_what_is_missing_gives_its_default_and_is_reported() -> None:
    ana = make_person("Ana Berg")
    text = 'Hello {{ party.job_title|default:"you" }} at {{ party.parent.name }}, {{ party.nonsense | default : "x" }}'
    filled = merge.fill(SYSTEM, text, {"party": ana})
    assert filled.text == "Hello you at , x"
    assert filled.missing == ("party.job_title", "party.parent.name", "party.nonsense")


@pytest.mark.django_db
def test_a_hidden_field_answers_like_one_that_does_not_exist() -> None:
    reader = actor_as("read_only")
    ana = make_person("Ana Berg", email="ana@acme.example")
    filled = merge.fill(reader, "{{ party.email }}{{ party.email_nonsense }}", {"party": ana})
    assert (filled.text, filled.missing) == ("", ("party.email", "party.email_nonsense"))


@pytest.mark.django_db
def test_words_of_values_are_never_read_as_places() -> None:
    ana = make_person("Ana Berg", description="{{ party.name }}{% x %}")
    assert merge.fill(SYSTEM, "{{ party.description }}", {"party": ana}).text == "{{ party.name }}{% x %}"


def test_today_is_written_as_the_reader_writes() -> None:
    with clock.freeze(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        assert merge.fill(SYSTEM, "{{ today }}", {}).text == "2 March 2026"


@pytest.mark.parametrize(
    "text",
    [
        "{{ party.name",
        "{{ party.name | upper }}",
        "{{ party.name() }}",
        "{{ party['name'] }}",
        "{{ party.__class__ }}",
        "{{ 1 + 1 }}",
        "{{ }}",
        "{{ party.a.b.c.d.e }}",
        '{{ party.name|default:"a\nb" }}',
    ],
)
def test_anything_else_is_no_place(text: str) -> None:
    with pytest.raises(ValidationError):
        merge.parse(text)


def test_the_line_of_the_mistake_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        merge.parse("Hello\n{{ party.name }}\n{{ oops")
    assert "Line 3" in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_read_text_comes_back(text: str) -> None:
    try:
        pieces = merge.parse(text)
    except ValidationError:
        assert "{{" in text
        return
    if not any(isinstance(piece, merge.Place) for piece in pieces):
        assert "".join(map(str, pieces)) == text


@pytest.mark.django_db
def test_a_template_with_a_broken_place_is_not_saved() -> None:
    with pytest.raises(ValidationError) as caught:
        make("template", name="Offer", body="Dear {{ party.name")
    assert "body" in caught.value.message_dict
    assert not Template.objects.exists()


@pytest.mark.django_db
def test_writing_from_a_template_drafts_a_message_and_says_what_was_missing() -> None:
    template = make("template", name="Offer", subject="For {{ party.name }}", body="You are {{ party.job_title }}.")
    ana = make_person("Ana Berg")
    person = registry.get("person")
    drafted = actions.run(SYSTEM, person, ana, "write_from_template", {"template": template.pk})
    assert (drafted.subject, drafted.body, drafted.is_planned) == ("For Ana Berg", "You are .", True)
    assert "party.job_title" in drafted.problem
    records.update(SYSTEM, ana, {"job_title": "Buyer"})
    assert actions.run(SYSTEM, person, ana.pk, "write_from_template", {"template": template.pk}).problem == ""
