"""Every Action runs with generated parameters: it does its work, told as an Event, or says in words why not."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.actions import Action
from rapport.platform.events.models import Event
from rapport.platform.objects import Object, registry
from tests.contract import values
from tests.contract.conftest import KEYS
from tests.contract.test_records import created
from tests.contract.yard import Yard

ACTIONS = [(key, action.key) for key in KEYS if registry.has(key) for action in registry.get(key).all_actions]


def answers(yard: Yard, obj: Object, action: Action, *, only_needed: bool = False) -> dict[str, Any]:
    found = {
        one.key: values.sample(obj, one.field, yard.uid) for one in action.parameters if one.required or not only_needed
    }
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize(("key", "verb"), ACTIONS)
def test_every_action_works_or_says_why_not(yard: Yard, key: str, verb: str) -> None:
    obj = registry.get(key)
    action = obj.action(verb)
    assert action is not None
    for uid, only_needed in ((created(yard, obj).json["id"], True), (yard.uid(obj), False)):
        body = answers(yard, obj, action, only_needed=only_needed)  # makes the records that are pointed at
        events = Event.objects.count()
        strange = yard.caller("POST", f"/{obj.url}/{uid}/actions/{verb}", {"nonsense": 1})
        assert (strange.status, "/nonsense" in strange.pointers) == (422, True)
        reply = yard.caller("POST", f"/{obj.url}/{uid}/actions/{verb}", body)
        assert reply.status in (200, 422), reply.json
        if reply.status == 422:
            assert reply.json["errors"]
            assert Event.objects.count() == events
        else:
            assert set(Event.objects.order_by("id")[events:].values_list("surface", flat=True)) <= {"api"}
