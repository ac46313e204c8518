"""A day's work in the browser: find, filter, open, change, move, log, undo; by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect


def first_row(page: Page) -> Any:
    return page.locator("table tbody tr").first


def test_from_the_list_to_the_panel_to_the_page_and_back(visit: Any) -> None:
    page = visit("/organisations")
    name = first_row(page).locator("a").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel).to_contain_text(name)
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.go_back()
    expect(first_row(page)).to_contain_text(name)


def test_a_filter_that_is_typed_and_one_that_says_what_is_wrong(visit: Any) -> None:
    page = visit("/organisations")
    box = page.locator("input[name=q]").first
    box.fill("industry = food and employees > 5")
    box.press("Enter")
    expect(page).to_have_url(re.compile("q=industry"))
    assert page.locator("table tbody tr").count() > 0
    box = page.locator("input[name=q]").first
    box.fill("industri = food")
    box.press("Enter")
    expect(page.locator("body")).to_contain_text("industry")


def test_the_palette_finds_a_customer_by_three_letters(visit: Any) -> None:
    page = visit("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("mül")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    expect(page.locator("dialog[open]")).to_contain_text(re.compile("Müller", re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_call_is_logged_with_one_key_and_two_fields(visit: Any) -> None:
    page = visit("/organisations/2")
    page.keyboard.press("c")
    composer = page.locator("form").filter(has=page.get_by_label("Subject")).first
    composer.get_by_label("Subject").fill("Asked for the roof plan")
    composer.locator("textarea").first.fill("Will send it on Monday.")
    composer.locator("textarea").first.press("Control+Enter")
    expect(page.locator(".story").first).to_contain_text("Asked for the roof plan")


def test_a_field_is_changed_in_place_and_undone(visit: Any) -> None:
    page = visit("/organisations/5")
    facts = page.locator(".facts").first
    before = facts.inner_text()
    page.locator("[data-field=employees]").first.click()
    box = page.locator("[data-field=employees] input").first
    box.fill("4321")
    box.press("Enter")
    expect(facts).to_contain_text("4,321")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".facts").first).not_to_contain_text("4,321")
    assert before


def test_a_deal_is_moved_by_keyboard(visit: Any) -> None:
    page = visit("/opportunities/board")
    columns = page.locator("[data-lane]")
    card = columns.nth(0).locator("[data-card]").first
    name = card.get_attribute("data-card")
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(columns.nth(1).locator(f"[data-card='{name}']")).to_be_visible()


def test_a_deal_is_moved_by_mouse(visit: Any) -> None:
    page = visit("/opportunities/board")
    columns = page.locator("[data-lane]")
    card = columns.nth(1).locator("[data-card]").first
    name = card.get_attribute("data-card")
    card.drag_to(columns.nth(0).locator("[data-card]").first)
    expect(columns.nth(0).locator(f"[data-card='{name}']")).to_be_visible()


def test_the_theme_is_the_readers_choice(visit: Any) -> None:
    page = visit("/settings/profile")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_on_a_phone_rows_are_cards_and_the_record_has_tabs(visit: Any) -> None:
    page = visit("/people", width=390)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("table tbody tr a, .cards a").first.click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_lists_work_without_scripts(browser: Any, server: str, signed_in: dict[str, object]) -> None:
    context = browser.new_context(base_url=server, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto("/people")
    assert page.locator("table tbody tr").count() > 10
    page.locator("table tbody tr a").first.click()
    assert page.locator("h1").first.inner_text()
    context.close()
