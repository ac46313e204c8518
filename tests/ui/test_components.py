"""Every component escapes every string that reaches it, and draws what its shape promises."""

# ruff: noqa: E501  # one component a line

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from rapport.ui import gallery_samples
from rapport.ui.safe import Safe
from tests.ui.gallery_server import RENDER
from tests.ui.test_backend import engine

HOSTILE = """<script>alert(1)</script>'"><img src=x onerror=alert(2)>javascript:alert(3)"""
IMPORTS = (
    RENDER
    + "".join(
        f'{{% from "ui/{name}.html" import {macros} %}}'
        for name, macros in {
            "table": "table, rows_more, value",
            "bulk": "bulk_bar",
            "button": "button, icon_button",
            "chip": "chip, chips",
            "face": "face, faces",
            "head": "head",
            "tabs": "tabs",
            "filter_bar": "filter_bar, builder",
            "board": "board",
            "facts": "facts",
            "next_strip": "next_strip",
            "path": "path",
            "story": "story",
            "composer": "composer",
            "card": "card, card_row",
            "form": "form_field",
            "error_summary": "notice",
            "menu": "menu",
            "toast": "toasts",
            "empty": "empty",
            "progress": "progress, steps",
            "pager": "pager",
            "figures": "figures",
            "picture": "picture",
            "queue": "queue",
            "upload": "uploaded",
            "nav": "nav, top",
            "palette": "palette",
        }.items()
    )
    + '{% from "ui/picture.html" import picture as draw_picture %}'
)


def render(source: str, **values: object) -> str:
    return str(engine().from_string(IMPORTS + source).render(values))


