"""The large data set: at scale 1 a million parties, five million interactions, 300,000 opportunities. Minutes.

Invented by a seeded generator; the same scale and day give the same rows. Names come from the lists of the
demonstration,
so that common names are as common as in life: searching "anna mül" has thousands of neighbours.
"""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from bench.bulk import Table, set_sequence, without_indexes
from rapport.base import clock, ids
from rapport.base.text import slug
from rapport.demo import house, names
from rapport.demo.world import World
from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.parties.closure import PartyClosure
from rapport.parties.party import Party
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.install import install
from rapport.platform.search import index, words
from rapport.platform.search.models import SearchWord
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Pipeline, Stage
from rapport.sales.stage_entry import StageEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTIES, INTERACTIONS, OPPORTUNITIES = 1_000_000, 5_000_000, 300_000
KINDS = ("call", "email", "email", "meeting", "note", "visit", "letter", "chat")


class Large:
    """One run of the generator. All tables begin empty, ids count from 1."""

    def __init__(self, scale: float) -> None:
        self.dice = random.Random(7)  # a data set, not a secret
        self.now = clock.now()
        self.parties, self.interactions, self.deals = (
            int(count * scale) for count in (PARTIES, INTERACTIONS, OPPORTUNITIES)
        )
        self.firms = self.parties // 10
        self.vocabulary: set[str] = set()
        self.people_words = [
            (first, words.spelling(first), last, words.spelling(last.replace("-", " ").replace("'", "")))
            for first, last in self._names()
        ]

    def _names(self) -> list[tuple[str, str]]:
        given = names.GIVEN_F + names.GIVEN_M
        return [(self.dice.choice(given), self.dice.choice(names.FAMILY)) for _n in range(20_000)]

    def build(self, progress: Callable[[str], None]) -> None:
        """Fill every table. Slow parts say so."""
        install()
        house.found(World())
        self.users = list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", "team_id"))
        tables = (Party, PartyClosure, SearchWord, Interaction, Opportunity, StageEntry, Event, Task)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous = OFF")
        with without_indexes(*tables):
            for text, step in (
                ("parties", self._parties),
                ("words", self._words),
                ("interactions", self._interactions),
                ("opportunities", self._opportunities),
            ):
                progress(text)
                step()
            progress("indexes")
        for model in tables:
            set_sequence(model)

    # --- parties -----------------------------------------------------------------------------------------------------

    def _parties(self) -> None:
        said = (
            "id",
            "uid",
            "kind",
            "name",
            "sort_name",
            "given",
            "family",
            "email",
            "phone",
            "domain",
            "parent_id",
            "lifecycle",
            "industry",
            "employees",
            "address_city",
            "address_country",
            "owner_id",
            "team_id",
            "created_at",
            "updated_at",
            "kinds",
            "rating",
        )
        Table(Party, *said).fill(self._party_rows())
        Table(PartyClosure, "id", "ancestor_id", "descendant_id", "depth").fill(
            (number, self._firm_of(number), number, 1) for number in range(self.firms + 1, self.parties + 1)
        )

    def _firm_of(self, number: int) -> int:
        return number % self.firms + 1

    def _party_rows(self) -> Iterator[tuple[Any, ...]]:
        pick, number_of = self.dice.choice, self.dice.randrange
        for number in range(1, self.parties + 1):
            owner, team = self.users[number % len(self.users)]
            at = self.now - timedelta(minutes=number_of(1_500_000))
            code = pick(names.PLACES)
            lifecycle = pick(("customer", "prospect", "stranger", "former"))
            if number <= self.firms:
                name = f"{pick(names.FIRM_WORDS)} {pick(names.FIRM_TRADES)[0]} {number} {pick(names.LEGAL_FORMS)}"
                domain = f"{slug(name)}.example"
                yield (
                    number,
                    ids.uuid7(),
                    "organisation",
                    name,
                    name.casefold(),
                    "",
                    "",
                    f"info@{domain}",
                    self._phone(number),
                    domain,
                    None,
                    lifecycle,
                    pick(names.FIRM_TRADES)[1],
                    number_of(3, 5000),
                    code[1],
                    code[3],
                    owner,
                    team,
                    at,
                    at,
                    ["customer"],
                    pick("ABC"),
                )
            else:
                given, _g, family, _f = self.people_words[number_of(len(self.people_words))]
                mail = f"{slug(given)}.{slug(family)}.{number}@post{number % 97}.example"
                yield (
                    number,
                    ids.uuid7(),
                    "person",
                    f"{given} {family}",
                    f"{family} {given}".casefold(),
                    given,
                    family,
                    mail,
                    self._phone(number),
                    "",
                    self._firm_of(number),
                    lifecycle,
                    "",
                    None,
                    code[1],
                    code[3],
                    owner,
                    team,
                    at,
                    at,
                    ["customer"],
                    pick("ABC"),
                )

    @staticmethod
    def _phone(number: int) -> str:
        return f"+4940{number * 7919 % 100_000_000:08d}"

    def _words(self) -> None:
        Table(SearchWord, "object", "record_id", "word", "weight", "personal").fill(self._word_rows())
        index.learn(self.vocabulary)

    def _word_rows(self) -> Iterator[tuple[Any, ...]]:
        """As `search.index.entries_of` would make them, read back from the rows."""
        rows = Party.objects.values_list("id", "kind", "name", "email", "phone").order_by("id").iterator(CHUNK_READ)
        for number, kind, name, email, phone in rows:
            found = words.spellings(name)
            self.vocabulary.update(found)
            seen = dict.fromkeys((*found, *words.neighbours(found)), (3, False))
            for word in words.spellings(email):
                seen.setdefault(word, (2 if kind == "person" else 1, True))
            for run in words.runs_of_digits(phone):
                seen.setdefault(run, (1, True))
            for word, (weight, personal) in seen.items():
                yield "party", number, word, weight, personal

    # --- interactions and deals --------------------------------------------------------------------------------------

    def _interactions(self) -> None:
        said = (
            "id",
            "uid",
            "kind",
            "subject",
            "direction",
            "occurred_at",
            "done_at",
            "customer_id",
            "body",
            "owner_id",
            "team_id",
            "created_at",
            "updated_at",
        )
        Table(Interaction, *said).fill(self._interaction_rows())

    def _interaction_rows(self) -> Iterator[tuple[Any, ...]]:
        pick, number_of = self.dice.choice, self.dice.randrange
        subjects = ("Delivery date", "Question on the offer", "Review", "Appointment", "Invoice", "Thank you")
        for number in range(1, self.interactions + 1):
            at = self.now - timedelta(minutes=number_of(1_500_000))
            owner, team = self.users[number % len(self.users)]
            # A tenth of the parties has half of the contacts, as in life.
            party = number_of(self.parties // 10) + 1 if number % 2 else number_of(self.parties) + 1
            yield (
                number,
                ids.uuid7(),
                pick(KINDS),
                pick(subjects),
                pick(("in", "out")),
                at,
                at,
                party,
                "Two questions, then we can go ahead.",
                owner,
                team,
                at,
                at,
            )

    def _opportunities(self) -> None:
        pipelines = [
            (one, list(Stage.objects.filter(pipeline=one).order_by("position")))
            for one in Pipeline.objects.order_by("position")
        ]
        said = (
            "id",
            "uid",
            "name",
            "number",
            "customer_id",
            "pipeline_id",
            "stage_id",
            "amount_amount",
            "amount_currency",
            "amount_base",
            "probability",
            "closes_on",
            "open",
            "won",
            "stage_entered_at",
            "opened_on",
            "closed_at",
            "owner_id",
            "team_id",
            "created_at",
            "updated_at",
            "next_step",
            "next_step_at",
        )
        deals = list(self._deal_rows(pipelines))
        Table(Opportunity, *said).fill(deals)
        stays = ((row[0], row[0], row[6], row[14]) for row in deals)
        Table(StageEntry, "id", "opportunity_id", "stage_id", "entered_at").fill(stays)
        events = (
            ("opportunity.created", "create", "opportunity", row[0], row[4], "system", row[19], row[19], False)
            for row in deals
        )
        Table(
            Event, "kind", "action", "object", "record_id", "party_id", "surface", "at", "recorded_at", "reactions"
        ).fill(events)
        found = ((f"O-{n}", "opportunity", n, 2, False) for n in range(1, self.deals + 1))
        Table(SearchWord, "word", "object", "record_id", "weight", "personal").fill(
            (word.lower().replace("-", ""), *rest) for word, *rest in found
        )

    def _deal_rows(self, pipelines: list[tuple[Pipeline, list[Stage]]]) -> Iterator[tuple[Any, ...]]:
        number_of = self.dice.randrange
        for number in range(1, self.deals + 1):
            pipeline, stages = pipelines[number % len(pipelines)]
            stage = stages[number_of(len(stages))] if number % 3 else stages[-1 - number % 2]
            at = self.now - timedelta(minutes=number_of(900_000))
            amount = Decimal(number_of(1, 400) * 500)
            owner, team = self.users[number % len(self.users)]
            step = self.now + timedelta(days=number_of(30)) if stage.outcome == "open" and number % 4 else None
            yield (
                number,
                ids.uuid7(),
                f"Deal {number}",
                f"O-{number}",
                number_of(self.firms) + 1,
                pipeline.pk,
                stage.pk,
                amount,
                "EUR",
                amount,
                stage.probability,
                (at + timedelta(days=90)).date(),
                stage.outcome == "open",
                stage.outcome == "won",
                at,
                at.date(),
                None if stage.outcome == "open" else at,
                owner,
                team,
                at,
                at,
                "Call" if step else "",
                step,
            )


CHUNK_READ = 5_000
