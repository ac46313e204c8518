"""The main job on real input: the Maven files by the mappings that the guide shows."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import TestCase, override_settings

from rapport.base.money import Money
from rapport.parties.party import Party
from rapport.platform import access, currencies, query
from rapport.platform.accounts.models import Team, User
from rapport.platform.install import install
from rapport.platform.objects import registry
from rapport.platform.transfer import run, store, undo
from rapport.platform.transfer.mapping import read_mapping_file
from rapport.platform.transfer.models import Import, ImportRow
from rapport.sales.opportunity import Opportunity
from rapport.sales.product import Product
from rapport.sales.stage_entry import StageEntry
from tests.guides import maven

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "maven"
SYSTEM = access.system("test", "import")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not maven.FOLDER.is_dir(), reason="the Maven data are not here (../shared/data/maven_crm)"),
]
# What a run leaves behind on purpose: its own journal, numbers never given twice, and the count of changes of rights.
# History is append-only: that something was brought in and taken back stays.
REMAINS = {"platform.import", "platform.importrow", "platform.counter", "platform.rightsepoch", "platform.event"}
# Derived afresh at every change; what counts is what they say, not their row numbers.
DERIVED = {"platform.teamclosure"}


@override_settings(BASE_CURRENCY="USD")
class Maven(TestCase):
    """The files are brought in once; every test sees them and leaves them as they were."""

    runs: list[Import]
    before: dict[str, list[Any]]

    @classmethod
    def setUpTestData(cls) -> None:
        currencies.forget()
        install()
        cls.before = dump()
        cls.runs = [bring(file, mapping) for file, mapping in zip(maven.FILES, maven.MAPPINGS, strict=True)]

    def test_every_firm_is_there_and_belongs_to_its_parent(self) -> None:
        rows = {row["account"]: row for row in maven.table("accounts.csv")}
        firms = {firm.name: firm for firm in Party.objects.filter(kind="organisation").select_related("parent")}
        assert set(firms) == set(rows) and len(firms) == 85
        assert {name: firm.parent.name if firm.parent else "" for name, firm in firms.items()} == {
            name: row["subsidiary_of"] for name, row in rows.items()
        }
        assert firms["Cheers"].revenue == Money(Decimal("4269900000"), "USD")
        assert (firms["Bioholding"].address.country, firms["Hottechi"].address.country) == ("PH", "KR")

    def test_agents_are_in_teams_under_six_managers_and_three_regions(self) -> None:
        rows = maven.table("sales_teams.csv")
        agents = {user.name: user for user in User.objects.select_related("team__parent", "team__lead", "manager")}
        assert len(rows) == 35 and len(agents) == 41
        for row in rows:
            team = agents[row["sales_agent"]].team
            assert team is not None and team.lead is not None and team.parent is not None
            assert (team.lead.name, team.parent.name) == (row["manager"], row["regional_office"])
        assert Team.objects.filter(parent=None).count() == 3 and Team.objects.exclude(parent=None).count() == 6

    def test_seven_products_with_their_prices(self) -> None:
        prices = dict(Product.objects.values_list("name", "price_amount"))
        assert prices == {row["product"]: Decimal(row["sales_price"]) for row in maven.table("products.csv")}

    def test_every_deal_stands_where_the_file_says_with_its_history_at_its_dates(self) -> None:
        stays: dict[str, list[tuple[str, date, date | None]]] = {}
        for number, stage, entered, left in StageEntry.objects.order_by("entered_at").values_list(
            "opportunity__external_id", "stage__name", "entered_at", "left_at"
        ):
            stays.setdefault(number, []).append((stage, entered.date(), left.date() if left else None))
        assert len(stays) == Opportunity.objects.count() == 7135
        for deal in maven.deals():
            opened = date.fromisoformat(deal["engage_date"])
            if deal["deal_stage"] == "Engaging":
                assert stays[deal["opportunity_id"]] == [("Engaging", opened, None)]
            else:
                closed = date.fromisoformat(deal["close_date"])
                told = [("Engaging", opened, closed), (deal["deal_stage"], closed, None)]
                assert stays[deal["opportunity_id"]] == told

    def test_deals_without_an_account_are_kept_and_reported(self) -> None:
        blank = {deal["opportunity_id"] for deal in maven.deals() if not deal["account"]}
        kept = set(Opportunity.objects.filter(customer=None).values_list("external_id", flat=True))
        assert kept == blank and len(blank) > 1000
        assert ImportRow.objects.filter(run=self.runs[3]).exclude(warnings=[]).count() == len(blank)
        assert self.runs[3].notes["blank"] == {"Customer": len(blank)}

    def test_the_other_spelling_of_a_product_is_reported(self) -> None:
        count = sum(deal["product"] == "GTXPro" for deal in maven.deals())
        assert count == self.runs[3].notes["aliases"]["Product: GTXPro → GTX Pro"]
        assert not Product.objects.filter(name="GTXPro").exists()

    def test_won_deals_per_agent_equal_the_file(self) -> None:
        assert asked("opportunity", "won group by owner show count, sum amount, avg amount") == near(
            maven.won_by("sales_agent")
        )

    def test_won_deals_per_product_equal_the_file(self) -> None:
        assert asked("line", "opportunity.won = yes group by product show count, sum total, avg total") == near(
            maven.won_by("product")
        )

    def test_won_deals_per_quarter_equal_the_file(self) -> None:
        assert asked("opportunity", "won group by closed_at by quarter show count, sum amount, avg amount") == near(
            maven.won_by("quarter")
        )

    def test_a_second_run_creates_nothing(self) -> None:
        before = dump()
        for file, mapping in zip(maven.FILES, maven.MAPPINGS, strict=True):
            again = bring(file, mapping)
            assert again.counts["rows"].pop("warnings", 0) in (0, again.notes.get("blank", {}).get("Customer"))
            assert again.counts["rows"] == {"unchanged": again.done}
        assert dump() == before

    def test_undo_brings_back_the_state_before_exactly(self) -> None:
        for one in reversed(self.runs):
            assert undo.undo_run(one, SYSTEM).kept_count == 0
        after = dump()
        assert {name for name in after if after[name] != self.before[name]} == set()


def bring(file: str, mapping: str) -> Import:
    kept = store.keep_file(maven.FOLDER / file)
    begun = run.begin(SYSTEM, kept)
    run.set_mapping(begun, read_mapping_file(GUIDE / mapping), SYSTEM)
    return run.go(begun, SYSTEM)


def dump() -> dict[str, list[Any]]:
    """Every row of every table, apart from what a run leaves behind on purpose."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label not in REMAINS:
            names = [
                field.attname for field in model._meta.concrete_fields if not (field.primary_key and label in DERIVED)
            ]
            found[label] = sorted(map(repr, model._default_manager.values_list(*names)))
    return found


def asked(key: str, text: str) -> dict[str, Any]:
    """The answer of Rapport's own Query to the question, by the name of the group."""
    answer = query.groups(SYSTEM, query.plan(SYSTEM, registry.get(key), text))
    found = {}
    for row in answer:
        value = row.values[0]
        name = f"{value.year}-Q{(value.month + 2) // 3}" if isinstance(value, date) else value.label
        count, total, average = row.shown
        found[name] = (count, pytest.approx(float(total)), pytest.approx(float(average)))
    return found


def near(figures: dict[str, maven.Figures]) -> dict[str, Any]:
    return {name: (count, float(total), float(average)) for name, (count, total, average) in figures.items()}
