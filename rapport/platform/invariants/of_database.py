"""What must hold of the database as such: sound, of this version, without references to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from rapport.platform.audit import guard
from rapport.platform.audit.verify import verify
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.invariants.kinds import tables
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

RESTORE = _("Restore the last verified backup beside this house and compare; ask for help with both at hand.")


@invariant("database.sound", _("The database finds nothing wrong with its own pages and indexes."), RESTORE)
def sound() -> Iterator[Found]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            try:
                cursor.execute("PRAGMA integrity_check(20)")
                yield told("", [row[0] for row in cursor.fetchall() if row[0] != "ok"])
            except DatabaseError as error:  # so broken that it cannot even be asked
                yield told("", [str(error)])
        return
    invalid = "FROM pg_index WHERE NOT indisvalid AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = "
    yield ask("", f"SELECT indexrelid::regclass::text {invalid}current_schema()::regnamespace)")


@invariant("database.references", _("What points at a row points at one that is there."), RESTORE)
def references() -> Iterator[Found]:
    for model in tables():
        table = model._meta.db_table
        for one in model._meta.concrete_fields:
            if one.remote_field is None or one.related_model is None or isinstance(one.related_model, str):
                continue
            there, key = one.related_model._meta.db_table, one.target_field.column  # type: ignore[attr-defined]  # a relation
            yield ask(
                f"{table}.{one.column}",
                f'SELECT t."{one.column}" FROM "{table}" t LEFT JOIN "{there}" o ON o."{key}" = t."{one.column}" '
                f'WHERE t."{one.column}" IS NOT NULL AND o."{key}" IS NULL',
            )


@invariant(
    "database.version",
    _("The tables are those of this version: no migration is missing, none is unknown."),
    _("Start the version of Rapport that the database belongs to, or run “rapport upgrade”."),
)
def version() -> Iterator[Found]:
    if not settings.INSTALL_AFTER_MIGRATE:
        return  # tables made from the models, without migrations: tests
    loader = MigrationLoader(connection)
    ours = set(loader.disk_migrations)
    applied = set(loader.applied_migrations)
    apps = {app for app, _name in ours}
    yield told("", [f"{app} {name}" for app, name in sorted(ours - applied)])
    yield told("", [f"{app} {name}" for app, name in sorted(applied - ours) if app in apps])


@invariant(
    "audit.guarded",
    _("The database refuses to change or delete entries of the audit trail and Events."),
    _("Run “rapport migrate”: it puts the triggers back. Ask who took them away."),
)
def guarded() -> Iterator[Found]:
    yield told("", guard.missing())


@invariant(
    "audit.chain",
    _("Every sealed entry of the audit trail is what it was when it was sealed."),
    _("“rapport audit verify” names the first entry that is not; docs/security/audit.md says what that can mean."),
    beside=True,
)
def chain() -> Iterator[Found]:
    problem = verify().problem
    yield told("", [str(problem)] if problem else [])
