"""Taking out what is seen, with its filter, order and columns; the engine is `transfer.export`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import StreamingHttpResponse
from django.urls import path

from rapport.platform.objects import Object
from rapport.platform.transfer.export import FORMS, Form, file_name
from rapport.platform.transfer.export import export as give_out
from rapport.platform.views.http import Request, page
from rapport.platform.views.list_ import read_state

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def export(request: Request, obj: Object) -> HttpResponse:
    """The list as a file. Asks for the right to export, for the Object and for every row."""
    asked = request.GET.get("format", "csv")
    form = cast("Form", asked if asked in FORMS else "csv")
    state = read_state(request, obj, "list")
    if state.error is not None:
        raise state.error
    content = give_out(request.actor, state.plan(request.actor), form)
    response = StreamingHttpResponse(content, content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(request.actor, obj, form)}"'
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


urlpatterns = [path("<obj:obj>/export", export, name="export")]
