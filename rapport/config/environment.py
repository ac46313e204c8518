"""Every setting of Rapport: read from the environment, typed, and judged before anything starts.

One line per setting in `Environment`; `docs/reference/settings.md` is generated from it. All problems are reported at
once, each with the sentence that says what to set: whoever deploys should not meet them one restart at a time.
"""

import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rapport.config import databases
from rapport.config.places import HOME

T = TypeVar("T")


class BadSettings(Exception):
    """The environment cannot be used; `problems` says each reason and what to set instead."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Rapport does not start with these settings:\n" + "\n".join(f"  - {p}" for p in problems))


def _setting(name: str, read: Callable[[str], T], default: str, says: str) -> T:
    # Typed as the value, as dataclasses.field itself is, so that `environment.hosts` is a list for mypy.
    found: Any = field(metadata={"name": name, "read": read, "default": default, "says": says})
    return found  # type: ignore[no-any-return]


def _text(value: str) -> str:
    return value.strip()


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.strip().lower() not in known:
        raise ValueError("must be 1 or 0")
    return known[value.strip().lower()]


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _folder(value: str) -> Path:
    return (HOME / value).resolve()


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.strip().isdecimal() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.strip() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value.strip()

    return read


def _time_zone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError("must be a time zone such as Europe/Berlin or UTC")
    return value


def _currency(value: str) -> str:
    if len(value) != 3 or not (value.isascii() and value.isupper()):
        raise ValueError("must be a currency's three letters, such as EUR")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://crm.example.org")
    return value.rstrip("/")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the surroundings say; `read` is the only way to make one."""

    mode: str = _setting(
        "RAPPORT_ENV", _one_of("development", "production"), "development",
        "`production` refuses to start when a setting is unsafe; `development` answers this machine only.",
    )  # fmt: skip
    database: databases.Address = _setting(
        "DATABASE_URL", databases.parse, "sqlite:///var/rapport.sqlite3",
        "Where the records are: `sqlite:///relative/path`, `sqlite:////absolute/path` or "
        "`postgres://user:password@host:5432/name`.",
    )  # fmt: skip
    secret_key: str = _setting(
        "RAPPORT_SECRET_KEY", _text, "",
        "Signs sessions and links; at least 50 random characters. In development one is made and kept in the data folder.",
    )  # fmt: skip
    hosts: list[str] = _setting(
        "RAPPORT_HOSTS", _names, "localhost,127.0.0.1,[::1]",
        "The host names Rapport answers to, separated by commas.",
    )  # fmt: skip
    base_url: str = _setting(
        "RAPPORT_BASE_URL", _address, "http://localhost:8000",
        "The address people type, used in links of e-mails; with https, cookies are sent over TLS only.",
    )  # fmt: skip
    port: int = _setting("PORT", _whole(1, 65535), "8000", "The port the web server listens on.")
    bind: str = _setting(
        "RAPPORT_BIND", _text, "127.0.0.1", "The network address the web server listens on; `0.0.0.0` for all.",
    )  # fmt: skip
    behind_proxy: bool = _setting(
        "RAPPORT_BEHIND_PROXY", _flag, "0",
        "Trust `X-Forwarded-Proto` and `X-Forwarded-For`. Only when a proxy of yours sets them on every request.",
    )  # fmt: skip
    data_dir: Path = _setting(
        "RAPPORT_DATA_DIR", _folder, "var", "Folder of files, the search for them and, in development, the key.",
    )  # fmt: skip
    time_zone: str = _setting(
        "RAPPORT_TIME_ZONE", _time_zone, "UTC", "Time zone of people who have not chosen one.",
    )  # fmt: skip
    currency: str = _setting(
        "RAPPORT_CURRENCY", _currency, "EUR", "Base currency of a new database; amounts are totalled in it.",
    )  # fmt: skip
    language: str = _setting("RAPPORT_LANGUAGE", _text, "en", "Language of people who have not chosen one.")
    web_processes: int = _setting("RAPPORT_WEB_PROCESSES", _whole(1, 64), "1", "Web server processes.")
    web_threads: int = _setting(
        "RAPPORT_WEB_THREADS", _whole(1, 64), "4", "Requests one web server process answers at a time.",
    )  # fmt: skip
    worker_threads: int = _setting(
        "RAPPORT_WORKER_THREADS", _whole(1, 32), "1", "Jobs the worker does at a time.",
    )  # fmt: skip
    upload_megabytes: int = _setting(
        "RAPPORT_UPLOAD_MEGABYTES", _whole(1, 10_000), "200", "Largest file people may send.",
    )  # fmt: skip
    log_level: str = _setting(
        "RAPPORT_LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "What the log says at least.",
    )  # fmt: skip
    debug: bool = _setting(
        "RAPPORT_DEBUG", _flag, "0", "Show error pages with the code. Never where customers' records are.",
    )  # fmt: skip
    sqlite_backported: bool = _setting(
        "RAPPORT_SQLITE_BACKPORTED", _flag, "0",
        "Says that the SQLite in use, though of a version with the WAL race, has your distribution's fix.",
    )  # fmt: skip

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Environment":
        """Read and judge; raises BadSettings with every problem found."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for one in fields(cls):
            name, default = one.metadata["name"], one.metadata["default"]
            try:
                values[one.name] = one.metadata["read"](variables.get(name) or default)
            except ValueError as error:
                problems.append(f"{name} {error}; it is {variables.get(name)!r}.")
        if problems:
            raise BadSettings(problems)
        return cls(**values)


def secret_key(environment: Environment) -> str:
    """The key of the environment, or, in development, one made once and kept in the data folder."""
    if environment.secret_key:
        return environment.secret_key
    kept = environment.data_dir / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text().strip()
