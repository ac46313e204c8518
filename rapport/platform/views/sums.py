"""Sums below a list and beside its headings: as written where there is one currency, else in that of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.base.money import Money
from rapport.platform import currencies, query
from rapport.platform.fields import MoneyField
from rapport.ui import formats
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.query import Plan, Totals
    from rapport.platform.views.state import State
    from rapport.ui.shapes import Sum

ByCurrency = Sequence[tuple[str, Decimal]]


def names(state: State) -> list[str]:
    """The money columns that are summed."""
    return [str(path) for path in state.columns if isinstance(path.field, MoneyField) and not path.hops]


def totals(actor: Actor, state: State, plan: Plan) -> dict[str, Totals]:
    """Sums of the money columns over everything the filter finds, in one query and one more per column."""
    wanted = names(state)
    return dict(query.aggregates(actor, plan, wanted)) if wanted else {}


def sums(found: Mapping[str, Totals]) -> list[Sum]:
    """The figures at the foot of a list."""
    drawn = (sum_of(key, total.sum, total.by_currency) for key, total in found.items())
    return [one for one in drawn if one is not None]


def sum_of(key: str, total: Decimal | None, by_currency: ByCurrency) -> Sum | None:
    """A sum in the currency of the house, with what it is made of beside it; None where there is no amount."""
    base = currencies.base_currency()
    if total is not None and len(by_currency) > 0 and not (len(by_currency) == 1 and by_currency[0][0] == base):
        return {"key": key, "text": formats.money(Money(_whole(total), base)), "note": _parts(by_currency)}
    if by_currency:
        code, amount = by_currency[0]
        return {"key": key, "text": formats.money(Money(_whole(amount), code))}
    return None


def _whole(amount: Decimal) -> Decimal:
    """A sum of thousands needs no cents."""
    return amount.quantize(Decimal(1)) if abs(amount) >= 10_000 else amount.quantize(Decimal("0.01"))


def _parts(by_currency: ByCurrency) -> str:
    parts = [formats.money(Money(amount, code), short=True) for code, amount in by_currency[:4]]
    if len(by_currency) > 4:
        parts.append("…")
    return " + ".join(parts)


def note(found: Mapping[str, Totals]) -> str:
    """At which rates other currencies were put into the sums, and what is missing from them."""
    base = currencies.base_currency()
    codes = sorted({code for total in found.values() for code, _amount in total.by_currency if code != base})
    words = []
    for code in codes[:5]:
        rate = currencies.rate(code)
        if rate is not None:
            words.append(
                _("{code} converted at {rate} of {day}").format(
                    code=code, rate=formats.number(rate[0], 4), day=formats.date_text(rate[1])
                )
            )
    unknown = sum(total.unknown for total in found.values())
    if unknown:
        words.append(_("{n} amounts are left out of the sum: no rate is known for their currency").format(n=unknown))
    return " · ".join(words)
