"""A day's work in the browser: find, filter, open, change, move, log, undo; by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Response, expect


def first_row(page: Page) -> Any:
    return page.locator("table tbody tr").first


def test_from_the_list_to_the_panel_to_the_page_and_back(visit: Any) -> None:
    page = visit("/organisations")
    page.wait_for_load_state("networkidle")
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


def test_a_filter_is_built_by_clicking(visit: Any) -> None:
    page = visit("/organisations")
    page.get_by_role("link", name="Build the filter").click()
    builder = page.locator("dialog[open]")
    for label, choice in (("Field", "Employees"), ("Comparison", "more than")):
        builder.locator("form.builder").evaluate("form => form.dataset.old = 1")
        builder.get_by_label(label).first.select_option(label=choice)
        expect(builder.locator("form.builder:not([data-old])")).to_be_visible()  # drawn anew for the choice
    builder.get_by_label("Value").first.fill("100")
    builder.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("q=employees"))
    expect(page.locator("input[name=q]").first).to_have_value("employees > 100")
    expect(first_row(page)).to_be_visible()


def test_the_palette_finds_a_customer_by_three_letters(visit: Any) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input")).to_be_focused()
    page.keyboard.type("mül")
    expect(page.locator("dialog[open]")).to_contain_text(re.compile("Müller", re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_call_is_logged_with_one_key_and_two_fields(visit: Any) -> None:
    page = visit("/organisations/2")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("c")
    panel = page.locator("#panel")
    said = panel.get_by_label("What was said")
    expect(said).to_be_focused()
    page.keyboard.type("Asked for the roof plan, will send it on Monday.")
    panel.get_by_label("Outcome").select_option("reached")
    panel.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Asked for the roof plan, will send")


def test_a_field_is_changed_in_place_and_undone(visit: Any) -> None:
    page = visit("/organisations/5")
    page.wait_for_load_state("networkidle")
    fact = page.locator("[data-edit=employees]")
    fact.locator("[data-begin]").click()
    box = fact.locator("input")
    box.fill("4321")
    box.press("Enter")
    expect(fact).to_contain_text("4,321")
    page.get_by_role("status", name="Messages").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-edit=employees]")).not_to_contain_text("4,321")


def column(page: Page, place: int) -> Any:
    return page.locator("[data-board-column]").nth(place)


def test_a_deal_is_moved_by_keyboard(visit: Any) -> None:
    page = visit("/opportunities/board")
    card = column(page, 0).locator("[data-card]").first
    name = card.get_attribute("data-card")
    lift_and_move_right(page, card)
    expect(column(page, 1).locator(f"[data-card='{name}']")).to_be_visible()
    page.reload()
    expect(column(page, 1).locator(f"[data-card='{name}']")).to_be_visible()


def test_a_deal_is_moved_by_mouse(visit: Any) -> None:
    page = visit("/opportunities/board")
    ready_to_sort(page)
    card = column(page, 1).locator("[data-card]").first
    name = card.get_attribute("data-card")
    with page.expect_response(is_move) as answer:
        drag(page, card, column(page, 0).locator("[data-card]").first)
    assert answer.value.ok
    expect(column(page, 0).locator(f"[data-card='{name}']")).to_be_visible()
    page.reload()
    expect(column(page, 0).locator(f"[data-card='{name}']")).to_be_visible()


def test_a_deal_is_moved_by_a_finger(visit: Any) -> None:
    page = visit("/opportunities/board", width=800, touch=True)
    ready_to_sort(page)
    card, place = column(page, 0).locator("[data-card]").first, column(page, 1).locator("[data-card]").first
    name = card.get_attribute("data-card")
    with page.expect_response(is_move) as answer:
        swipe(page, middle(card), middle(place))
    assert answer.value.ok
    expect(column(page, 1).locator(f"[data-card='{name}']")).to_be_visible()


def lift_and_move_right(page: Page, card: Any) -> None:
    page.wait_for_load_state("networkidle")
    card.locator("[data-grip]").focus()
    for key in ("Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)


def ready_to_sort(page: Page) -> None:
    """The library that drags is loaded after the page."""
    ready = "[...document.querySelectorAll('[data-cards]')].every(one => window.Sortable?.get(one))"
    # Not `wait_for_function`: the policy of the page lets it evaluate nothing a second time.
    page.evaluate(f"new Promise(done => {{ const look = () => {ready} ? done() : setTimeout(look, 50); look(); }})")


def is_move(answer: Response) -> bool:
    return "/board/move" in answer.url


def middle(card: Any) -> tuple[float, float]:
    box = card.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + 12


def drag(page: Page, what: Any, to: Any) -> None:
    start, end = middle(what), middle(to)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=12)
    page.mouse.move(end[0] + 2, end[1])
    expect(column(page, 0)).to_have_class(re.compile(r"\bover\b"))
    page.mouse.up()


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger that rests, as to lift the card, and then moves."""
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)
    page.wait_for_timeout(400)
    for step in range(1, 13):
        touch("touchMove", tuple(a + (b - a) * step / 12 for a, b in zip(start, end, strict=True)))  # type: ignore[arg-type]
        page.wait_for_timeout(30)
    expect(column(page, 1)).to_have_class(re.compile(r"\bover\b"))
    touch("touchEnd")


def test_a_stage_with_a_gate_asks_only_for_what_is_missing(visit: Any) -> None:
    page = visit("/opportunities/new")
    page.get_by_label("Name").first.fill("Gate test")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gate test")
    page.goto("/opportunities/board?q=" + 'name = "Gate test"')
    card = column(page, 0).locator("[data-card]").first
    lift_and_move_right(page, card)
    expect(page.locator("dialog[open]")).to_contain_text("Customer")


def test_the_theme_is_the_readers_choice(visit: Any) -> None:
    page = visit("/people")
    page.get_by_text("Mara Lind").last.click()
    page.locator("[data-theme-choice=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_text("Mara Lind").last.click()
    page.locator("[data-theme-choice=system]").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


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
