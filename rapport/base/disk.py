"""What a power cut must not take back."""

import os
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last: a file that was renamed is only then surely found under its new one."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
