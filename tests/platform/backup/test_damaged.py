"""Whatever happens to a backup or to the machine that makes one: it is said, and never called good."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client

from rapport.platform import files
from rapport.platform.backup import age, folder, make, restore, trial
from rapport.platform.backup.errors import BackupError, Damaged
from rapport.platform.backup.parts import Opener
from tests.make import SYSTEM, make_person, make_user
from tests.platform.jobs.database import ROOT, effects, environment, write_effect
from tests.sizes import cases, seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
POINTS = ("backup.copied", "backup.written", "backup.named")


def test_another_key_opens_nothing(secret: str) -> None:
    made = make.make()
    with pytest.raises(BackupError, match="not sealed for the key"):
        trial.run(made.backup, Opener(age.new_identity()))
    with pytest.raises(BackupError, match="not sealed for the key"):
        restore.restore(made.backup, Opener(age.new_identity()), replace=True)


def test_a_changed_or_missing_part_is_named_and_not_restored(opener: Opener) -> None:
    write_effect(1, "before")
    files.store(SYSTEM, io.BytesIO(b"a contract"), "contract.txt", on=make_person("Ana"))
    made = make.make()
    write_effect(2, "after")
    for part in made.backup.parts[-3:]:
        path = made.backup.folder / part.name
        whole = path.read_bytes()
        for wrong in (whole[:-1], bytes([whole[0] ^ 1]) + whole[1:], b"", None):
            path.unlink() if wrong is None else path.write_bytes(wrong)
            assert part.name in trial.on_the_disk(made.backup)[0]
        path.write_bytes(whole)
    path = made.backup.folder / made.backup.parts[0].name
    path.write_bytes(path.read_bytes()[:-100])
    assert not trial.run(made.backup, opener).is_good
    assert folder.latest_verified() is None
    with pytest.raises(Damaged, match=path.name):
        restore.restore(made.backup, opener, replace=True)
    assert effects() == ["before", "after"]


def test_one_of_a_newer_version_is_refused(opener: Opener) -> None:
    made = make.make()
    about = made.backup.folder / folder.ABOUT
    about.write_text(about.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(BackupError, match="newer version"):
        folder.find(made.backup.name)


def surroundings(address: str, places: Path, **more: str) -> dict[str, str]:
    kept = {"RAPPORT_DATA_DIR": str(places / "data"), "RAPPORT_BACKUP_DIR": str(places / "backups")}
    return {**environment(address), **kept, **more}


def run_backup(address: str, places: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rapport", "backup"]
    given = surroundings(address, places, **more)
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("point", POINTS)
def test_a_power_cut_leaves_no_half_backup(secret: str, address: str, places: Path, point: str) -> None:
    make_person("Ana")
    died = run_backup(address, places, RAPPORT_CRASH_AT=point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    left = folder.every()
    assert len(left) == (point == "backup.named")
    # Whole, but nobody has tried it: it does not count.
    assert folder.latest_verified() is None
    for one in left:
        assert trial.run(one, Opener(secret)).is_good
    again = make.make()
    assert again.verified.is_good
    assert not list(folder.root().glob("*.part")) and not list(folder.scratch_folder().glob("*"))


@pytest.mark.proof
def test_backups_killed_at_random_leave_only_whole_ones(
    secret: str, address: str, places: Path, settings: object
) -> None:
    settings.BACKUP_KEEP = "9999d"  # type: ignore[attr-defined]  # Django's own fixture
    kills, number = cases("backups killed"), seed() or 0
    chance = random.Random(number)
    sys.stdout.write(f"seed {number}\n")
    files.store(SYSTEM, io.BytesIO(b"a contract" * 50_000), "contract.txt", on=make_person("Ana"))
    for _kill in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "rapport", "backup"],
            cwd=ROOT, env=surroundings(address, places), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(1.5, 7.0))
        process.kill()
        process.wait(timeout=30)
        # Whatever is called a backup is a whole one.
        for one in folder.every()[:1]:
            assert trial.run(one, Opener(secret)).is_good
    assert make.make().verified.is_good
    assert not list(folder.root().glob("*.part")) and not list(folder.scratch_folder().glob("*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is mounted by the superuser")
@pytest.mark.parametrize("megabytes, says", [(40, "too little room"), (0, "disk is full")])
def test_a_full_disk_is_said_and_nothing_half_stays(
    secret: str, address: str, places: Path, megabytes: int, says: str
) -> None:
    """A file system of a megabyte, seen by one process alone; without the look at the room first, writing fails."""
    (places / "backups").mkdir(exist_ok=True)
    inside = (
        f"mount -t tmpfs -o size={megabytes or 1}m none {places}/backups && "
        f"{sys.executable} -c 'import sys; from tests.platform.backup import full_disk; full_disk.main({megabytes})'; "
        f"code=$?; ls {places}/backups; exit $code"
    )
    given = surroundings(address, places)
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", inside], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    if "permission denied" in ran.stderr.lower() and "mount" in ran.stderr:
        pytest.skip("this machine lets nobody mount")
    assert ran.returncode == 1 and says in ran.stderr, ran.stderr
    assert ran.stdout.split() == []


def test_the_page_says_what_there_is_and_makes_one(address: str, places: Path) -> None:
    client = Client()
    client.force_login(make_user("Olga", roles=("owner",)))
    assert "Make a key" in client.get("/settings/backups").content.decode()
    shown = client.post("/settings/backups/key").content.decode()
    (line,) = [part for part in shown.split("<code>") if part.startswith("AGE-SECRET-KEY-1")]
    secret = line.partition("</code>")[0]
    assert secret not in client.get("/settings/backups").content.decode()
    assert client.post("/settings/backups/now").status_code in (200, 302, 303)
    assert "A backup is being made" in client.get("/settings/backups").content.decode()
    from tests.platform.backup.test_backup import _run_jobs

    _run_jobs()
    page = client.get("/settings/backups").content.decode()
    assert "The last verified backup is from" in page and "key ring" in page
    assert trial.run(folder.find(""), Opener(secret)).is_good
    guest = Client()
    guest.force_login(make_user("Sam", roles=("sales",)))
    for url in ("/settings/backups/now", "/settings/backups/key"):
        assert guest.post(url).status_code == 403
    assert guest.get("/settings/backups").status_code == 403
