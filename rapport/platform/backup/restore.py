"""Restoring: into a database beside the one in use, made safe there, and only then put in place.

Made safe means: brought to this version, nothing leaves the house (Hold) until somebody lets it, whoever was erased
since is erased again (the ledger), every session and token has ended. Until the very last step, one rename, the house
is as it was; a restore that is killed or refused has changed nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.base.crash import point
from rapport.platform import access, outbox
from rapport.platform.accounts.links import AccountLink
from rapport.platform.accounts.models import Token
from rapport.platform.accounts.sessions import Session
from rapport.platform.audit import anchor
from rapport.platform.audit.write import record
from rapport.platform.backup import folder, keys, manifest, pool, trial
from rapport.platform.backup.databases import engine, standing_in
from rapport.platform.backup.errors import BackupError, Damaged, of_the_disk
from rapport.platform.events import cursor
from rapport.platform.privacy import erase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rapport.platform.backup.folder import Backup
    from rapport.platform.backup.parts import Opener


@dataclass(frozen=True)
class Restored:
    """What a restore did, in numbers, and where the database before it is kept."""

    backup: Backup
    waiting: int
    erased: int
    sessions: int
    tokens: int
    files: int
    kept: str
    same_ring: bool
    seconds: float


def restore(backup: Backup, opener: Opener, *, replace: bool = False) -> Restored:
    """Put a backup in the place of the database in use. Raises BackupError; then nothing was changed."""
    began = clock.monotonic()
    try:
        with folder.locked():
            told = _readable(backup, opener)
            _may_replace(replace)
            if who := engine().busy():
                raise BackupError(_("{who} Stop Rapport first. Nothing was changed.").format(who=who))
            return _restored(backup, told, opener, began)
    except OSError as error:
        raise of_the_disk(error, folder.root()) from error


def _readable(backup: Backup, opener: Opener) -> dict[str, Any]:
    """The manifest, once everything on the disk is what was written and fits this program."""
    if backup.vendor != engine().vendor:
        words = _("This is a backup of {there}, and the database in use is {here}. Nothing was changed.")
        raise BackupError(words.format(there=backup.vendor, here=engine().vendor))
    if problems := trial.on_the_disk(backup):
        raise Damaged(" ".join(problems))
    told = manifest.read(backup.folder, opener)
    known = set(MigrationLoader(None).disk_migrations)
    ours = {app for app, _name in known}
    later = [f"{app} {name}" for app, name in told["migrations"] if app in ours and (app, name) not in known]
    if later:
        words = _("The backup was made by a newer version of Rapport ({version}): {which}. Nothing was changed.")
        raise BackupError(words.format(version=backup.version, which=", ".join(later[:3])))
    return told


def _may_replace(replace: bool) -> None:
    if replace or Session._meta.db_table not in connection.introspection.table_names():
        return
    from rapport.platform.accounts.models import User

    if User.objects.exists():
        raise BackupError(
            _("The database in use is not empty. With --replace it is put aside and the backup takes its place.")
        )


def _restored(backup: Backup, told: Mapping[str, Any], opener: Opener, began: float) -> Restored:
    with folder.scratch() as scratch, engine().restored(backup.folder, told, opener, scratch) as database:
        if lines := engine().broken(database) or manifest.differences(told["rows"], engine().rows(database)):
            raise Damaged(" ".join(lines))
        files = pool.put_back(told["files"], opener, pool.house_files())
        with standing_in(database):
            waiting, erased, sessions, tokens = _made_safe(backup)
        point("restore.safe")
        kept = engine().put_in_place(database, clock.now().strftime(folder.STAMP))
        return Restored(
            backup=backup,
            waiting=waiting,
            erased=erased,
            sessions=sessions,
            tokens=tokens,
            files=files,
            kept=kept,
            same_ring=told["ring"] == keys.ring_print(backup.name),
            seconds=round(clock.monotonic() - began, 1),
        )


def _made_safe(backup: Backup) -> tuple[int, int, int, int]:
    """Held, brought to this version, erasures done again, nobody signed in: in the database that is not in use yet."""
    call_command("migrate", interactive=False, verbosity=0)
    actor = access.system("rapport restore", "command")
    outbox.hold(
        actor.name, _("A backup of {moment} was restored.").format(moment=f"{backup.made_at:%Y-%m-%d %H:%M} UTC")
    )
    sessions, _each = Session.objects.all().delete()
    tokens = Token.objects.filter(revoked_at=None).update(revoked_at=clock.now())
    AccountLink.objects.filter(used_at=None).update(used_at=clock.now())
    cursor.renumber_after_restore()
    anchor.set_aside()
    record(actor, "restored", detail={"backup": backup.name})
    _widen_ledger()
    erased = erase.apply_ledger(actor)
    return outbox.Effect.objects.filter(state=outbox.State.QUEUED).count(), erased, sessions, tokens


def keep_ledger() -> None:
    """Lay the ledger of erasures beside the backups: an old one is restored with the newest ledger there is."""
    if erase.ledger().exists():
        folder.write_whole(_ledger_beside(), erase.ledger().read_text())


def _ledger_beside() -> Path:
    return folder.root() / erase.LEDGER


def _widen_ledger() -> None:
    """Lines beside the backups that this data folder lacks: a house moved to a new machine."""
    here = erase.ledger().read_text().splitlines() if erase.ledger().exists() else []
    known = {json.loads(line)["erasure"] for line in here}
    beside = _ledger_beside().read_text().splitlines() if _ledger_beside().exists() else []
    missing = [line for line in beside if json.loads(line)["erasure"] not in known]
    if missing:
        erase.ledger().parent.mkdir(parents=True, exist_ok=True)
        folder.write_whole(erase.ledger(), "".join(f"{line}\n" for line in (*here, *missing)))
