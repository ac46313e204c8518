"""An administrator makes a field and a kind of record in the settings, and both are at work at once."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.test_pages import violations


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()


def add_field(page: Page, kind: str, type: str, label: str) -> None:
    """Choose the type, say the label; the form is open."""
    page.goto(f"/settings/fields/of/{kind}/new")
    page.get_by_role("link", name=type, exact=True).click()
    page.get_by_label("Label").fill(label)


def test_a_field_of_a_house_is_on_form_list_and_filter_at_once(owner: Page) -> None:
    word = f"Grade {uuid4().hex[:6]}"
    key = word.lower().replace(" ", "_")
    add_field(owner, "organisation", "One of a list", word)
    for place, (answer, tone) in enumerate((("Gold", "good"), ("Silver", ""), ("Bronze", "warn")), 1):
        owner.get_by_label(f"Answer {place}", exact=True).fill(answer)
        owner.get_by_label(f"Colour of answer {place}").select_option(tone)
    owner.get_by_label("Move answer 3 up").click()
    expect(owner.get_by_label("Answer 2", exact=True)).to_have_value("Bronze")
    assert violations(owner) == []
    save(owner)
    expect(owner.get_by_role("row", name=re.compile(word))).to_contain_text("Indexed")
    assert violations(owner) == []

    owner.goto("/organisations/new")
    owner.get_by_label("Name", exact=False).first.fill(f"Firm {word}")
    owner.get_by_label(word).select_option("gold")
    owner.get_by_role("button", name="Create").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(f"Firm {word}")
    expect(owner.locator("main")).to_contain_text("Gold")

    owner.goto(f"/organisations?columns=name,{key}&q={key}+%3D+gold")
    expect(owner.locator("table tbody tr")).to_have_count(1)
    expect(owner.locator("table tbody tr").first).to_contain_text("Gold")
    owner.goto(f"/organisations?columns=name,{key}&q={key}+%3D+silver")
    expect(owner.locator("main")).not_to_contain_text(f"Firm {word}")

    owner.goto("/settings/fields/of/organisation")
    owner.get_by_role("button", name=f"Retire {word}").click()
    expect(owner.get_by_role("button", name=f"Bring {word} back")).to_be_visible()
    owner.goto("/organisations/new")
    expect(owner.get_by_label(word)).to_have_count(0)
    owner.goto("/settings/fields/of/organisation")
    owner.get_by_role("button", name=f"Bring {word} back").click()
    expect(owner.get_by_role("button", name=f"Retire {word}")).to_be_visible()


def test_a_kind_of_record_of_a_house_has_form_list_board_and_story(owner: Page) -> None:
    word = f"Machine{uuid4().hex[:6]}"
    owner.goto("/settings/fields")
    owner.get_by_role("link", name="New kind of record").first.click()
    owner.get_by_label("One is called").fill(word)
    owner.get_by_label("Many are called").fill(f"{word}s")
    owner.get_by_label("The name is called").fill("Serial number")
    save(owner)
    expect(owner.get_by_role("heading", level=1)).to_have_text(f"{word}s")
    kind = owner.url.rpartition("/")[2]
    add_field(owner, kind, "One of a list", "State")
    for place, answer in enumerate(("Built", "Delivered"), 1):
        owner.get_by_label(f"Answer {place}", exact=True).fill(answer)
    save(owner)
    expect(owner.get_by_role("row", name=re.compile("State"))).to_be_visible()
    add_field(owner, kind, "Another record", "Stands at")
    owner.get_by_label("Points at").select_option("organisation")
    save(owner)
    expect(owner.get_by_role("row", name=re.compile("Stands at"))).to_be_visible()

    owner.get_by_role("navigation").get_by_role("link", name=f"{word}s").click()
    owner.get_by_role("link", name="New", exact=False).first.click()
    form = owner.locator("#panel, main").filter(has=owner.get_by_label("Serial number")).last
    form.get_by_label("Serial number").fill("M-17")
    with owner.expect_response(lambda answer: answer.request.method == "POST"):
        form.get_by_role("button", name="Create").click()
    owner.goto(f"/{word.lower()}s")
    expect(owner.locator("table tbody tr")).to_have_count(1)
    owner.locator("table tbody tr").first.get_by_role("link", name="M-17").click()
    expect(owner.locator("body")).to_contain_text("Created")
    owner.goto(f"/{word.lower()}s/board")
    expect(owner.locator("main")).to_contain_text("Delivered")
    expect(owner.locator("main")).to_contain_text("M-17")
    assert violations(owner) == []


def test_fields_are_put_in_order_by_mouse_and_by_key_and_point_at_several_records(owner: Page) -> None:
    mark = uuid4().hex[:6]
    words = [f"{name} {mark}" for name in ("First", "Second", "Third")]
    for word, type in zip(words, ("Several other records", "A record of one of several kinds", "A file"), strict=True):
        add_field(owner, "product", type, word)
        if type.startswith("Several"):
            owner.get_by_label("Points at").select_option("organisation")
        elif type.startswith("A record"):
            owner.get_by_label("Organisations", exact=True).check()
            owner.get_by_label("People", exact=True).check()
            assert violations(owner) == []
        save(owner)
        expect(owner.get_by_role("row", name=re.compile(word))).to_be_visible()
    rows = owner.locator("tr[data-item]")

    def order() -> list[str]:
        return [label for row in rows.all() if (label := row.get_attribute("data-label") or "").endswith(mark)]

    handle = owner.get_by_label(f"Move {words[2]} with the arrow keys")
    with owner.expect_response(lambda answer: answer.url.endswith("/order")):
        handle.focus()
        owner.keyboard.press("ArrowUp")
    assert order() == [words[0], words[2], words[1]]
    with owner.expect_response(lambda answer: answer.url.endswith("/order")):
        owner.get_by_label(f"Move {words[1]} with the arrow keys").drag_to(rows.filter(has_text=words[0]))
    owner.reload()
    assert order() == [words[1], words[0], words[2]]
    assert violations(owner) == []

    owner.goto("/products/new")
    owner.get_by_label("Name", exact=False).first.fill(f"Product {mark}")
    picker = owner.get_by_role("combobox", name=words[0])
    for name in ("Nord", "Sol"):
        picker.press_sequentially(name[:2])
        owner.locator(".suggestions:visible [role=option]").first.click()
    expect(owner.locator(f'[data-name="first_{mark}"] [data-picked]')).to_have_count(2)
    owner.get_by_label(words[2]).set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"wheels"})
    expect(owner.locator("[data-files] a", has_text="plan.txt")).to_be_visible()
    owner.get_by_role("button", name="Create").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(f"Product {mark}")
    fact = owner.locator(".fact", has_text=words[0])
    if not fact.is_visible():
        owner.locator("details.facts summary", has_text="Other fields").click()
    expect(fact.locator("a")).to_have_count(2)
    expect(owner.locator(".fact", has_text=words[2]).get_by_role("link", name="plan.txt")).to_be_visible()
