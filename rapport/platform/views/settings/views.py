"""Every saved view one may see, by kind of record, with whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, reverse

from rapport.platform import saved_views
from rapport.platform.objects import registry
from rapport.platform.saved_views.models import AUDIENCES
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def views(request: Request) -> HttpResponse:
    """One query, whatever their number."""
    words = dict(AUDIENCES)
    rows = []
    for view in saved_views.visible(request.actor).select_related("owner").order_by("object", "label"):
        if not registry.has(view.object):
            continue
        obj = registry.get(view.object)
        row = {
            "label": view.label,
            "object": obj.plural,
            "href": addresses.list_url(obj, view.layout if obj.board else "list", view=str(view.pk)),
            "query": view.query,
            "who": str(words[view.audience]),
            "owner": view.owner.name,
            "changed": formats.relative(view.changed_at),
        }
        if saved_views.may_change(request.actor, view):
            row["edit"] = reverse("view_edit", args=(obj, view.pk))
            row["delete"] = f"{reverse('view_delete', args=(obj, view.pk))}?back=settings"
        rows.append(row)
    return render(request, "platform/settings/views.html", {"rows": rows, "tabs": tabs(request, "settings_views")})


urlpatterns = [path("settings/views", views, name="settings_views")]
