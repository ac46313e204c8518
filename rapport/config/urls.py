"""Every address of Rapport."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []

urlpatterns.append(path("api/", include("rapport.platform.api.urls")))
if find_spec("rapport.platform.views") and find_spec("rapport.platform.views.urls"):
    urlpatterns.append(path("", include("rapport.platform.views.urls")))

handler400 = "rapport.platform.views.errors.bad_request"
handler403 = "rapport.platform.views.errors.forbidden"
handler404 = "rapport.platform.views.errors.not_found"
handler500 = "rapport.platform.views.errors.broken"
