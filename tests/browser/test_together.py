"""People working together: a name in a note rings the other's bell; a changed role acts on their next click."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open


def test_a_name_in_a_note_rings_the_bell_of_whoever_is_named(visit: Open, owner: Page) -> None:
    page = visit("/opportunities/2")
    title = page.locator("h1").first.inner_text()
    page.keyboard.press("n")
    note = page.locator("#panel textarea").first
    note.click()
    note.press_sequentially("Can we deliver before Christmas, @jon")
    page.get_by_role("option", name="Jonas Keller").wait_for()
    page.keyboard.press("Enter")
    expect(note).to_have_value("Can we deliver before Christmas, @Jonas Keller ")
    note.press_sequentially("please?")
    page.locator("#panel form button[type=submit]").first.click()
    expect(page.locator("#story")).to_contain_text("Can we deliver before Christmas")
    # The worker tells it; the bell asks when one comes back to the window.
    bell = owner.locator(".bell .number")
    for _ in range(30):
        owner.goto("/notifications")
        if owner.get_by_text("named you").first.is_visible():
            break
        owner.wait_for_timeout(500)
    expect(bell).to_be_visible()
    row = owner.locator(".notifications > li").filter(has_text="Can we deliver before Christmas").first
    expect(row).to_contain_text("Mara Lind named you.")
    expect(row).to_contain_text(title)
    row.get_by_role("button", name="is read", exact=False).first.click()
    expect(owner.locator(".notifications > li").filter(has_text="Can we deliver before Christmas")).to_have_count(0)


def test_a_changed_role_acts_on_the_next_click(visit: Open, owner: Page) -> None:
    page = visit("/products")
    expect(page.locator("h1")).to_have_text("Products")
    try:
        choose(owner, "none")
        assert page.request.get("/products").status == 403
        page.goto("/people")
        expect(page.locator("nav.nav a", has_text="Products")).to_have_count(0)
    finally:
        choose(owner, "")
    page.goto("/products")
    expect(page.locator("h1")).to_have_text("Products")
    owner.goto("/settings/events?object=role")
    expect(owner.locator(".audit > li").first).to_contain_text("Jonas Keller")
    expect(owner.locator(".audit > li").first).to_contain_text("Products: see")


def choose(owner: Page, scope: str) -> None:
    """Give Mara's role a rule of its own for products, or let them follow all others again."""
    owner.goto("/settings/roles")
    owner.get_by_role("link", name="Sales manager").click()
    if scope:
        owner.get_by_role("button", name="Own rules Products").first.click()
        select = owner.locator('select[name="may:product:read"]')
        select.select_option(scope)
    else:
        owner.get_by_role("button", name="As for all others Products").first.click()
        expect(owner.locator('select[name="may:product:read"]')).to_have_count(0)
    owner.get_by_role("button", name="Check and save").click()
    expect(owner.get_by_text("What would change")).to_be_visible()
    owner.get_by_role("button", name="Apply").click()
    expect(owner.locator(".toast")).to_contain_text("other rights from now on")


def test_tabs_are_moved_by_key_and_by_mouse(visit: Open) -> None:
    page = visit("/people")
    names = page.locator("nav.tabs a:not([aria-label])")
    before = names.all_inner_texts()
    page.get_by_role("button", name="This view").click()
    page.get_by_text("Arrange the tabs").click()
    handle = page.locator("dialog [data-handle]").nth(1)
    expect(page.locator("dialog [data-sorted]")).to_be_visible()
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Save").click()
    expect(names.first).to_have_text(before[1])
    page.get_by_role("button", name="This view").click()
    page.get_by_text("Arrange the tabs").click()
    page.get_by_role("button", name="As declared").click()
    expect(names.first).to_have_text(before[0])
