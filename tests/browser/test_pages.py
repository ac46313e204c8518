"""Every kind of page in both themes and at both widths: axe finds nothing, nothing overflows, nobody else is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PAGES = (
    "/",
    "/people",
    "/organisations",
    "/opportunities",
    "/opportunities/board",
    "/sales/flow",
    "/tasks",
    "/organisations/1",
    "/organisations/1/map",
    "/organisations/1/edit",
    "/opportunities/1",
    "/people/new",
    "/import",
    "/settings",
    "/settings/profile",
)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, a line each: rule, element."""
    # The policy of the page lets no foreign script in; this one is put in by the debugger, which may.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(visit: Any, path: str, dark: bool) -> None:
    page = visit(path, dark=dark)
    assert page.locator("h1").first.is_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(100)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} px wider than the phone"
