"""What must hold of files, of what is sealed, and of whoever was erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rapport.base import clock
from rapport.platform import sealing
from rapport.platform.files import places
from rapport.platform.files.models import StoredFile
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.privacy import erase
from rapport.platform.privacy.models import Erasure
from rapport.platform.sealing import BadRing, Broken
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

# Below this all files are read every night; above, each of them once in a month.
READ_ALL = 2_000_000_000
NIGHTS = 30
SAMPLE = 200


@invariant(
    "files.there",
    _("The content of every attached file is on the disk, as long as it was."),
    _("Put the file back from a backup: “rapport restore” brings missing files, or copy it by its SHA-256."),
    beside=True,
)
def there() -> Iterator[Found]:
    rows = StoredFile.objects.order_by("pk").values_list("pk", "sha256", "size")
    yield told("", [pk for pk, sha256, size in rows.iterator(chunk_size=1_000) if _size(sha256) != size])


def _size(sha256: str) -> int:
    try:
        return places.place_of(sha256).stat().st_size
    except (OSError, ValueError):
        return -1


@invariant(
    "files.unchanged",
    _("The content of every attached file is what was uploaded (large stores: a part each night)."),
    _("Put the file back from a backup, and check the disk."),
    beside=True,
)
def unchanged() -> Iterator[Found]:
    rows = StoredFile.objects.order_by("pk").values_list("pk", "sha256", "size")
    total = sum(size or 0 for _pk, _hash, size in rows.iterator(chunk_size=1_000))
    tonight = clock.now().toordinal() % NIGHTS
    asked = (row for row in rows.iterator(chunk_size=1_000) if total < READ_ALL or row[0] % NIGHTS == tonight)
    yield told("", [pk for pk, sha256, size in asked if _size(sha256) == size and places.hash_at(sha256) != sha256])


@invariant(
    "sealed.opens",
    _("What is sealed opens with the key ring at hand (tried with the latest)."),
    _("Put the key ring back: keys.json of the data folder, or RAPPORT_KEY_RING. See docs/security/privacy.md."),
    beside=True,
)
def opens() -> Iterator[Found]:
    for one in sealing.stores():
        rows = one.model._default_manager.exclude(**{one.attribute: ""}).order_by("-pk")
        shut = [
            pk
            for pk, uid, sealed in rows.values_list("pk", one.uid, one.attribute)[:SAMPLE]
            if _is_shut(one, uid, sealed)
        ]
        yield told(one.name, shut)


def _is_shut(store: sealing.Store, uid: object, sealed: str) -> bool:
    try:
        sealing.unseal(sealed, store.place(uid))
    except (Broken, BadRing):
        return True
    return False


@invariant(
    "erasures.forgotten",
    _("Whoever was erased has no word left in the search, and no file."),
    _("“rapport privacy ledger” erases them again."),
)
def forgotten() -> Iterator[Found]:
    for table in ("platform_searchword", "platform_attachment", "platform_tagging"):
        yield ask(
            "",
            f"SELECT DISTINCT e.record_uid FROM platform_erasure e JOIN {table} t ON t.object = e.object "
            "AND t.record_id = e.record_id WHERE e.done_at IS NOT NULL",
        )


@invariant(
    "erasures.in_ledger",
    _("Every erasure stands in the ledger outside the database, so that a restore forgets again."),
    _("Copy erasures.jsonl back into the data folder; one lies beside the backups."),
    beside=True,
)
def in_ledger() -> Iterator[Found]:
    lines = erase.ledger().read_text().splitlines() if erase.ledger().exists() else []
    known = {json.loads(line)["uid"] for line in lines}
    done = Erasure.objects.exclude(done_at=None).values_list("record_uid", flat=True)
    yield told("", [str(uid) for uid in done.iterator(chunk_size=1_000) if str(uid) not in known])
