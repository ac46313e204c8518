"""`rapport web`: the web server, granian, over the WSGI application."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence

from rapport.base.supervised import follow
from rapport.config.environment import Environment

STOP_SECONDS = 25


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; answers in hand are finished first."""
    options = parser().parse_args(arguments)
    environment = Environment.read(os.environ)
    taken = why_not_listen(environment)
    if taken:
        sys.stderr.write(taken + "\n")
        return 1
    if options.follow is not None:
        follow(options.follow)
    else:
        _prepare_static_files()  # `rapport run` has done it
    serve(environment)
    return 0


def parser() -> argparse.ArgumentParser:
    """What may be said on the command line."""
    made = argparse.ArgumentParser(prog="rapport web", description=__doc__)
    made.add_argument("--follow", type=int, help=argparse.SUPPRESS)
    return made


def _prepare_static_files() -> None:
    import django

    django.setup()
    from rapport.config import static

    static.prepare()


def why_not_listen(environment: Environment) -> str:
    """Empty when the port is free, else the sentence that says what to do."""
    reason = why_not_bind(environment.bind, environment.port)
    if not reason:
        return ""
    return (
        f"Cannot listen on {environment.bind} port {environment.port}: {reason}. "
        f"Stop what uses it, or choose another port: PORT={environment.port + 1}."
    )


def why_not_bind(address: str, port: int) -> str:
    """Empty when the port is free, else what the system says."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.create_server((address, port), family=family):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def serve(environment: Environment, application: str = "rapport.config.wsgi:application") -> None:
    """Answer requests with this WSGI application until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        application,
        address=environment.bind,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.web_processes,
        blocking_threads=environment.web_threads,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    ).serve()
