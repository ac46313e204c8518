"""An open page follows what somebody else does, and takes nothing out of the hands of who is writing."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

HEARS = "document.documentElement.dataset.hears === 'yes'"


def rename(page: Page, path: str) -> str:
    name = f"Live {uuid4().hex[:6]}"
    page.goto(f"{path}/edit")
    page.locator("[name=name]").first.fill(name)
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("h1").first).to_contain_text(name)
    return name


def first_of(page: Page) -> str:
    found = page.locator("[data-row]").first.get_attribute("data-page-url")
    assert found
    return found.partition("?")[0]


def test_a_list_a_board_and_a_record_follow_what_somebody_else_does(visit: Open, owner: Page) -> None:
    page = visit("/opportunities")
    page.wait_for_function(HEARS)
    path = first_of(page)
    expect(page.locator("tbody")).to_contain_text(rename(owner, path))
    page.goto("/opportunities/board")
    page.wait_for_function(HEARS)
    expect(page.locator("[data-board]")).to_contain_text(rename(owner, first_of(page)))
    page.goto(path)
    page.wait_for_function(HEARS)
    expect(page.locator("h1").first).to_contain_text(rename(owner, path))


def test_who_writes_keeps_what_is_written_and_sees_the_change_afterwards(visit: Open, owner: Page) -> None:
    page = visit("/opportunities")
    page.wait_for_function(HEARS)
    path = first_of(page)
    page.locator('tbody tr td[data-edit-as="text"]').first.click()
    page.keyboard.press("Enter")
    editor = page.locator(".editing .input").first
    editor.press_sequentially("half a w")
    name = rename(owner, path)
    page.wait_for_timeout(2_500)
    assert editor.input_value().endswith("half a w")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("tbody")).to_contain_text(name)
