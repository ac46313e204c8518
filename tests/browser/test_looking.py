"""An owner sees Rapport as a colleague does: a banner that says so, nothing to change, and a way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OWNER, Trouble, sign_in
from tests.browser.test_pages import violations


@pytest.fixture
def page(browser: Browser, server: str, trouble: Trouble) -> Iterator[Page]:
    context = browser.new_context(base_url=server)
    found = context.new_page()
    sign_in(found, OWNER)
    trouble.watch(found, server)
    yield found
    context.close()


def overflow(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_an_owner_looks_as_a_colleague_and_ends_it(page: Page) -> None:
    page.goto("/people")
    everybody = page.locator("table tbody tr[data-row]").count()
    page.goto("/settings/people")
    page.get_by_role("link", name="Mara Lind").first.click()
    page.goto(page.url.replace("/panel", "").replace("/users/", "/settings/people/") + "/access")
    page.get_by_role("button", name="See Rapport as they do").click()
    banner = page.get_by_role("status").filter(has_text="You see Rapport as Mara Lind")
    expect(banner).to_be_visible()
    assert violations(page) == []
    page.goto("/people")
    expect(banner).to_be_visible()
    assert page.locator("table tbody tr[data-row]").count() <= everybody
    page.set_viewport_size({"width": 390, "height": 844})
    expect(banner).to_be_in_viewport()
    assert overflow(page) <= 0
    answer = page.request.post("/theme", form={"theme": "dark"})
    assert answer.status == 403
    banner.get_by_role("button", name="End").click()
    expect(page.get_by_text("You see Rapport as yourself again.")).to_be_visible()
    expect(banner).to_have_count(0)


def test_roles_side_by_side_name_each_role_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/settings/roles/compare")
    cell = page.locator("td[data-label]").first
    shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert shown == f'"{cell.get_attribute("data-label")}"'
    assert overflow(page) <= 0
