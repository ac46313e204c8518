"""The page that shows how deals flow: funnel and ageing, one pipeline at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _

from rapport.base.money import Money
from rapport.platform.access import require
from rapport.platform.currencies import base_currency
from rapport.platform.objects import registry
from rapport.platform.views.addresses import list_url
from rapport.platform.views.http import Request, page, render
from rapport.sales import flow
from rapport.sales.pipeline import Pipeline
from rapport.ui import formats
from rapport.ui.pictures import Bar, Picture, PictureTone, bars
from rapport.ui.pictures import funnel as draw_funnel

if TYPE_CHECKING:
    from decimal import Decimal

PERIODS = (90, 180, 365)
AGES: tuple[tuple[str, PictureTone], ...] = (("week", "good"), ("month", "fill"), ("quarter", "warn"), ("older", "bad"))


@page
def flow_page(request: Request) -> HttpResponse:
    """Funnel and ageing of the pipeline and period asked for; anything unknown falls back to the first."""
    require(request.actor, registry.get("opportunity"), "read")
    pipelines = list(Pipeline.objects.filter(archived_at=None).order_by("position", "pk"))
    pipeline = next(
        (one for one in pipelines if str(one.pk) == request.GET.get("pipeline")), pipelines[0] if pipelines else None
    )
    days = next((period for period in PERIODS if str(period) == request.GET.get("days")), 365)
    context: dict[str, object] = {
        "title": _("How deals flow"),
        "pipeline": pipeline.name if pipeline else "",
        "cards": [],
    }
    if pipeline is not None:
        context |= _figures(request, pipeline, days)
        context["tabs"] = [_tab(one.name, one.pk, days, current=one == pipeline) for one in pipelines]
        context["periods"] = [
            _tab(_("%(days)d days") % {"days": period}, pipeline.pk, period, current=period == days)
            for period in PERIODS
        ]
    return render(request, "sales/flow.html", context)


def _tab(label: str, pipeline: int, days: int, *, current: bool) -> dict[str, object]:
    return {"label": label, "href": f"/sales/flow?pipeline={pipeline}&days={days}", "current": current}


def _figures(request: Request, pipeline: Pipeline, days: int) -> dict[str, object]:
    found = flow.funnel(request.actor, pipeline, days=days)
    ages = flow.ageing(request.actor, pipeline)
    steps = [Bar(step.stage.name, step.deals, _shown(step.deals, step.worth, step.unknown)) for step in found.steps]
    steps.append(Bar(_("Won"), found.won, formats.number(found.won), "good"))
    return {
        "funnel": draw_funnel(steps, _("Deals that came at least this far")),
        "ageing": [_age_picture(age) for age in ages],
        "stages": bars(
            [Bar(age.stage.name, float(age.worth), _shown(age.deals, age.worth, age.unknown)) for age in ages],
            _("Open now, by worth"),
        ),
        "won": found.won,
        "lost": found.lost,
        "open": found.open,
        "rate": "" if found.win_rate is None else f"{formats.number(found.win_rate)} %",
        "stuck": [
            {
                "stage": age.stage.name,
                "count": age.without_step,
                "url": list_url(
                    registry.get("opportunity"), q=f"stage = #{age.stage.pk} and open and next_step_at is empty"
                ),
            }
            for age in ages
            if age.without_step
        ],
        "note": _(
            "Figures of the deals you may see; worth in %(currency)s at the rate of the day each amount was written."
        )
        % {"currency": base_currency()},
    }


def _shown(deals: int, worth: Decimal, unknown: int) -> str:
    money = formats.money(Money(worth, base_currency()), short=True)
    left_out = f" (+{unknown} ?)" if unknown else ""
    return f"{formats.number(deals)} · {money}{left_out}"


def _age_picture(age: flow.StageAge) -> dict[str, object]:
    words = {
        "week": _("up to a week"),
        "month": _("up to a month"),
        "quarter": _("up to 3 months"),
        "older": _("longer"),
    }
    drawn: Picture = bars(
        [Bar(words[key], getattr(age, key), tone=tone) for key, tone in AGES], age.stage.name, most=max(age.deals, 1)
    )
    limit = age.stage.limit_in_days
    return {
        "stage": age.stage.name,
        "deals": age.deals,
        "picture": drawn,
        "limit": _("overdue after %(days)d days") % {"days": limit} if limit else "",
    }
