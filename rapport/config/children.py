"""What stays of `rapport run` when all is prepared: the supervisor and the sentence that says the address.

A process of its own without Django: preparing needs some 90 MB that keeping children does not.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass

from rapport.config.supervisor import Child, Supervisor

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PATIENCE_S = 180


@dataclass(frozen=True)
class House:
    """What to keep running, where it answers, and what a newcomer is told then."""

    children: list[str]
    bind: str
    port: int
    log_level: str
    address: str
    how: str


def become(house: House) -> None:
    """Go on as this process, with its id, its output and its place under whatever started it. Does not return."""
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-m", "rapport.config.children", json.dumps(asdict(house))]
    os.execv(sys.executable, command)  # noqa: S606  # our own module


def main() -> int:
    """Look after the children until SIGTERM or SIGINT; 1 when one cannot start."""
    house = House(**json.loads(sys.argv[1]))
    logging.basicConfig(level=house.log_level, format=FORMAT)
    threading.Thread(target=announce, args=(house,), daemon=True).start()
    rapport = [sys.executable, "-m", "rapport"]
    return Supervisor([Child(name, [*rapport, name, "--follow", "{follow}"]) for name in house.children]).run()


def announce(house: House) -> None:
    """Say the address once it answers: a link that does not work yet is the worst first impression."""
    host = "127.0.0.1" if house.bind in ("0.0.0.0", "") else house.bind  # noqa: S104  # compared, not bound
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with socket.create_connection((host, house.port), timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    else:
        return
    sys.stdout.write(f"\n  Rapport is at {house.address}\n  {house.how}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
