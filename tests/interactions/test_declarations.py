"""What the nouns declare can be used: every saved view is a Query that runs, every action has its form."""

import pytest

from rapport.platform import query
from rapport.platform.checks import problems
from rapport.platform.objects import Object, registry
from tests.make import SYSTEM

NOUNS = (
    "party", "person", "organisation", "household", "relationship", "contact_point", "consent",
    "interaction", "thread", "task", "template",
)  # fmt: skip
OBJECTS = [registry.get(key) for key in NOUNS]


@pytest.mark.django_db
@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: obj.key)
def test_every_saved_view_is_a_query_that_runs(obj: Object) -> None:
    for view in obj.views:
        asked = f"{view.query} sort by {view.sort}" if view.sort else view.query
        plan = query.plan(SYSTEM, obj, asked, select=view.columns or obj.columns)
        assert list(query.rows(SYSTEM, plan).rows) == []


@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: obj.key)
def test_every_declaration_and_action_holds(obj: Object) -> None:
    assert list(problems(obj)) == []
    for action in obj.all_actions:
        assert action.help and action.label
        for parameter in action.parameters:
            assert parameter.field.label
