"""About this house: name, version, database, the parts it is made of."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from django.db import connection
from django.urls import path
from django.utils.translation import gettext as _

import rapport
from rapport.platform import currencies, house
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from django.http import HttpResponse

PARTS = ("django", "minijinja", "granian", "psycopg", "orjson", "babel")


@page
def about(request: Request) -> HttpResponse:
    """Facts somebody asks for before they help."""
    facts = [
        (_("House"), house.name()),
        (_("Version of Rapport"), getattr(rapport, "__version__", "")),
        (_("Currency of the house"), currencies.base_currency()),
        (_("Database"), _database()),
        (_("Licence"), "Apache 2.0"),
    ]
    parts = [(name, found) for name in PARTS if (found := _version(name))]
    return render(
        request,
        "platform/settings/about.html",
        {"facts": facts, "parts": parts, "tabs": tabs(request, "settings_about")},
    )


def _database() -> str:
    numbers = getattr(connection, "pg_version", None) if connection.vendor == "postgresql" else None
    if numbers:
        return f"PostgreSQL {numbers // 10_000}"
    return f"SQLite {getattr(getattr(connection, 'Database', None), 'sqlite_version', '')}".strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


urlpatterns = [path("settings/about", about, name="settings_about")]
