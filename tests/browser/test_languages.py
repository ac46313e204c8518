"""The pages people work on in German, and in a language that is longer and runs the other way: nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from rapport.ui import pseudo
from tests.browser.conftest import OWNER, Trouble, running, sign_in
from tests.browser.test_pages import violations

PAGES = (
    "/",
    "/people",
    "/opportunities",
    "/opportunities/board",
    "/opportunities/calendar",
    "/opportunities/new",
    "/organisations/1",
    "/opportunities/1/edit",
    "/sales/flow",
    "/notifications",
    "/import",
    "/settings",
    "/settings/profile",
    "/settings/roles/4",
)
# What a reader must see whole: what they press, and what names the rest. Data may end in "…", words of ours may not.
CUT_OFF = """() => [...document.querySelectorAll("button, .button, label, legend, h1, h2, h3, dt, th, .tabs a, .nav a")]
    .filter(one => one.clientWidth > 4 && !one.closest(".unseen") && getComputedStyle(one).overflowX === "hidden")
    .filter(one => one.scrollWidth > one.clientWidth + 1 && !one.querySelector("time"))
    .map(one => `${one.tagName} ${one.className}: ${one.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def owners(browser: Browser) -> Iterator[tuple[Page, str]]:
    """A page of the owner's on a server that offers the pseudo-language, and its address."""
    with running("--demo", RAPPORT_ENV="development", RAPPORT_DEBUG="1") as address:
        context = browser.new_context(base_url=address, reduced_motion="reduce")
        page = context.new_page()
        sign_in(page, OWNER)
        yield page, address
        context.close()


@pytest.fixture(scope="module", params=["de", pseudo.CODE])
def spoken(request: pytest.FixtureRequest, owners: tuple[Page, str]) -> str:
    """The language its owner chose in the profile."""
    code: str = request.param
    page, _address = owners
    page.goto("/settings/profile")
    page.locator("select[name=language]").select_option(code)
    page.locator("select[name=locale]").select_option("de_DE")
    with page.expect_navigation():
        page.locator("form:has(select[name=language]) button[type=submit]").click()
    return code


@pytest.mark.parametrize("path", PAGES)
def test_words_fit_and_run_their_way(owners: tuple[Page, str], spoken: str, path: str, trouble: Trouble) -> None:
    page, address = owners
    stop = trouble.watch(page, address)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(path)
    html = page.locator("html")
    assert html.get_attribute("dir") == ("ltr" if spoken == "de" else "rtl")
    assert html.get_attribute("lang") == ("de-DE" if spoken == "de" else "en-XA")
    # In German the words are others and all else is as in English, which `test_pages` looks at.
    assert spoken == "de" or violations(page) == []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {width}"
        assert page.evaluate(CUT_OFF) == [], f"{path} at {width}"
    stop()


def test_no_word_of_a_page_is_left_in_english(owners: tuple[Page, str], spoken: str) -> None:
    """Menus, headings and buttons are brackets and accents; what is neither was not translated."""
    if spoken != pseudo.CODE:
        pytest.skip("only the pseudo-language shows it without knowing a word")
    page, _address = owners
    page.set_viewport_size({"width": 1440, "height": 900})
    for path in ("/", "/opportunities", "/organisations/1", "/settings", "/import"):
        page.goto(path)
        said = page.evaluate("""() => [...document.querySelectorAll("nav.nav a[href], thead th, .head button, dt")]
            .map(one => one.textContent.trim()).filter(text => /[A-Za-z]{3}/.test(text))""")
        assert [text for text in said if "⟦" not in text and text not in ("RRapport", "JKJonas Keller")] == [], path
