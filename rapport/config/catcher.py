"""`rapport catcher`: an SMTP server for a house in development. What would leave is kept on this machine and shown.

It listens on loopback only and writes its port into the folder of the caught mails, where the transport finds it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol

from rapport.base.supervised import follow
from rapport.config.environment import Environment

FOLDER = "caught-mail"
MOST_KEPT = 2_000


class Keep:
    """Keeps each mail as a file, with the addresses of its envelope beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The whole mail is here: it is on the disk before the sender hears so."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        told = {"from": envelope.mail_from, "to": envelope.rcpt_tos}
        _write(self.folder / f"{name}.json", json.dumps(told).encode())
        _write(self.folder / f"{name}.eml", envelope.content)
        self._thin_out()
        return "250 kept"

    def _thin_out(self) -> None:
        kept = sorted(self.folder.glob("*.eml"))
        for path in kept[:-MOST_KEPT]:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.rename(path)


class _Controller(Controller):
    def factory(self) -> Protocol:
        return Protocol(self.handler, data_size_limit=50_000_000, enable_SMTPUTF8=True, ident="Rapport's mail catcher")


class Catcher:
    """The server in a thread of its own; `start` returns its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._controller: Any = None

    def start(self) -> int:
        """Listen on a free port of loopback."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._controller = _Controller(Keep(self.folder), hostname="127.0.0.1", port=_free_port())
        self._controller.start()
        port = int(self._controller.server.sockets[0].getsockname()[1])
        _write(self.folder / "port", str(port).encode())
        return port

    def stop(self) -> None:
        """Listen no more; what was caught stays."""
        (self.folder / "port").unlink(missing_ok=True)
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    """Catch until SIGTERM or SIGINT."""
    made = argparse.ArgumentParser(prog="rapport catcher", description="Keep mails that would leave, on this machine.")
    made.add_argument("--follow", type=int, help=argparse.SUPPRESS)
    options = made.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.follow is not None:
        follow(options.follow)
    catcher = Catcher(Environment.read(os.environ).data_dir / FOLDER)
    catcher.start()
    while not stop.wait(3600):
        pass
    catcher.stop()
    return 0
