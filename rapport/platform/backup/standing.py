"""How it stands with the backups of the house, in plain words."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.platform.backup import folder, keys
from rapport.ui import formats

# A day, and half of one for a backup that takes long or is made again after a failure.
TOO_OLD = timedelta(hours=36)


def concern() -> str:
    """What a keeper of the house must know; "" while all is well, and in development without a key."""
    if not keys.is_set_up():
        words = _("There are no backups of this house: make a key for them under Settings → Backups.")
        return words if settings.IS_PRODUCTION else ""
    good = folder.latest_verified()
    if good is None:
        return _("No backup of this house has been verified yet.")
    if clock.now() - good.made_at > TOO_OLD:
        words = _("The last verified backup is from {when}.")
        return words.format(when=formats.relative(good.made_at))
    return ""
