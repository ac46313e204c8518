"""A mail server that misbehaves as its script says: real bytes over a real socket on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

REPLIES = {
    "greeting": "220 ready",
    "ehlo": "250-bad.example\r\n250 8BITMIME",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go on",
    "dot": "250 taken as 4711",
    "rset": "250 ok",
    "quit": "221 bye",
}


@dataclass
class Script:
    """`replies` replace the usual ones; "" hangs up instead of answering; "…" says nothing and waits.

    `drip`: one byte a second instead of an answer at this step. `taken` are the mails whose end was read.
    """

    replies: dict[str, str] = field(default_factory=dict)
    drip: str = ""
    hang_up_in_data: bool = False
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    port: int = 0


class _Over(Exception):
    pass


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """Serve by the script until the block ends."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        script.port = listening.getsockname()[1]

        def accept() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    connection, _address = listening.accept()
                    threading.Thread(target=_talk, args=(connection, script, stop), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            stop.set()
            thread.join(2)


def _talk(connection: socket.socket, script: Script, stop: threading.Event) -> None:
    with connection, suppress(OSError, _Over):
        lines = connection.makefile("rb")
        _answer(connection, script, "greeting", stop)
        while line := lines.readline():
            word = line.split()[0].decode("latin-1").lower() if line.split() else ""
            if word == "data":
                _answer(connection, script, "data", stop)
                if script.replies.get("data", "354").startswith("354"):
                    _take(connection, lines, script, stop)
            elif word == "rcpt":
                address = line.decode().partition("<")[2].partition(">")[0]
                script.recipients.append(address)
                _say(connection, script.refuse.get(address, script.replies.get("rcpt", "250 ok")), stop)
            else:
                _answer(connection, script, word, stop)


def _take(connection: socket.socket, lines: object, script: Script, stop: threading.Event) -> None:
    if script.hang_up_in_data:
        raise _Over
    content = b""
    for line in lines:  # type: ignore[attr-defined]  # a file of bytes
        if line == b".\r\n":
            script.taken.append(content)
            _answer(connection, script, "dot", stop)
            return
        content += line


def _answer(connection: socket.socket, script: Script, step: str, stop: threading.Event) -> None:
    reply = script.replies.get(step, REPLIES.get(step, "250 ok"))
    if script.drip == step:
        while not stop.wait(0.2):
            connection.sendall(b"2")
        raise _Over
    _say(connection, reply, stop)


def _say(connection: socket.socket, reply: str, stop: threading.Event) -> None:
    if reply == "":
        raise _Over
    if reply == "…":
        while not stop.wait(0.05):
            time.sleep(0)
        raise _Over
    connection.sendall(reply.encode() + b"\r\n")
