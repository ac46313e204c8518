"""The web server stops without breaking off an answer."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from tests.config.test_run import free_port

SCRIPT = """
from rapport.config.environment import Environment
from rapport.config.web import serve
serve(Environment.read({{"PORT": "{port}"}}), "tests.config.slow_application:application")
"""


@pytest.mark.slow
def test_an_answer_in_hand_is_finished_when_told_to_stop() -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SCRIPT.format(port=port)])
    wait_for(port)
    answers: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:  # our own server
            answers.append(answer.read())

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    asking.join(10)
    assert answers == [b"finished"]
    assert process.wait(timeout=10) == 0


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it does not listen")
