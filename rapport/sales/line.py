"""Line item: a product on an opportunity, with quantity, price and discount. The lines' sum becomes the deal's amount.

The sum is kept in the deal's currency; a line in another currency is refused rather than added wrongly.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.money import Money
from rapport.platform import records
from rapport.platform.fields import DecimalNumber, MoneyField, Number, Percent, Reference, Text
from rapport.platform.objects import Object, Section, register
from rapport.platform.record import Record
from rapport.platform.records.changes import Change, projection
from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import own_reason
from rapport.sales.opportunity import OPPORTUNITY, Opportunity
from rapport.sales.product import Product

SUMMED = own_reason("Sum of the line items")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor


class Line(Record):
    """One row of what is sold."""

    opportunity: Reference[Opportunity] = Reference(_("Opportunity"), "sales.Opportunity", required=True)
    product: Reference[Product] = Reference(_("Product"), "sales.Product")
    name = Text(_("Description"))
    quantity = DecimalNumber(_("Quantity"), places=3, digits=15, default=Decimal(1), min=Decimal("0.001"))
    price = MoneyField(_("Price each"))
    discount = Percent(_("Discount"))
    total = MoneyField(_("Total"), read_only=True)
    position = Number(_("Order"), default=1, min=0, max=10_000)

    opportunity_id: int | None
    product_id: int | None
    objects: ClassVar[models.Manager[Line]] = models.Manager()


def price_and_total(line: Line) -> None:
    """Name and price come from the product where none was entered; the total from quantity, price and discount."""
    if line.product is not None:
        line.name = line.name or line.product.name
        line.price = line.price or line.product.price
    if line.price is None:
        line.total = None
        return
    share = (Decimal(100) - (line.discount or Decimal(0))) / Decimal(100)
    line.total = Money(line.price.amount * (line.quantity or Decimal(1)) * share, line.price.currency).rounded()


LINE = register(
    Object(
        key="line",
        label=_("Line item"),
        plural=_("Line items"),
        model_class=Line,
        slug="line-items",
        icon="list",
        columns=("opportunity", "product", "name", "quantity", "price", "discount", "total"),
        sections=(
            Section(
                _("Line item"), ("opportunity", "product", "name", "quantity", "price", "discount", "total", "position")
            ),
        ),
        quick=("product", "quantity", "price", "discount"),
        sort="position",
        derive=price_and_total,
        fetch=("product",),
        parents=("opportunity",),
    )
)


MANY = 20


@projection("line")
def keep_amount(actor: Actor, changes: Sequence[Change]) -> None:
    """The deal's amount is the sum of its lines, as soon as it has any with a price.

    All lines of a deal are in one currency.
    """
    ids = {change.record.opportunity_id for change in changes} | {
        (change.before or {}).get("opportunity") for change in changes
    }
    totals: dict[int, Money] = {}
    for line in Line.objects.filter(opportunity__in=ids - {None}, archived_at=None).exclude(total_amount=None):
        key = line.opportunity_id or 0
        if line.total is not None:
            totals[key] = _added(totals[key], line.total) if key in totals else line.total
    deals = [deal for deal in Opportunity.objects.filter(pk__in=totals) if deal.amount != totals[deal.pk]]
    if len(deals) > MANY and actor.may(OPPORTUNITY, "edit") != "none":
        records.load_updates(actor, OPPORTUNITY, [(deal, {"amount": totals[deal.pk]}) for deal in deals])
        return
    for deal in deals:
        records.write(actor, deal, {"amount": totals[deal.pk]}, action="sum_lines", reason=SUMMED)


def _added(sum_so_far: Money, total: Money) -> Money:
    if total.currency != sum_so_far.currency:
        raise ValidationError(
            {"price": _now("The other lines of this deal are in %(currency)s.") % {"currency": sum_so_far.currency}}
        )
    return sum_so_far + total
