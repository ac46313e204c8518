"""Privacy as who handles it meets it: a request, consent, restricting, erasing with a receipt, a rule, the record."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.test_pages import violations


def new_person(page: Page, name: str) -> str:
    """Somebody new, and the address of their page."""
    page.goto("/people/new")
    page.get_by_label("Family name").fill(name)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page.url.partition("?")[0]


def test_somebody_is_restricted_set_free_and_erased(owner: Page) -> None:
    name = f"Zwirn{uuid4().hex[:6]}"
    record = new_person(owner, name)
    owner.goto(f"{record}/privacy")
    expect(owner.get_by_role("heading", name="What they allow")).to_be_visible()
    assert violations(owner) == []

    owner.get_by_label("Why restricted").fill("contested")
    owner.get_by_role("button", name="Restrict processing").click()
    expect(owner.locator(".notice", has_text="Processing is restricted")).to_be_visible()
    assert violations(owner) == []
    owner.goto(f"/people?q=name+contains+{name}")
    expect(owner.locator(".list-note")).to_contain_text("1 restricted record is left out")

    owner.goto(f"{record}/privacy")
    owner.get_by_role("button", name="Lift the restriction").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(name)
    owner.goto(f"{record}/privacy")
    owner.locator("#e-reason").fill("Art. 17")
    owner.get_by_label("Sure").select_option("yes")
    owner.get_by_role("button", name="Erase for good").click()
    expect(owner.get_by_role("heading", name="Receipt of an erasure")).to_be_visible()
    assert violations(owner) == []


def test_a_rule_is_made_looked_at_and_confirmed(owner: Page) -> None:
    mark = uuid4().hex[:6]
    owner.goto("/settings/privacy/retention")
    owner.get_by_role("link", name="New retention rule").click()
    owner.get_by_label("Name", exact=False).first.fill(f"Rule {mark}")
    owner.get_by_label("Kind of record").fill("task")
    owner.get_by_label("Only where").fill(f"subject = {mark}")
    owner.get_by_label("Since the day in").fill("due_at")
    owner.get_by_label("Days").fill("3650")
    owner.get_by_role("button", name="Create").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(mark)
    owner.goto("/settings/privacy/retention")
    assert violations(owner) == []
    owner.get_by_role("link", name=f"Rule {mark}").click()
    expect(owner.get_by_text("No record is that old.")).to_be_visible()
    assert violations(owner) == []
    owner.get_by_role("button", name=re.compile("Confirm")).click()
    expect(owner.get_by_role("button", name="Stop")).to_be_visible()


def test_the_pages_of_the_house_read_well(owner: Page) -> None:
    for path in ("", "/erasures", "/suppressed", "/processing"):
        owner.goto(f"/settings/privacy{path}")
        expect(owner.get_by_role("heading", level=1)).to_be_visible()
        assert violations(owner) == [], path
