"""`DATABASE_URL` read into what Django wants to know about a database."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from rapport.config.places import HOME

# In the order SQLite runs them when a connection opens.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit answered is a commit on the disk
    "PRAGMA cache_size = -16000",  # KiB for each connection, and each thread has one
    "PRAGMA mmap_size = 268435456",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)


@dataclass(frozen=True)
class Address:
    """Where a database is."""

    vendor: str  # sqlite or postgresql
    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    options: dict[str, str] = field(default_factory=dict)


def parse(url: str) -> Address:
    """Read a database address; ValueError says what is wrong, without repeating the password."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.netloc, unquote(parts.path))
    if parts.scheme in ("postgres", "postgresql"):
        name = unquote(parts.path.removeprefix("/"))
        if not name or "/" in name:
            raise ValueError("must end in the name of one database: postgres://user:password@host:5432/name")
        return Address(
            vendor="postgresql",
            name=name,
            host=unquote(parts.hostname or ""),
            port=str(parts.port or ""),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            options=dict(parse_qsl(parts.query)),
        )
    raise ValueError("must begin with sqlite:/// or postgres://")


def _sqlite(host: str, path: str) -> Address:
    if host or len(path) < 2:
        raise ValueError("must have three slashes before a relative path and four before an absolute one")
    return Address(vendor="sqlite", name=str(HOME / path[1:]))


def django(address: Address) -> dict[str, Any]:
    """The entry of Django's DATABASES."""
    if address.vendor == "sqlite":
        return {
            "ENGINE": "rapport.config.sqlite",
            "NAME": address.name,
            "CONN_MAX_AGE": None,
            # A transaction takes the write lock when it begins: one that read first and wrote later would fail at
            # once when another wrote in between, whatever the timeout.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": ";".join(SQLITE_PRAGMAS)},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "HOST": address.host,
        "PORT": address.port,
        "USER": address.user,
        "PASSWORD": address.password,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": address.options,
    }
