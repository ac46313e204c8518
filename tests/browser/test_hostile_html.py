"""A thousand payloads in a real browser: no script runs, no dialog opens, nothing is asked of another host.

They stand where foreign HTML may stand: in files that are shown in their frame, a hundred in each, as they came. And
what a note keeps of them is shown in the story of a record.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Request, Response

from tests.browser.conftest import Open
from tests.platform.content.corpus import payloads

AT_ONCE = 100
ALARM = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"


class Witness:
    """What a page did that it must not do."""

    def __init__(self, page: Page, house: str) -> None:
        self.seen: list[str] = []
        self.house = house
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.context.on("page", lambda opened: self.seen.append(f"opened {opened.url}"))
        page.on("download", lambda download: self.seen.append(f"download {download.url}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.house}/", "data:", "blob:", "about:")):
            self.seen.append(f"asked {request.url}")


def upload(page: Page, name: str, text: str) -> str:
    """The address of an HTML file that was put into the house."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    sent: Any = {"file": {"name": name, "mimeType": "text/html", "buffer": text.encode("utf-8", "replace")}}
    headers = {"X-CSRFToken": str(token), "HX-Request": "true", "Referer": page.url}
    answer = page.request.post("/files", multipart=sent, headers=headers)
    assert answer.status == 200, answer.text()[:300]
    found = re.search(r"/files/([0-9a-f-]{36})", answer.text().replace("&#x2f;", "/"))
    assert found, answer.text()[:500]
    return f"/files/{found[1]}"


@pytest.fixture
def witnessed(visit: Open, server: str) -> tuple[Page, Witness]:
    page = visit("/today")
    return page, Witness(page, server)


def test_a_thousand_payloads_do_nothing_in_their_frame(witnessed: tuple[Page, Witness]) -> None:
    page, witness = witnessed
    every = [*payloads()]
    assert len(every) >= 1_000
    for start in range(0, len(every), AT_ONCE):
        part = "\n".join(f"<div>{payload}</div>" for payload in every[start : start + AT_ONCE])
        address = upload(page, f"payloads-{start}.html", f"<!doctype html><title>still</title>{ALARM}{part}")
        page.goto(f"{address}/show")
        frame = page.frame_locator("iframe")
        frame.locator("body").wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        assert "ran" not in page.title()
        assert not [one for one in page.frames[1:] if one.evaluate("document.title") == "ran"]
    assert witness.seen == []


def test_their_document_does_nothing_on_its_own_either(witnessed: tuple[Page, Witness]) -> None:
    """The address of the frame, opened by hand: its policy holds without the frame."""
    page, witness = witnessed
    every = [*payloads()][:: len(payloads()) // AT_ONCE]
    address = upload(page, "alone.html", "<!doctype html><title>still</title>" + ALARM + "\n".join(every))
    policies: list[str] = []

    def note(answer: Response) -> None:
        if answer.url.endswith("/framed"):
            policies.append(answer.headers.get("content-security-policy", ""))

    page.on("response", note)
    page.goto(f"{address}/framed")
    page.wait_for_load_state("networkidle")
    assert page.title() != "ran"
    assert len(policies) == 1
    assert "sandbox" in policies[0]
    assert "default-src 'none'" in policies[0]
    assert witness.seen == []
