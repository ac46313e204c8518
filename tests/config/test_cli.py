"""The command line, as one process each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rapport import __version__
from rapport.config import cli


def rapport(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "DJANGO_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "rapport", *arguments],
        env={**kept, **variables}, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {verb} " in said for verb in cli.VERBS)


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"rapport {__version__}\n"


def test_an_unknown_verb_is_an_error_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rnu"]) == 2
    assert "there is no command 'rnu'" in capsys.readouterr().err


def test_unsafe_settings_stop_every_verb_without_a_traceback() -> None:
    ended = rapport("check", RAPPORT_ENV="production")
    assert ended.returncode == 2 and "RAPPORT_SECRET_KEY" in ended.stderr and "Traceback" not in ended.stderr


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = rapport("web", PORT=str(taken.getsockname()[1]), RAPPORT_DATA_DIR=str(tmp_path))
    assert ended.returncode == 1 and "choose another port" in ended.stderr and "Traceback" not in ended.stderr


def test_the_reference_of_commands_is_current() -> None:
    from tools.reference_commands import PAGE, text

    assert PAGE.read_text() == text(), "run `make reference`"


def test_every_page_of_the_reference_is_written_by_make_reference() -> None:
    from tests.architecture.source import ROOT

    writers = "".join(path.read_text() for path in (ROOT / "tools").glob("reference_*.py"))
    orphans = [page.name for page in (ROOT / "docs" / "reference").glob("*.md") if f'"{page.name}"' not in writers]
    assert not orphans
