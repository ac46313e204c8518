"""Plug-ins: domain packages that live elsewhere and make the same calls as those of Rapport.

A distribution names its package under the entry point `rapport.plugins`; the package is a Django application, so its
models, migrations, templates and static files come along, and its `urls` stand before the generic pages. One that is
broken stops the start with its name, and RAPPORT_PLUGINS_OFF=name leaves it out until it is repaired or removed.
"""

import traceback
from collections.abc import Collection, Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

from rapport.base.plugin import Plugin

GROUP = "rapport.plugins"
EVERY = "all"


class BadPlugin(ImproperlyConfigured):
    """A plug-in that Rapport does not start with; says which, why, and how to start without it."""

    def __init__(self, name: str, told: str, why: str) -> None:
        super().__init__(
            f"The plug-in {told} cannot be loaded: {why}\n"
            f"Repair it, remove it, or start without it: RAPPORT_PLUGINS_OFF={name}"
        )


def installed(off: Collection[str] = (), found: Iterable[EntryPoint] | None = None) -> tuple[Plugin, ...]:
    """Every plug-in of this Python environment by name. Raises BadPlugin for one that is on and cannot be."""
    entries = entry_points(group=GROUP) if found is None else found
    known = [_plugin(entry, off) for entry in sorted(entries, key=lambda entry: (entry.name, entry.value))]
    active = [one for one in known if one.is_on]
    for one in active:
        _judge(one, active)
    return tuple(known)


def _plugin(entry: EntryPoint, off: Collection[str]) -> Plugin:
    came = entry.dist
    called, version = (came.name, came.version) if came is not None else ("?", "?")
    return Plugin(entry.name, entry.value, called, version, not {entry.name, EVERY} & set(off))


def _judge(one: Plugin, active: Iterable[Plugin]) -> None:
    twin = next((other for other in active if other is not one and other.name == one.name), None)
    if twin is not None:
        raise BadPlugin(one.name, str(one), f"{twin.distribution} has one of the same name.")
    try:
        there = find_spec(one.package)
    except Exception as error:  # its parent package is run to look inside: whatever it does, it is named
        raise BadPlugin(one.name, str(one), _said(error)) from error
    if there is None:
        raise BadPlugin(one.name, str(one), f"there is no package {one.package}.")


def blamed(plugins: Iterable[Plugin], error: BaseException) -> BadPlugin | None:
    """The error as that of a plug-in, when it came out of the code of one; the innermost counts."""
    by_package = {one.package: one for one in plugins if one.is_on}
    for module in reversed(list(_modules(error))):
        for package, one in by_package.items():
            if module == package or module.startswith(f"{package}."):
                return BadPlugin(one.name, str(one), _said(error))
    return None


def _modules(error: BaseException) -> Iterator[str]:
    """The modules an error went through, the outermost first."""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        yield str(frame.f_globals.get("__name__", ""))


def _said(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip()
