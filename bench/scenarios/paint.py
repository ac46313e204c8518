"""Lists of a million in a browser: from the key or click to the next picture."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.measure import Figure
from bench.scenarios.stack import running
from tools import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.setting import Setting

TIMES = 15
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# When the first picture of a page stood, in ms after the click; asked again until there is one.
PAINTED = """() => new Promise((done, fail) => {
  setTimeout(() => fail(new Error('no picture in half a minute')), 30000);
  const first = () => performance.getEntriesByName('first-contentful-paint')[0];
  const look = () => first() ? done(first().startTime) : requestAnimationFrame(look);
  look();
})"""
# Ask for more rows and tell when they stand in the picture.
MORE = """() => new Promise((done, fail) => {
  setTimeout(() => fail(new Error('no more rows in half a minute')), 30000);
  const rows = () => document.querySelectorAll('tr[data-row]').length, had = rows(), begun = performance.now();
  const end = () => done(performance.now() - begun);
  const look = () => requestAnimationFrame(rows() > had ? end : look);
  document.querySelector('.more-row a').click();
  requestAnimationFrame(look);
})"""


def paint(setting: Setting) -> Iterator[Figure]:
    """Open, sort, filter and scroll; the ratio is to a page with nothing on it."""
    path = chromium.find()
    if not path:
        yield Figure("paint of a list", 0, "not measured", note=chromium.MISSING)
        return
    from playwright.sync_api import sync_playwright

    with running() as stack, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": setting.cookie, "value": setting.session, "url": stack.address}])
        page = context.new_page()
        # Not one of ours: what is no page may run no script, so it could not say when it was painted.
        page.route("**/nothing?*", lambda route: route.fulfill(body="<p>Nothing</p>", content_type="text/html"))
        empty = _opened(page, lambda n: f"{stack.address}/nothing?{n}")
        yield Figure("paint of an empty page", empty, "ms wall")
        whole = f"{stack.address}/people?view=all"
        asked = (
            ("a list of a million", lambda n: f"{whole}&n={n}"),
            ("… sorted", lambda n: f"{whole}&sort={'-updated_at' if n % 2 else '-name'}"),
            ("… filtered", lambda n: whole + "&q=" + quote(f"lifecycle = {'former' if n % 2 else 'customer'}")),
        )
        for name, address in asked:
            taken = _opened(page, address)
            yield Figure(f"paint of {name}", taken, "ms wall", empty, to_reach="< 100")
        page.goto(whole)
        yield Figure("paint of more rows", _median(lambda: page.evaluate(MORE)), "ms wall", to_reach="< 100")
        browser.close()


def _opened(page: Any, address: Callable[[int], str]) -> float:
    """The median time until a page shows something."""

    def once(number: int) -> float:
        page.goto(address(number), wait_until="load")
        return float(page.evaluate(PAINTED))

    once(0)
    return statistics.median(once(number) for number in range(TIMES))


def _median(work: Callable[[], Any]) -> float:
    return statistics.median(float(work()) for _time in range(TIMES))
