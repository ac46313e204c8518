"""The checker of bodies agrees with JSON Schema on what we publish, and will not run on what it does not know."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.platform.access import system
from rapport.platform.api import check, schemas
from rapport.platform.objects import registry
from tests import sizes

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
SCHEMAS = [
    schema
    for key in ("toy", "play", "maker", "user")
    for schema in schemas.to_create(system("test"), registry.get(key))["properties"].values()
]


@given(schema=st.sampled_from(SCHEMAS), value=ANYTHING)
@settings(max_examples=sizes.cases("json schemas"), deadline=None)
def test_what_json_schema_refuses_is_refused_and_what_it_takes_is_taken(schema: dict[str, Any], value: Any) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    ours = list(check.errors(schema, value))
    if not validator.is_valid(value):
        assert ours
    elif "format" not in schema and schema.get("type") != "array":
        # Formats and the length of lists are held more strictly here than JSON Schema does by itself.
        assert not ours


def test_a_keyword_that_is_not_checked_is_not_published() -> None:
    with pytest.raises(LookupError, match="oneOf"):
        list(check.errors({"oneOf": []}, 1))


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("date", "2024-02-29", ["2023-02-29", "2024-2-9", "20240229", "٢٠٢٤-٠٢-٢٩", ""]),
        ("date-time", "2024-02-29T10:00:00.5+02:00", ["2024-02-29", "2024-02-29T10:00:00", "2024-02-29T25:00:00Z"]),
        ("uuid", "01938B5E-7c1a-7d3e-9a51-2f6c1f0e7b44", ["01938b5e7c1a7d3e9a512f6c1f0e7b44", "x", "{}"]),
    ],
)
def test_formats_are_held(form: str, good: str, bad: list[str]) -> None:
    schema = {"type": "string", "format": form}
    assert not list(check.errors(schema, good))
    assert all(list(check.errors(schema, one)) for one in bad)


def test_every_mistake_is_told_at_its_place() -> None:
    schema = {
        "type": "object",
        "properties": {"a/b": {"type": "array", "items": {"type": "integer"}}, "c": {"type": "string"}},
        "required": ["c"],
        "additionalProperties": False,
    }
    found = {error["pointer"] for error in check.errors(schema, {"a/b": [1, "x", None], "d~": 1})}
    assert found == {"/a~1b/1", "/a~1b/2", "/c", "/d~0"}
