"""Every Object, field, section, view and Action has its words, and its declaration passes the checks of the start."""

from __future__ import annotations

import pytest

from rapport.platform import query
from rapport.platform.access import system
from rapport.platform.checks import problems
from rapport.platform.objects import registry
from tests.contract.conftest import KEYS


@pytest.mark.parametrize("key", KEYS)
def test_everything_has_a_label(key: str) -> None:
    obj = registry.get(key)
    assert str(obj.label).strip() and str(obj.plural).strip()
    assert all(str(field.label).strip() for field in obj.fields.values())
    assert all(str(section.label).strip() for section in obj.sections)
    assert all(str(view.label).strip() for view in obj.views)
    for action in obj.all_actions:
        assert (str(action.label).strip() and action.help.strip().endswith(".")) or ":" in action.help, action.key
        assert all(str(one.field.label).strip() for one in action.parameters)


@pytest.mark.parametrize("key", KEYS)
def test_the_declaration_is_sound(key: str) -> None:
    assert list(problems(registry.get(key))) == []


@pytest.mark.parametrize("key", KEYS)
def test_the_starting_views_are_queries_that_parse(db: object, key: str) -> None:
    obj, actor = registry.get(key), system("test")
    for view in obj.views:
        query.plan(actor, obj, view.query, sort=view.sort, select=view.columns)
