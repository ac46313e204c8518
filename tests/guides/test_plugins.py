"""The worked example of a plug-in: the guide shows exactly its files, and it lives in a Rapport of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rapport.platform.plugins import PUBLIC, private_imports
from tests.config.test_run import Running, database

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plugins" / "vehicles"
GUIDE = (ROOT / "docs" / "guides" / "plugins.md").read_text(encoding="utf-8")
# Written by a command that the guide names.
GENERATED = "rapport_vehicles/migrations/"
# Somebody new in the house, their token and their session, as JSON.
VISITOR = """
import json
from importlib import import_module
from uuid import uuid4
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from rapport.platform.accounts import tokens
from tests.make import make_user
user = make_user("Ana", roles=("owner",), email=f"{uuid4().hex}@house.example")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(json.dumps({"token": tokens.make(user, "test")[1], "session": session.session_key}))
"""


def shown() -> dict[str, str]:
    """The files that the guide shows, by path."""
    return dict(re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))


def files() -> dict[str, str]:
    """The files of the example that somebody writes, by path."""
    found = {path.relative_to(EXAMPLE).as_posix(): path for path in EXAMPLE.rglob("*") if path.is_file()}
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in found.items()
        if not name.startswith((GENERATED, ".")) and "__pycache__" not in name
    }


def test_the_guide_shows_every_file_of_the_example_as_it_is() -> None:
    assert sorted(shown()) == sorted(files())
    for name, text in files().items():
        assert shown()[name] == text, name


def test_the_example_uses_public_names_alone() -> None:
    assert list(private_imports(EXAMPLE)) == []


def test_the_guide_names_every_public_module() -> None:
    rows = GUIDE.partition("## What a plug-in may use")[2]
    named: set[str] = set()
    package = ""
    for name in re.findall(r"`(\.?[\w.]+)`", rows):
        package = name.rpartition(".")[0] if name.startswith("rapport.") else package
        named.add(name if name.startswith("rapport.") else f"{package}{name}")
    assert named >= PUBLIC


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from rapport.platform.labels import quote", "rapport.platform.labels"),
        ("from rapport.platform import labels", "rapport.platform.labels"),
        ("import rapport.config.settings", "rapport.config.settings"),
        ("def late():\n    from rapport.sales.flow import funnel", "rapport.sales.flow"),
    ],
)
def test_a_private_name_is_found_wherever_it_is_imported(tmp_path: Path, line: str, module: str) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "car.py").write_text(f"from rapport.platform import records\n{line}\n")
    assert list(private_imports(tmp_path)) == [("inner/car.py", module)]


# --- a life ---------------------------------------------------------------------------------------------------------


class House:
    """A Rapport of its own: a folder, a database, and what is installed beside it."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address, self.target = folder, address, folder / "target"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAPPORT_", "DJANGO_", "DATABASE_"))}
        path = os.pathsep.join(filter(None, [str(self.target), str(ROOT), kept.get("PYTHONPATH", "")]))
        self.surroundings = {**kept, "PYTHONPATH": path}
        self.surroundings |= {"DATABASE_URL": address, "RAPPORT_DATA_DIR": str(folder)}

    def install(self) -> None:
        """With pip and without a network, as the guide does; the source is copied, since a build leaves files there."""
        source = self.folder / "source"
        shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
        options = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
        subprocess.run(
            [sys.executable, "-m", "pip", "install", *options, "--target", str(self.target), str(source)], check=True
        )

    def rapport(self, *words: str, code: int = 0, **settings: str) -> str:
        """What a command line says."""
        done = subprocess.run(
            [sys.executable, "-m", "rapport", *words],
            env={**self.surroundings, **settings}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def open(self) -> Iterator[Visitor]:
        """The house with its doors open, and somebody who may do everything in it."""
        keys = json.loads(self.rapport("shell", "-v", "0", "-c", VISITOR).strip().splitlines()[-1])
        running = Running(self.folder, self.address, PYTHONPATH=self.surroundings["PYTHONPATH"])
        try:
            running.wait_until("Rapport is at")
            yield Visitor(running, **keys)
        finally:
            running.process.terminate()
            running.process.wait(timeout=60)


class Visitor:
    """Somebody with a token and a session."""

    def __init__(self, running: Running, token: str, session: str) -> None:
        self.running, self.token, self.session = running, token, session

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The API's answer; POST where there is a body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self._fetch(f"/api/v1/{path}", headers, data)[1])

    def see(self, path: str) -> tuple[int, str]:
        """A page."""
        return self._fetch(path, {"Cookie": f"rapport_session={self.session}"}, None)

    def _fetch(self, path: str, headers: dict[str, str], data: bytes | None) -> tuple[int, str]:
        request = urllib.request.Request(self.running.address(path), data, headers)  # noqa: S310  # our own server
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def until(found: Callable[[], Any], seconds: float = 180) -> Any:
    """What the worker has done by and by."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return result


@pytest.mark.slow
@pytest.mark.alone  # its reaction waits for every open transaction of the server
def test_it_is_installed_used_switched_off_and_removed(tmp_path: Path) -> None:
    with database(tmp_path) as address:
        house = House(tmp_path, address)
        house.install()
        house.rapport("migrate")
        assert "Plug-in vehicles (rapport-vehicles 1.0.0)\n" in house.rapport("check")
        with house.open() as ana:
            firm = _lives(ana)
        _breaks(house)
        shutil.rmtree(house.target)
        assert "vehicles" not in house.rapport("check")
        with house.open() as ana:
            _is_gone(ana, firm)


def _lives(ana: Visitor) -> str:
    """Over the API and on its pages; gives the address of the customer."""
    firm = ana.call("organisations", {"name": "Acme"})
    values = {"plate": "B-XY 12", "customer": firm["id"], "mileage": 14_000, "service_at": 15_000}
    car = ana.call("vehicles", {**values, "inspection_on": "2020-01-31"})
    assert car["plate"] == "B-XY 12", car
    refused = ana.call(f"vehicles/{car['id']}/actions/note_mileage", {"mileage": 13_000})
    assert "14000" in json.dumps(refused)
    ana.call(f"vehicles/{car['id']}/actions/note_mileage", {"mileage": 15_200})
    task = until(lambda: ana.call("tasks?fields=subject,customer")["items"])[0]
    assert task["subject"] == "Book a service for B-XY 12"
    assert ana.see("/vehicles")[1].count("B-XY 12")
    status, page = ana.see("/vehicles/inspections")
    assert status == 200 and "B-XY 12" in page and "Acme" in page
    path = next(iter(re.findall(r'href="(/organisations/\d+)[?"/]', ana.see("/organisations")[1])))
    page = ana.see(path)[1]
    assert "Car pool" in page and "B-XY 12" in page
    return str(path)


def _breaks(house: House) -> None:
    """It is named with its error, and the house starts without it."""
    module = house.target / "rapport_vehicles" / "shown.py"
    whole = module.read_text()
    module.write_text(whole + "\nraise RuntimeError('half a car')\n")
    said = house.rapport("check", code=2)
    assert "The plug-in vehicles (rapport-vehicles 1.0.0) cannot be loaded: RuntimeError: half a car" in said
    assert "RAPPORT_PLUGINS_OFF=vehicles" in said and "Traceback" not in said
    assert ": switched off" in house.rapport("check", RAPPORT_PLUGINS_OFF="vehicles")
    module.write_text(whole + "\nfrom rapport.platform.labels import quote\n")
    assert "rapport.platform.labels" in house.rapport("check")


def _is_gone(ana: Visitor, firm: str) -> None:
    """The customer and what was told about the car are still there; the noun is not."""
    status, page = ana.see(firm)
    assert status == 200 and "Acme" in page and "Car pool" not in page
    assert ana.see("/vehicles")[0] == ana.see("/vehicles/inspections")[0] == 404
    assert ana.call("tasks?fields=subject")["items"][0]["subject"] == "Book a service for B-XY 12"
