"""The command line: `rapport run`, `rapport import FILE`, … All but `run` and `web` are Django commands."""

import os
import sys
from collections.abc import Sequence

from rapport import __version__

# In the order a newcomer needs them.
VERBS = {
    "run": "start the web server and the worker, and keep them running",
    "web": "start the web server alone",
    "worker": "start the worker alone: it does the jobs",
    "live": "start the streams alone: they tell open pages what changed",
    "catcher": "catch mails on this machine instead of sending them (development)",
    "migrate": "bring the database to this version",
    "upgrade": "look, back up, then bring the database to this version",
    "demo": "fill an empty database with the demonstration company",
    "user": "create a user, set a password, list users",
    "import": "bring in a CSV, TSV or XLSX file",
    "export": "write records to a CSV, XLSX or JSON lines file",
    "backup": "back up the database and the files, sealed and restored for trial; make a key",
    "verify-backup": "restore a backup for trial and compare it",
    "restore": "put a backup in the place of the database",
    "verify": "check what must always be true of the data",
    "jobs": "list jobs, and retry dead ones",
    "privacy": "what is held about somebody, as a bundle; erase somebody",
    "keys": "the keys that values are sealed with: list, rotate, drop",
    "audit": "verify the audit trail, renew its key, write evidence for an auditor",
    "check": "prove the declarations, the settings, the database and what is derived (--repair)",
    "bench": "measure",
    "shell": "a Python prompt with everything loaded",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0
    if given[0] in ("-V", "--version", "version"):
        sys.stdout.write(f"rapport {__version__}\n")
        return 0
    if given[0] not in VERBS:
        sys.stderr.write(f"rapport: there is no command {given[0]!r}.\n\n{usage()}")
        return 2
    return _dispatch(given)


def usage() -> str:
    """The help text: every verb with its sentence."""
    lines = [f"  {verb:<13}  {says}" for verb, says in VERBS.items()]
    return "\n".join(
        [
            "usage: rapport COMMAND [OPTIONS]",
            "",
            *lines,
            "",
            "`rapport COMMAND --help` says more about one of them.",
            "",
        ]
    )


def _dispatch(given: list[str]) -> int:
    # Imported here: `rapport --help` answers at once and with any settings.
    from rapport.config import plugins
    from rapport.config.environment import BadSettings, Environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    try:
        found = plugins.installed(Environment.read(os.environ).plugins_off)
    except (BadSettings, plugins.BadPlugin) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    try:
        return _run(given)
    except Exception as error:
        bad = plugins.blamed(found, error)
        if bad is None:
            raise
        sys.stderr.write(f"{bad}\n")
        return 2


def _run(given: list[str]) -> int:
    verb, *rest = given
    if verb == "run":
        from rapport.config import run

        return run.main(rest)
    if verb == "web":
        from rapport.config import web

        return web.main(rest)
    if verb == "live":
        from rapport.config import live

        return live.main(rest)
    if verb == "catcher":
        from rapport.config import catcher

        return catcher.main(rest)
    if verb == "check" and set(rest) <= {"--repair"}:
        return _django(["check", "--database", "default", "--derived", *rest])
    return _django([verb.replace("-", "_"), *rest])


def _django(given: list[str]) -> int:
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["rapport", *given])
    except SystemExit as end:  # Django ends the process itself when a command fails
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
