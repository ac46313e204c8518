"""Every address of Rapport. (`/health/…` is answered by a middleware, `/static/…` by WhiteNoise.)"""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("rapport.platform.api.urls")),
    path("", include("rapport.platform.views.urls")),
]

handler400 = "rapport.platform.views.errors.bad_request"
handler403 = "rapport.platform.views.errors.forbidden"
handler404 = "rapport.platform.views.errors.not_found"
handler500 = "rapport.platform.views.errors.broken"
