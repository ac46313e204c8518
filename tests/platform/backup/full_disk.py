"""`rapport backup` on a disk that is too small, or one that is found to be full only while writing."""

import os
import sys

import django


def main(room_is_asked: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from rapport.platform.backup import folder, make
    from rapport.platform.backup.errors import BackupError

    if not room_is_asked:
        make.ROOM = -(10**12)
        (folder.root() / ".other").write_bytes(b"x" * 1_020_000)
    try:
        make.make()
    except BackupError as refusal:
        sys.stderr.write(str(refusal))
        sys.exit(1)
