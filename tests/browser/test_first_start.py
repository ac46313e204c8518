"""An empty installation: the first visitor becomes the owner, once; then a file comes in, and goes again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Trouble, running, set_up_app

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "maven_crm"
SECRET = "a quiet river at dawn"
SMALL = "account,sector,employees\nAcme,retail,120\nGlobex,medical,80\nInitech,softwar,64\n"
JOB_MS = 60_000


def test_the_first_visitor_owns_the_house_brings_a_file_and_takes_it_back(
    browser: Any, trouble: Trouble, tmp_path: Path
) -> None:
    with running() as address:
        context = browser.new_context(base_url=address)
        page = context.new_page()
        trouble.watch(page, address)
        _found_the_house(page)
        file = _accounts(tmp_path)
        number = len(file.read_text(encoding="utf-8").splitlines()) - 1
        _bring(page, file, number)
        report = page.url
        page.goto("/organisations")
        expect(page.locator("table tbody tr").nth(2)).to_be_visible()
        expect(page.get_by_role("search").first).to_contain_text(re.compile(rf"\b{number}\b"))
        page.goto(report)
        page.get_by_role("button", name="Undo this import").click()
        expect(page.locator("main")).to_contain_text("This import was undone")
        page.goto("/organisations")
        expect(page.locator("main")).to_contain_text("No Organisations yet")
        context.close()


def _found_the_house(page: Page) -> None:
    page.goto("/")
    page.get_by_label("What is your house called?").fill("House of Olga")
    page.get_by_label("Your name").fill("Olga Owner")
    page.get_by_label("Your e-mail address").fill("olga@house.example")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/settings/security/demanded")
    page.goto("/people")
    expect(page.get_by_role("heading", name="One more lock")).to_be_visible()
    set_up_app(page)
    page.goto("/")
    expect(page.locator("nav").first).to_contain_text("House of Olga")
    page.goto("/first-start")
    assert "first-start" not in page.url, "a second visitor must not become the owner"


def _accounts(folder: Path) -> Path:
    """The accounts of the shared data where it is there, else a small file of the same form."""
    real = DATA / "accounts.csv"
    if real.exists():
        return real
    file = folder / "accounts.csv"
    file.write_text(SMALL, encoding="utf-8")
    return file


def _bring(page: Page, file: Path, number: int) -> None:
    """Through the wizard: read, columns, try, give the unknown words a meaning, bring in, report."""
    page.goto("/import")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Each row is")).to_have_value("organisation")
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="Try it", exact=True).click()
    expect(page.locator("main")).to_contain_text("Nothing was changed yet")
    _explain(page)
    expect(_figure(page, "Created")).to_have_text(str(number))
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=JOB_MS)
    expect(_figure(page, "Created")).to_have_text(str(number))
    expect(_figure(page, "Refused")).to_have_text("0")


def _explain(page: Page) -> None:
    """Take what the page proposes for each word it does not know."""
    unknown = page.locator(".import-unknown li")
    expect(unknown.first).to_be_visible()
    for line in unknown.all():
        line.locator("input").fill(line.locator("datalist option").first.get_attribute("value") or "")
    page.get_by_role("button", name="Try again with these").click()
    expect(unknown).to_have_count(0)


def _figure(page: Page, label: str) -> Any:
    return page.locator(".figures div").filter(has=page.get_by_text(label, exact=True)).locator("dd").first
