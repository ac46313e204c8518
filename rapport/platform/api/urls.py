"""Addresses of the API, version 1, from the table of endpoints; and of the page that explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from rapport.platform import policies
from rapport.platform.api import endpoints, page
from rapport.platform.api.door import lost, view
from rapport.platform.api.policies import ADDRESSES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@csrf_exempt
def nowhere(request: HttpRequest, **_address: Any) -> HttpResponse:
    """Below /api/v1, but at no address of it."""
    return lost()


urlpatterns = [
    *(path(f"v1/{route.pattern}", view(route)) for route in (*endpoints.HOUSE, *endpoints.EVERY)),
    re_path(r"^v1(?:/|$)", nowhere),
    *page.urlpatterns,
]
policies.declare(ADDRESSES)
