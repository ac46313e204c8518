"""The scripts in a real browser, on the gallery, under the product's content security policy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.gallery_server import Gallery, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe.min.js"
PAGES = ("list", "board", "record", "panel", "components", "forms", "today", "empty", "login", "error")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("gallery")) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test when anything is wrong in its console."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda line: wrong.append(line.text) if line.type == "error" and "status of 4" not in line.text else None,
    )
    Gallery.seen.clear()
    yield page
    context.close()
    assert wrong == []


def go(page: Page, name: str) -> None:
    page.goto(f"/{name}.html")
    page.wait_for_load_state("networkidle")


def posts() -> list[tuple[str, dict[str, list[str]]]]:
    return [(path, values) for method, path, values in Gallery.seen if method == "POST"]


def test_j_and_k_move_and_enter_opens_the_panel_which_escape_closes(page: Page) -> None:
    go(page, "list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#row-1")).to_have_class("cursor")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Beside")
    assert "open=panel-body.html" in page.url
    page.keyboard.press("Escape")  # leaves the field
    page.keyboard.press("Escape")  # closes the panel
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('tr')?.id") == "row-0"


def test_back_closes_the_panel_and_reload_opens_it_again(page: Page) -> None:
    go(page, "list")
    page.get_by_role("link", name="Line 4 automation").click()
    expect(page.locator("#panel h2")).to_have_text("Beside")
    page.reload()
    expect(page.locator("#panel h2")).to_have_text("Beside")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()


def test_back_finds_the_line_that_was_chosen(page: Page) -> None:
    go(page, "list")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("Shift+Enter")
    page.wait_for_url("**/record.html")
    page.go_back()
    expect(page.locator("#row-2")).to_have_class("cursor")


def test_an_address_of_another_host_is_not_opened_in_the_panel(page: Page) -> None:
    for hostile in ("//evil.example/x", "/\\evil.example", "https://evil.example", "javascript:alert(1)"):
        page.goto(f"/list.html?open={hostile}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#panel")).to_be_hidden()


def test_a_typed_draft_survives_closing_the_panel_and_is_gone_after_saving(page: Page) -> None:
    go(page, "list")
    page.get_by_role("link", name="Annual support").click()
    page.get_by_label("Note").fill("half a thought")
    page.wait_for_timeout(400)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Annual support").click()
    expect(page.get_by_label("Note")).to_have_value("half a thought")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("Kept")
    page.get_by_role("link", name="Annual support").click()
    expect(page.get_by_label("Note")).to_have_value("")


def test_keys_are_left_alone_while_typing(page: Page) -> None:
    go(page, "list")
    page.locator(".query input").click()
    page.keyboard.type("jx?")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("tr.cursor")).to_have_count(0)


def test_g_and_a_letter_go(page: Page) -> None:
    go(page, "list")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/today.html")


def test_the_question_mark_lists_the_keys_of_this_page(page: Page) -> None:
    go(page, "record")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    for words in ("Note", "Promise", "Next in this list", "People", "Undo the last change"):
        expect(sheet.locator("dt", has_text=words).first).to_be_visible()


def test_a_cell_is_edited_by_typing_and_saved_by_enter(page: Page) -> None:
    go(page, "list")
    cell = page.locator("#row-0 th[data-edit=name]")
    cell.click(position={"x": 180, "y": 16})
    page.keyboard.press("Enter")
    page.keyboard.type("Spindle two")
    page.keyboard.press("Enter")
    expect(page.locator("#row-0 th")).to_have_text("Spindle two")
    expect(page.locator("#row-0")).to_have_attribute("data-version", "2")
    assert posts()[-1] == (
        "/deals/0/field",
        {"value": ["Spindle two"], "field": ["name"], "version": ["1"], "was": ["Spindle retrofit"]},
    )
    expect(page.locator(".toast")).to_contain_text("Saved")
    page.keyboard.press("Control+z")
    page.wait_for_timeout(200)
    assert "/undo" in [path for path, _values in posts()]


def test_escape_restores_a_cell(page: Page) -> None:
    go(page, "list")
    page.locator("#row-0 td[data-edit=amount]").click()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(page.locator("#row-0 td[data-edit=amount]")).to_have_text("€84,000")
    assert posts() == []


def test_arrows_move_between_cells_and_tab_goes_on_editing(page: Page) -> None:
    go(page, "list")
    page.locator("#row-0 td[data-edit=amount]").click()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').id") == "row-1"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.edit") == "closes"


def test_a_refused_value_stays_in_the_editor_with_the_reason(page: Page) -> None:
    go(page, "list")
    page.locator("#row-0 th[data-edit=name]").click(position={"x": 180, "y": 16})
    page.keyboard.press("Enter")
    page.keyboard.type("bad")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("That is no name.")
    expect(page.locator("#row-0 th input")).to_have_value("bad")


def test_a_conflict_shows_both_values(page: Page) -> None:
    go(page, "list")
    page.locator("#row-0 th[data-edit=name]").click(position={"x": 180, "y": 16})
    page.keyboard.press("Enter")
    page.keyboard.type("theirs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Other")
    expect(page.locator("#row-0 th")).to_have_text("Spindle retrofit")


def test_a_choice_cell_asks_the_server_for_its_control(page: Page) -> None:
    go(page, "list")
    page.locator("#row-0 td[data-edit=stage]").click()
    page.keyboard.press("Enter")
    page.locator("#row-0 select").select_option("lost")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    path, values = posts()[-1]
    assert (path, values["value"], values["stage"], values["field"]) == (
        "/deals/0/field",
        ["lost"],
        ["lost"],
        ["stage"],
    )


def test_x_and_shift_click_choose_lines(page: Page) -> None:
    go(page, "list")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    page.locator("#row-4").hover()
    page.locator("#row-4 input[name=ids]").click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("5 selected")
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".bulk")).to_be_hidden()


def test_the_palette_finds_and_goes(page: Page) -> None:
    go(page, "list")
    page.keyboard.press("Control+k")
    page.keyboard.type("werke")
    expect(page.locator("#palette [role=option]").first).to_contain_text("Nordlicht werke")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/record.html")


def test_the_filter_is_coloured_and_completed(page: Page) -> None:
    go(page, "list")
    field = page.locator(".query input")
    field.fill("sta")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("stage ")
    field.type('= "Won"')
    expect(page.locator(".query-ink .is-field")).to_have_text("stage")
    expect(page.locator(".query-ink .is-value")).to_have_text('"Won"')
    page.get_by_role("link", name="Build the filter").click()
    expect(page.get_by_role("dialog")).to_contain_text("rows")


def test_a_card_moves_by_keyboard(page: Page) -> None:
    go(page, "board")
    page.locator("#card-0 [data-grip]").focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    path, values = posts()[-1]
    assert (path, values["id"], values["column"], values["version"]) == ("/move", ["0"], ["discovery"], ["1"])


def test_escape_puts_a_lifted_card_back(page: Page) -> None:
    go(page, "board")
    page.locator("#card-0 [data-grip]").focus()
    for key in (" ", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("#column-proposal #card-0")).to_be_visible()
    assert posts() == []


def test_a_card_moves_by_mouse_and_a_refusal_puts_it_back(page: Page) -> None:
    go(page, "board")
    page.locator("#card-7").hover()
    drag(page, "#card-7", "#column-qualified .cards")
    expect(page.locator(".toast")).to_contain_text("You may not do that")
    expect(page.locator("#column-discovery #card-7")).to_be_visible()


def test_a_gated_stage_asks_in_a_dialog(page: Page) -> None:
    go(page, "board")
    drag(page, "#card-7", "#column-negotiation .cards")
    page.get_by_label("Reason").fill("they asked")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert posts()[-1][1]["reason"] == ["they asked"]


def drag(page: Page, card: str, target: str) -> None:
    start, end = page.locator(card).bounding_box(), page.locator(target).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 40, start["y"] + 40)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 60, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=12)
    page.wait_for_timeout(120)
    page.mouse.up()


def test_a_reference_is_picked_by_typing(page: Page) -> None:
    go(page, "forms")
    field = page.get_by_role("combobox", name="Customer")
    field.fill("haf")
    page.get_by_role("option", name="Hafen").wait_for()
    page.keyboard.press("Enter")
    chosen = page.locator("[data-name=customer] [data-picked]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("Hafen & Söhne")
    expect(chosen.locator("input")).to_have_value("7")


def test_a_new_tag_is_taken_from_what_was_typed(page: Page) -> None:
    go(page, "forms")
    page.get_by_role("combobox", name="Tags").type("brand new,")
    expect(page.locator("[data-name=tags] [data-picked]")).to_have_count(3)


def test_a_fact_is_edited_in_place(page: Page) -> None:
    go(page, "record")
    page.locator("#fact-industry dd").click()
    expect(page.locator("#fact-industry input")).to_have_value("Machine tools")
    page.keyboard.press("Escape")
    expect(page.locator("#fact-industry dd")).to_contain_text("Machine tools")


def test_the_theme_is_kept(page: Page) -> None:
    go(page, "list")
    page.get_by_role("button", name="Mara Lind").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_on_a_phone_the_parts_of_a_record_are_tabs(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, "record")
    expect(page.locator("#story")).to_be_visible()
    expect(page.locator("#facts")).to_be_hidden()
    page.locator("[data-part-link=facts]").click()
    expect(page.locator("#facts")).to_be_visible()
    page.get_by_role("button", name="Navigation").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_in_both_themes_and_do_not_overflow(browser: Browser, address: str, name: str) -> None:
    found: list[str] = []
    for suffix, width in (("", 1440), ("-dark", 1440), ("", 390), ("-dark", 390)):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{address}/{name}{suffix}.html")
        page.wait_for_function("document.fonts.ready.then(() => true)")
        page.add_script_tag(path=AXE)
        result = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        found += [f"{suffix} {width} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{suffix} {width} overflows")
        context.close()
    assert found == []


def test_what_opens_is_accessible_too(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page = context.new_page()
    found: list[str] = []
    for name, open_it in (("palette", "Control+k"), ("keys", "?"), ("panel", "Enter")):
        page.goto(f"{address}/list.html")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("j")
        page.keyboard.press(open_it)
        page.wait_for_timeout(500)
        page.add_script_tag(path=AXE)
        result = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        found += [f"{name} {one['id']}: {one['nodes'][0]['html'][:150]}" for one in result["violations"]]
    context.close()
    assert found == []
