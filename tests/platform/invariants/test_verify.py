"""`rapport verify`, the nightly check and its page."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from rapport.parties.party import Party
from rapport.platform import invariants
from rapport.platform.audit import guard
from rapport.platform.invariants import nightly
from rapport.platform.jobs import queue
from rapport.platform.jobs.run import perform
from tests.make import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    guard.install()
    client = Client()
    client.force_login(make_user("Olga", roles=("owner",)))
    return client


def test_the_page_says_what_is_wrong_and_what_to_do(owner: Client) -> None:
    make_organisation("Acme")
    assert "Nothing has been checked yet" in owner.get("/settings/check").content.decode()
    Party.objects.update(version=9)
    owner.post("/settings/check/now")
    owner.post("/settings/check/now")
    assert "Everything is being checked" in owner.get("/settings/check").content.decode()
    while job := queue.claim("here"):
        perform(job)
    last = nightly.last()
    assert last is not None and last.checks == len(invariants.every())
    page = owner.get("/settings/check").content.decode()
    # Files that other tests of this process left in its folder may be found as well.
    assert "Checks that found something:" in page
    assert "The last change of each record has its Event." in page and "party" in page
    assert "Open one of the records" in page


def test_it_is_for_those_who_keep_the_house() -> None:
    client = Client()
    client.force_login(make_user(roles=("sales",)))
    assert client.get("/settings/check").status_code == 403
    assert client.post("/settings/check/now").status_code == 403


def test_the_command_ends_with_1_where_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    guard.install()
    make_organisation("Acme")
    call_command("verify", "records")
    assert "all is as it should be" in capsys.readouterr().out
    Party.objects.update(version=9)
    with pytest.raises(CommandError, match="1 of"):
        call_command("verify", "records.event", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["check"], told["number"]) == ("records.event_of_version", 1)
    with pytest.raises(CommandError, match="no such check"):
        call_command("verify", "nothing")


def test_no_more_is_counted_than_one_wants_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.platform.invariants.asking.MOST", 3)
    for number in range(5):
        make_organisation(f"Acme {number}")
    found = invariants.ask("party", "SELECT id FROM parties_party")
    assert found.number == 3 and len(found.examples) == 4
