"""Every setting of Rapport: read from the environment, typed, and judged before anything starts.

One entry per setting in `Environment`; `docs/reference/settings.md` is generated from it. All problems are reported at
once, each with the sentence that says what to set: whoever deploys should not meet them one restart at a time.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from rapport.config import databases, readers
from rapport.config.sqlite import library
from rapport.platform import pace

T = TypeVar("T")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_LENGTH = 50  # token_urlsafe(38): 300 bits, what Django's own check asks for


class BadSettings(ImproperlyConfigured):
    """The environment cannot be used; `problems` says each reason and what to set instead."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Rapport does not start with these settings:\n" + "\n".join(f"  - {p}" for p in problems))


def _setting(name: str, read: Callable[[str], T], default: str, says: str) -> T:
    # Typed as the value, as dataclasses.field itself is, so that `environment.hosts` is a list for mypy.
    declared: Any = field(metadata={"name": name, "read": read, "default": default, "says": says})
    return declared  # type: ignore[no-any-return]  # see above


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the surroundings say; `read` makes one."""

    mode: str = _setting(
        "RAPPORT_ENV",
        readers.one_of("development", "production"),
        "development",
        "`production` refuses to start when a setting is unsafe; `development` answers this machine only.",
    )
    database: databases.Address = _setting(
        "DATABASE_URL",
        databases.parse,
        "sqlite:///var/rapport.sqlite3",
        "Where the records are: `sqlite:///relative/path`, `sqlite:////absolute/path` or "
        "`postgres://user:password@host:5432/name`, with options after `?` as libpq names them.",
    )
    secret_key: str = _setting(
        "RAPPORT_SECRET_KEY",
        readers.text,
        "",
        f"Signs sessions and links; at least {KEY_LENGTH} random characters. In development one is made and kept "
        "in the data folder.",
    )
    hosts: list[str] = _setting(
        "RAPPORT_HOSTS",
        readers.names,
        "localhost,127.0.0.1,[::1]",
        "The host names Rapport answers to, separated by commas.",
    )
    base_url: str = _setting(
        "RAPPORT_BASE_URL",
        readers.address,
        "http://localhost:8000",
        "The address people type; links in e-mails begin with it. With https, cookies travel over TLS only.",
    )
    plain_http: bool = _setting(
        "RAPPORT_PLAIN_HTTP",
        readers.flag,
        "0",
        "Allow `http://` in production: passwords then cross the network readable. Only inside a closed network.",
    )
    bind: str = _setting(
        "RAPPORT_BIND",
        readers.text,
        "127.0.0.1",
        "The network address the web server listens on; `0.0.0.0` for all of the machine's.",
    )
    port: int = _setting("PORT", readers.whole(1, 65535), "8000", "The port the web server listens on.")
    live: str = _setting(
        "RAPPORT_LIVE",
        readers.live,
        "",
        "Where browsers reach the streams that keep open pages up to date: a path that your proxy passes on to "
        "RAPPORT_LIVE_PORT, such as `/live`, or `off`. Left out, that port of this machine in development, and no "
        "live pages in production.",
    )
    live_port: int = _setting(
        "RAPPORT_LIVE_PORT",
        readers.whole(0, 65535),
        "0",
        "The port the streams are served at; left out, the one after PORT.",
    )
    behind_proxy: bool = _setting(
        "RAPPORT_BEHIND_PROXY",
        readers.flag,
        "0",
        "Believe `X-Forwarded-Proto` and `X-Forwarded-For` of the proxies in RAPPORT_PROXIES. Only when they set "
        "both on every request.",
    )
    proxies: list[str] = _setting(
        "RAPPORT_PROXIES",
        readers.networks,
        "127.0.0.1,::1",
        "Addresses or networks of your proxies; what anybody else says about where a request came from is ignored.",
    )
    data_dir: Path = _setting(
        "RAPPORT_DATA_DIR",
        readers.folder,
        "var",
        "Folder of attached files, of the keys that values are sealed with, of prepared static files and, in "
        "development, of the key that signs.",
    )
    key_ring: str = _setting(
        "RAPPORT_KEY_RING",
        readers.text,
        "",
        "The keys that values are sealed with, as `rapport keys new` prints them. Left out, they are kept in "
        "`keys.json` of the data folder. Keep them apart from the backups of the database: without them sealed values "
        "are lost.",
    )
    audit_keys: list[str] = _setting(
        "RAPPORT_AUDIT_KEYS",
        readers.names,
        "",
        "Keys that seal the audit trail, each of at least 32 random characters, the newest last. Without them one is "
        "made and kept in the data folder.",
    )
    audit_anchor: str = _setting(
        "RAPPORT_AUDIT_ANCHOR",
        readers.text,
        "",
        "A file, best on another machine, to which the head of the audit trail is added every hour.",
    )
    backup_dir: str = _setting(
        "RAPPORT_BACKUP_DIR",
        readers.text,
        "",
        "Folder of the backups, best on another machine. Left out, `backups` in the data folder.",
    )
    backup_keys: list[str] = _setting(
        "RAPPORT_BACKUP_KEYS",
        readers.public_keys,
        "",
        "Public keys that backups are sealed for (`age1…`), separated by commas. Left out, those that Settings → "
        "Backups or `rapport backup --new-key` made. Without any, no backup is made.",
    )
    backup_at: str = _setting(
        "RAPPORT_BACKUP_AT",
        readers.time_of_day,
        "02:30",
        "When the backup of each day is made, in RAPPORT_TIME_ZONE; `off` for none by itself.",
    )
    backup_keep: str = _setting(
        "RAPPORT_BACKUP_KEEP",
        readers.keep,
        "7d,4w,0m",
        "Which backups stay: the newest of each of so many days, weeks and months. Whoever was erased stands in old "
        "backups until they go.",
    )
    time_zone: str = _setting(
        "RAPPORT_TIME_ZONE", readers.time_zone, "UTC", "Time zone of people who have not chosen one."
    )
    currency: str = _setting(
        "RAPPORT_CURRENCY", readers.currency, "EUR", "Base currency of a new database; totals are shown in it."
    )
    language: str = _setting("RAPPORT_LANGUAGE", readers.language, "en", "Language of people who have not chosen one.")
    web_processes: int = _setting("RAPPORT_WEB_PROCESSES", readers.whole(1, 64), "1", "Web server processes.")
    web_threads: int = _setting(
        "RAPPORT_WEB_THREADS", readers.whole(1, 64), "4", "Requests that one web server process answers at a time."
    )
    worker_threads: int = _setting(
        "RAPPORT_WORKER_THREADS", readers.whole(1, 32), "1", "Jobs that one worker does at a time."
    )
    couriers: int = _setting(
        "RAPPORT_COURIERS", readers.whole(1, 32), "2", "Messages that one worker sends out at a time."
    )
    mail_url: str = _setting(
        "RAPPORT_MAIL_URL",
        readers.mail_server,
        "",
        "The mail server that takes what leaves: `smtp://user:password@host:587` (STARTTLS), `smtps://…:465` (TLS from "
        "the start) or `smtp+plain://host:25` (unencrypted, inside a closed network). Without it, in development, "
        "mails are caught on this machine and shown in the settings; in production none can be sent.",
    )
    mail_from: str = _setting(
        "RAPPORT_MAIL_FROM", readers.text, "", "The address that mails of the house itself come from."
    )
    mail_bounces: str = _setting(
        "RAPPORT_MAIL_BOUNCES",
        readers.text,
        "",
        "The address that reports of undelivered mails go to; `+` and a name for each mail are put before its `@`.",
    )
    mail_a_minute: int = _setting(
        "RAPPORT_MAIL_A_MINUTE",
        readers.whole(0, 100_000),
        "0",
        "Mails that one domain gets in a minute at most; 0 for no limit.",
    )
    upload_megabytes: int = _setting(
        "RAPPORT_UPLOAD_MEGABYTES", readers.whole(1, 10_000), "200", "Largest file that people may send."
    )
    rate_limits: dict[str, pace.Rate] = _setting(
        "RAPPORT_RATE_LIMITS",
        readers.rates,
        "api=1200/m,page=1200/m,search=300/m,export=60/h,rows=1000000/h,upload=600/h,door=30/m,report=30/m",
        "How often one person, or one address of strangers, may ask: a number for each second, minute or hour (`s`, "
        "`m`, `h`); `rows` are exported records. A kind that is not named has no limit; `off` for none at all.",
    )
    egress_allow: list[str] = _setting(
        "RAPPORT_EGRESS_ALLOW",
        readers.inside,
        "",
        "What of your own network Rapport may connect to, such as receivers of webhooks: names, addresses or networks, "
        "each with or without a port (`hooks.lan,10.1.0.0/16,mail.lan:2525`). All else inside is refused.",
    )
    log_level: str = _setting(
        "RAPPORT_LOG_LEVEL",
        readers.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "INFO",
        "The least important kind of message that is logged.",
    )
    log_format: str = _setting(
        "RAPPORT_LOG_FORMAT",
        readers.one_of("line", "json"),
        "line",
        "`json` writes one object a line, and one for each request: its number, who by number, which address by "
        "pattern, the answer, how long. No names, no queries, no texts.",
    )
    debug: bool = _setting(
        "RAPPORT_DEBUG",
        readers.flag,
        "0",
        "Error pages show the code, and static files are read afresh at each request. For developing Rapport itself.",
    )
    plugins_off: list[str] = _setting(
        "RAPPORT_PLUGINS_OFF",
        readers.names,
        "",
        "Plug-ins to start without, by name and separated by commas; `all` for every one.",
    )
    sqlite_backported: bool = _setting(
        "RAPPORT_SQLITE_BACKPORTED",
        readers.flag,
        "0",
        "Says that the SQLite in use, though its version has the WAL race, carries your distribution's fix.",
    )

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Read and judge the variables; BadSettings lists every problem found."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in fields(cls):
            name, default = setting.metadata["name"], setting.metadata["default"]
            try:
                values[setting.name] = setting.metadata["read"](variables.get(name) or default)
            except ValueError as error:
                problems.append(f"{name} {error}.")
                values[setting.name] = setting.metadata["read"](default)
        environment = cls(**values)
        problems += unsafe(environment, variables)
        if problems:
            raise BadSettings(problems)
        return environment


def unsafe(environment: Environment, variables: Mapping[str, str]) -> list[str]:
    """What forbids a start with these settings, as sentences that say what to set."""
    problems = list(_unsafe_database(environment))
    if not environment.is_production:
        if environment.bind not in LOOPBACK:
            problems.append(
                f"RAPPORT_BIND={environment.bind} lets other machines in, which development mode is not made for: "
                "set RAPPORT_ENV=production, or leave RAPPORT_BIND at 127.0.0.1."
            )
        return problems
    problems += _misspelt(variables)
    if environment.debug:
        problems.append("RAPPORT_DEBUG is on, and error pages would show code and settings: set RAPPORT_DEBUG=0.")
    if len(environment.secret_key) < KEY_LENGTH or len(set(environment.secret_key)) < 10:
        problems.append(
            f"RAPPORT_SECRET_KEY is missing or easy to guess: set {KEY_LENGTH} or more random characters, such as "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'` prints, and keep them."
        )
    problems += _unsafe_names(environment, variables)
    return problems


def _unsafe_database(environment: Environment) -> list[str]:
    version = library.newest().sqlite_version_info
    if environment.database.vendor != "sqlite" or environment.sqlite_backported or not library.has_wal_race(version):
        return []
    return [
        f"SQLite {'.'.join(map(str, version))} can corrupt the database: install the package pysqlite3, or use "
        "PostgreSQL by DATABASE_URL, or, if your distribution says it has fixed this version (the WAL-reset bug), "
        "set RAPPORT_SQLITE_BACKPORTED=1."
    ]


def _unsafe_names(environment: Environment, variables: Mapping[str, str]) -> list[str]:
    problems = []
    if not variables.get("RAPPORT_HOSTS"):
        problems.append("RAPPORT_HOSTS is not set: set the host names people use, such as crm.example.org.")
    elif "*" in environment.hosts:
        problems.append("RAPPORT_HOSTS is *, so any name would be believed: set the host names people use.")
    if not variables.get("RAPPORT_BASE_URL"):
        problems.append("RAPPORT_BASE_URL is not set: set the address people type, such as https://crm.example.org.")
    elif not (environment.is_https or environment.plain_http or _is_loopback(environment.base_url)):
        problems.append(
            "RAPPORT_BASE_URL begins with http://, so passwords would cross the network readable: set an https:// "
            "address, or, inside a closed network, RAPPORT_PLAIN_HTTP=1."
        )
    return problems


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in LOOPBACK


def _misspelt(variables: Mapping[str, str]) -> list[str]:
    """A setting that is not read is a wish not granted: say so, and what was probably meant."""
    known = [setting.metadata["name"] for setting in fields(Environment)]
    problems = []
    for name in sorted(variables):
        if name.startswith("RAPPORT_") and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.8)
            problems.append(f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ": remove it."))
    return problems


def secret_key(environment: Environment) -> str:
    """The key of the environment or, in development, one made once and kept in the data folder."""
    if environment.secret_key:
        return environment.secret_key
    kept = environment.data_dir / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved into place: web and worker may both come here first, and must agree.
        made = kept.with_name(f"secret_key.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64))
        _keep_first(made, kept)
    return kept.read_text().strip()


def _keep_first(made: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()
