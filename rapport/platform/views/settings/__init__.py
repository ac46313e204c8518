"""Settings in plain words: people, teams, roles, rates, jobs, what happened, views, about."""

from rapport.platform.views.settings import about, audit, house, jobs, people, rates, roles, views

urlpatterns = [
    *house.urlpatterns,
    *people.urlpatterns,
    *roles.urlpatterns,
    *rates.urlpatterns,
    *jobs.urlpatterns,
    *audit.urlpatterns,
    *views.urlpatterns,
    *about.urlpatterns,
]
