"""`make test`, `make check` and `make prove`: every proof in one place, each named, all run even when one fails.

The last line says how many passed, failed and were skipped; a proof that is not a test counts as one.
"""

import contextlib
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools import chromium, postgres
from tools.mistakes import SKIPPED

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
FAST = "not slow and not browser"
OUTSIDE = "not browser"
# Tests of what holds for a whole PostgreSQL server run one after the other; SQLite has a database for each process.
TOGETHER, ALONE = "not browser and not alone and not once", "alone"
# Properties: what hypothesis runs, and what runs it inside.
PROOFS = "(hypothesis or proof) and not browser"
DATABASES = ("sqlite", "postgresql")
# What knows no database is not proved twice.
PLAIN = (
    *("base", "ui", "docs", "architecture", "tools"),
    *("platform/egress", "platform/mail"),
    *("config/test_cli.py", "config/test_environment.py", "config/test_supervisor.py", "platform/query/test_parser.py"),
)
# Some eighty processes start here, one after the other: each that compiles every module anew takes seconds more.
KEPT_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass
class Tally:
    """What was proved so far."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, name: str, code: int, said: str, *, counts: bool) -> None:
        if counts:
            found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", said)}
            self.passed += found.get("passed", 0)
            self.failed += found.get("failed", 0) + found.get("error", 0)
            self.skipped += found.get("skipped", 0)
            # A run that died without counting, or collected nothing, has proved nothing.
            self.failed += int(code != 0 and not found.get("failed") and not found.get("error"))
        else:
            self.passed += code == 0
            self.skipped += code == SKIPPED
            self.failed += code not in (0, SKIPPED)
        if code not in (0, SKIPPED):
            self.failures.append(name)


def main() -> int:
    tally, began = Tally(), time.monotonic()
    match sys.argv[1:]:
        case ["quick"]:
            with beside(lambda: lint(tally)):
                tests(tally, "fast tests on SQLite", FAST, {})
        case ["prove", *paths]:
            nightly(tally, paths)
        case _:
            full(tally)
    say(
        f"\n{time.monotonic() - began:.0f} s. "
        + (f"Failed: {', '.join(tally.failures)}" if tally.failures else "All good.")
    )
    say(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return int(bool(tally.failed))


def full(tally: Tally) -> None:
    with postgres_or_failure(tally) as url:
        with beside(lambda: lint(tally), lambda: migrations(tally), lambda: mistakes(tally), lambda: alone(tally, url)):
            tests(tally, "tests on SQLite", OUTSIDE, {})
        if url:
            left_out = [f"--ignore=tests/{name}" for name in PLAIN]
            tests(tally, "tests on PostgreSQL", TOGETHER, {"RAPPORT_TEST_DATABASE_URL": url}, options=left_out)
    browser(tally)


def nightly(tally: Tally, asked: Sequence[str]) -> None:
    """Every property in its nightly size; `asked` names databases, files and folders, nothing means all."""
    seed = os.environ.get("RAPPORT_TEST_SEED") or str(secrets.randbelow(1_000_000))
    databases = [name for name in DATABASES if name in asked] or DATABASES
    paths = [path for path in asked if path not in DATABASES]
    repeat = f"make prove SEED={seed}"
    say(f"Seed {seed}. The same cases again: {repeat}" + (f' ONLY="{" ".join(asked)}"' if asked else ""))
    size = {"RAPPORT_TEST_SIZE": "nightly", "RAPPORT_TEST_SEED": seed}
    if "sqlite" in databases:
        tests(tally, f"properties on SQLite, seed {seed}", PROOFS, size, options=paths)
    if "postgresql" in databases:
        with postgres_or_failure(tally) as url:
            if url:
                there = {**size, "RAPPORT_TEST_DATABASE_URL": url}
                left_out = [] if paths else [f"--ignore=tests/{name}" for name in PLAIN]
                # One process: some need the server for themselves.
                name = f"properties on PostgreSQL, seed {seed}"
                tests(tally, name, PROOFS, there, processes=1, options=[*paths, *left_out])
    say(f"Seed {seed}.")


@contextlib.contextmanager
def beside(*parts: Callable[[], None]) -> Iterator[None]:
    """Do these one after the other beside the block: most of them leave the second core idle."""

    def one_by_one() -> None:
        for part in parts:
            part()

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(one_by_one)
        yield
        ended.result()


def lint(tally: Tally) -> None:
    prove(tally, "form", ["ruff", "format", "--check", "--quiet"])
    prove(tally, "lint", ["ruff", "check", "--quiet"])
    prove(tally, "types", ["mypy"])
    prove(tally, "direction of imports", ["lint-imports"])
    prove(tally, "declarations", ["python", "manage.py", "check"])


def mistakes(tally: Tally) -> None:
    """Of our code, and of the parts we use."""
    prove(tally, "known mistakes in our code", ["python", "-m", "tools.mistakes", "code"])
    prove(tally, "known mistakes in the parts we use", ["python", "-m", "tools.mistakes", "parts"])


def migrations(tally: Tally) -> None:
    prove(tally, "migrations are up to date", ["python", "manage.py", "makemigrations", "--check", "--dry-run"])


def alone(tally: Tally, url: str) -> None:
    """The tests of what holds for a whole PostgreSQL server, while nobody else is on it."""
    if url:
        command = _pytest(ALONE, ["tests/platform", "tests/clients", "tests/guides", "tests/proofs"])
        name = "tests with a PostgreSQL server of their own"
        code, said = run(name, command, {"RAPPORT_TEST_DATABASE_URL": url}, at_once=False)
        tally.add(name, code, said.strip().rpartition("\n")[2], counts=True)


def browser(tally: Tally) -> None:
    if not (ROOT / "tests" / "browser").exists():
        return
    found = chromium.find_or_install()
    if not found:
        say(chromium.MISSING)
        tally.add("browser", 1, "", counts=False)
        return
    tests(tally, "in the browser", "browser", {"RAPPORT_TEST_CHROMIUM": found}, options=["tests/browser", "tests/ui"])


@contextlib.contextmanager
def postgres_or_failure(tally: Tally) -> Iterator[str]:
    try:
        with postgres.server() as url:
            yield url
    except postgres.NoServer as error:
        say(str(error))
        tally.add("PostgreSQL", 1, "", counts=False)
        yield ""


def tests(
    tally: Tally,
    name: str,
    marked: str,
    environment: Mapping[str, str],
    processes: int = 2,
    options: Sequence[str] = (),
) -> None:
    spread = ["-n", str(processes), "--dist", "worksteal"] if processes > 1 else []
    code, said = run(name, [*_pytest(marked), *spread, *options], environment)
    tally.add(name, code, said.strip().rpartition("\n")[2], counts=True)


def _pytest(marked: str, paths: Sequence[str] = ()) -> list[str]:
    return ["pytest", *paths, "-q", "-m", marked, "--no-header", "-W", "ignore::pytest.PytestConfigWarning"]


def prove(tally: Tally, name: str, command: list[str]) -> None:
    code, said = run(name, command, {}, at_once=False)
    tally.add(name, code, said, counts=False)


def run(name: str, command: list[str], environment: Mapping[str, str], *, at_once: bool = True) -> tuple[int, str]:
    """Run a command of the environment of development; its exit code and what it said.

    It is shown line by line, or, where others run beside it, in one piece at its end.
    """
    began, said = time.monotonic(), []
    head = f"\n── {name}: {' '.join(command)}"
    if at_once:
        say(head)
    process = subprocess.Popen(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "default::DeprecationWarning:rapport", **KEPT_COMPILED, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for line in process.stdout or ():
        said.append(line)
        if at_once:
            say(line.rstrip("\n"))
    code = process.wait()
    if not at_once:
        say(f"{head}\n{''.join(said)}".rstrip("\n"))
    ended = {0: "good", SKIPPED: "SKIPPED"}.get(code, "FAILED")
    say(f"── {name}: {ended}, {time.monotonic() - began:.1f} s")
    return code, "".join(said)


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
