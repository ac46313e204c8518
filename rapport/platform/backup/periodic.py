"""The backup that is made by itself every day, and by the button."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from rapport.platform.backup import keys, make, restore
from rapport.platform.backup.errors import BackupError
from rapport.platform.jobs import GiveUp, daily, stepwise_job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run, Schedule


def _when() -> Schedule | None:
    if not settings.BACKUP_AT:
        return None
    hour, _colon, minute = settings.BACKUP_AT.partition(":")
    return daily(int(hour), int(minute), zone=ZoneInfo(settings.TIME_ZONE))


@stepwise_job("backup.make", retries=2, every=_when(), longest=timedelta(hours=12))
def back_up(actor: Actor, job: Run, *, asked: bool = False) -> dict[str, Any] | str:
    """Back up the database and the files, and restore the backup for trial."""
    if not asked and not keys.is_set_up():
        return ""
    try:
        made = make.make()
        restore.keep_ledger()
    except BackupError as refusal:
        raise GiveUp(str(refusal)) from refusal
    if made.verified.problems:
        raise GiveUp(" ".join(made.verified.problems[:5]))
    return made.backup.name
