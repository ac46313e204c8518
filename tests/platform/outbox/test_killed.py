"""Couriers killed at any moment: no mail is lost, none leaves twice, and what is unclear is said to be."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport.platform import mail
from rapport.platform.mail.letter import Letter, Mailbox
from rapport.platform.outbox import Effect, queue
from tests.make import SYSTEM
from tests.platform.jobs.database import ROOT, environment, shared
from tests.platform.mail.bad_server import Script, serving
from tests.sizes import cases, seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    with shared(tmp_path) as found:
        yield found


class Couriers:
    """Processes that carry mails to a server of the test."""

    def __init__(self, address: str, port: int) -> None:
        self.environment = {**environment(address), "RAPPORT_MAIL_URL": f"smtp+plain://127.0.0.1:{port}"}
        self.alive: list[subprocess.Popen[bytes]] = []

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.platform.outbox.courier_process", "2"]
        made = subprocess.Popen(command, cwd=ROOT, env={**self.environment, **more}, stderr=subprocess.DEVNULL)
        self.alive.append(made)
        return made

    def end(self) -> None:
        for process in self.alive:
            process.kill()
            process.wait(timeout=10)


def put(number: int, settings: object) -> list[str]:
    settings.MAIL_URL = "smtp+plain://127.0.0.1:1"  # type: ignore[attr-defined]  # so that mails can be put
    ids = [f"<{n}@house.example>" for n in range(number)]
    for n, name in enumerate(ids):
        box = Mailbox(f"a{n}@b.example")
        letter = Letter(Mailbox("us@house.example"), (box,), f"Mail {n}", "Hello", name, "2026-03-01T10:00:00+00:00")
        mail.post(SYSTEM, letter, once=f"mail {n}")
    return ids


def arrived(script: Script) -> Counter[str]:
    lines = (line for content in list(script.taken) for line in content.decode().splitlines())
    return Counter(line.partition(": ")[2] for line in lines if line.lower().startswith("message-id: "))


def wait_until_all_settled(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while Effect.objects.filter(settled_at=None).exists():
        assert time.monotonic() < deadline, dict(queue.counts())
        time.sleep(0.05)


def check(ids: list[str], script: Script, most_unclear: int) -> None:
    there = arrived(script)
    states = {one.payload["letter"]["message_id"]: one.state for one in Effect.objects.all()}
    assert set(states) == set(ids)
    assert [name for name, times in there.items() if times > 1] == []
    assert {name for name, state in states.items() if state == "sent"} <= set(there)
    unclear = {name for name, state in states.items() if state == "uncertain"}
    assert set(states.values()) <= {"sent", "uncertain"}
    assert set(there) - {name for name, state in states.items() if state == "sent"} <= unclear
    assert len(unclear) <= most_unclear


@pytest.mark.parametrize("where", ["sending", "delivered", "settled"])
def test_a_power_cut_at_each_step_loses_and_doubles_nothing(address: str, where: str, settings: object) -> None:
    ids = put(6, settings)
    with serving(Script()) as script:
        couriers = Couriers(address, script.port)
        try:
            first = couriers.start(RAPPORT_CRASH_AT=f"outbox.{where}:{1 if where == 'settled' else 3}")
            first.wait(timeout=60)
            assert first.returncode == -signal.SIGKILL
            couriers.start()
            wait_until_all_settled(60)
        finally:
            couriers.end()
        check(ids, script, most_unclear=int(where != "settled"))


@pytest.mark.proof
def test_killing_couriers_at_random_loses_and_doubles_nothing(address: str, settings: object) -> None:
    kills = cases("couriers killed")
    number = seed() or 0
    chance = random.Random(number)
    sys.stdout.write(f"seed {number}\n")
    ids = put(25 * kills, settings)
    with serving(Script()) as script:
        couriers = Couriers(address, script.port)
        try:
            for _kill in range(kills):
                process = couriers.start()
                began, there = time.monotonic(), len(script.taken)
                while len(script.taken) < there + chance.randint(1, 12) and time.monotonic() - began < 30:
                    time.sleep(chance.random() / 50)
                process.kill()
                process.wait(timeout=10)
            couriers.start()
            couriers.start()
            wait_until_all_settled(120)
        finally:
            couriers.end()
        check(ids, script, most_unclear=kills)


def test_a_frozen_courier_settles_nothing_when_it_wakes(address: str, settings: object) -> None:
    ids = put(1, settings)
    with serving(Script(replies={"dot": "…"})) as script:
        couriers = Couriers(address, script.port)
        try:
            frozen = couriers.start()
            deadline = time.monotonic() + 30
            while not script.taken:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            os.kill(frozen.pid, signal.SIGSTOP)
            couriers.start()
            wait_until_all_settled(30)
            assert Effect.objects.get().state == "uncertain"
            os.kill(frozen.pid, signal.SIGCONT)
            time.sleep(1)
            assert Effect.objects.get().state == "uncertain"
        finally:
            couriers.end()
        check(ids, script, most_unclear=1)
