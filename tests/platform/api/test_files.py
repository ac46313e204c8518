"""Files by the API: listed by Query as far as they may be read; too large ones refused while they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.api import files
from rapport.platform.files import places
from rapport.platform.files.models import StoredFile
from tests.platform.api.caller import Caller, caller


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def send(who: Caller, name: str, content: bytes = b"x", to: str = "/files") -> Any:
    return who("POST", f"{to}?name={name}", content, content_type="application/octet-stream")


def test_files_are_listed_by_query_page_by_page(owner: Caller) -> None:
    for number in range(3):
        send(owner, f"plan-{number}.txt", b"x" * (number + 1))
    page = owner("GET", "/files?q=size+%3E+1&sort=-size&limit=1&count=exact").json
    assert ([file["name"] for file in page["items"]], page["count"]["number"]) == (["plan-2.txt"], 2)
    assert page["items"][0] == owner("GET", f"/files/{page['items'][0]['id']}").json
    rest = owner("GET", f"/files?q=size+%3E+1&sort=-size&limit=1&cursor={page['next']}").json
    assert ([file["name"] for file in rest["items"]], rest["next"]) == (["plan-1.txt"], None)
    assert owner("GET", "/files?q=nonsense+%3D+1").status == 400


def test_only_files_within_reach_are_listed(owner: Caller) -> None:
    role = Role.objects.create(key="few", name="Few")
    for action, scope in {"read": "own", "create": "all", "edit": "own"}.items():
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    for action in ("read", "create"):
        Grant.objects.create(role=role, object="file", action=action, scope="all")
    FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="write")
    rights_changed()
    few = caller("Fay", "few")
    toy = owner("POST", "/toys", {"name": "Bus"}).json["id"]
    send(owner, "theirs.txt", b"theirs", f"/toys/{toy}/files")
    send(few, "mine.txt", b"mine")
    assert [file["name"] for file in few("GET", "/files").json["items"]] == ["mine.txt"]
    assert {file["name"] for file in owner("GET", "/files").json["items"]} >= {"theirs.txt"}


@pytest.mark.parametrize("says_length", [True, False])
def test_what_is_too_large_is_refused_early_and_nothing_is_kept(
    owner: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, says_length: bool
) -> None:
    """By its length where it says one, else as soon as too much has arrived."""
    settings.UPLOAD_BYTES = 100_000
    arrived: list[int] = []
    receive, copy = files._received, places._copy

    class Slow:
        """Hands the body on in small pieces, as a network does, and counts them."""

        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def read(self, size: int = -1) -> bytes:
            piece: bytes = self.stream.read(min(size, 10_000))
            arrived.append(len(piece))
            return piece

    def received(call: Any, record: Any) -> Any:
        if not says_length:
            call.request.META["CONTENT_LENGTH"] = ""
        return receive(call, record)

    monkeypatch.setattr(places, "_copy", lambda stream, out: copy(Slow(stream), out))
    monkeypatch.setattr(files, "_received", received)
    reply = send(owner, "big.bin", b"x" * 1_000_000)
    assert (reply.status, reply.json["code"]) == (413, "too_large")
    assert sum(arrived) <= (0 if says_length else 110_000)
    assert [path for path in places.folder().rglob("*") if path.is_file()] == []
    assert not StoredFile.objects.exists()
