"""Writing: one record by the API, and a file of ten thousand."""

from __future__ import annotations

import csv
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from django.db import connection

from bench.measure import Figure, cpu, peak_mb, rolled_back
from rapport.base.clock import now
from rapport.demo import names
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.platform import access
from rapport.platform.events.models import Event
from rapport.platform.search.models import SearchWord
from rapport.platform.transfer import run, store, suggest, undo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.setting import Setting


def create(setting: Setting) -> Iterator[Figure]:
    """A person by API against bare inserts of the rows it leaves: record, Event, words."""

    def by_api() -> None:
        number = setting.dice.randrange(10**9)
        body = orjson.dumps({"name": f"Ada Newcomer{number}", "email": f"ada{number}@new.example"})
        status, content = setting.api("POST", "/api/v1/people", body, "application/json")
        if status != 201:
            raise RuntimeError(f"create answered {status}: {content[:300]!r}")

    with rolled_back():
        api = cpu(by_api)
    with rolled_back():
        bare = cpu(lambda: _bare_create(setting))
    yield Figure("create by API", api, "ms CPU", bare, note="limit: the same rows by bare statements")


def _bare_create(setting: Setting) -> None:
    number = setting.dice.randrange(10**12)
    moment = now()
    with connection.cursor() as cursor:
        for model, instance in (
            (Party, Party(kind="person", name=f"Ada Newcomer{number}", created_at=moment, updated_at=moment)),
            (
                Event,
                Event(
                    kind="party.created",
                    action="create",
                    object="party",
                    record_id=1,
                    surface="api",
                    at=moment,
                    recorded_at=moment,
                ),
            ),
            # The e-mail address is a record of its own too.
            (
                ContactPoint,
                ContactPoint(
                    party_id=1, kind="email", value=f"ada{number}@new.example", created_at=moment, updated_at=moment
                ),
            ),
            (
                Event,
                Event(
                    kind="contact_point.created",
                    action="create",
                    object="contact_point",
                    record_id=1,
                    surface="api",
                    at=moment,
                    recorded_at=moment,
                ),
            ),
            *((SearchWord, SearchWord(word=f"w{number}", object="party", record_id=1)) for _n in range(6)),
        ):
            fields = [
                field
                for field in model._meta.concrete_fields
                if not field.primary_key and field.column != "transaction"
            ]
            columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
            values = [field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(values))})", values
            )  # identifiers of the models


def importing(setting: Setting) -> Iterator[Figure]:
    """A file of persons and one of organisations, the full path: read, validate, match, write, Events, words. Taken
    back afterwards."""
    yield _import_of(setting, "person", ["Name", "E-mail", "Phone", "Job title"], _person)
    yield _import_of(setting, "organisation", ["Name", "E-mail", "Phone", "Website"], _organisation)


def _person(setting: Setting, number: int) -> list[str]:
    first, last = setting.dice.choice(names.GIVEN_F), setting.dice.choice(names.FAMILY)
    return [f"{first} {last}", f"import{number}@bench.example", f"+4940{66969000 + number}", "Buyer"]


def _organisation(setting: Setting, number: int) -> list[str]:
    name = f"{setting.dice.choice(names.FAMILY)} Works {number}"
    return [name, f"office@firm{number}.example", f"+4930{66969000 + number}", f"https://firm{number}.example"]


def _import_of(setting: Setting, key: str, head: list[str], row: Callable[[Setting, int], list[str]]) -> Figure:
    count = 10_000
    actor = access.system("benchmark", "import")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{key}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(head)
            writer.writerows(row(setting, number) for number in range(count))
        before, begun = time.process_time(), time.perf_counter()
        kept = store.keep_file(file)
        found = run.begin(actor, kept)
        run.set_mapping(found, suggest.mapping_for(actor, key, kept.facts), actor)
        found = run.go(found, actor)
        used, took = time.process_time() - before, time.perf_counter() - begun
    if found.counts["rows"] != {"created": count}:
        raise RuntimeError(f"the import did not create {count} records: {found.counts}")
    undo.undo_run(found, actor)
    return Figure(
        f"import of {key}s",
        count / used,
        "rows/s CPU",
        to_reach="≥ 2,000",
        note=f"{count / took:.0f} rows/s wall, peak {peak_mb():.0f} MB",
    )
