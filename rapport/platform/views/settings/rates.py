"""Currencies: at which rate each is counted, from which day; enter a new one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base import dates, numbers
from rapport.base.clock import today
from rapport.base.money import is_currency
from rapport.platform import currencies
from rapport.platform.currencies import Rate
from rapport.platform.views import errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import keeps_house, require_keeper, tabs
from rapport.platform.words import said
from rapport.ui import formats

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from rapport.ui.shapes import FieldError, FormField

MOST = 200


@page(methods=("GET", "POST"))
def rates(request: Request) -> HttpResponse:
    """The rates, newest first, and a form for the next one."""
    found: list[FieldError] = []
    if request.method == "POST":
        require_keeper(request.actor)
        try:
            code, day, value = _read(request)
        except ValidationError as error:
            found = errors.messages(error)
        else:
            currencies.set_rate(code, day, value)
            words = _("1 {code} counts {value} {base} from {day} on.")
            base = currencies.base_currency()
            return go(
                request,
                reverse("settings_rates"),
                toast(
                    words.format(
                        code=code, value=formats.number(value, 4), base=base, day=formats.date_text(day, "long")
                    )
                ),
            )
    rows = [
        {"code": rate.currency, "rate": formats.number(rate.rate, 4), "day": formats.date_text(rate.day, "long")}
        for rate in Rate.objects.order_by("-day", "currency")[:MOST]
    ]
    context = {
        "rows": rows,
        "base": currencies.base_currency(),
        "fields": with_errors(_fields(request), found),
        "errors": found,
        "keeper": keeps_house(request.actor),
        "tabs": tabs(request, "settings_rates"),
    }
    return render(request, "platform/settings/rates.html", context, status=422 if found else 200)


def _read(request: Request) -> tuple[str, date, Decimal]:
    wrong: dict[str, list[str]] = {}
    code = request.POST.get("currency", "").strip().upper()[:10]
    if not is_currency(code) or code == currencies.base_currency():
        wrong["currency"] = [_("Enter the code of another currency, such as USD.")]
    culture = request.actor.culture
    day, value = today(culture.tz), Decimal(0)
    try:
        day = dates.parse_date(request.POST.get("day", "")[:40].strip(), order=culture.date_order)
    except ValueError as error:
        wrong["day"] = [said(error)]
    try:
        value = numbers.parse_decimal(request.POST.get("rate", "")[:40].strip(), decimal_comma=culture.decimal_comma)
        if not Decimal("0.0000000001") <= value < Decimal(10**9):
            wrong["rate"] = [_("A rate is greater than 0 and less than a thousand million.")]
    except ValueError as error:
        wrong["rate"] = [said(error)]
    if wrong:
        raise ValidationError(wrong)
    return code, day, value.quantize(Decimal("0.0000000001"))


def _fields(request: Request) -> list[FormField]:
    given = request.POST
    return [
        {
            "name": "currency",
            "label": _("Currency"),
            "widget": "text",
            "required": True,
            "value": given.get("currency", ""),
            "max_length": 3,
            "help": _("Its code, such as USD."),
        },
        {
            "name": "rate",
            "label": _("One unit is worth"),
            "widget": "number",
            "required": True,
            "value": given.get("rate", ""),
            "unit": currencies.base_currency(),
        },
        {
            "name": "day",
            "label": _("Valid from"),
            "widget": "date",
            "required": True,
            "value": given.get("day") or today(request.actor.culture.tz).isoformat(),
        },
    ]


urlpatterns = [path("settings/currencies", rates, name="settings_rates")]
