"""The Python client: what stands in the tree is what the generator writes, it type-checks, and it talks to a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapport_client import Problem, Rapport
from rapport_client.core import Answer, Transport, _Again

from rapport.parties.party import Party
from rapport.platform.events.models import Event
from tests.platform.api.caller import caller
from tools import reference_client

CLIENT = Path(__file__).parents[2] / "clients" / "python"


def test_the_client_in_the_tree_is_what_the_description_gives() -> None:
    for name, text in reference_client.modules().items():
        assert (reference_client.PACKAGE / name).read_text(encoding="utf-8") == text, "run: make reference"


@pytest.mark.slow
def test_it_and_what_is_written_with_it_type_checks(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from rapport_client import Rapport\n"
        "rapport = Rapport('http://localhost', 'rpt_x')\n"
        "ada = rapport.people.create({'name': 'Ada', 'birthday': '1815-12-10'})\n"
        "reveal_type(ada['id'])\n"
        "rapport.people.create({'nmae': 'Ada'})\n"
        "rapport.opportunities.create({'name': 'Deal', 'amount': 5})\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache")]
    whole = subprocess.run([*command, "rapport_client"], cwd=CLIENT, capture_output=True, text=True, check=False)
    assert whole.returncode == 0, whole.stdout
    used = subprocess.run([*command, str(script)], cwd=CLIENT, capture_output=True, text=True, check=False).stdout
    assert 'note: Revealed type is "str"' in used
    assert 'script.py:5: error: Missing key "name"' in used or "script.py:5: error: Extra key" in used, used
    assert "script.py:6: error: Incompatible types" in used


# --- against a server -------------------------------------------------------------------------------------------------


@pytest.fixture
def rapport(live_server: Any) -> Iterator[Rapport]:
    owner = caller("Olga", "owner")
    yield Rapport(live_server.url, owner.secret, wait=lambda seconds: None)


def test_records_are_created_read_changed_put_away_and_brought_back(rapport: Rapport) -> None:
    ada = rapport.people.create({"name": "Ada Lovelace", "email": "ada@example.org"})
    assert rapport.people.get(ada["id"])["email"] == "ada@example.org"
    changed = rapport.people.update(ada["id"], {"job_title": "Analyst"}, version=ada["version"])
    with pytest.raises(Problem) as stale:
        rapport.people.update(ada["id"], {"job_title": "Countess"}, version=ada["version"])
    assert (stale.value.status, stale.value.code) == (412, "stale")
    assert stale.value.document["theirs"] == {"job_title": "Analyst"}
    assert rapport.people.archive(ada["id"], version=changed["version"])["version"] == changed["version"] + 1
    rapport.people.restore(ada["id"])
    assert rapport.people.tag(ada["id"], "maths") == ["maths"]
    kinds = [event["kind"] for event in rapport.people.events(ada["id"])]
    assert kinds[-1] == "party.created"
    assert "party.archived" in kinds


def test_lists_follow_their_pages_and_many_are_written_at_once(rapport: Rapport) -> None:
    done = rapport.people.bulk([{"do": "create", "values": {"name": f"No {n:02}"}} for n in range(25)])
    assert done["done"] == 25
    names = [person.get("name") for person in rapport.people.all(sort="name", page_size=10)]
    assert names == [f"No {n:02}" for n in range(25)]
    assert rapport.people.count("name starts with No") == 25
    run = rapport.people.run({"do": "tag", "q": "", "values": {"tags": ["seen"]}})
    assert (run["state"], run["changed"]) == ("done", 25)
    assert {row["outcome"] for row in rapport.run_results(run["id"])} == {"changed"}
    assert rapport.undo_run(run["id"])["undone"] == 25
    assert rapport.people.export("csv", "name = 'No 01'", fields="name").decode("utf-8-sig").count("\n") == 2
    assert rapport.people.upsert("email", "x@example.org", {"name": "X"})["version"] == 1


@pytest.mark.alone  # the feed waits for every open transaction of the server
def test_actions_files_search_and_changes(rapport: Rapport) -> None:
    place = rapport.latest()
    ada = rapport.people.create({"name": "Ada Lovelace"})
    done = rapport.people.add_contact_point(ada["id"], {"kind": "email", "value": "ada@example.org"})
    assert done["record"]["id"] == ada["id"]
    kept = rapport.people.attach(ada["id"], "plan.txt", b"plan")
    assert rapport.download(kept["id"]) == b"plan"
    assert [hit["id"] for hit in rapport.search("lovelace")["hits"]] == [ada["id"]]
    told = [(change["object"], change["gone"]) for change, _place in rapport.changes(place)]
    assert ("person", False) in told
    assert rapport.me()["name"] == "Olga"


def test_an_answer_lost_on_the_way_is_asked_for_again_and_the_deed_done_once(
    rapport: Rapport, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Transport._once
    lost: list[Answer] = []

    def losing(self: Transport, request: Any) -> Any:
        answer = once(self, request)
        if len(lost) < 2:
            lost.append(answer)
            raise _Again(0, ConnectionError())
        return answer

    monkeypatch.setattr(Transport, "_once", losing)
    made = rapport.people.create({"name": "Ada Lovelace"})
    assert (len(lost), lost[1].was_replayed, made["name"]) == (2, True, "Ada Lovelace")
    assert Party.objects.filter(name="Ada Lovelace").count() == 1
    assert Event.objects.filter(kind="party.created").count() == 1


def test_a_refusal_is_not_repeated_and_names_the_places(rapport: Rapport) -> None:
    with pytest.raises(Problem) as wrong:
        rapport.people.create({"name": "", "email": "nobody"})
    assert {error["pointer"] for error in wrong.value.errors} == {"/email"}
    with pytest.raises(Problem, match="401"):
        Rapport(rapport.transport.url, "rpt_wrong").me()
