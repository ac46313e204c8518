"""The template backend: escaping, errors that say where, translation, what a page knows."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import minijinja
import pytest
from django.template import TemplateDoesNotExist, engines
from django.test import RequestFactory

from rapport.ui import reader, safe
from rapport.ui.minijinja import Minijinja

HOSTILE = """<script>alert(1)</script>'"><img src=x onerror=alert(2)>{{ 7*7 }}&"""


def engine(folder: Path | None = None, **options: object) -> Minijinja:
    params = {"NAME": "test", "DIRS": [str(folder)] if folder else [], "APP_DIRS": True, "OPTIONS": options}
    return Minijinja(params)


def shown(source: str, **values: object) -> str:
    return str(engine().from_string(source).render(values))


def test_the_configured_backend_is_ours() -> None:
    assert isinstance(engines.all()[0], Minijinja)


def test_values_are_escaped_in_text_and_attributes() -> None:
    text = shown('<p title="{{ x }}">{{ x }}</p>', x=HOSTILE)
    assert "<script" not in text
    assert "<img" not in text
    assert "49" not in text
    assert text.count('"') == 2


def test_the_name_of_a_template_does_not_switch_escaping_off(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("{{ x }}")
    assert "<" not in str(engine(tmp_path).get_template("mail.txt").render({"x": HOSTILE}))


def test_there_is_no_safe_filter() -> None:
    with pytest.raises(ValueError, match=r"rapport\.ui\.safe"):
        shown("{{ x|safe }}", x="<b>")


def test_autoescape_cannot_be_found_switched_off_in_our_templates() -> None:
    root = Path(__file__).parents[2] / "rapport"
    for page in root.rglob("templates/**/*.html"):
        text = page.read_text()
        assert "autoescape" not in text, page
        assert "|safe" not in text, page


def test_safe_html_is_printed_as_it_is_and_escapes_its_values() -> None:
    assert shown("{{ x }}", x=safe.html("<b>{name}</b>", name=HOSTILE)).startswith("<b>&lt;script")


def test_none_and_unknown_print_nothing() -> None:
    assert shown("[{{ a }}{{ b }}{{ c.d }}]", a=None, c={}) == "[]"


def test_a_mistake_names_template_and_line(tmp_path: Path) -> None:
    (tmp_path / "broken.html").write_text("one\n{{ x.y.z }}\nthree")
    with pytest.raises(minijinja.TemplateError) as caught:
        engine(tmp_path, debug=True).get_template("broken.html").render({"x": 1})
    assert caught.value.name == "broken.html"
    assert caught.value.line == 2
    assert caught.value.template_debug["during"] == "{{ x.y.z }}\n"  # type: ignore[attr-defined]


def test_a_mistake_in_python_names_the_template(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ boom() }}")
    with pytest.raises(ZeroDivisionError) as caught:
        engine(tmp_path).get_template("page.html").render({"boom": lambda: 1 / 0})
    assert "page.html" in "".join(caught.value.__notes__)


def test_without_debug_a_mistake_tells_no_values(tmp_path: Path) -> None:
    (tmp_path / "broken.html").write_text("{{ secret.y.z }}")
    with pytest.raises(minijinja.TemplateError) as caught:
        engine(tmp_path, debug=False).get_template("broken.html").render({"secret": "hunter2"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.html", "../../settings.py", "/etc/passwd", "a\x00b"])
def test_a_template_that_is_not_there_is_djangos_error(name: str) -> None:
    with pytest.raises((TemplateDoesNotExist, ValueError)):
        engine().get_template(name)


def test_a_missing_parent_is_djangos_error_too() -> None:
    with pytest.raises(TemplateDoesNotExist):
        shown('{% extends "no/such.html" %}')


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError, match="autoescape"):
        engine(autoescape=False)


def test_a_changed_template_is_read_again_in_debug(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")
    debugging = engine(tmp_path, debug=True)
    assert str(debugging.get_template("page.html").render()) == "old"
    page.write_text("new")
    assert str(debugging.get_template("page.html").render()) == "new"


def test_words_are_filled_after_translation_and_escaped() -> None:
    assert shown('{{ _("{n} of {of}", n=1, of=x) }}', x="<b>") == "1 of &lt;b&gt;"
    assert shown('{{ ngettext("{n} line", "{n} lines", 1200) }}') == "1,200 lines"


def test_a_page_knows_the_request(rf: RequestFactory) -> None:
    page = engine().from_string("{{ path }}|{{ csrf_input }}|{{ reader.name }}")
    with reader.reading_as(reader.Reader(name="<Mara>")):
        text = str(page.render({}, rf.get("/deals?q=1&x=<2>")))
    path, csrf, name = text.split("|")
    assert "&lt;2&gt;" in path or "%3C2%3E" in path
    assert csrf.startswith('<input type="hidden" name="csrfmiddlewaretoken" value="')
    assert name == "&lt;Mara&gt;"


def test_a_table_of_50_by_8_costs_at_most_thirty_times_its_bare_text() -> None:
    """Under 2 ms on a quiet machine; as a ratio, because the tests share theirs."""
    from rapport.ui.gallery_samples import columns, row

    page = engine().from_string(
        '{% from "ui/table.html" import table %}'
        '{{ table(columns, rows, "Deals", bulk={"action": "#", "actions": []}) }}'
    )
    values: dict[str, object] = {"columns": columns(), "rows": [row(n % 10) for n in range(50)]}
    cells = [str(cell) for n in range(50) for cell in row(n % 10)["cells"]]
    bare = fastest(lambda: "".join([f"<td>{escape(cell)}</td>" for cell in cells]))
    assert fastest(lambda: page.render(values)) < 30 * bare


def fastest(act: Callable[[], object]) -> float:
    act()
    return min(_cpu_seconds(act) for _ in range(80))


def _cpu_seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start
