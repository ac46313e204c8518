"""Mass assignment: whatever stands in a request, only the fields that the actor may write change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.test import Client

from rapport.platform import access
from rapport.platform.access import writable
from rapport.platform.objects import Object, registry
from tests.contract.conftest import KEYS
from tests.contract.test_records import as_actor, created
from tests.contract.yard import Yard
from tests.fingerprint import fingerprint
from tests.platform.views.site import make_user

# What every change moves by itself.
MOVES = {"updated_at", "updated_by_id", "version"}
# Columns that other programs have, and a careless one would take from a request.
COMMON = (
    "is_superuser",
    "is_staff",
    "is_admin",
    "admin",
    "role",
    "roles",
    "permissions",
    "auto_bcc",
    "_state",
    "pk",
    "__class__",
)


def columns_beside(obj: Object, yard: Yard) -> dict[str, Any]:
    """Every column that is no field the owner may write, with a value it does not have."""
    may = writable(as_actor(yard.caller), obj)
    concrete = [field for field in obj.model._meta.concrete_fields if isinstance(field, models.Field)]
    names = {field.attname: field for field in concrete} | {field.name: field for field in concrete}
    stranger = make_user().pk
    return {
        name: another(field, stranger)
        for name, field in names.items()
        if not any(name == key or name.startswith(f"{key}_") for key in may)
    } | {name: "1" for name in COMMON if name not in may}


def another(field: models.Field[Any, Any], user: int) -> Any:
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField | models.DateField):
        return datetime(2001, 2, 3, tzinfo=UTC).isoformat()
    if isinstance(field, models.ForeignKey):
        return user
    if isinstance(field, models.JSONField):
        return {"hostile": 1}
    return 424_242 if isinstance(field, models.IntegerField | models.DecimalField) else "hostile"


def row(obj: Object, pk: int) -> dict[str, Any]:
    return {key: value for key, value in obj.model.objects.filter(pk=pk).values().get().items() if key not in MOVES}


@pytest.mark.parametrize("key", KEYS)
def test_a_form_changes_what_it_shows_and_no_other_column(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    record = access.find(as_actor(yard.caller), obj, created(yard, obj).json["id"])
    more = columns_beside(obj, yard)
    assert {"id", "uid", "version", "created_by_id", "archived_at"} <= more.keys()
    browser = Client()
    browser.force_login(yard.caller.user)
    before = row(obj, record.pk)
    sent = {**{name: str(value) for name, value in more.items()}, "version": str(record.version)}
    for address in (f"/{obj.url}/{record.pk}/edit", f"/{obj.url}/{record.pk}/field?field=uid"):
        assert browser.post(address, sent).status_code < 500
    after = row(obj, record.pk)
    beside = {name for name in more if name in before}
    assert {name: after[name] for name in beside} == {name: before[name] for name in beside}


@pytest.mark.parametrize("key", KEYS)
def test_the_api_refuses_each_key_that_is_not_listed(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    url, etag = f"/{obj.url}/{made.json['id']}", f'"{made.json["version"]}"'
    more, before = columns_beside(obj, yard), fingerprint()
    for name, value in more.items():
        reply = yard.caller("PATCH", url, {name: value}, if_match=etag)
        assert reply.status in (400, 403, 422), (name, reply.status, reply.json)
    assert yard.caller("POST", f"/{obj.url}", {**yard.body(obj, second=True), **more}).status in (400, 403, 409, 422)
    assert fingerprint() == before
