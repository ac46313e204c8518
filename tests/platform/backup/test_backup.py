"""A house is backed up while people work in it, and comes back as it was: held, forgetting, with nobody signed in."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client

from rapport.base import clock
from rapport.parties.party import Party
from rapport.platform import files
from rapport.platform.accounts.models import Token
from rapport.platform.accounts.sessions import Session
from rapport.platform.backup import folder, make, restore, trial
from rapport.platform.backup.databases import engine
from rapport.platform.backup.errors import BackupError
from rapport.platform.backup.parts import Opener
from rapport.platform.files import places as file_places
from rapport.platform.outbox import Effect, courier
from rapport.platform.outbox.models import Hold
from rapport.platform.privacy import erase
from tests.make import SYSTEM, make_person, make_user
from tests.platform.jobs.database import effects, write_effect

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_house_comes_back_as_it_was(opener: Opener, places: Path) -> None:
    ana = make_person("Ana")
    Party.objects.filter(pk=ana.pk).update(name="Ana Берг\n\t\\N")
    file = files.store(SYSTEM, io.BytesIO(b"a contract"), "contract.txt", on=ana)
    before = engine().rows(connection)
    made = make.make()
    assert (made.verified.problems, made.backup.notes) == ([], [])
    assert made.backup.rows == sum(rows.number for rows in before.values())

    make_person("Came later")
    Party.objects.filter(pk=ana.pk).update(name="Changed later")
    file_places.place_of(file.sha256).unlink()
    done = restore.restore(folder.find(""), opener, replace=True)
    assert (done.files, done.same_ring) == (1, True)
    assert list(Party.objects.values_list("name", flat=True)) == ["Ana Берг\n\t\\N"]
    assert files.open_stored(file).read() == b"a contract"
    # Restored rows are those that were backed up, but for what makes it safe.
    after = engine().rows(connection)
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {"platform_hold", "platform_auditentry", "platform_event", "platform_cursor"}
    # And it goes on: the next number, the next row.
    assert make_person("Next").pk > ana.pk
    if connection.vendor == "postgresql":
        assert make.make().verified.problems == []


def test_a_backup_is_one_moment_and_stops_nobody(secret: str) -> None:
    """Each transaction writes two rows: an odd number would be half of one."""
    stop, written = threading.Event(), 0

    def work() -> None:
        nonlocal written
        while not stop.is_set():
            with transaction.atomic():
                write_effect(written, "one")
                write_effect(written, "two")
            written += 1
        connections["default"].close()

    before = connections["default"]
    thread = threading.Thread(target=work)
    thread.start()
    try:
        with clock.freeze(clock.now() - timedelta(days=1)):
            made = [make.make()]
        made.append(make.make())
    finally:
        stop.set()
        thread.join()
    assert before is connections["default"]
    opened = [trial.run(one.backup, Opener(secret)) for one in made]
    assert [one.problems for one in opened] == [[], []]
    counts = [_count_of(one.backup, secret, "effect") for one in made]
    assert written > 2 and all(count % 2 == 0 for count in counts) and counts[0] < counts[1]


def _count_of(backup: folder.Backup, secret: str, table: str) -> int:
    from rapport.platform.backup import manifest

    return int(manifest.read(backup.folder, Opener(secret))["rows"][table].number)


def test_what_is_restored_acts_on_nothing(opener: Opener, settings: object) -> None:
    settings.MAIL_URL = "smtp+plain://127.0.0.1:1"  # type: ignore[attr-defined]  # Django's own fixture
    from tests.platform.outbox.test_killed import put

    put(3, settings)
    user = make_user("Olga", roles=("owner",))
    Client().force_login(user)
    Token.objects.create(user=user, name="T", prefix="x", digest="d" * 64, scopes="", created_at=clock.now())
    make.make()
    done = restore.restore(folder.find(""), opener, replace=True)
    assert (done.waiting, done.sessions, done.tokens) == (3, 1, 1)
    assert Hold.objects.get().by == "rapport restore"
    assert courier.carry_all() == 0
    assert not Session.objects.exists() and not Token.objects.filter(revoked_at=None).exists()
    assert set(Effect.objects.values_list("state", flat=True)) == {"queued"}


def test_who_was_erased_since_is_erased_again(opener: Opener, places: Path) -> None:
    needle = make_person("Ada Needle", email="ada@needle.example")
    make.make()
    asked = erase.request(SYSTEM, needle)
    _run_jobs()
    assert Party.objects.get(pk=needle.pk).name != "Ada Needle"
    restore.keep_ledger()
    erase.ledger().unlink()  # the machine is gone; the ledger beside the backups is not
    done = restore.restore(folder.find(""), opener, replace=True)
    assert done.erased == 1
    assert not Party.objects.filter(name__contains="Needle").exists()
    assert str(asked.uid) in erase.ledger().read_text()


def _run_jobs() -> None:
    from rapport.platform.jobs import queue
    from rapport.platform.jobs.run import perform

    while job := queue.claim("here"):
        perform(job)


def test_nothing_is_replaced_unasked_or_under_people_s_hands(opener: Opener, address: str) -> None:
    make_user("Olga")
    make.make()
    write_effect(1, "later")
    with pytest.raises(BackupError, match="--replace"):
        restore.restore(folder.find(""), opener)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        with pytest.raises(BackupError, match="Stop Rapport first"):
            restore.restore(folder.find(""), opener, replace=True)
    other.close()
    assert effects() == ["later"]


def test_files_are_sealed_once_and_go_with_their_last_backup(opener: Opener, settings: object) -> None:
    settings.BACKUP_KEEP = "1d"  # type: ignore[attr-defined]  # Django's own fixture
    ana = make_person("Ana")
    first = files.store(SYSTEM, io.BytesIO(b"one"), "1.txt", on=ana)
    with clock.freeze(clock.now() - timedelta(days=2)):
        make.make()
    (kept,) = folder.pool().glob("*/*")
    moment = kept.stat().st_mtime_ns
    first.delete()
    files.store(SYSTEM, io.BytesIO(b"two"), "2.txt", on=ana)
    with clock.freeze(clock.now() - timedelta(days=1)):
        second = make.make()
    assert len(second.rotated) == 1
    (left,) = folder.pool().glob("*/*")
    assert left != kept
    third = make.make()
    assert len(third.rotated) == 1 and left.stat().st_mtime_ns >= moment
    assert [one.name for one in folder.every()] == [third.backup.name]


def test_a_file_the_house_has_lost_is_said(opener: Opener) -> None:
    lost = files.store(SYSTEM, io.BytesIO(b"gone"), "gone.txt", on=make_person("Ana"))
    file_places.place_of(lost.sha256).unlink()
    made = make.make()
    assert made.verified.is_good and "1 attached files are missing" in made.backup.notes[0]


def test_the_commands(secret: str, places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = places / "key.txt"
    key.write_text(f"# a note\n{secret}\n")
    call_command("backup")
    assert "found good" in (said := capsys.readouterr().out) and "key ring" in said
    call_command("verify_backup", key=str(key))
    assert "is good" in capsys.readouterr().out
    call_command("verify_backup")
    assert "lies whole on the disk" in capsys.readouterr().out
    call_command("backup", list=True)
    assert "verified" in capsys.readouterr().out
    call_command("restore", key=str(key), replace=True)
    assert "Nothing leaves the house" in capsys.readouterr().out
    for wrong in ("nowhere.txt", str(places)):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_backup", key=wrong)


def test_the_description_tells_nothing_of_customers(secret: str) -> None:
    make_person("Ada Needle", email="ada@needle.example")
    made = make.make()
    for path in folder.root().rglob("*"):
        if path.is_file():
            assert b"eedle" not in path.read_bytes()
    assert set(json.loads((made.backup.folder / folder.ABOUT).read_text())) >= {"rows", "version", "parts"}
