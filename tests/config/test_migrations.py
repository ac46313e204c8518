"""The migrations make, on an empty database, what the models say. (The other tests make the tables from the models.)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import override_settings

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """The default connection, on a database without tables."""
    before, kept = connections["default"], connections.databases["default"]
    name = str(folder / "empty.sqlite3") if connection.vendor == "sqlite" else "rapport_empty"
    if connection.vendor == "postgresql":
        with before.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    # A dictionary of its own: the connection of the other tests reads its name from `kept` whenever it opens again.
    connections.databases["default"] = {**kept, "NAME": name}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before
        connections.databases["default"] = kept
        if connection.vendor == "postgresql":
            with before.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


# --nomigrations hides them from the test run; here they are wanted.
@override_settings(MIGRATION_MODULES={}, INSTALL_AFTER_MIGRATE=True)
def test_migrations_make_the_tables_of_the_models_and_a_working_house(tmp_path: Path) -> None:
    with empty_database(tmp_path):
        call_command("migrate", interactive=False, verbosity=0)
        made = set(connection.introspection.table_names())
        expected = {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if not model.__module__.startswith("tests.")
        }
        assert expected <= made
        call_command("migrate", interactive=False, verbosity=0, check_unapplied=True)
        role = apps.get_model("platform", "Role")
        assert role.objects.filter(key="owner").exists()
