"""Who saw a record: for those who may read the trail, over the API as on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rapport.base.clock import now
from rapport.platform import audit
from rapport.platform.access import actor_for
from rapport.platform.audit.models import AuditEntry
from tests.platform.api.caller import caller
from tests.platform.views.site import make_toys

pytestmark = pytest.mark.django_db


def test_who_saw_is_told_with_day_and_fields_and_asking_is_an_entry() -> None:
    owner, other, (toy, quiet) = caller("Olga", "owner"), caller("Sam", "sales"), make_toys(2)
    sam = actor_for(other.user.pk, "web")
    audit.read(sam, "toy", [toy.pk], ["toy.price"])
    reply = owner("GET", f"/toys/{toy.uid}/seen")
    assert reply.status == 200
    (look,) = reply.json["items"]
    assert (look["by"]["label"], look["fields"], look["surface"]) == ("Sam", ["toy.price"], "web")
    assert AuditEntry.objects.filter(kind="audit_read", record_id=toy.pk, actor_id=owner.user.pk).exists()
    assert owner("GET", f"/toys/{quiet.uid}/seen").json == {"items": [], "next": None}


def test_days_and_pages_part_it() -> None:
    owner, (toy,) = caller("Olga", "owner"), make_toys(1)
    actor = actor_for(owner.user.pk, "web")
    for _look in range(3):
        audit.read(actor, "toy", [toy.pk], ["toy.price"])
    first = owner("GET", f"/toys/{toy.uid}/seen?limit=2").json
    rest = owner("GET", f"/toys/{toy.uid}/seen?limit=2&before={first['next']}").json
    assert len({one["id"] for one in [*first["items"], *rest["items"]]}) == 3
    later = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert owner("GET", f"/toys/{toy.uid}/seen?since={later}").json["items"] == []
    assert len(owner("GET", f"/toys/{toy.uid}/seen?until={later}").json["items"]) == 3
    assert owner("GET", f"/toys/{toy.uid}/seen?since=yesterday").status == 400


def test_it_is_for_those_who_may_read_the_trail() -> None:
    (toy,) = make_toys(1)
    assert caller("Sam", "sales")("GET", f"/toys/{toy.uid}/seen").status == 403
    reading = caller("Rita", "owner", scopes=("read:toy",))
    assert reading("GET", f"/toys/{toy.uid}/seen").status == 403
