"""The process that serves streams: a real one, asked over HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from rapport.platform import live, records
from rapport.platform.accounts.models import User
from tests.platform.jobs.database import ROOT, environment, shared
from tests.platform.notifications.telling import actor
from tests.platform.views.site import make_toys, make_user, visit
from tests.toyshop.models import Toy

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def port(tmp_path: Path, transactional_db: None) -> Iterator[int]:
    """The port of a process of streams over the database of the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        found = free.getsockname()[1]
    with shared(tmp_path) as address:
        given = {**environment(address), "RAPPORT_LIVE_PORT": str(found), "RAPPORT_SECRET_KEY": settings.SECRET_KEY}
        process = subprocess.Popen([sys.executable, "-m", "rapport", "live"], cwd=ROOT, env=given)
        try:
            wait_for(found)
            yield found
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the streams are not served")


def ask(port: int, client: Client | None, of: str = "toy", **headers: str) -> Any:
    """An open stream."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value if client else "none"
    given = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Host": "localhost", **headers}
    url = f"http://127.0.0.1:{port}/?of={of}&after={live.here()}"
    return urllib.request.urlopen(urllib.request.Request(url, headers=given), timeout=30)


def refused(port: int, client: Client | None, of: str = "toy", **headers: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        ask(port, client, of, **headers)
    refusal.value.close()
    return refusal.value.code


def told(stream: Any) -> dict[str, str]:
    """The next thing said; comments are passed over."""
    found: dict[str, str] = {}
    for line in stream:
        name, _colon, value = line.decode().rstrip("\n").partition(": ")
        if name:
            found[name] = value
        elif "event" in found:
            return found
        else:
            found = {}
    return {}


def test_a_change_is_told_with_its_place_and_a_session_that_ends_ends_the_stream(port: int) -> None:
    ana, ben = make_user("owner"), make_user("owner")
    (toy,) = make_toys(1)
    browser = visit(ana)
    with closing(ask(port, browser)) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        records.update(actor(ben), Toy.objects.get(pk=toy.pk), {"name": "Renamed"})
        said = told(stream)
        assert said["event"] == "changed"
        assert json.loads(said["data"]) == {"ids": [str(toy.uid)], "mine": False}
        assert live.opened(said["id"]) is not None
        User.objects.filter(pk=ana.pk).update(is_active=False)
        records.update(actor(ben), Toy.objects.get(pk=toy.pk), {"name": "Renamed again"})
        assert told(stream)["event"] == "over"
        assert stream.read() == b""
    # What happened while one was away is told when one comes back with the place one had heard up to.
    with closing(ask(port, visit(ben), **{"Last-Event-ID": said["id"]})) as stream:
        assert json.loads(told(stream)["data"])["ids"] == [str(toy.uid)]


def test_who_is_not_signed_in_or_comes_from_elsewhere_is_refused(port: int) -> None:
    browser = visit(make_user("owner"))
    assert refused(port, None) == 403
    assert refused(port, browser, Host="evil.example") == 403
    assert refused(port, browser, Origin="https://evil.example") == 403
    assert refused(port, browser, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert refused(port, browser, of="") == 400
    with closing(ask(port, browser, Origin="http://localhost:8000")) as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
        assert stream.headers["Access-Control-Allow-Credentials"] == "true"


def test_one_reader_has_no_more_than_so_many(port: int) -> None:
    from rapport.platform.live.stream import MOST_OF_ONE

    browser = visit(make_user("owner"))
    opened = [ask(port, browser) for _ in range(MOST_OF_ONE)]
    try:
        assert refused(port, browser) == 429
    finally:
        for stream in opened:
            stream.close()
