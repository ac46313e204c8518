"""Every kind of page in both themes and at both widths: axe finds nothing, nothing overflows, nobody else is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import OWNER, Trouble, sign_in

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIRST = "the first of "  # a record whose number the test does not know
PAGES = (
    "/",
    "/people",
    "/organisations",
    "/opportunities",
    "/opportunities/board",
    "/opportunities?group=stage",
    "/opportunities/calendar",
    "/interactions/calendar?view=all",
    "/interactions/calendar?view=all&mode=week",
    "/tasks/calendar?mode=agenda",
    "/runs",
    "/sales/flow",
    "/tasks",
    "/organisations/1",
    "/organisations/1/map",
    "/organisations/1/edit",
    "/organisations/1/history",
    "/opportunities/1",
    FIRST + "/people",
    FIRST + "/tasks",
    "/people/new",
    "/people/columns",
    "/people/views/arrange",
    "/people/views/link",
    "/opportunities/1/arrange",
    "/opportunities/board/card",
    "/notifications",
    "/notifications?show=all",
    "/find?q=mara",
    "/help/keys",
    "/import",
    "/settings",
    "/settings/profile",
    "/settings/security",
    "/settings/security/passkeys/new",
    "/settings/notifications",
    "/settings/people",
    "/settings/teams",
    "/settings/roles",
    "/settings/roles/4",
    "/settings/roles/1",
    "/settings/roles/new",
    "/settings/views",
    "/settings/jobs",
    "/settings/outgoing",
    "/settings/backups",
    "/settings/check",
    "/settings/status",
    "/settings/outgoing/caught",
    "/settings/webhooks",
    "/settings/events",
    "/settings/currencies",
    "/settings/fields",
    "/settings/fields/of/organisation",
    "/settings/fields/of/organisation/new",
    "/settings/fields/of/organisation/new?type=choice",
    "/settings/kinds/new",
    "/settings/definitions",
    "/settings/about",
    "/api/docs",
)


@pytest.fixture(scope="module")
def owners(browser: Browser, server: str) -> Iterator[Page]:
    """One page of the owner's for all tests here: signing in and opening a context costs more than a page."""
    context = browser.new_context(base_url=server, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, OWNER)
    yield page
    context.close()


@pytest.fixture
def page(owners: Page, server: str, trouble: Trouble) -> Iterator[Page]:
    stop = trouble.watch(owners, server)
    yield owners
    stop()


def violations(page: Page) -> list[str]:
    """What axe finds wrong, a line each: rule, element."""
    # The policy of the page lets no foreign script in; this one is put in by the debugger, which may.
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(path.removeprefix(FIRST))
    if path.startswith(FIRST):
        page.goto(page.locator("table tbody tr a").first.get_attribute("href") or "")
    assert page.locator("h1").first.is_visible()
    assert violations(page) == [], "light"
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.reload()  # chromium leaves some text in its old colour when only the theme changes
    assert violations(page) == [], "dark"
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} px wider than the phone"
