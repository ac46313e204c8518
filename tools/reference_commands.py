"""Writes docs/reference/commands.md from the command line itself."""

import argparse
from pathlib import Path

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from rapport.config import cli, run, web

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "commands.md"
HEAD = """# Commands

Generated from the command line by `make reference`; a test keeps it current. `rapport COMMAND --help` says the same.

In a source tree the program is `.venv/bin/rapport`. What it works on is told by the [settings](settings.md).
"""
# Django's own, of interest to nobody who runs Rapport.
COMMON = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}
DJANGOS = ("migrate", "check", "shell")


def text() -> str:
    return HEAD + "".join(_section(verb, says) for verb, says in cli.VERBS.items() if _parser(verb))


def _section(verb: str, says: str) -> str:
    parser = _parser(verb)
    lines = [f"\n## `rapport {verb}`\n\n{says[0].upper()}{says[1:]}.\n"]
    rows = [] if parser is None or verb in DJANGOS else [_row(one) for one in parser._actions if _is_ours(one)]
    if rows:
        lines.append("\n| argument | what it does |\n|---|---|\n" + "".join(rows))
    return "".join(lines)


def _parser(verb: str) -> argparse.ArgumentParser | None:
    """None while nobody has written the command."""
    if verb in ("run", "web"):
        return run.parser() if verb == "run" else web.parser()
    package = get_commands().get(verb)
    if package is None:
        return None
    command: BaseCommand = package if isinstance(package, BaseCommand) else load_command_class(package, verb)
    return command.create_parser("rapport", verb)


def _is_ours(one: argparse.Action) -> bool:
    return one.dest not in COMMON and one.help != argparse.SUPPRESS


def _row(one: argparse.Action) -> str:
    names = ", ".join(f"`{name}`" for name in one.option_strings) or f"`{str(one.metavar or one.dest).upper()}`"
    choices = f" One of {', '.join(map(str, one.choices))}." if one.choices else ""
    return f"| {names} | {(one.help or '').replace('|', '/')}{choices} |\n"


def write() -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text())
