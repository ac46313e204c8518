"""The start page of a house without a page for today: the first list one may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from rapport.platform.views import addresses, shell
from rapport.platform.views.http import Request, go, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def start(request: Request) -> HttpResponse:
    """On to the first list."""
    objects = shell.objects(request)
    return go(request, addresses.list_url(objects[0]) if objects else reverse("profile"))
