"""`rapport audit`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rapport.platform import audit
from rapport.platform.audit.models import AuditEntry
from tests.make import actor_as, make_user
from tests.platform.audit import trails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("audit", *words)
    return capsys.readouterr().out


@pytest.mark.usefixtures("guarded")
def test_verify_says_how_much_holds_and_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    trails_by_hand()
    assert run(capsys, "verify").startswith("4 entries in ")
    assert AuditEntry.objects.filter(kind="verified").count() == 1


def trails_by_hand() -> None:
    """A trail under the guard: ids stay as they were given."""
    from rapport.platform.audit import seal

    for number in range(4):
        audit.record(None, "sign_in_failed", object="user", record=number)
    trails.settle()
    seal.seal_all()


def test_verify_fails_at_the_first_bad_entry(capsys: pytest.CaptureFixture[str]) -> None:
    trails.make_trail(4, 0)
    AuditEntry.objects.filter(pk=30).update(actor_id=7)
    with pytest.raises(CommandError, match=r"First bad entry: entry 3 \(entry 30\): was changed"):
        call_command("audit", "verify")
    assert "no longer refuses changes" in capsys.readouterr().out
    told = AuditEntry.objects.get(kind="tampered")
    assert json.loads(told.detail)["number"] == 3


def test_the_evidence_shows_who_may_do_what(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    actor = actor_as("sales", name="Mara Lind")
    make_user("=1+1")
    audit.record(actor, "sign_in", object="user", record=actor.user_id)
    run(capsys, "evidence", str(tmp_path / "bundle"))
    tables = {path.stem: list(csv.DictReader(path.open())) for path in (tmp_path / "bundle").glob("*.csv")}
    mara = next(row for row in tables["users"] if row["user"] == "Mara Lind")
    assert (mara["roles"], mara["may sign in"]) == ("sales", "yes")
    assert mara["last sign-in"]
    rights = next(row for row in tables["rights"] if row["user"] == "Mara Lind" and row["kind of record"] == "toy")
    assert (rights["read"], rights["delete"], rights["sensitive"]) == ("all", "own", "hidden")
    assert any(row["part"].lower() == "django" for row in tables["parts"])
    assert any(row["user"] == "'=1+1" for row in tables["users"])
    assert "holds" in json.loads((tmp_path / "bundle" / "integrity.json").read_text())
    with pytest.raises(FileExistsError):
        call_command("audit", "evidence", str(tmp_path / "bundle"))


def test_a_new_key_and_new_anchors_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    trails.make_trail(2, 0)
    assert "seals from now on" in run(capsys, "rotate")
    assert "Entry 2, seal" in run(capsys, "anchor")
    assert "audit_anchors.before-" in run(capsys, "restored")
    assert list(AuditEntry.objects.filter(pk__gt=20).order_by("pk").values_list("kind", flat=True)) == [
        "key_rotated",
        "restored",
    ]
