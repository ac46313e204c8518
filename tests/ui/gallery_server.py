"""Serves the gallery under the product's content security policy, with the few answers that scripts ask for."""

# ruff: noqa: E501  # templates in one line

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from rapport.config.headers import PAGE
from rapport.ui import gallery, gallery_samples

# The gallery is made of files: no answer of its own, no nonce of its own.
POLICY = PAGE.replace("'nonce-{nonce}'", "'self'").replace("{live}", "")
RENDER = (
    '{% from "ui/table.html" import row %}{% from "ui/facts.html" import fact %}{% from "ui/palette.html" import palette_results %}'
    '{% from "ui/combobox.html" import options %}{% from "ui/filter_bar.html" import completions %}{% from "ui/board.html" import board_column %}'
    '{% from "ui/panel.html" import panel_frame %}{% from "ui/form.html" import form %}{% from "ui/dialog.html" import dialog %}'
    '{% from "ui/conflict.html" import conflict %}{% from "ui/error_summary.html" import error_summary %}'
)


def fragment(source: str, **values: object) -> str:
    """A piece of a page from a template text that may use every macro above."""
    from django.template import engines

    engine = next(engine for engine in engines.all() if engine.name == "minijinja")
    return str(engine.from_string(RENDER + source).render(values))


class Gallery(SimpleHTTPRequestHandler):
    """Files of the gallery, and answers by path; every request is noted in `seen`."""

    seen: ClassVar[list[tuple[str, str, dict[str, list[str]]]]] = []

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        answer = ANSWERS.get(url.path)
        if answer is None:
            return super().do_GET()
        self.seen.append(("GET", url.path, parse_qs(url.query)))
        self.give(*answer(parse_qs(url.query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        values = _form(body, self.headers.get("Content-Type", ""))
        path = urlsplit(self.path).path
        self.seen.append(("POST", path, values))
        self.give(*ANSWERS.get(path, _gone)(values))

    def give(self, status: int, html: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""


Answer = tuple[int, str] | tuple[int, str, dict[str, str]]


def _gone(_values: dict[str, list[str]]) -> Answer:
    return 404, "gone"


def _panel(_values: dict[str, list[str]]) -> Answer:
    return 200, fragment(
        '{% call panel_frame("Beside", page_url="record.html") %}{{ form("/save", [{"name": "note", "label": "Note", "widget": "textarea"}], draft="note") }}{% endcall %}'
    )


def _field(values: dict[str, list[str]]) -> Answer:
    value = values.get("value", [""])[0]
    if not values.get("version"):
        return (
            200,
            '<select name="stage" aria-label="Stage"><option value="won">Won</option><option value="lost">Lost</option></select>',
        )
    if value == "bad":
        return 422, fragment('{{ error_summary([{"text": "That is no name."}]) }}')
    if value == "theirs":
        return 409, fragment(
            '{{ conflict([{"name": "name", "label": "Name", "mine": "theirs", "theirs": "Other", "mine_raw": "a", "theirs_raw": "b"}], "/conflict", 9) }}'
        )
    line = gallery_samples.row(0)
    line["version"] = 2
    line["cells"] = [value, *line["cells"][1:]]
    toast = json.dumps({"toast": {"text": "Saved", "undo_url": "/undo"}})
    return (
        200,
        fragment("{{ row(columns, line, bulk=true) }}", columns=gallery_samples.columns(), line=line),
        {"HX-Trigger": toast},
    )


def _move(values: dict[str, list[str]]) -> Answer:
    column = values["column"][0]
    if column == "negotiation" and not values.get("reason"):
        return 422, fragment(
            '{% call dialog("gate", "Why?", open=true) %}{{ form("/move", [{"name": "reason", "label": "Reason", "widget": "text"}], hidden={"id": id, "column": "negotiation"}) }}{% endcall %}',
            id=values["id"][0],
        )
    if column == "qualified":
        return 403, "no"
    return 200, fragment("{{ board_column(column) }}", column=gallery_samples.board()[0])


ANSWERS: dict[str, Any] = {
    "/panel-body.html": _panel,
    "/deals/0/field": _field,
    "/move": _move,
    "/undo": lambda _values: (204, ""),
    "/save": lambda _values: (204, "", {"HX-Trigger": json.dumps({"close": True, "toast": {"text": "Kept"}})}),
    "/palette.html": lambda values: (
        200,
        fragment(
            '{{ palette_results([{"title": "Records", "items": [{"label": "Nordlicht " ~ q, "href": "record.html", "icon": "building-2"}, {"label": "Other", "href": "list.html", "icon": "user"}]}], q=q) }}',
            q=values.get("q", [""])[0],
        ),
    ),
    "/options.html": lambda values: (
        200,
        fragment(
            '{{ options([{"value": "7", "label": "Hafen & Söhne", "note": "Kiel"}, {"value": "8", "label": "Kestrel"}]) }}'
        ),
    ),
    "/complete": lambda values: (
        200,
        fragment(
            '{{ completions([{"label": "stage", "insert": "stage ", "start": 0, "end": at, "note": "field"}]) }}',
            at=int(values["at"][0]),
        ),
    ),
    "/builder": lambda _values: (
        200,
        fragment('{% call dialog("query-builder", "Build", open=true) %}<p>rows</p>{% endcall %}'),
    ),
}


def _form(body: str, kind: str) -> dict[str, list[str]]:
    if "multipart" not in kind:
        return parse_qs(body, keep_blank_values=True)
    found: dict[str, list[str]] = {}
    boundary = kind.split("boundary=")[1]
    for part in body.split("--" + boundary)[1:-1]:
        head, _, value = part.partition("\r\n\r\n")
        found.setdefault(head.split('name="')[1].split('"')[0], []).append(value.rstrip("\r\n"))
    return found


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of the gallery, which is written into `folder` first."""
    gallery.main(folder)
    Gallery.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Gallery(*args, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
