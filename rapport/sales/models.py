"""Every table of sales, gathered for Django."""

from rapport.platform import transfer
from rapport.sales import shown as _shown  # noqa: F401  # cards of the deal page
from rapport.sales import standing as _standing  # noqa: F401  # moves customers on
from rapport.sales import today as _today  # noqa: F401  # feeds the Today page
from rapport.sales.buying_role import BuyingRole
from rapport.sales.line import Line
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Pipeline, Stage
from rapport.sales.product import Product
from rapport.sales.stage_entry import StageEntry, history_as_it_stands, load_stage_history, put_history_back

transfer.history(
    "opportunity",
    transfer.History(load_stage_history, history_as_it_stands, put_history_back, fields=("stage",)),
)

__all__ = ["BuyingRole", "Line", "Opportunity", "Pipeline", "Product", "Stage", "StageEntry"]
