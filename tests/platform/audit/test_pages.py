"""The page of the trail, and who saw a record."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rapport.base import clock
from rapport.platform import audit
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.audit import seal
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.who import who_saw
from tests.make import actor_as
from tests.platform.audit import trails
from tests.platform.audit.test_reads import make_makers
from tests.platform.views.site import make_user, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_the_trail_is_read_in_sentences_and_narrowed() -> None:
    mara = actor_as("sales", name="Mara Lind")
    with audit.around("10.0.0.5"):
        audit.record(mara, "exported", object="maker", detail={"form": "csv", "count": 214, "kind": "maker"})
        audit.record(mara, "sign_out", object="user", record=mara.user_id)
    client = visit(make_user("owner"))
    everything = client.get("/settings/audit").content.decode()
    assert "Mara Lind exported 214 Makers as CSV" in everything
    assert "from 10.0.0.5" in everything and "Mara Lind signed out" in everything
    narrowed = client.get("/settings/audit?kind=exported&address=10.0.0.5").content.decode()
    assert "Mara Lind exported" in narrowed and "Mara Lind signed out" not in narrowed
    assert "Mara Lind exported" not in client.get("/settings/audit?until=2020-01-01").content.decode()
    assert AuditEntry.objects.filter(kind="audit_read").count() == 2


def test_only_who_has_the_right_reads_it() -> None:
    for role, status in (("owner", 200), ("administrator", 200), ("sales_manager", 403), ("read_only", 403)):
        assert visit(make_user(role)).get("/settings/audit").status_code == status, role
    auditor = Role.objects.create(key="auditor", name="Auditor")
    Grant.objects.create(role=auditor, object="audit", action="read", scope="all")
    user = make_user()
    auditor.users.add(user)
    rights_changed()
    assert visit(user).get("/settings/audit").status_code == 200
    assert visit(user).get("/settings/events").status_code == 403


def test_what_was_found_is_given_out_as_csv_and_that_is_told() -> None:
    audit.record(None, "sign_in_failed", object="user", record=7)
    response = visit(make_user("owner")).get("/settings/audit.csv?kind=sign_in_failed")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    assert len(text.splitlines()) == 2 and "sign_in_failed" in text
    assert AuditEntry.objects.get(kind="exported").detail.count('"kind":"audit"') == 1


def test_who_saw_a_record_alone_among_others_and_just_now() -> None:
    one, other = make_makers(2)
    start = clock.now()
    for days in (0, 3, 6):
        with clock.freeze(start + timedelta(days=days)):
            audit.read(actor_as("owner"), "maker", [one.pk] if days == 0 else [one.pk, other.pk], ["maker.tax_number"])
        if days == 3:
            trails.settle()
            seal.seal_all()
    trails.settle()
    assert len(who_saw("maker", one.pk)) == 3
    assert len(who_saw("maker", other.pk)) == 2
    middle = who_saw("maker", one.pk, since=start + timedelta(days=1), until=start + timedelta(days=4))
    assert [entry.at for entry in middle] == [start + timedelta(days=3)]
    assert who_saw("maker", 999_999) == []


def test_the_page_of_a_record_says_who_saw_it() -> None:
    one = make_makers(1)[0]
    mara = actor_as("owner", name="Mara Lind")
    audit.read(mara, "maker", [one.pk], ["maker.tax_number"])
    client = visit(make_user("owner"))
    assert "Mara Lind saw Tax number" in client.get(f"/makers/{one.pk}/seen").content.decode()
    assert "Who saw this" in client.get(f"/makers/{one.pk}").content.decode()
    assert visit(make_user("sales_manager")).get(f"/makers/{one.pk}/seen").status_code == 403
