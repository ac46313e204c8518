"""Settings → Status: what it says when all is well and when it is not; whom it lets in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform import outbox
from rapport.platform.jobs.models import Job, State
from rapport.platform.outbox import Effect
from tests.make import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(settings: Any, tmp_path: Path) -> Client:
    settings.BACKUP_DIR, settings.DATA_DIR, settings.BACKUP_KEYS = tmp_path / "backups", tmp_path, []
    client = Client()
    client.force_login(make_user("Olga", roles=("owner",)))
    return client


def page(client: Client) -> str:
    return client.get("/settings/status").content.decode()


def test_all_is_well_but_for_what_was_never_done(owner: Client) -> None:
    said = page(owner)
    assert "Everything runs; something waits" in said
    assert "0 wait, 0 run, 0 failed" in said and "GB are free" in said and "clock is 0.0 s away" in said


def test_what_needs_somebody_is_said(owner: Client) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    Job.objects.create(key="jobs.tidy", run_after=long_ago, created_at=long_ago)
    Job.objects.create(key="jobs.tidy", run_after=long_ago, created_at=long_ago, state=State.DEAD, finished_at=long_ago)
    given = {"transport": "mail", "not_before": long_ago, "created_at": long_ago}
    Effect.objects.create(**given, state="uncertain", settled_at=long_ago, attempts=1)
    outbox.hold("Olga", "stopped")
    said = page(owner)
    assert "Something needs you." in said
    assert "does not run: the oldest job has waited for 2 h" in said
    assert "1 failed" in said and "1 are unclear" in said and "everything is held" in said


def test_it_is_for_those_who_keep_the_house() -> None:
    client = Client()
    client.force_login(make_user(roles=("sales",)))
    assert client.get("/settings/status").status_code == 403
