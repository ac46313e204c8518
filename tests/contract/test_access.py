"""Who has no right to an Object gets nothing of it: 404, an empty list, 403 for what would be new."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.access import visible
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.contract.conftest import KEYS
from tests.contract.test_records import as_actor, created
from tests.contract.yard import Yard
from tests.platform.api.caller import Caller, caller


@pytest.fixture
def nobody(owner: Caller) -> Caller:
    """A user without any role."""
    return caller("Nora")


@pytest.mark.parametrize("key", KEYS)
def test_without_a_role_there_is_nothing(yard: Yard, nobody: Caller, key: str) -> None:
    obj = registry.get(key)
    uid = created(yard, obj).json["id"]
    events = Event.objects.count()
    url = f"/{obj.url}/{uid}"
    asked: list[tuple[str, str, Any]] = [
        ("GET", url, None),
        ("PATCH", url, {"tags": []}),
        ("DELETE", url, None),
        ("POST", f"{url}/restore", None),
        ("GET", f"{url}/timeline", None),
        ("GET", f"{url}/events", None),
        ("GET", f"{url}/files", None),
        *(("POST", f"{url}/actions/{action.key}", {}) for action in obj.all_actions),
    ]
    for method, address, body in asked:
        assert nobody(method, address, body).status == 404, (method, address)
    assert nobody("GET", f"/{obj.url}?count=exact").json["items"] == []
    assert nobody("POST", f"/{obj.url}", {}).status == 403
    assert nobody("GET", "/search?q=wiese").json["hits"] == []
    assert not visible(as_actor(nobody), obj).exists()
    assert Event.objects.count() == events
