"""Today in a real browser: done and next by keyboard, and the queue follows."""

from typing import Any

from playwright.sync_api import expect


def test_a_task_is_done_and_the_next_one_planned_by_keyboard(visit: Any) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    row = page.locator("#queue > li:has([data-row-key=d])").first
    here = page.locator(f"#{row.get_attribute('id')}")
    row.locator(".reason").click()
    page.keyboard.press("d")
    expect(page.locator("dialog#act").get_by_label("What next")).to_be_focused()
    page.keyboard.type("Send the revised offer")
    page.keyboard.press("Enter")
    expect(here).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("done")
    expect(page.locator("#today h1")).to_have_text("Today")
