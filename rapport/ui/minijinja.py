"""A Django template backend that renders with minijinja.

    TEMPLATES = [{"BACKEND": "rapport.ui.minijinja.Minijinja", "DIRS": […], "APP_DIRS": True, "OPTIONS": {}}]

Autoescape is on for every template and there is no `safe` filter: HTML is trusted only as `rapport.ui.safe.Safe`.
OPTIONS may name `context_processors` (dotted names, each takes the request and returns a dict) and `globals` (name to
dotted name). Templates are compiled once; with DEBUG they are read again when changed. A template's mistake names
file and line, and Django's debug page shows the place. Cost: a 50 x 8 table in about 0.5 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol

import minijinja
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.middleware.csrf import get_token
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine
from django.templatetags.static import static
from django.urls import reverse
from django.utils._os import safe_join
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from rapport.ui import attributes, formats, icons, reader, rows, words
from rapport.ui.language import gettext, ngettext
from rapport.ui.safe import Safe, html

Context = dict[str, object]


class Request(Protocol):
    """What a page needs to know of a request; this layer does not import django.http."""

    META: dict[str, Any]

    def get_full_path(self) -> str: ...


class Minijinja(BaseEngine):
    """The engine that Django's loader asks for templates."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = dict(params)
        options = dict(params.pop("OPTIONS", {}))
        super().__init__(params)
        self.debug = bool(options.pop("debug", settings.DEBUG))
        self.context_processors = [import_string(name) for name in options.pop("context_processors", ())]
        self.more_globals = {name: import_string(path) for name, path in options.pop("globals", {}).items()}
        if options:
            raise TypeError(f"Unknown option of the minijinja backend: {', '.join(sorted(options))}")

    @cached_property
    def environment(self) -> minijinja.Environment:
        return minijinja.Environment(
            loader=self._load,
            filters=dict(FILTERS),
            globals={**GLOBALS, **self.more_globals},
            auto_escape_callback=_always,
            finalizer=_nothing_for_none,
            undefined_behavior="lenient",
            trim_blocks=True,
            lstrip_blocks=True,
            debug=self.debug,
            reload_before_render=self.debug,
        )

    def _load(self, name: str) -> str | None:
        path = self.find(name)
        return path.read_text(encoding="utf-8") if path else None

    def find(self, name: str) -> Path | None:
        """The first file of this name in DIRS, then in the applications."""
        for folder in self.template_dirs:
            try:
                path = Path(safe_join(folder, name))
            except SuspiciousFileOperation:
                continue
            if path.is_file():
                return path
        return None

    def get_template(self, template_name: str) -> Template:
        path = self.find(template_name)
        if path is None:
            raise TemplateDoesNotExist(template_name, backend=self)
        return Template(self, template_name, path)

    def from_string(self, template_code: str) -> Template:
        return Template(self, "<string>", None, template_code)


class Template:
    """One template; `render` is what Django calls."""

    def __init__(self, engine: Minijinja, name: str, path: Path | None, source: str | None = None) -> None:
        self.engine = engine
        self.name = name
        self.source = source
        self.origin = Origin(str(path or name), name)

    def render(self, context: Mapping[str, object] | None = None, request: Request | None = None) -> Safe:
        values = {**self._about(request), **(context or {})}
        environment = self.engine.environment
        try:
            if self.source is not None:
                return Safe(environment.render_str(self.source, self.name, **values))
            return Safe(environment.render_template(self.name, **values))
        except minijinja.TemplateError as error:
            _point_at(error)
        except Exception as error:
            error.add_note(f"while rendering {self.name}")
            raise

    def _about(self, request: Request | None) -> Context:
        who = reader.current()
        about: Context = {"reader": who, "path": "", "csrf_token": "", "csrf_input": Safe(""), "csp_nonce": ""}
        if request is not None:
            token = get_token(request)  # type: ignore[arg-type]  # an HttpRequest, which only views may import
            about |= {"path": request.get_full_path(), "csrf_token": token, "csrf_input": _csrf_input(token)}
            about["csp_nonce"] = getattr(request, "csp_nonce", "")
            for processor in self.engine.context_processors:
                about |= processor(request)
        return about


class Origin:
    """Where a template came from, for Django's error pages."""

    def __init__(self, name: str, template_name: str) -> None:
        self.name = name
        self.template_name = template_name


def _csrf_input(token: str) -> Safe:
    return html('<input type="hidden" name="csrfmiddlewaretoken" value="{token}">', token=token)


def _point_at(error: minijinja.TemplateError) -> NoReturn:
    """Raise with what Django's debug page shows as the place; a missing parent becomes Django's own error."""
    if error.kind == "TemplateNotFound":
        raise TemplateDoesNotExist(error.detail or error.message) from error
    lines = (error.template_source or "").splitlines(keepends=True)
    at = error.line or 1
    first, last = max(at - 10, 0), min(at + 10, len(lines))
    error.template_debug = {  # type: ignore[attr-defined]  # Django's protocol, read by its technical 500 page
        "name": error.name,
        "message": error.detail or error.message,
        "line": at,
        "source_lines": [(n + 1, lines[n]) for n in range(first, last)],
        "before": "",
        "during": lines[at - 1] if 0 < at <= len(lines) else "",
        "after": "",
        "top": first,
        "bottom": last,
        "total": len(lines),
    }
    raise error


def _always(_name: str) -> bool:
    return True


def _nothing_for_none(value: object) -> object:
    return "" if value is None else value


def _translate(message: str, **values: object) -> str:
    return gettext(message).format(**values) if values else gettext(message)


def _translate_many(one: str, many: str, n: int, **values: object) -> str:
    return ngettext(one, many, n).format(n=values.pop("shown", formats.number(n)), **values)


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _refuse_safe(_value: object) -> NoReturn:
    raise ValueError("Templates cannot declare HTML safe; build it with rapport.ui.safe")


def _text(value: object) -> str:
    return "" if value is None else str(value)


GLOBALS: dict[str, Callable[..., object]] = {
    "_": _translate,
    "gettext": _translate,
    "ngettext": _translate_many,
    "static": static,
    "url": _url,
    "icon": icons.icon,
    "rows_html": rows.rows_html,
    "cell_html": rows.cell_html,
    "script_words": words.script_words,
}
FILTERS: dict[str, Callable[..., object]] = {
    "attrs": attributes.attrs,
    "date": formats.date_text,
    "duration": formats.duration,
    "href": attributes.href,
    "hue": formats.hue,
    "initials": formats.initials,
    "json_attr": attributes.json_attr,
    "moment": formats.moment,
    "money": formats.money,
    "number": formats.number,
    "percent": formats.percent,
    "relative": formats.relative,
    "safe": _refuse_safe,
    "text": _text,
    "truncate": formats.truncate,
    "when": formats.when,
}
