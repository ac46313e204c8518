"""A request with an Idempotency-Key is done once, whoever repeats it and whatever dies in between."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from rapport.base.clock import now
from rapport.platform.access import system
from rapport.platform.accounts import tokens
from rapport.platform.api import idempotency
from rapport.platform.api.models import IdempotencyKey, forget_old_keys
from rapport.platform.events.models import Event
from rapport.platform.files.models import StoredFile
from tests.platform.api.caller import Caller, caller
from tests.platform.jobs.database import ROOT, environment, shared
from tests.toyshop.models import Maker


def test_the_same_request_again_gets_the_stored_answer_and_no_second_effect(owner: Caller) -> None:
    first = owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a-1")
    again = owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a-1")
    assert (first.status, again.status, again.content) == (201, 201, first.content)
    assert (again.headers["ETag"], again.headers["Location"]) == (first.headers["ETag"], first.headers["Location"])
    assert (again.headers["Idempotent-Replayed"], "Idempotent-Replayed" in first.headers) == ("true", False)
    assert Maker.objects.count() == Event.objects.filter(kind="maker.created").count() == 1


def test_a_change_is_done_once_too_although_the_version_moved_on(owner: Caller) -> None:
    uid = owner("POST", "/makers", {"name": "Holz"}).json["id"]
    sent = [
        owner("PATCH", f"/makers/{uid}", {"people": 4}, if_match='"1"', idempotency_key="b").json for _n in range(3)
    ]
    assert [answer["version"] for answer in sent] == [2, 2, 2]
    assert Maker.objects.get().version == 2


def test_another_request_with_the_key_is_refused(owner: Caller) -> None:
    owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a")
    reply = owner("POST", "/makers", {"name": "Blech"}, idempotency_key="a")
    assert (reply.status, reply.pointers) == (422, {"Idempotency-Key"})
    assert owner("POST", "/toys", {"name": "Holz"}, idempotency_key="a").status == 422
    assert Maker.objects.count() == 1


def test_a_refusal_is_not_kept_and_the_next_try_is_judged_anew(owner: Caller) -> None:
    assert owner("POST", "/makers", {"name": ""}, idempotency_key="a").status == 422
    assert owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a").status == 201


def test_keys_belong_to_one_token(owner: Caller) -> None:
    other = Caller(owner.user, *tokens.make(owner.user, "second"))
    owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a")
    assert "Idempotent-Replayed" not in other("POST", "/makers", {"name": "Holz"}, idempotency_key="a").headers
    assert Maker.objects.count() == 2


def test_an_upload_is_kept_once_and_another_file_under_the_key_is_refused(owner: Caller) -> None:
    sent = [
        owner("POST", "/files?name=a.txt", b"one", content_type="text/plain", idempotency_key="f") for _n in range(2)
    ]
    assert sent[0].content == sent[1].content
    assert owner("POST", "/files?name=a.txt", b"two", content_type="text/plain", idempotency_key="f").status == 422
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "ä", "a\x7f"])
def test_a_key_that_is_none_is_refused(owner: Caller, key: str) -> None:
    assert owner("POST", "/makers", {"name": "Holz"}, idempotency_key=key).status == 400
    assert not Maker.objects.exists()


def test_after_a_day_the_answer_is_forgotten(owner: Caller) -> None:
    owner("POST", "/makers", {"name": "Holz"}, idempotency_key="old")
    IdempotencyKey.objects.update(created_at=now() - timedelta(hours=25))
    assert "Idempotent-Replayed" not in owner("POST", "/makers", {"name": "Holz"}, idempotency_key="old").headers
    owner("POST", "/makers", {"name": "Blech"}, idempotency_key="older")
    IdempotencyKey.objects.filter(key="older").update(created_at=now() - timedelta(hours=25))
    assert forget_old_keys(system("test"), None) == 1  # type: ignore[arg-type]  # it looks at no run
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["old"]


# --- at the same time, and killed -------------------------------------------------------------------------------------


@pytest.fixture
def address(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    with shared(tmp_path) as found:
        yield found


def _process(
    address: str, caller: Caller, where: str, method: str, url: str, body: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.platform.api.killed", where, method, url, body, caller.secret, "once"]
    return subprocess.run(command, cwd=ROOT, env=environment(address), capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("where", "replayed"), [("before", ""), ("after", "true")])
def test_killed_between_effect_and_answer_the_request_has_one_effect(address: str, where: str, replayed: str) -> None:
    owner = caller("Olga", "owner")
    for url, body in (
        ("/makers", '{"name": "Once"}'),
        ("/makers/bulk", '{"items": [{"do": "create", "values": {"name": "Once"}}]}'),
    ):
        IdempotencyKey.objects.all().delete()
        Maker.objects.all().delete()
        Event.objects.filter(object="maker").delete()
        killed = _process(address, owner, where, "POST", url, body)
        assert killed.returncode == -9, killed.stderr
        assert Maker.objects.count() == (1 if where == "after" else 0)
        again = owner("POST", url, body.encode(), content_type="application/json", idempotency_key="once")
        assert again.status == (201 if url == "/makers" else 200)
        assert again.headers.get(idempotency.REPLAYED, "") == replayed
        assert Maker.objects.count() == Event.objects.filter(kind="maker.created").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = caller("Olga", "owner")
    inside, go_on = threading.Event(), threading.Event()
    keep = idempotency._keep

    def slow(*args: Any) -> None:
        inside.set()
        go_on.wait(10)
        keep(*args)

    monkeypatch.setattr(idempotency, "_keep", slow)
    answers: list[int] = []

    def first() -> None:
        answers.append(owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a").status)
        connection.close()

    if connection.vendor == "sqlite":
        # A database in memory has one connection: the request stands for the one that is under way.
        with idempotency._alone(owner.token.pk, "a"):
            second = owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a")
        go_on.set()
        first()
    else:
        thread = threading.Thread(target=first)
        thread.start()
        inside.wait(10)
        idempotency._running.clear()  # as in another process, where only the lock of the database is known
        second = owner("POST", "/makers", {"name": "Holz"}, idempotency_key="a")
        go_on.set()
        thread.join()
    assert (second.status, second.headers["Retry-After"], answers) == (409, "1", [201])
    assert Maker.objects.count() == 1
