"""Static files: named by their content, kept by browsers for ever, compressed once.

`prepare` gathers them into the data folder when they changed since it last did; WhiteNoise then serves them from there
with a far-future cache and the brotli or gzip copy. Serving them from the source folders (RAPPORT_DEBUG) needs no
preparation and keeps nothing. A proxy in front is welcome to serve the same folder, and not needed.
"""

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """File names carry the hash of the content; modules that import one another follow."""

    support_js_module_import_aggregation = True
    keep_intermediate_files = True  # they may be the final ones of an earlier version


def prepare() -> bool:
    """Gather the static files, if any of them changed since; says whether there was anything to do.

    Files of earlier versions stay: a page that somebody opened before the upgrade still asks for them.
    """
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    mark, signature = root.with_name(root.name + ".signature"), _signature()
    with root.with_name(root.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # web servers that start side by side
        if mark.exists() and mark.read_text() == signature:
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(signature)
    return True


def _signature() -> str:
    digest = hashlib.sha256(settings.STATIC_URL.encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
