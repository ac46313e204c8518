"""Bringing a database to this version: looked at, backed up, held, then migrated. Refused rather than half done."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from rapport.platform import access, outbox
from rapport.platform.accounts.models import User
from rapport.platform.backup import keys, make
from rapport.platform.backup.databases import engine
from rapport.platform.outbox.models import Hold

if TYPE_CHECKING:
    from rapport.platform.backup.make import Made

# A migration that makes a table anew on SQLite writes it a second time.
ROOM = 100_000_000


class Refused(Exception):
    """Why nothing was begun, and what to do."""


@dataclass
class Plan:
    """What is to be done: migrations by name, and whether there is anything to lose."""

    pending: list[str] = field(default_factory=list)
    has_data: bool = False


def plan() -> Plan:
    """Look before anything is touched. Raises Refused."""
    executor = MigrationExecutor(connection)
    if words := newer(executor.loader):
        raise Refused(words)
    pending = [str(one) for one, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    has_data = User._meta.db_table in connection.introspection.table_names() and _has_people()
    if pending and has_data:
        _need_room()
    return Plan(pending, has_data)


def newer(loader: MigrationLoader) -> str:
    """Why this version must leave the database alone; "" where every migration that was done is known."""
    ours = set(loader.disk_migrations)
    apps = {app for app, _name in ours}
    done = loader.applied_migrations or {}
    later = sorted(f"{app} {name}" for app, name in done if app in apps and (app, name) not in ours)
    words = _(
        "The database was made by a newer version of Rapport ({which}). Start that version, or restore a backup of "
        "this one."
    )
    return words.format(which=", ".join(later[:3])) if later else ""


def _has_people() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {User._meta.db_table} LIMIT 1")  # noqa: S608  # of the model
        return cursor.fetchone() is not None


def _need_room() -> None:
    """Where the database is a file here: it may be written a second time. A server looks after its own disk."""
    if connection.vendor != "sqlite":
        return
    folder = Path(connection.settings_dict["NAME"]).parent
    needed, free = engine().size() + ROOM, shutil.disk_usage(folder).free
    if free < needed:
        words = _("There is too little room in {folder} to upgrade: {needed} MB are needed, {free} MB are free.")
        raise Refused(words.format(folder=folder, needed=needed // 1_000_000, free=free // 1_000_000))


def upgrade(found: Plan, *, without_backup: bool = False) -> Made | None:
    """Back up what there is, hold what would leave, migrate, let go. Raises Refused, BackupError."""
    made = None
    if found.pending and found.has_data and not without_backup:
        if not keys.is_set_up():
            raise Refused(
                _(
                    "There is no key for backups, so none can be made before upgrading. Make one (“rapport backup "
                    "--new-key”), or say --without-backup if you have made a backup by other means."
                )
            )
        made = make.make()
        if made.verified.problems:
            raise Refused(" ".join(made.verified.problems))
    held = _hold() if found.has_data else False
    call_command("migrate", interactive=False, verbosity=0)
    if held:
        Hold.objects.filter(by=NAME).delete()
    return made


NAME = "rapport upgrade"


def _hold() -> bool:
    """Whether this upgrade holds: one that was held before stays so afterwards. An old schema may not know of it."""
    if Hold._meta.db_table not in connection.introspection.table_names() or Hold.objects.exclude(by=NAME).exists():
        return False
    outbox.hold(access.system(NAME, "command").name, _("The database is being upgraded."))
    return True
