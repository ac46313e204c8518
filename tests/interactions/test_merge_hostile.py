"""Ten thousand texts nobody meant well: what comes out is what was typed, or what the reader may see. Nothing runs."""

# hostile texts in one line

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.interactions import merge
from rapport.parties.party import Party
from rapport.platform.access import Actor, Rights
from rapport.platform.accounts.models import User
from tests import sizes
from tests.make import make_organisation, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
NEEDLE = "n33dle"
# What other programs were broken by: Jinja, Django, Twig, Velocity, Mustache, ERB, Python's own formats.
OTHERS = (
    *("{{7*7}}", "{{ 7*'7' }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{7*7}", "*{7*7}", "@(7*7)", "{{= 7*7 }}", "[[7*7]]"),
    *(
        "{{config}}",
        "{{ self.__init__.__globals__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler }}",
    ),
    *(
        "{% import os %}",
        "{% for x in party %}{{ x }}{% endfor %}",
        "{% debug %}",
        "{% load log %}{% get_admin_log 9 %}",
    ),
    *(
        "{{ request.user.password }}",
        "{{ settings.SECRET_KEY }}",
        "{{ env }}",
        "{{ env.SECRET }}",
        "{php}echo 1;{/php}",
    ),
    *(
        "{{#each this}}{{this}}{{/each}}",
        "{{{party.name}}}",
        "{{&party.name}}",
        "{{>party}}",
        "{0.__class__}",
        "%(name)s",
    ),
    *("{{ party|attr('owner') }}", "{{ party.name|safe }}", "{{ party.name | default : os }}", "{{ party['name'] }}"),
    *("{!! 7*7 !!}", "#set($x=7*7)$x", "{{ party.name.upper }}", "{{ party.name() }}", "{{ [].append(1) }}", "{{\n}}"),
)
WORDS = (
    *(
        "party",
        "user",
        "today",
        "name",
        "email",
        "password",
        "owner",
        "parent",
        "team",
        "tax_number",
        "description",
        "id",
    ),
    *(
        "_state",
        "objects",
        "pk",
        "sealed",
        "token",
        "birthday",
        "custom",
        "created_by",
        "__class__",
        "_meta",
        "save",
        "x",
    ),
    *("delete", "first_name", "address", "city", "phone", "settings", "revenue", "notes", "session", "roles"),
)
PATHS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(".".join)
PLACES = st.builds(
    "{{{{{}{}{}{}}}}}".format,
    st.sampled_from(("", " ", "\t")),
    PATHS,
    st.sampled_from(("", ' | default: "you"', '|default:"{{ party.name }}"', "|safe", "()", "[0]", "|default:x")),
    st.sampled_from(("", " ")),
)
TEXTS = st.lists(st.one_of(PLACES, PLACES, st.sampled_from(OTHERS), st.text(max_size=12)), max_size=8).map("".join)
PLACE = re.compile(r"\{\{[^{}\"“„]*(?:[\"“„][^\"”“\n]*[\"”“])?[^{}\"“„]*\}\}")


@pytest.fixture
def scene() -> tuple[Actor, dict[str, Party | User]]:
    """Somebody who sees what is public, a person whose every other word is a needle, and hidden records behind."""
    hidden = make_organisation(f"{NEEDLE} works", description=f"{NEEDLE} 1")
    writer = make_user("Vera", email=f"{NEEDLE}@house.example")
    person = make_person("Ana Berg", parent=hidden, owner=writer, description=f"{NEEDLE} 2", tags=[f"{NEEDLE} 3"])
    Party.objects.filter(pk=person.pk).update(custom={"secret": f"{NEEDLE} 4"})
    person.refresh_from_db()
    own = {"party": {"read": "own"}, "user": {"read": "none"}}
    return Actor(1, "Reader", "web", Rights((own,), ({"*": {"public": "read"}},))), {"party": person, "user": writer}


def test_of_ten_thousand_hostile_texts_nothing_runs_and_nothing_leaks(
    scene: tuple[Actor, dict[str, Party | User]],
) -> None:
    reader, records = scene
    outcomes = {"filled": 0, "refused": 0}

    @settings(
        max_examples=sizes.cases("merge templates"),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def try_out(text: str) -> None:
        try:
            said = merge.fill(reader, text, records).text
        except ValidationError:
            outcomes["refused"] += 1
            return
        outcomes["filled"] += 1
        assert NEEDLE not in said, text
        # What stands between places is there as it was typed, in its order; no sum was worked out.
        rest = said
        for literal in PLACE.split(text):
            assert literal in rest, (text, said)
            rest = rest[rest.index(literal) + len(literal) :]
        assert "49" not in said or "49" in text, text
        assert "7777777" not in said, text

    try_out()
    assert min(outcomes.values()) > sizes.cases("merge templates") // 50, outcomes


def test_no_engine_of_templates_is_near() -> None:
    source = Path(str(merge.__file__)).read_text(encoding="utf-8")
    for engine in ("minijinja", "jinja2", "django.template", "string.Template", "eval(", "exec("):
        assert engine not in source, engine
