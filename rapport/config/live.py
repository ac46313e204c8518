"""`rapport live`: the streams that open pages hear changes by, granian over an ASGI application of their own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from rapport.base.supervised import follow
from rapport.config.environment import Environment
from rapport.config.web import why_not_bind

STOP_SECONDS = 2
# What a waiting stream may find in its queue before more are refused by the system.
BACKLOG = 1_024
TRIED = 50


def port_of(environment: Environment) -> int:
    """The port that streams are served at; 0 when pages are not live."""
    if environment.live == "off" or (environment.is_production and not environment.live):
        return 0
    return environment.live_port or environment.port + 1


def free_port(environment: Environment) -> int:
    """The port, or another free one where the next to the web server's is taken; 0 when pages are not live."""
    port = port_of(environment)
    # A proxy knows one port and no other.
    if not port or environment.live_port or environment.is_production:
        return port
    return next((near for near in range(port, port + TRIED) if not why_not_bind(environment.bind, near)), 0)


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; streams are cut, pages open them again."""
    made = argparse.ArgumentParser(prog="rapport live", description="Tell open pages what changes.")
    made.add_argument("--follow", type=int, help=argparse.SUPPRESS)
    options = made.parse_args(arguments)
    if options.follow is not None:
        follow(options.follow)
    environment = Environment.read(os.environ)
    port = port_of(environment)
    if not port:
        raise SystemExit("Pages are not live with these settings: RAPPORT_LIVE says where browsers reach the streams.")
    serve(environment, port)
    return 0


def serve(environment: Environment, port: int) -> None:
    """Answer until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "rapport.config.asgi:application",
        address=environment.bind,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    ).serve()
