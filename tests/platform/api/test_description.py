"""The OpenAPI document: valid, complete, exact. Schemathesis tries every operation of the toy nouns against it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import schemathesis
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.failures import FailureGroup

from rapport.config.wsgi import application
from rapport.platform.objects import registry
from tests import sizes
from tests.platform.api.caller import Caller

# Beside these every Object has the same endpoints; their own fields are tried by tests/contract.
TRIED = ("toys", "makers", "plays")


@pytest.fixture
def document(owner: Caller) -> dict[str, Any]:
    found: dict[str, Any] = owner("GET", "/openapi.json").json
    return found


@pytest.mark.once
def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"] == "3.1.0"


@pytest.mark.once
def test_every_object_and_action_is_described(document: dict[str, Any], owner: Caller) -> None:
    for obj in registry.all():
        if obj.key == "file":
            continue
        assert f"/{obj.url}" in document["paths"], obj.key
        for action in obj.all_actions:
            assert f"/{obj.url}/{{id}}/actions/{action.key}" in document["paths"], action.key


@pytest.mark.once
def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    named = [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(named) == len(set(named))


@pytest.mark.once
def test_what_a_role_may_not_read_is_not_described(reader: Caller) -> None:
    document = reader("GET", "/openapi.json").json
    validate(document)
    assert "tax_number" not in document["components"]["schemas"]["Maker"]["properties"]
    assert "name" in document["components"]["schemas"]["Maker"]["properties"]
    assert document["components"]["schemas"]["MakerNew"]["properties"] == {}


# --- every request and every answer against the description -----------------------------------------------------------


def _config() -> SchemathesisConfig:
    checks = ChecksConfig(
        # That a text is a sentence of the Query language, an address or a version no schema can say.
        positive_data_acceptance=PositiveDataAcceptanceConfig(
            expected_statuses=["2xx", "400", "403", "404", "409", "412", "413", "422"]
        ),
    )
    return SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(checks=checks)))


@pytest.fixture
def as_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker ends requests as a server does; a connection inside of the test's transaction would count as spoilt
    then and be closed, with the test's data. (Disconnecting the signals is undone by every call of Django's client.)
    """
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def described(document: dict[str, Any], as_one_request: None) -> Any:
    schema = schemathesis.openapi.from_dict(document, config=_config())
    schema.app = application
    return schema


@pytest.fixture
def uids(owner: Caller) -> dict[str, str]:
    """A record of every Object tried, so that addresses lead somewhere."""
    maker = owner("POST", "/makers", {"name": "Holz", "kind": "factory"}).json["id"]
    toy = owner("POST", "/toys", {"name": "Bus", "maker": maker}).json["id"]
    play = owner("POST", "/plays", {"subject": "Test", "toy": toy}).json["id"]
    team = owner("POST", "/teams", {"name": "North"}).json["id"]
    file = owner("POST", "/files?name=a.txt", b"x", content_type="text/plain").json["id"]
    return {"makers": maker, "factories": maker, "toys": toy, "plays": play, "teams": team, "files": file}


def _operations(described: Any) -> Iterator[Any]:
    for found in described.get_all_operations():
        operation = found.ok()
        first = operation.path.split("/")[1]
        if first in TRIED or first in {"openapi.json", "me", "schema", "search", "tags", "files", "changes", "runs"}:
            yield operation


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing(described: Any, uids: dict[str, str], owner: Caller, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {owner.secret}"}
    tried = 0
    for operation in _operations(described):
        first = operation.path.split("/")[1]
        known = {"id": uids[first]} if "{id}" in operation.path and first in uids else {}
        if mode.is_negative and not (operation.body or operation.query or "{event}" in operation.path):
            continue

        @given(case=operation.as_strategy(mode, path_parameters=known))
        @settings(
            max_examples=sizes.cases("api"),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def tries(case: Any) -> None:
            case.call_and_validate(headers=headers)

        tries()
        tried += 1
    assert tried > (20 if mode.is_negative else 40)


@pytest.mark.slow
def test_nothing_works_without_a_token(described: Any, uids: dict[str, str]) -> None:
    for operation in _operations(described):
        path = (
            operation.path.replace("{id}", uids["toys"])
            .replace("{event}", "1")
            .replace("{run}", "1")
            .replace("{tag}", "t")
            .replace("{value}", "v")
        )
        response = Client().generic(operation.method.upper(), f"/api/v1{path}")
        assert response.status_code == 401, operation.label


@pytest.mark.slow
@pytest.mark.proof
def test_the_boundaries_of_every_schema_are_met(described: Any, uids: dict[str, str], owner: Caller) -> None:
    headers = {"Authorization": f"Bearer {owner.secret}"}
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    tried = 0
    for operation in _operations(described):
        first = operation.path.split("/")[1]
        if first not in {"toys", "search", "tags", "files", "changes", "runs", "openapi.json"}:
            continue
        cases = described.iter_coverage_cases(
            operation, generation_modes=modes, generation_config=GenerationConfig(modes=modes)
        )
        for case in islice(cases, sizes.cases("api boundaries")):
            if "id" in (case.path_parameters or {}) and first in uids and case.meta.generation.mode.is_positive:
                case.path_parameters["id"] = uids[first]
            case.call_and_validate(headers=headers)
            tried += 1
    assert tried > 300


def test_a_wrong_description_would_be_noticed(
    document: dict[str, Any], owner: Caller, uids: dict[str, str], as_one_request: None
) -> None:
    del document["components"]["schemas"]["Toy"]["properties"]["name"]
    schema = schemathesis.openapi.from_dict(document, config=_config())
    schema.app = application
    case = schema["/toys/{id}"]["GET"].Case(path_parameters={"id": uids["toys"]})
    with pytest.raises(FailureGroup):
        case.call_and_validate(headers={"Authorization": f"Bearer {owner.secret}"})
