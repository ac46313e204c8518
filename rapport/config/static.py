"""Static files: named by their content, kept by browsers for ever, compressed once.

`prepare` gathers them into the data folder when they changed since it last did; WhiteNoise then serves them from there
with a far-future cache and the brotli or gzip copy. Serving them from the source folders (RAPPORT_DEBUG) needs no
preparation and keeps nothing. A proxy in front is welcome to serve the same folder, and not needed.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """File names carry the hash of the content; modules that import one another follow."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = False


def prepare() -> bool:
    """Gather the static files, if any of them changed since; says whether there was anything to do."""
    root = Path(settings.STATIC_ROOT)
    mark = root.with_name(root.name + ".signature")
    signature = _signature()
    if mark.exists() and mark.read_text() == signature and root.exists():
        return False
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=root.exists(), verbosity=0)
    mark.write_text(signature)
    return True


def _signature() -> str:
    digest = hashlib.sha256(settings.STATIC_URL.encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
