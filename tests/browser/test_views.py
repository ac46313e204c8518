"""Working in views: cells as in a spreadsheet, many at once, groups, the calendar, columns; by mouse and keyboard."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect


def ready(page: Page) -> None:
    """The list stands, and its cells can be worked in."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("table[data-grid]")).to_be_visible()


def cell(page: Page, row: int, key: str) -> Any:
    return page.locator("table tbody tr[data-row]").nth(row).locator(f"[data-edit={key}]")


def to_clipboard(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def all_rows(page: Page, number: int) -> None:
    """Enough lines for a large paste."""
    while page.locator("table tbody tr[data-row]").count() < number:
        page.locator(".more-row a").click()
        page.wait_for_load_state("networkidle")


def test_two_hundred_cells_are_pasted_in_one_request_and_taken_back_in_one(visit: Any) -> None:
    page = visit("/opportunities?view=all&columns=name,amount,closes_on&sort=name")
    ready(page)
    all_rows(page, 100)
    before = [cell(page, row, "closes_on").inner_text() for row in (0, 50, 99)]
    first = date(2027, 3, 1)
    lines = [f"{1000 + n}\t{(first + timedelta(days=n)).isoformat()}" for n in range(100)]
    to_clipboard(page, "\r\n".join(lines))
    cell(page, 0, "amount").click()
    with page.expect_response(lambda answer: answer.url.endswith("/cells")) as answer:
        page.keyboard.press("Control+v")
    told = answer.value.json()
    refused = [one for one in told["cells"] if one["outcome"] != "conflict"]
    expect(cell(page, 50, "closes_on")).to_contain_text("20 Apr 2027")
    expect(page.locator("#toasts")).to_contain_text("cells filled")
    assert len(told["rows"]) == 100
    assert len(refused) <= 20, refused  # a closed deal keeps its date: that is said on the cell
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("undone")
    page.reload()
    ready(page)
    all_rows(page, 100)
    assert [cell(page, row, "closes_on").inner_text() for row in (0, 50, 99)] == before


def test_a_refused_cell_says_why_and_keeps_its_value(visit: Any) -> None:
    page = visit("/opportunities?view=open&columns=name,amount,closes_on")
    ready(page)
    shown = cell(page, 0, "closes_on").inner_text()
    to_clipboard(page, "never")
    cell(page, 0, "closes_on").click()
    page.keyboard.press("Control+v")
    expect(cell(page, 0, "closes_on")).to_have_attribute("data-problem", re.compile("not a date"))
    expect(cell(page, 0, "closes_on")).to_have_text(shown)


def test_a_range_is_copied_by_keyboard_and_filled_down(visit: Any) -> None:
    page = visit("/opportunities?view=open&columns=name,amount,closes_on")
    ready(page)
    to_clipboard(page, "")
    cell(page, 1, "amount").click()
    for key in ("Shift+ArrowDown", "Shift+ArrowRight", "Control+c"):
        page.keyboard.press(key)
    expect(page.locator("td.in-range")).to_have_count(4)
    lines = page.evaluate("navigator.clipboard.readText()").split("\r\n")
    assert len(lines) == 2
    assert all(re.fullmatch(r"[\d.,]+ [A-Z]{3}\t\d{4}-\d\d-\d\d", line) for line in lines), lines
    page.keyboard.press("Control+d")
    expect(page.locator("#toasts")).to_contain_text("filled")
    assert cell(page, 2, "amount").inner_text() == cell(page, 1, "amount").inner_text()
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("undone")


def test_what_somebody_else_changed_meanwhile_is_offered_with_both_values(visit: Any) -> None:
    mine, theirs = visit("/opportunities?view=open&sort=name"), visit("/opportunities?view=open&sort=name")
    ready(mine)
    ready(theirs)
    cell(theirs, 3, "amount").click()
    theirs.keyboard.type("4321")
    theirs.keyboard.press("Enter")
    expect(cell(theirs, 3, "amount")).to_contain_text("4,321")
    cell(mine, 3, "amount").click()
    mine.keyboard.type("1234")
    mine.keyboard.press("Enter")
    dialog = mine.locator("dialog#conflict")
    expect(dialog).to_contain_text("4,321")
    expect(dialog).to_contain_text("1,234")
    dialog.get_by_role("button", name="Save what I chose").click()
    expect(cell(mine, 3, "amount")).to_contain_text("1,234")


def test_many_are_changed_after_a_preview_and_taken_back(visit: Any) -> None:
    page = visit("/opportunities?view=open&sort=-name")
    ready(page)
    before = cell(page, 0, "closes_on").inner_text()
    for row in range(3):
        page.locator("table tbody tr[data-row]").nth(row).locator(".tick input").check()
    page.get_by_role("button", name="Edit fields").click()
    dialog = page.locator("dialog#bulk-dialog")
    dialog.get_by_label("Which field?").select_option("closes_on")
    dialog.get_by_role("button", name="Next").click()
    dialog.locator("input[name=closes_on]").fill("2028-02-29")
    dialog.get_by_role("button", name="See what happens").click()
    expect(dialog).to_contain_text("Nothing is changed yet")
    expect(dialog).to_contain_text("29 February 2028")
    dialog.get_by_role("button", name="Change 3 records").click()
    expect(dialog).to_contain_text("3 records were changed")
    dialog.get_by_role("button", name="Undo all of it").click()
    ready(page)
    expect(page.locator("#toasts")).to_contain_text("3 changes undone")
    page.goto("/opportunities?view=open&sort=-name")
    expect(cell(page, 0, "closes_on")).to_have_text(before)


def test_groups_fold_and_the_address_remembers(visit: Any) -> None:
    page = visit("/opportunities?view=open&group=stage")
    ready(page)
    group = page.locator("tbody[data-group]").first
    rows = group.locator("tr[data-row]")
    expect(rows.first).to_be_visible()
    group.locator("[data-fold]").click()
    expect(rows.first).not_to_be_visible()
    expect(page).to_have_url(re.compile("folded="))
    page.reload()
    group = page.locator("tbody[data-group]").first
    expect(group.locator("tr[data-row]")).to_have_count(0)
    ready(page)
    group.locator("[data-fold]").focus()
    page.keyboard.press("Enter")
    expect(group.locator("tr[data-row]").first).to_be_visible()


def entry(page: Page) -> tuple[str, str]:
    """An entry that can be moved, and its day: one with room to both sides."""
    found = page.locator("td.day:not(.outside) [data-can-move]").first
    day = found.evaluate("entry => entry.closest('[data-day]').dataset.day")
    return found.get_attribute("data-entry") or "", day


def day_of(page: Page, ident: str) -> Any:
    return page.locator(f"[data-day]:has([data-entry='{ident}'])").first


def next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def test_an_entry_of_the_calendar_is_moved_by_keyboard_and_back(visit: Any) -> None:
    page = visit("/opportunities/calendar?view=open")
    page.wait_for_load_state("networkidle")
    ident, day = entry(page)
    page.locator(f"[data-entry='{ident}'] a").first.focus()
    for key in ("Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text("is on")
    expect(day_of(page, ident)).to_have_attribute("data-day", next_day(day))
    page.keyboard.press("u")
    expect(day_of(page, ident)).to_have_attribute("data-day", day)


def test_an_entry_of_the_calendar_is_moved_by_mouse(visit: Any) -> None:
    page = visit("/opportunities/calendar?view=open&mode=week")
    page.wait_for_load_state("networkidle")
    for _week in range(8):
        if page.locator("[data-can-move]").count():
            break
        page.get_by_role("link", name="Later").click()
        page.wait_for_load_state("networkidle")
    page.evaluate(
        "new Promise(done => { const look = () => window.Sortable ? done() : setTimeout(look, 50); look(); })"
    )
    page.wait_for_timeout(300)
    ident, day = entry(page)
    days = [one.get_attribute("data-day") for one in page.locator("[data-day]").all()]
    other = days[days.index(day) - 1] if day == days[-1] else days[days.index(day) + 1]
    start = page.locator(f"[data-entry='{ident}']").first.bounding_box()
    end = page.locator(f"[data-day='{other}'] [data-entries]").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 10, steps=12)
    page.mouse.move(end["x"] + 42, end["y"] + 12)
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("is on")
    page.reload()
    expect(day_of(page, ident)).to_have_attribute("data-day", str(other))


def test_columns_are_drawn_wider_and_moved_by_keyboard(visit: Any) -> None:
    page = visit("/products")
    ready(page)
    expect(page.locator("thead .grip").first).to_be_attached()
    heads = "[...document.querySelectorAll('th[data-column]')].map(head => head.dataset.column)"
    before = page.evaluate(heads)
    head = page.locator("th[data-column]").nth(1)
    wide = head.evaluate("head => head.offsetWidth")
    with page.expect_response(lambda answer: "/columns/arrange" in answer.url):
        (head.locator("a").first if head.locator("a").count() else head).focus()
        page.keyboard.press("Shift+ArrowRight")
    assert head.evaluate("head => head.offsetWidth") > wide
    with page.expect_response(lambda answer: "/columns/arrange" in answer.url):
        page.keyboard.press("Control+Shift+ArrowRight")
    expect(page.locator("th[data-column]").nth(2)).to_have_attribute("data-column", before[1])
    page.reload()
    assert page.evaluate(heads) == [before[0], before[2], before[1], *before[3:]]


@pytest.mark.parametrize("path", ["/opportunities/calendar", "/opportunities?group=stage"])
def test_on_a_phone_days_and_groups_are_lists(visit: Any, path: str) -> None:
    page = visit(path, width=390)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_panel_follows_an_action_of_its_own_dialog(visit: Any) -> None:
    page = visit("/opportunities?view=open")
    ready(page)
    page.locator("table tbody tr[data-row]").nth(5).locator("th a").click()
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    panel.get_by_role("link", name="Lose", exact=True).click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Why was it lost?").select_option(index=1)
    dialog.get_by_role("button", name="Lose", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("done")
    expect(panel).to_contain_text("Lost")


def test_everything_the_filter_finds_is_changed_in_the_background(visit: Any) -> None:
    page = visit("/people?view=all")
    ready(page)
    page.locator("table tbody tr[data-row]").first.locator(".tick input").check()
    page.get_by_label("All that match").check()
    page.get_by_role("toolbar").get_by_role("button", name="Tag").click()
    dialog = page.locator("dialog#bulk-dialog")
    dialog.get_by_role("combobox").first.click()
    page.keyboard.type("spring fair")
    dialog.get_by_role("option", name="spring fair").click()
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="See what happens").click()
    expect(dialog).to_contain_text("This is what would happen")
    dialog.get_by_role("button", name=re.compile(r"^Change [\d,]+ records$")).click()
    expect(dialog).to_contain_text("You can leave this")
    page.goto("/runs")  # left, and found again
    page.locator("main a", has_text="spring fair").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"[\d,]{3,} records were changed"), timeout=90_000)
    assert page.get_by_role("link", name="Result of every record").is_visible()
