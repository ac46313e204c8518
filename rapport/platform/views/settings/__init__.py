"""Settings in plain words: people, teams, roles, rates, jobs, what happened, views, about."""

from rapport.platform.views.settings import (
    about,
    audit,
    house,
    invitations,
    jobs,
    people,
    rates,
    role_table,
    roles,
    teams,
    views,
)

urlpatterns = [
    *house.urlpatterns,
    *people.urlpatterns,
    *invitations.urlpatterns,
    *teams.urlpatterns,
    *roles.urlpatterns,
    *role_table.urlpatterns,
    *rates.urlpatterns,
    *jobs.urlpatterns,
    *audit.urlpatterns,
    *views.urlpatterns,
    *about.urlpatterns,
]
