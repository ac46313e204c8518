"""The migrations make, on an empty database, what the models say, and bring an older house to this version with all it
holds. (The other tests make the tables from the models.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings

from rapport.base import clock
from rapport.parties import consent_proof, holding
from rapport.platform import access, invariants, records, search
from rapport.platform.fields import DateTime
from rapport.platform.objects import registry

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
        asked = [one for one in invariants.every() if one.key in ("database.version", "audit.guarded")]
        assert [found.number for found in invariants.run(asked)] == [0, 0]
        MigrationRecorder(connection).record_unapplied("sales", "0001_initial")
        MigrationRecorder(connection).record_applied("sales", "0999_of_tomorrow")
        (found,) = [one for one in invariants.run(asked) if one.number]
        assert (found.invariant.key, len(found.examples)) == ("database.version", 2)


@override_settings(MIGRATION_MODULES={}, INSTALL_AFTER_MIGRATE=True)
def test_a_house_of_the_first_version_keeps_all_it_holds(tmp_path: Path) -> None:
    with empty_database(tmp_path):
        # As `rapport migrate` of the first version left it.
        executor = MigrationExecutor(connection)
        ours = ("platform", "parties", "interactions", "sales")
        others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in ours and key[0] != "toyshop"]
        executor.migrate([*others, *((app, "0001_initial") for app in ours)])
        old, moment = executor.loader.project_state([(app, "0001_initial") for app in ours]).apps, clock.now()
        stamps = {"created_at": moment, "updated_at": moment}
        user = old.get_model("platform", "User").objects.create(name="Ada", email="ada@acme.example", **stamps)
        party = old.get_model("parties", "Party").objects.create(
            kind="organisation", name="Müller & Co", sort_name="muller", owner_id=user.pk, **stamps
        )
        word = {"word": "muller", "object": "party", "record_id": party.pk, "weight": 3}
        old.get_model("platform", "SearchWord").objects.create(**word)
        view = {"object": "person", "label": "Mine", "owner_id": user.pk, "created_at": moment, "changed_at": moment}
        old.get_model("platform", "SavedView").objects.create(**view)
        for day, (channel, state) in enumerate((("any", "given"), ("email", "given"), ("any", "withdrawn")), start=1):
            said = {"purpose": "newsletter", "channel": channel, "state": state, "at": moment + timedelta(days=day)}
            entry = old.get_model("parties", "Consent").objects.create(party_id=party.pk, **said, **stamps)
            told = {
                key: [None, DateTime("At").plain(one) if isinstance(one, datetime) else one]
                for key, one in said.items()
            }
            event = {"kind": "consent.created", "action": "create", "object": "consent", "record_id": entry.pk}
            changes = {"party": [None, party.pk], **told}
            old.get_model("platform", "Event").objects.create(
                **event, record_uid=entry.uid, changes=changes, version=1, at=moment, recorded_at=moment, surface="web"
            )

        call_command("migrate", interactive=False, verbosity=0)
        actor = access.system("test")
        entries = apps.get_model("parties", "Consent").objects.order_by("pk")
        assert {(one.purpose.name, one.purpose.code, one.basis) for one in entries} == {
            ("Newsletter", "newsletter", "consent")
        }
        assert [one.current for one in entries] == [False, False, True]
        assert (holding.deviating(), consent_proof.deviating()) == ([], [])
        found = registry.get("organisation").model.objects.get()
        assert (found.name, found.owner.name, found.uid, found.version) == ("Müller & Co", "Ada", party.uid, 1)
        assert [hit.title for hit in search.find(actor, "Mueller").hits] == ["Müller & Co"]
        assert apps.get_model("platform", "SavedView").objects.get().label == "Mine"
        changed = records.update(actor, found, {"name": "Müller GmbH"}, version=1)
        assert changed.version == 2
