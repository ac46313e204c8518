"""The supervisor, with real processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# What the children do. Each writes one letter into a file when it begins.
FINISHES = """
import signal, sys, time
def finish(*_):
    time.sleep(0.3)
    open("{done}", "a").write("x")
    sys.exit(0)
signal.signal(signal.SIGTERM, finish)
open("{begun}", "a").write("x")
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("{begun}", "a").write("x")
time.sleep(60)
"""
FOLLOWS = """
import os, time
from rapport.base.supervised import follow
follow({{follow}})
open("{pid}", "w").write(str(os.getpid()))
time.sleep(60)
"""
FALLS_ONCE = """
import os, time
open("{begun}", "a").write("x")
time.sleep(0.4 if os.path.getsize("{begun}") == 1 else 60)
raise SystemExit(3)
"""


def eventually(holds: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


class Started:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path, *programs: str, grace: float = 5, steady: float = 0.2) -> None:
        self.begun, self.done, self.pid = folder / "begun", folder / "done", folder / "pid"
        children = [
            program.format(begun=self.begun, done=self.done, pid=self.pid) if "{" in program else program
            for program in programs
        ]
        script = textwrap.dedent(f"""
            import logging, sys
            from rapport.config.supervisor import Child, Supervisor
            logging.basicConfig(level="INFO")
            children = [Child(f"child {{n}}", [sys.executable, "-c", code]) for n, code in enumerate({children!r})]
            sys.exit(Supervisor(children, grace={grace}, steady={steady}).run())
        """)
        self.process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)

    def end(self) -> tuple[int, str]:
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_stop_lets_children_finish(tmp_path: Path, number: signal.Signals) -> None:
    started = Started(tmp_path, FINISHES, FINISHES)
    eventually(lambda: length(started.begun) == 2)
    started.process.send_signal(number)
    code, said = started.end()
    assert code == 0 and length(started.done) == 2, said


def test_a_child_that_ends_is_started_again(tmp_path: Path) -> None:
    started = Started(tmp_path, FALLS_ONCE)
    eventually(lambda: length(started.begun) == 2)
    started.process.send_signal(signal.SIGTERM)
    code, said = started.end()
    assert code == 0 and "ended with code 3; starting it again" in said


def test_a_child_that_cannot_start_ends_everything_with_an_error(tmp_path: Path) -> None:
    started = Started(tmp_path, FINISHES, "raise SystemExit(7)", steady=3)
    code, said = started.end()
    assert code == 1 and "child 1 cannot start: it ended with code 7" in said
    assert "child 0 stopped" in said


def test_a_child_that_does_not_stop_is_killed_after_the_grace(tmp_path: Path) -> None:
    started = Started(tmp_path, STUBBORN, grace=0.5)
    eventually(lambda: length(started.begun) == 1)
    started.process.send_signal(signal.SIGTERM)
    code, said = started.end()
    assert code == 0 and "stopped (code -9)" in said


def test_a_second_signal_kills_at_once(tmp_path: Path) -> None:
    started = Started(tmp_path, STUBBORN, grace=60)
    eventually(lambda: length(started.begun) == 1)
    for _ in range(2):
        started.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    assert "stopped (code -9)" in started.end()[1]


def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    started = Started(tmp_path, FOLLOWS)
    eventually(lambda: length(started.pid))
    child = int(started.pid.read_text())
    started.process.kill()
    started.process.communicate()
    eventually(lambda: not is_running(child))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
