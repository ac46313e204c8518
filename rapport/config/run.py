"""`rapport run`: everything one machine needs. It prepares the database and the static files, then keeps the web server
and the worker running under one supervisor."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from rapport.config.children import House, become
from rapport.config.environment import Environment
from rapport.config.live import free_port
from rapport.config.web import why_not_listen

OLDEST_POSTGRESQL = 15


def main(arguments: Sequence[str]) -> int:
    """Prepare, and become the supervisor of the rest; 1 when something cannot start."""
    options = parser().parse_args(arguments)
    environment = Environment.read(os.environ)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # in a log file too, lines come in the order things happen
    refusal = why_not_listen(environment) or prepare(environment, migrate=options.migrate, demo=options.demo)
    if refusal:
        sys.stderr.write(refusal + "\n")
        return 1
    live = free_port(environment)
    # What pages are told must be where the streams are.
    os.environ |= {"RAPPORT_LIVE_PORT": str(live)} if live else {"RAPPORT_LIVE": "off"}
    names = ["web", "worker", *(["live"] if live else []), *(["catcher"] if catches_mail(environment) else [])]
    address = environment.base_url if environment.is_production else f"http://localhost:{environment.port}"
    become(House(names, environment.bind, environment.port, environment.log_level, address, how_to_sign_in()))
    return 0


def catches_mail(environment: Environment) -> bool:
    """On one's own machine, without a mail server named, what would leave is caught and shown."""
    return not environment.mail_url and not environment.is_production


def parser() -> argparse.ArgumentParser:
    """What may be said on the command line."""
    made = argparse.ArgumentParser(prog="rapport run", description="Start the web server and the worker.")
    made.add_argument("--migrate", action="store_true", help="bring the database to this version first")
    made.add_argument("--demo", action="store_true", help="fill a database without users with the demonstration")
    return made


def prepare(environment: Environment, *, migrate: bool, demo: bool) -> str:
    """Make the database and the static files ready; the sentence that says why not, when not."""
    if demo and environment.is_production:
        return (
            "The demonstration's passwords are known to everybody, so it does not go into production: leave out --demo."
        )
    import django
    from django.core.management import call_command

    from rapport.config import static

    django.setup()
    from rapport.platform.events import cursor

    environment.data_dir.mkdir(parents=True, exist_ok=True)
    if words := why_not_this_database():
        return words
    if words := why_not_this_version(may_migrate=migrate, production=environment.is_production):
        return words
    cursor.renumber_after_restore()
    if demo and not _has_users():
        call_command("demo")
    static.prepare()
    return ""


def why_not_this_database() -> str:
    """Empty when the database answers and is new enough, else the sentence that says what to do."""
    from django.db import Error, connection

    try:
        connection.ensure_connection()
    except Error as error:
        return f"The database cannot be opened: {error}".strip() + "\nDATABASE_URL says where it is."
    version = getattr(connection, "pg_version", None)
    if version and version < OLDEST_POSTGRESQL * 10_000:
        return f"Rapport needs PostgreSQL {OLDEST_POSTGRESQL} or newer; this one is {version // 10_000}."
    return ""


def why_not_this_version(*, may_migrate: bool, production: bool) -> str:
    """Bring the database to this version, with a backup before where there is data; why not, when not.

    On one's own machine nobody but this program uses the database; elsewhere a migration is a decision.
    """
    from rapport.platform import upgrading
    from rapport.platform.backup import keys
    from rapport.platform.backup.errors import BackupError

    try:
        found = upgrading.plan()
        if production and not may_migrate:
            behind = "The database is older than this version of Rapport: back it up and run `rapport upgrade`."
            return behind if found.pending else ""
        upgrading.upgrade(found, without_backup=not production and not keys.is_set_up())
    except (upgrading.Refused, BackupError) as refusal:
        return str(refusal)
    return ""


def _has_users() -> bool:
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.exists()


def how_to_sign_in() -> str:
    """What a newcomer does first."""
    from django.contrib.auth import get_user_model

    from rapport.demo import names

    if not _has_users():
        return "Open it to create your account: the first visitor becomes the owner."
    if get_user_model()._default_manager.filter(email__endswith=f"@{names.DOMAIN}").exists():
        return f"Sign in as mara.lind@{names.DOMAIN} or jonas.keller@{names.DOMAIN} with the password {names.PASSWORD}"
    return "Sign in with your account."
