"""Every page. A module is taken in when it is there; the generic ones come last, they match widely."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, path

from rapport.platform import plugins, policies
from rapport.platform.views.policies import PAGES
from rapport.platform.views.start import start

# In this order: fixed addresses first, then those that begin with an Object.
MODULES = (
    "csp_reports",
    "today",
    "signin",
    "second_step",
    "provider",
    "looking",
    "forgotten",
    "account",
    "security",
    "security_setup",
    "tokens",
    "notifications",
    "palette",
    "filter_bar",
    "builder",
    "undo",
    "runs",
    "settings",
    "import_",
    "import_kind",
    "files",
    "shown",
    "map_",
    "view_tabs",
    "saved_views",
    "arrangement",
    "bulk",
    "grid",
    "export",
    "arrange",
    "board",
    "calendar_",
    "reschedule",
    "act",
    "privacy",
    "inline",
    "panel",
    "forms",
    "story",
    "relations",
    "record",
    "list_",
)
# Pages of the domains stand before the generic ones, so that a noun may have a page of its own.
DOMAINS = (
    "parties",
    "interactions",
    "relationship",
    "sales",
    "service",
    "marketing",
    "automation",
    "analytics",
    "demo",
)


def _patterns() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    domains = [*(f"rapport.{domain}" for domain in DOMAINS), *plugins.packages()]
    for name in [f"{domain}.urls" for domain in domains] + [f"rapport.platform.views.{name}" for name in MODULES]:
        package = name.rpartition(".")[0]
        if find_spec(package) and find_spec(name):
            found += import_module(name).urlpatterns
    if not any(getattr(pattern, "name", "") == "today" for pattern in found):
        found.insert(0, path("", start, name="today"))
    return found


urlpatterns = _patterns()
policies.declare(PAGES)
