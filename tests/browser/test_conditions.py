"""Fields that are required, shown or read-only under a condition, while somebody types and afterwards."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.test_own_fields import add_field, save
from tests.browser.test_pages import violations


def with_condition(page: Page, kind: str, label: str, way: str, condition: str) -> None:
    add_field(page, kind, "Text", label)
    field = page.get_by_label(way)
    if not field.is_visible():
        page.get_by_text("Depends on other fields").click()
    field.fill(condition)
    save(page)
    expect(page.get_by_role("row", name=re.compile(label))).to_be_visible()


def test_a_form_follows_its_conditions_while_one_types(owner: Page) -> None:
    mark = uuid4().hex[:6]
    shown, must, shut = f"Shown {mark}", f"Must {mark}", f"Shut {mark}"
    with_condition(owner, "organisation", shown, "Shown when", f"name contains show{mark}")
    with_condition(owner, "organisation", must, "Required when", f"name contains must{mark}")
    with_condition(owner, "organisation", shut, "Read-only when", f"name contains lock{mark}")

    owner.goto("/organisations/new")
    name = owner.get_by_label("Name", exact=False).first
    expect(owner.get_by_label(shown)).to_be_hidden()
    name.fill(f"show{mark}")
    expect(owner.get_by_label(shown)).to_be_visible()
    expect(owner.get_by_label(must)).not_to_have_attribute("required", "")
    name.fill(f"must{mark} lock{mark}")
    expect(owner.get_by_label(must)).to_have_attribute("required", "")
    expect(owner.get_by_label(shown)).to_be_hidden()
    owner.get_by_label(shut).fill("as agreed")
    owner.get_by_role("button", name="Create").click()
    expect(owner.locator(".error-summary")).to_contain_text(must)
    owner.get_by_label(must).fill("here")
    owner.get_by_role("button", name="Create").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(f"must{mark}")

    record = owner.url
    fact = owner.locator(".fact", has_text=shut)
    if not fact.is_visible():
        owner.locator("details.facts summary", has_text="Other fields").click()
    expect(fact.get_by_role("img", name=re.compile("Read-only while this holds"))).to_be_visible()
    expect(fact.get_by_role("button")).to_have_count(0)
    assert violations(owner) == []

    owner.goto(f"{record.partition('?')[0]}/edit")
    expect(owner.get_by_label(shut)).to_be_disabled()
    assert violations(owner) == []
    owner.get_by_label("Name", exact=False).first.fill(f"free{mark}")
    save(owner)
    expect(owner.get_by_role("heading", level=1)).to_contain_text(f"free{mark}")
    owner.goto(f"{record.partition('?')[0]}/edit")
    expect(owner.get_by_label(shut)).to_be_enabled()


def test_a_locked_cell_says_why_and_takes_nothing(owner: Page) -> None:
    mark = uuid4().hex[:6]
    label = f"Terms {mark}"
    with_condition(owner, "organisation", label, "Read-only when", f"name contains lock{mark}")
    for name in (f"lock{mark} one", f"open{mark} two"):
        owner.goto("/organisations/new")
        owner.get_by_label("Name", exact=False).first.fill(name)
        owner.get_by_role("button", name="Create").click()
        expect(owner.get_by_role("heading", level=1)).to_contain_text(name)
    owner.goto(f"/organisations?columns=name,terms_{mark}&q=name+contains+{mark}&sort=name")
    expect(owner.locator("td[data-locked]")).to_have_count(1)
    locked = owner.locator("td[data-locked]").first
    locked.click()
    owner.keyboard.press("x")
    expect(owner.locator(".toasts")).to_contain_text("Read-only while this holds")
    owner.locator(f'td[data-edit="terms_{mark}"]').click()
    owner.keyboard.type("30 days")
    owner.keyboard.press("Enter")
    expect(owner.locator(f'td[data-edit="terms_{mark}"]')).to_have_text("30 days")
    assert violations(owner) == []
