"""A house of an older version is brought to this one: looked at first, backed up, never half, whatever is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings

from rapport.base import clock
from rapport.parties.party import Party
from rapport.platform import outbox, upgrading
from rapport.platform.backup import folder, keys
from rapport.platform.outbox.models import Hold
from tests.config.test_migrations import empty_database
from tests.make import make_person
from tests.platform.jobs.database import ROOT, effects, environment, postgres_address, shared
from tests.sizes import cases, seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OURS = ("platform", "parties", "interactions", "sales")


@pytest.fixture
def old(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A house as the first version left it, with somebody in it."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    settings.BACKUP_DIR, settings.BACKUP_KEYS = tmp_path / "backups", []
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if not name.startswith("tests.")]
    with override_settings(MIGRATION_MODULES={}, INSTALL_AFTER_MIGRATE=True), empty_database(tmp_path):
        executor = MigrationExecutor(connection)
        others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in OURS]
        executor.migrate([*others, *((app, "0001_initial") for app in OURS)])
        models = executor.loader.project_state([(app, "0001_initial") for app in OURS]).apps
        stamps = {"created_at": clock.now(), "updated_at": clock.now()}
        user = models.get_model("platform", "User").objects.create(name="Ada", email="ada@acme.example", **stamps)
        models.get_model("parties", "Party").objects.create(
            kind="organisation", name="Müller & Co", sort_name="muller", owner_id=user.pk, **stamps
        )
        yield


def test_what_is_to_be_done_is_looked_at_backed_up_and_done(old: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("upgrade", check=True)
    said = capsys.readouterr().out
    assert "nothing forbids it" in said and "parties" in said
    with pytest.raises(CommandError, match="no key for backups"):
        call_command("upgrade")
    assert upgrading.plan().pending  # nothing was begun
    keys.make()
    call_command("upgrade")
    assert "found good" in capsys.readouterr().out
    (backup,) = folder.every()
    assert backup.verified is not None and backup.verified.is_good
    assert Party.objects.get().name == "Müller & Co"
    assert upgrading.plan().pending == [] and not Hold.objects.exists()
    call_command("upgrade")
    assert "of this version already" in capsys.readouterr().out
    assert len(folder.every()) == 1  # nothing to lose, nothing to back up


def test_a_newer_database_is_left_alone(old: None) -> None:
    MigrationRecorder(connection).record_applied("parties", "0999_of_tomorrow")
    for command in ("upgrade", "migrate"):
        with pytest.raises(CommandError, match="newer version"):
            call_command(command)
    with connection.cursor() as cursor:
        assert "platform_hold" not in connection.introspection.table_names(cursor)


def test_what_was_held_before_stays_held(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR, settings.DATA_DIR = tmp_path / "backups", tmp_path
    outbox.hold("Olga", "stopped")
    make_person("Ana")
    upgrading.upgrade(upgrading.Plan([], has_data=True))
    assert Hold.objects.get().by == "Olga"


BATCHES = "from tests.platform import batches_process; batches_process.main()"


@pytest.mark.parametrize("point", ["batch.done:2", "batch.committed:3"])
def test_a_data_migration_killed_in_the_middle_goes_on(tmp_path: Path, point: str) -> None:
    with shared(tmp_path) as address:
        for number in range(25):
            make_person(f"Ana {number}")
        for more in ({"RAPPORT_CRASH_AT": point}, {}):
            ran = subprocess.run(
                [sys.executable, "-c", BATCHES],
                cwd=ROOT, env={**environment(address), **more}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert ran.returncode == (-signal.SIGKILL if more else 0), ran.stderr
        ids = list(Party.objects.order_by("pk").values_list("pk", flat=True))
        assert Counter(effects()) == Counter(f"{pk}" for pk in ids)


@pytest.mark.proof
def test_upgrades_killed_at_random_end_whole(tmp_path: Path, old: None) -> None:
    """Killed again and again, an upgrade goes on where it was; the house has everything, and nothing untrue."""
    kills, number = cases("upgrades killed"), seed() or 0
    chance = random.Random(number)
    sys.stdout.write(f"seed {number}\n")
    surroundings = _outside(tmp_path)
    for _kill in range(kills):
        command = _command("upgrade", "--without-backup")
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(1.0, 8.0))
        process.kill()
        process.wait(timeout=30)
    _said(surroundings, "upgrade", "--without-backup")
    # All but words of the search: the rows of the old house were written without the engine.
    asked = ("database", "audit", "records", "events", "jobs", "outbox", "teams", "parties", "derived")
    _said(surroundings, "verify", *asked)
    assert Party.objects.get().name == "Müller & Co"


def _said(surroundings: dict[str, str], *words: str) -> str:
    ran = subprocess.run(_command(*words), cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "rapport", *words]


def _outside(tmp_path: Path) -> dict[str, str]:
    """The product itself, with its own settings, on the database of the test."""
    file = f"sqlite:///{connection.settings_dict['NAME']}"
    address = postgres_address() if connection.vendor == "postgresql" else file
    ours = ("RAPPORT_", "DJANGO_", "DATABASE_")
    kept = {key: value for key, value in environment("").items() if not key.startswith(ours)}
    return {**kept, "DATABASE_URL": address, "RAPPORT_DATA_DIR": str(tmp_path / "data")}
