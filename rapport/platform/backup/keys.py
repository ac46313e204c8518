"""Whom backups are sealed for: public keys. The secret one is shown once, when it is made, and never kept here."""

from __future__ import annotations

import hmac
import os
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.platform import sealing
from rapport.platform.backup import age
from rapport.platform.backup.errors import BackupError, no_key

NAME = "backup_keys"


def recipients() -> list[str]:
    """The public keys of the settings, or those kept in the data folder. Raises BackupError where there is none."""
    found = list(settings.BACKUP_KEYS) or _kept()
    if not found:
        raise no_key()
    try:
        return [age.check_recipient(one) for one in found]
    except ValueError as error:
        raise BackupError(_("A key for backups cannot be read: it {why}.").format(why=error)) from error


def is_set_up() -> bool:
    return bool(settings.BACKUP_KEYS or _kept())


def make() -> tuple[str, str]:
    """A new pair: (public, secret). The public one is kept beside those there are; the secret one is only returned."""
    if settings.BACKUP_KEYS:
        raise BackupError(_("The keys come from RAPPORT_BACKUP_KEYS: add the new one there."))
    secret = age.new_identity()
    public = age.recipient_of(secret)
    path().parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(public + "\n")
        file.flush()
        os.fsync(file.fileno())
    return public, secret


def path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def _kept() -> list[str]:
    try:
        return path().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def read_identity(text: str) -> str:
    """The secret key in what a key file holds; comments and blank lines are left out. Raises BackupError."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in lines:
        try:
            age.recipient_of(line)
        except ValueError:
            continue
        return line
    raise BackupError(_("There is no secret key in it: one begins with AGE-SECRET-KEY-1."))


def ring_print(backup: str) -> str:
    """By what a restore knows whether the key ring at hand is the one of the house that was backed up."""
    return hmac.new(sealing.secret_for("backups"), backup.encode(), sha256).hexdigest()
