"""Sealing: what must not be readable in the database, in a backup of it or over somebody's shoulder in SQL.

place = Place("platform_hook", "secret", str(hook.uid))     which cell it is; a value moved to another cell stays shut
hook.secret = sealing.seal("s3cret", place)                 AES-256-GCM, "v1.<key id>.<nonce and cipher text>"
sealing.unseal(hook.secret, place)                          -> "s3cret"; raises Broken
sealing.blind("DE89 3704…", "parties_party", "iban")        the same text gives the same 32 letters: exact search
sealing.secret_for("audit chain")                           a key of one's own, the same for ever
sealing.store(Store("hooks", Hook, "secret"))               so that `rapport keys rotate` reaches it

Keys are in the ring (`keyring`), outside the database.
"""

from rapport.platform.sealing.keyring import BadRing, Ring, ring, secret_for
from rapport.platform.sealing.places import Store, reseal, store, stores
from rapport.platform.sealing.seals import Broken, Place, blind, is_sealed, key_of, seal, unseal

__all__ = [
    "BadRing",
    "Broken",
    "Place",
    "Ring",
    "Store",
    "blind",
    "is_sealed",
    "key_of",
    "reseal",
    "ring",
    "seal",
    "secret_for",
    "store",
    "stores",
    "unseal",
]
