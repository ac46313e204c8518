"""An empty installation: the first visitor becomes the owner, once; then a file comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Trouble, running

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "maven_crm"
SECRET = "a quiet river at dawn"


def test_the_first_visitor_owns_the_house_and_brings_a_file(browser: Any, trouble: Trouble, tmp_path: Path) -> None:
    with running() as address:
        context = browser.new_context(base_url=address)
        page = context.new_page()
        trouble.watch(page, address)
        page.goto("/")
        page.get_by_label("What is your house called?").fill("House of Olga")
        page.get_by_label("Your name").fill("Olga Owner")
        page.get_by_label("Your e-mail address").fill("olga@house.example")
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Start").click()
        page.wait_for_url(lambda url: "first-start" not in url)
        expect(page.locator("nav").first).to_contain_text("House of Olga")
        page.goto("/first-start")
        assert "first-start" not in page.url, "a second visitor must not become the owner"
        _bring(page, _accounts(tmp_path))
        page.goto("/organisations")
        assert page.locator("table tbody tr").count() > 2
        context.close()


def _accounts(folder: Path) -> Path:
    """The accounts of the shared data where it is there, else a small file of the same form."""
    real = DATA / "accounts.csv"
    if real.exists():
        return real
    file = folder / "accounts.csv"
    file.write_text(
        "account,sector,employees\nAcme,retail,120\nGlobex,medical,80\nInitech,software,64\n", encoding="utf-8"
    )
    return file


def _bring(page: Any, file: Path) -> None:
    """Through the wizard with what it proposes, to the report."""
    page.goto("/import")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Read the file").click()
    for _step in range(8):
        page.wait_for_load_state("networkidle")
        if page.get_by_role("button", name="Undo").count() or page.get_by_role("link", name="Undo").count():
            return
        page.locator("main .button.primary").first.click()
    raise AssertionError(f"the wizard did not come to an end: {page.url}")
