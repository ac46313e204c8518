"""The columns of a list as one reader has put them: their order and widths, kept for each view.

They hold as long as the view has the columns it had then; when it is given others, it shows those.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access
from rapport.platform.objects import Object
from rapport.platform.views import habits
from rapport.platform.views import state as states
from rapport.platform.views.http import Request, is_fragment, page, stay, toast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapport.platform.saved_views import Choice
    from rapport.platform.views.state import State
    from rapport.ui.shapes import Column

LEAST, MOST = 48, 1_200


def place(obj: Object, view: Choice) -> str:
    return f"{obj.key}:{view.key}"


def kept(request: Request, obj: Object, view: Choice) -> Mapping[str, Any]:
    """What this reader has put, while the view still has the columns it was put for."""
    known = request.about.get("settings", {}).get("columns", {})
    found = known.get(place(obj, view)) if isinstance(known, dict) else None
    same = isinstance(found, dict) and found.get("of") == list(_of(obj, view))
    return found if same and isinstance(found, dict) else {}


def _of(obj: Object, view: Choice) -> Sequence[str]:
    return view.columns or states.default_columns(obj)


def order(request: Request, obj: Object, view: Choice) -> tuple[str, ...]:
    return tuple(str(key) for key in kept(request, obj, view).get("order", ()))


def widen(request: Request, state: State, columns: list[Column]) -> list[Column]:
    """Give the columns the widths they were drawn to, where every one has a width."""
    widths = kept(request, state.obj, state.view).get("widths", {})
    if not isinstance(widths, dict) or not all(isinstance(widths.get(column["key"]), int) for column in columns):
        return columns
    for column in columns:
        column["pixels"] = min(MOST, max(LEAST, widths[column["key"]]))
    return columns


@page(methods=("POST",))
def arrange(request: Request, obj: Object) -> HttpResponse:
    """Keep the order (`columns`, with commas) and widths (JSON) of a view's columns; none at all forgets them."""
    access.require(request.actor, obj, "read")
    state = states.read(request.actor, obj, {"view": request.GET.get("view", "")})
    wanted = states.split(request.POST.get("columns", ""))
    shown = [str(one) for one in states.columns_of(request.actor, obj, wanted)] if wanted else []
    widths = _widths(request.POST.get("widths", ""), shown)
    habits.arrange(request.actor.user_id, place(obj, state.view), shown, _of(obj, state.view), widths)
    if is_fragment(request):
        return HttpResponse(status=204)
    return stay(request, toast(_("The columns stand as the view has them.")))


def _widths(text: str, shown: Sequence[str]) -> dict[str, int]:
    """Whole numbers of pixels by column. Raises ValidationError for anything else."""
    try:
        found = json.loads(text[:10_000] or "{}")
        numbers = {key: int(found[key]) for key in shown if key in found}
    except (ValueError, TypeError, RecursionError) as error:
        raise ValidationError(_("These widths cannot be read. Nothing was kept.")) from error
    return {key: min(MOST, max(LEAST, number)) for key, number in numbers.items()}


urlpatterns = [path("<obj:obj>/columns/arrange", arrange, name="columns_arrange")]
