"""What the Maven files say, computed from them by plain Python alone: the other side of the comparison. Imports
nothing of ours."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "maven_crm"
FILES = ("products.csv", "sales_teams.csv", "accounts.csv", "sales_pipeline_asof_2017-09-30.csv")
MAPPINGS = ("1_products.toml", "2_sales_teams.toml", "3_accounts.toml", "4_pipeline.toml")

# (count, sum, average) of won deals.
Figures = tuple[int, Decimal, Decimal]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def deals() -> list[dict[str, str]]:
    return table(FILES[3])


def won_by(key: str) -> dict[str, Figures]:
    """Figures per agent ("sales_agent"), per product ("product") or per quarter of the close date ("quarter")."""
    values: dict[str, list[Decimal]] = defaultdict(list)
    for deal in deals():
        if deal["deal_stage"] == "Won":
            values[_group(deal, key)].append(Decimal(deal["close_value"]))
    return {
        name: (len(found), sum(found, Decimal(0)), sum(found, Decimal(0)) / len(found))
        for name, found in values.items()
    }


def _group(deal: dict[str, str], key: str) -> str:
    if key == "quarter":
        year, month, _day = deal["close_date"].split("-")
        return f"{year}-Q{(int(month) + 2) // 3}"
    return "GTX Pro" if deal[key] == "GTXPro" else deal[key]
