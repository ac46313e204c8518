"""What users do all day, each beside the least it could cost on the same data in the same run."""

from __future__ import annotations

import csv
import json
import random
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from bench.measure import Caller, Figure, cpu, peak_mb, percentile, queries_of, rolled_back, wall
from rapport.base.clock import now
from rapport.demo import names
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.platform import access, search
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.search.models import SearchWord
from rapport.platform.transfer import run, store, suggest, undo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIST = "fields=name,email,phone,parent,lifecycle,address,owner,updated_at"
# The same eight values with the same joins, as little as one can write for it.
BARE = """
SELECT p.uid, p.name, p.email, p.phone, f.uid, f.name, p.lifecycle, p.address_street, p.address_extra,
    p.address_postal_code, p.address_city, p.address_region, p.address_country, u.uid, u.name, p.updated_at, p.id
FROM parties_party p LEFT JOIN parties_party f ON f.id = p.parent_id LEFT JOIN platform_user u ON u.id = p.owner_id
WHERE p.kind = %s AND p.archived_at IS NULL ORDER BY p.updated_at DESC, p.id DESC LIMIT 51
"""


class Bench:
    """The scenarios over one database."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()
        self.user = User.objects.get(email=f"mara.lind@{names.DOMAIN}")
        _token, secret = tokens.make(self.user, "benchmark")
        self.api = Caller(self.application, authorization=f"Bearer {secret}")
        self.page = Caller(self.application, cookie=f"{settings.SESSION_COOKIE_NAME}={self._session()}")
        actor = access.actor_for(self.user.pk, "web")
        if actor is None:
            raise RuntimeError("the benchmark's user may not sign in")
        self.actor = actor
        self.dice = random.Random(3)  # choosing what to type

    def _session(self) -> str:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
            str(self.user.pk),
            "django.contrib.auth.backends.ModelBackend",
        )
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        return str(session.session_key)

    def all(self) -> Iterator[Figure]:
        """Every figure, cheapest first."""
        scenarios: list[Callable[[], Iterator[Figure]]] = [
            self.lists,
            self.record,
            self.search,
            self.board,
            self.create,
            self.importing,
        ]
        for scenario in scenarios:
            yield from scenario()

    def lists(self) -> Iterator[Figure]:
        """API and HTML list of 50 against a bare cursor and orjson."""
        limit = cpu(self._bare_list)
        api = cpu(lambda: self.api.get(f"/api/v1/people?sort=-updated_at&limit=50&{LIST}"))
        yield Figure("API list of 50, 8 fields", api, "ms CPU", limit, "≤ 2 ×")
        deep = json.loads(self.api.get(f"/api/v1/people?sort=-updated_at&limit=50&{LIST}"))["next"]
        address = f"/api/v1/people?sort=-updated_at&limit=50&{LIST}&cursor={deep}"
        yield Figure("API list of 50, next page", cpu(lambda: self.api.get(address)), "ms CPU", limit, "≤ 2 ×")
        columns = "columns=name,email,phone,parent,lifecycle,address,owner,updated_at"
        page = f"/people?view=all&q=&sort=-updated_at&{columns}"
        html = cpu(lambda: self.page.get(page))
        yield Figure(
            "HTML list of 50 x 8",
            html,
            "ms CPU",
            limit,
            "≤ 3 ×",
            note=f"{queries_of(lambda: self.page.get(page))} queries",
        )

    def _bare_list(self) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(BARE, ["person"])
            rows = cursor.fetchall()
        return orjson.dumps(
            [
                {
                    "id": str(row[0]),
                    "name": row[1],
                    "email": row[2],
                    "phone": row[3],
                    "parent": {"id": str(row[4]), "label": row[5]},
                    "lifecycle": row[6],
                    "address": {
                        "street": row[7],
                        "extra": row[8],
                        "postal_code": row[9],
                        "city": row[10],
                        "region": row[11],
                        "country": row[12],
                    },
                    "owner": {"id": str(row[13]), "label": row[14]},
                    "updated_at": row[15],
                }
                for row in rows
            ],
            default=str,
        )

    def record(self) -> Iterator[Figure]:
        """The page of a firm with people, deals and a long story."""
        busy = list(range(1, 41))
        pages = [f"/organisations/{number}" for number in busy]
        for address in pages[:3]:
            self.page.get(address)
        taken = wall(self.page.get, pages)
        yield Figure(
            "record page, p95",
            percentile(taken, 0.95),
            "ms wall",
            note=f"{queries_of(lambda: self.page.get(pages[5]))} queries",
            to_reach="fixed queries",
        )

    def search(self) -> Iterator[Figure]:
        """What people type, letter by letter and two words at once, and with a mistake."""
        given, family = names.GIVEN_F + names.GIVEN_M, names.FAMILY
        one = [
            word[: self.dice.randint(2, len(word))]
            for word in self.dice.choices(given + family + names.FIRM_WORDS, k=150)
        ]
        two = [f"{self.dice.choice(given)} {self.dice.choice(family)[: self.dice.randint(1, 6)]}" for _n in range(150)]
        wrong = [
            f"{self.dice.choice(given)} {word[:2]}{word[3:]}"
            for word in self.dice.choices([name for name in family if len(name) > 5], k=60)
        ]
        for label, typed, aim in (
            ("one word", one, "< 30 ms"),
            ("two words", two, "< 30 ms"),
            ("with a mistake", wrong, "< 100 ms"),
        ):
            taken = wall(lambda text: search.find(self.actor, text), typed)
            yield Figure(
                f"search, {label}, p95",
                percentile(taken, 0.95),
                "ms wall",
                to_reach=aim,
                note=f"median {percentile(taken, 0.5):.1f}",
            )
        digits = [
            f"4940{number * 7919 % 100_000_000:08d}"[2 : self.dice.randint(6, 10)]
            for number in self.dice.sample(range(1, 5_000), 60)
        ]
        taken = wall(lambda text: search.find(self.actor, text), digits)
        yield Figure(
            "search, run of digits, p95",
            percentile(taken, 0.95),
            "ms wall",
            to_reach="< 30 ms",
            note=f"median {percentile(taken, 0.5):.1f}",
        )

    def board(self) -> Iterator[Figure]:
        """The board with totals over the open stages of a pipeline."""
        taken = wall(self.page.get, ["/opportunities/board?view=open"] * 8)
        yield Figure(
            "board, median",
            percentile(taken, 0.5),
            "ms wall",
            note=f"{queries_of(lambda: self.page.get('/opportunities/board?view=open'))} queries",
        )

    def create(self) -> Iterator[Figure]:
        """A person by API against bare inserts of the rows it leaves: record, Event, words."""

        def by_api() -> None:
            number = self.dice.randrange(10**9)
            body = orjson.dumps({"name": f"Ada Newcomer{number}", "email": f"ada{number}@new.example"})
            status, content = self.api("POST", "/api/v1/people", body, "application/json")
            if status != 201:
                raise RuntimeError(f"create answered {status}: {content[:300]!r}")

        with rolled_back():
            api = cpu(by_api)
        with rolled_back():
            bare = cpu(self._bare_create)
        yield Figure("create by API", api, "ms CPU", bare, note="limit: the same rows by bare statements")

    def _bare_create(self) -> None:
        number = self.dice.randrange(10**12)
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

    def importing(self) -> Iterator[Figure]:
        """A file of persons, the full path: read, validate, match, write, Events, words. Taken back afterwards."""
        count = 10_000
        actor = access.system("benchmark", "import")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "people.csv"
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(["Name", "E-mail", "Phone", "Job title"])
                for number in range(count):
                    first, last = self.dice.choice(names.GIVEN_F), self.dice.choice(names.FAMILY)
                    writer.writerow(
                        [f"{first} {last}", f"import{number}@bench.example", f"+4940{66969000 + number}", "Buyer"]
                    )
            before, begun = time.process_time(), time.perf_counter()
            kept = store.keep_file(file)
            found = run.begin(actor, kept)
            run.set_mapping(found, suggest.mapping_for(actor, "person", kept.facts), actor)
            found = run.go(found, actor)
            used, took = time.process_time() - before, time.perf_counter() - begun
        if found.counts != {"person": {"created": count}} and count not in found.counts.get("person", {}).values():
            raise RuntimeError(f"the import did not create {count} persons: {found.counts}")
        undo.undo_run(found, actor)
        yield Figure(
            "import of persons",
            count / used,
            "rows/s CPU",
            to_reach="≥ 2,000",
            note=f"{count / took:.0f} rows/s wall, peak {peak_mb():.0f} MB",
        )


def report(figures: list[Figure], scale: float) -> dict[str, Any]:
    return {"scale": scale, "at": now().isoformat(), "figures": [vars(figure) for figure in figures]}
