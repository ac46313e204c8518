"""Coming in as people do: a passkey of a (virtual) device, an app, a code on paper, a provider; and being shown out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import running
from tests.browser.test_pages import AXE, TAGS
from tests.platform.accounts import provider

OLGA, SECRET = "olga@house.example", "a quiet river at dawn"
Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    """An empty house that asks a provider on this machine."""
    with running(RAPPORT_EGRESS_ALLOW="localhost,127.0.0.0/8,[::1]") as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def enter(browser: Browser, house: str, contexts: list[BrowserContext]) -> Enter:
    """A page in a browser of its own."""

    def go(path: str = "/", **about: Any) -> Page:
        context = browser.new_context(base_url=house, **about)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    return go


def test_an_owner_comes_in_by_every_way_there_is(house: str, enter: Enter) -> None:
    page = _found(enter)
    codes = _add_passkey(page)
    _passkey_alone(page)
    secret = _add_app(page)
    _code_of_the_app(enter(), secret)
    _code_on_paper(enter(), codes[0])
    _shown_out(page, enter)
    _through_a_provider(page, enter)


def _found(enter: Enter) -> Page:
    """The first visitor owns the house, and is asked for a second factor before anything else."""
    page = enter()
    page.get_by_label("What is your house called?").fill("House of Olga")
    page.get_by_label("Your name").fill("Olga Owner")
    page.get_by_label("Your e-mail address").fill(OLGA)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/settings/security/demanded")
    page.goto("/settings/people")
    expect(page.get_by_role("heading", name="One more lock")).to_be_visible()
    _clean(page)
    return page


def _add_passkey(page: Page) -> list[str]:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**about, "isUserVerified": True}})
    page.get_by_role("link", name="A passkey").click()
    _clean(page)
    page.get_by_label("What is it called?").fill("Olga's laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    _clean(page)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have them safe").click()
    expect(page.get_by_role("button", name="Take away Olga's laptop")).to_be_visible()
    _clean(page)
    return codes


def _passkey_alone(page: Page) -> None:
    _sign_out(page)
    _clean(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/settings/security")
    expect(page.locator("main")).to_contain_text("last used now")


def _add_app(page: Page) -> str:
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="The secret as a picture")).to_be_visible()
    _clean(page)
    secret = page.locator("code.token").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # That of the step before: the present one is then still good for signing in.
    page.get_by_label("Code that the app shows").fill(_code(secret, -1))
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url("**/settings/security")
    return secret


def _code_of_the_app(page: Page, secret: str) -> None:
    _password(page)
    _clean(page)
    page.get_by_label("Code").fill(_code(secret, 0))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def _code_on_paper(page: Page, code: str) -> None:
    _password(page)
    page.get_by_label("Code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    expect(page.get_by_text("Recovery codes left: 9")).to_be_visible()


def _shown_out(page: Page, enter: Enter) -> None:
    """The others are signed out from here, and notice at their next click."""
    away = page.context.browser.contexts[-1].pages[0]  # type: ignore[union-attr]  # it has one
    away.goto("/settings/security")
    expect(away.get_by_text("this one")).to_be_visible()
    page.goto("/settings/security")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("Sessions ended: 2.")).to_be_visible()
    away.goto("/settings/security")
    expect(away.get_by_role("heading", name="Sign in")).to_be_visible()


def _through_a_provider(page: Page, enter: Enter) -> None:
    with provider.running() as issuer:
        page.goto("/settings/sign-in/providers/new")
        page.get_by_label("Name on the button").fill("Work")
        page.get_by_label("Address of the provider").fill(issuer)
        page.get_by_label("Client id").fill("rapport")
        page.get_by_label("Client secret").fill("hush hush")
        page.get_by_label("The provider asks for a second factor itself").check()
        _clean(page)
        page.get_by_role("button", name="Ask the provider, and save").click()
        expect(page.get_by_text("The provider answers, and is saved.")).to_be_visible()
        page.goto("/settings/sign-in")
        _clean(page)
        page.goto("/settings/security")
        page.get_by_role("button", name="Connect Work").click()
        _at_the_provider(page)
        expect(page.get_by_text("You can sign in with Work now.")).to_be_visible()
        fresh = enter("/sign-in?next=/settings/people")
        fresh.get_by_role("button", name="Sign in with Work").click()
        _at_the_provider(fresh)
        fresh.wait_for_url("**/settings/people")
        expect(fresh.get_by_role("link", name="Olga Owner")).to_be_visible()


def _at_the_provider(page: Page) -> None:
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name="ana", exact=True).click()
    page.wait_for_url(lambda url: "oauth2" not in url and "/sign-in/with" not in url)


def _password(page: Page) -> None:
    page.get_by_label("E-mail").fill(OLGA)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/second")


def _sign_out(page: Page) -> None:
    page.evaluate('document.querySelector(\'form[action="/sign-out"], form[action="&#x2f;sign-out"]\').submit()')
    page.wait_for_url("**/sign-in")


def _code(secret: str, steps: int) -> str:
    import time

    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def _clean(page: Page) -> None:
    """Axe finds nothing, in either theme."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE)
        found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(TAGS)}}})")["violations"]
        told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        assert not told, f"{page.url} {scheme}: {told}"
