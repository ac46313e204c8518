"""Settings in plain words: people, teams, roles, fields, kinds of record, rates, jobs, what happened, views, about."""

from rapport.platform.views.settings import (
    about,
    audit,
    field_form,
    fields,
    formulas,
    house,
    invitations,
    jobs,
    kinds,
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
    *fields.urlpatterns,
    *field_form.urlpatterns,
    *formulas.urlpatterns,
    *kinds.urlpatterns,
    *rates.urlpatterns,
    *jobs.urlpatterns,
    *audit.urlpatterns,
    *views.urlpatterns,
    *about.urlpatterns,
]