def hostile(value: object) -> object:
    """The same shape with every string of people replaced; kinds, keys and numbers stay."""
    if isinstance(value, Safe):
        return value
    if isinstance(value, dict):
        return {key: part if key in KEPT else hostile(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [hostile(part) for part in value]
    return HOSTILE if isinstance(value, str) else value


KEPT = {"kind", "widget", "edit_as", "state", "key", "id", "width", "sorted"}
S = gallery_samples.samples()
CHIP = {"text": "x", "tone": "x", "icon": "x", "title": "x", "href": "x"}
LINK = {"label": "x", "href": "x", "icon": "x", "count": "x", "key": "x"}
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "table": ('{{ table(columns, rows, h, bulk={"action": h, "actions": actions, "all_label": h}, sums=sums, count=h, note=h, more_url=h) }}', {"columns": S["columns"], "rows": S["rows"], "actions": [{"label": "x", "href": "x", "icon": "x", "tone": "x", "confirm": "x"}], "sums": [{"key": "amount", "text": "x", "note": "x"}]}),
    "empty table": ('{{ table(columns, [], h, empty_text=h, empty_action=link) }}', {"columns": S["columns"], "link": LINK}),
    "board": ("{{ board(columns, h, h) }}", {"columns": S["board_columns"]}),
    "facts": ("{{ facts(groups, edit_url=h, version=h, completeness=86, empty_count=4, all_url=h) }}", {"groups": S["facts"]}),
    "story": ("{{ story(planned, past, filters=[link], more_url=h) }}", {"planned": S["planned"], "past": S["past"], "link": LINK}),
    "form": ('{{ form(h, fields, submit=h, errors=[{"text": h, "field": h}], version=h, cancel_url=h, hidden={"a": h}, draft=h) }}', {"fields": S["fields"]}),
    "queue": ("{{ queue(items, left_out=h) }}", {"items": S["queue_items"]}),
    "shell": ("{{ nav(shell) }}{{ top(shell) }}{{ palette(shell) }}", {"shell": S["shell"]}),
    "buttons": ('{{ button(h, href=h, icon=h, tone=h, key=h, attrs={"title": h}) }}{{ button(h, name=h, value=h, form=h) }}{{ icon_button(h, h, href=h) }}', {}),
    "chips": ("{{ chips([chip]) }}{{ chip(h, tone=h, icon=h, title=h, href=h) }}{{ face(h) }}{{ face(h, show_name=true) }}{{ faces([h, h, h, h, h]) }}", {"chip": CHIP}),
    "head": ('{{ head(h, subtitle=h, face=h, chips=[chip], position={"text": h, "previous": h, "next": h}) }}{{ tabs([link], h, more=link) }}', {"chip": CHIP, "link": LINK}),
    "filter": ('{{ filter_bar(h, h, object=h, tokens=[{"text": h, "kind": h}], complete_url=h, builder_url=h, count=h, error=h, order=h, hidden={"a": h}) }}{{ completions([{"label": h, "insert": h, "start": 0, "end": 1, "note": h}]) }}{{ builder([{"field": h, "ops": [{"value": h, "label": h}], "value": h, "error": h}, {"field": h, "ops": [], "value": h, "choices": [{"value": h, "label": h}]}], [{"value": h, "label": h}], h, object=h) }}', {}),
    "strip": ('{{ next_strip([{"icon": h, "text": h, "note": h, "chip": chip, "href": h, "done_url": h}]) }}{{ next_strip([], plan_url=h) }}{{ path([{"key": h, "label": h, "state": "now", "note": h}, {"key": h, "label": h, "state": "done"}], h, move_url=h, version=h) }}{{ composer([{"label": h, "icon": h, "key": h, "href": h}]) }}', {"chip": CHIP}),
    "card": ('{% call card(h, link=link) %}{{ card_row(h, href=h, face=h, step={"text": h, "tone": h}, note=h, chip=chip, number=h, icon=h) }}{% endcall %}', {"chip": CHIP, "link": LINK}),
    "menu": ('{{ menu("m", h, [{"label": h, "href": h, "post": true, "confirm": h, "icon": h, "tone": h, "key": h}, {"label": h, "href": h}], show_label=true) }}', {}),
    "messages": ('{{ toasts([{"text": h, "tone": h, "undo_url": h, "href": h, "link": h}]) }}{{ notice(h, tone=h, icon=h) }}{{ empty(h, label=h, href=h, key=h) }}{{ progress(1, 2, h, url=h, note=h) }}{{ steps([h, h], 1) }}{{ pager(previous=h, next=h, label=h) }}', {}),
    "figures": ('{{ figures([{"label": h, "value": h, "note": h, "tone": h, "href": h}]) }}{{ draw_picture(picture, h) }}', {"picture": S["funnel"]}),
    "panel": ('{% call panel_frame(h, page_url=h, subtitle=h) %}{% endcall %}{% call dialog("d", h) %}{% endcall %}{{ conflict([{"name": h, "label": h, "mine": h, "theirs": h, "mine_raw": h, "theirs_raw": h, "was": h, "who": h}], h, h) }}', {}),
    "search": ('{{ palette_results([{"title": h, "items": [{"label": h, "href": h, "icon": h, "note": h, "key": h}]}], q=h) }}{{ palette_results([], q=h) }}{{ options([{"value": h, "label": h, "note": h, "face": h}]) }}{{ options([], q=h) }}{{ uploaded({"name": h, "href": h, "size": h, "value": h}, name=h) }}', {}),
}  # fmt: skip


class Reading(HTMLParser):
    """What a browser would see: elements, and attributes that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img"):
            self.wrong.append(tag)
        for name, value in attrs:
            acts = name.startswith("on") or name in ("style", "srcdoc")
            leads = name in ("href", "src", "action", "formaction") and re.match(r"\s*javascript:", value or "")
            if acts or leads:
                self.wrong.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("name", CASES)
def test_hostile_strings_stay_text(name: str) -> None:
    source, values = CASES[name]
    text = render(source, h=HOSTILE, **{key: hostile(value) for key, value in values.items()})
    assert "alert(1)" in text  # it was drawn
    reading = Reading()
    reading.feed(text)
    assert reading.wrong == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
@pytest.mark.parametrize("name", CASES)
def test_no_component_links_to_an_address_that_acts(name: str, address: str) -> None:
    source, values = CASES[name]
    swapped = {key: _swap(value, address) for key, value in values.items()}
    reading = Reading()
    reading.feed(render(source, h=address, **swapped))
    assert reading.wrong == []


def _swap(value: object, address: str) -> object:
    if isinstance(value, dict):
        return {key: address if "url" in key or key == "href" else _swap(part, address) for key, part in value.items()}
    return [_swap(part, address) for part in value] if isinstance(value, list | tuple) else value


def test_a_row_has_its_id_version_and_addresses() -> None:
    text = render("{{ row(columns, line, bulk=true) }}", columns=S["columns"], line=gallery_samples.row(0))
    assert text.startswith('<tr id="row-0" data-row="0" data-version="1" data-page-url="record.html"')
    assert 'data-panel-url="panel-body.html"' in text
    assert 'aria-label="Select Spindle retrofit"' in text


def test_only_editable_cells_can_be_edited() -> None:
    text = render("{{ row(columns, line) }}", columns=S["columns"], line=gallery_samples.row(0))
    assert re.findall(r'data-edit="(\w+)"', text) == ["name", "stage", "amount", "closes"]


def test_a_list_without_rows_teaches_and_offers_one_button() -> None:
    text = render(
        '{{ table(columns, [], "Cases", empty_text="None yet.", empty_action={"label": "Open one", "href": "/new"}) }}',
        columns=S["columns"],
    )
    assert "None yet." in text
    assert text.count('class="button primary"') == 1
    assert "<table" not in text


def test_a_field_with_an_error_says_so_to_everybody() -> None:
    text = render('{{ form_field({"name": "n", "label": "N", "widget": "text", "error": "No.", "help": "Yes."}) }}')
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="f-n-error f-n-help"' in text
    assert '<label for="f-n">' in text


@pytest.mark.parametrize(
    "widget",
    [
        "text",
        "textarea",
        "rich",
        "number",
        "money",
        "percent",
        "date",
        "datetime",
        "duration",
        "checkbox",
        "select",
        "multi",
        "email",
        "phone",
        "url",
        "address",
        "reference",
        "references",
        "user",
        "tags",
        "file",
        "password",
        "hidden",
        "radio",
    ],
)
def test_every_widget_sends_its_name(widget: str) -> None:
    field = {
        "name": "n", "label": "N", "widget": widget, "value": "1", "options_url": "/o" if widget in ("reference", "references", "user", "tags") else "",
        "choices": [{"value": "1", "label": "One"}], "chosen": [{"value": "1", "label": "One"}], "parts": [{"name": "n", "label": "P", "widget": "text"}],
    }  # fmt: skip
    assert 'name="n"' in render("{{ form_field(field) }}", field=field)


def test_a_text_that_begins_with_a_line_break_keeps_it() -> None:
    text = render('{{ form_field({"name": "n", "label": "N", "widget": "textarea", "value": "\\nx"}) }}')
    assert ">\n\nx</textarea>" in text  # browsers drop the first line break after the tag
