"""The generic pages of every Object answer, with a record in them and without."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from rapport.platform import access
from rapport.platform.objects import registry
from tests.contract.conftest import KEYS
from tests.contract.test_records import as_actor, created
from tests.contract.yard import Yard

pytestmark = pytest.mark.once


def address(name: str, *args: object) -> str:
    """The address of a page; the test is skipped while nobody has built the page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        pytest.skip(f"the page “{name}” is not there yet")


@pytest.fixture
def browser(yard: Yard) -> Client:
    client = Client()
    client.force_login(yard.caller.user)
    return client


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("page", ["list", "new", "board"])
def test_the_pages_of_an_object_answer(yard: Yard, browser: Client, key: str, page: str) -> None:
    obj = registry.get(key)
    if page == "board" and obj.board is None and obj.base.board is None:
        assert browser.get(address(page, obj.url)).status_code == 404
        return
    assert browser.get(address(page, obj.url)).status_code == 200
    made = created(yard, obj).json
    answer = browser.get(address(page, obj.url))
    assert answer.status_code == 200
    assert page != "list" or "Grüne Wiese" not in str(made.get(obj.name)) or "Grüne Wiese" in answer.content.decode()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("page", ["record", "edit", "panel", "story"])
def test_the_pages_of_a_record_answer(yard: Yard, browser: Client, key: str, page: str) -> None:
    obj = registry.get(key)
    record = access.find(as_actor(yard.caller), obj, created(yard, obj).json["id"])
    assert browser.get(address(page, obj.url, record.pk)).status_code == 200
    assert browser.get(address(page, obj.url, record.pk + 999)).status_code == 404
