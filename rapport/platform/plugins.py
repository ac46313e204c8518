"""Plug-ins as the engine sees them: which are here, and the names they may rely on.

`PUBLIC` are the modules whose names stay, or change with a line in CHANGELOG.md that says what to write instead. All
others may change at any time; `rapport check` says where a plug-in uses one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

if TYPE_CHECKING:
    from rapport.base.plugin import Plugin

HOUSE = "rapport"
PUBLIC = frozenset(
    {
        # Plain Python: values and their formats.
        "rapport.base.clock",
        "rapport.base.ids",
        "rapport.base.money",
        "rapport.base.text",
        # A noun: what it is, what one can do with it, what follows.
        "rapport.platform.access",
        "rapport.platform.actions",
        "rapport.platform.culture",
        "rapport.platform.events.models",
        "rapport.platform.events.reactions",
        "rapport.platform.fields",
        "rapport.platform.guards",
        "rapport.platform.jobs",
        "rapport.platform.objects",
        "rapport.platform.query",
        "rapport.platform.record",
        "rapport.platform.records",
        "rapport.platform.words",
        # Where it shows.
        "rapport.platform.next_step",
        "rapport.platform.panels",
        "rapport.platform.policies",
        "rapport.platform.timeline",
        "rapport.platform.today",
        "rapport.platform.views.addresses",
        "rapport.platform.views.http",
        "rapport.ui.formats",
        "rapport.ui.pictures",
        # The nouns one builds upon.
        "rapport.parties.party",
        "rapport.parties.contact_point",
        "rapport.parties.relationship",
        "rapport.interactions.interaction",
        "rapport.interactions.task",
        "rapport.sales.opportunity",
        "rapport.sales.product",
        "rapport.platform.accounts.models",
    }
)


def active() -> tuple[Plugin, ...]:
    """The plug-ins that are on, by name."""
    return tuple(one for one in getattr(settings, "PLUGINS", ()) if one.is_on)


def packages() -> list[str]:
    """Their packages."""
    return [one.package for one in active()]


@register()
def public_names(app_configs: Sequence[Any] | None = None, **_options: Any) -> list[CheckMessage]:
    """Where a plug-in imports what may change without notice."""
    return [
        Warning(
            f"The plug-in {one} imports {name}, which is not among the public names and may change ({place}).",
            hint="See “What a plug-in may use” in docs/guides/plugins.md.",
            id="rapport.W001",
        )
        for one in active()
        for folder in _folders(one.package)
        for place, name in private_imports(folder)
    ]


def _folders(package: str) -> list[Path]:
    found = find_spec(package)
    return [Path(folder) for folder in (found.submodule_search_locations or [])] if found else []


def private_imports(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, module) for every import of a module of ours that is not public."""
    for file in sorted(folder.rglob("*.py")):
        for name in sorted(_imported(file)):
            if not is_public(name):
                yield file.relative_to(folder).as_posix(), name


def is_public(module: str) -> bool:
    """Whether a module is no part of Rapport, or one that plug-ins may use."""
    return module.partition(".")[0] != HOUSE or module in PUBLIC


def _imported(file: Path) -> set[str]:
    """The modules a file imports; `from rapport.platform import records` imports rapport.platform.records."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {_module(node.module, alias.name) for alias in node.names}
    return found


def _module(source: str, name: str) -> str:
    """Where a name comes from: the module itself, or the package it was asked of."""
    inner = f"{source}.{name}"
    if inner in PUBLIC or source in PUBLIC:
        return inner if inner in PUBLIC else source
    try:
        return inner if source.startswith(HOUSE) and find_spec(inner) is not None else source
    except ModuleNotFoundError:  # `source` is no package, so this is one of its names
        return source
