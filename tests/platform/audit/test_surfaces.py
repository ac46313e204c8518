"""What visits of the site and the API leave in the trail."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from rapport.platform.audit.models import AuditEntry
from tests.platform.views.site import PASSWORD, make_toys, make_user, visit

pytestmark = pytest.mark.django_db


def test_signing_in_and_out_and_failing_to() -> None:
    user = make_user("sales")
    client = Client(REMOTE_ADDR="203.0.113.7")
    for password in ("wrong", PASSWORD):
        client.post("/sign-in", {"email": user.email, "password": password})
    client.post("/sign-in", {"email": "nobody@house.example", "password": "x"})
    client.post("/sign-out")
    told = AuditEntry.objects.order_by("id").values_list("kind", "actor_id", "record_id", "address")
    assert list(told) == [
        ("sign_in_failed", None, user.pk, "203.0.113.7"),
        ("sign_in", user.pk, user.pk, "203.0.113.7"),
        ("sign_out", user.pk, user.pk, "203.0.113.7"),
    ]


def test_what_a_page_refuses_is_kept_by_its_route() -> None:
    user, toy = make_user("read_only"), make_toys(1)[0]
    client = visit(user, REMOTE_ADDR="203.0.113.7")
    assert client.get(f"/toys/{toy.pk}/edit?needle").status_code == 404
    assert client.get("/settings/roles/new").status_code == 403
    assert client.get("/nowhere/at/all/needle").status_code == 404
    told = [(entry.actor_id, entry.address, entry.object, entry.record_id) for entry in AuditEntry.objects.all()]
    assert told[0] == (user.pk, "203.0.113.7", "toy", toy.pk)
    assert [json.loads(entry.detail)["status"] for entry in AuditEntry.objects.order_by("id")] == [404, 403]
    assert not AuditEntry.objects.filter(detail__contains="needle").exists()
