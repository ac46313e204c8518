"""The first page of the settings: what can be set, and where; and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform.access.keepers import handles_privacy, keeps_house, reads_audit, require_keeper
from rapport.platform.objects import registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.objects import Object
    from rapport.ui.shapes import Link

Entry = dict[str, str]


@page
def settings(request: Request) -> HttpResponse:
    """Everything that can be set, in groups."""
    groups = [{"title": title, "entries": entries} for title, entries in _groups(request)]
    return render(request, "platform/settings/index.html", {"groups": groups})


def tabs(request: Request, current: str) -> list[Link]:
    """The row of pages above each page of the settings."""
    shown = [entry for _title, entries in _groups(request) for entry in entries if entry["name"]]
    return [{"label": entry["label"], "href": entry["href"], "current": entry["name"] == current} for entry in shown]


def _groups(request: Request) -> list[tuple[str, list[Entry]]]:
    keeper = keeps_house(request.actor)
    people = [
        _entry("settings_people", _("People"), _("Who works here, with which roles; invite and let go."), "users")
    ]
    people.append(
        _entry("settings_teams", _("Teams"), _("Who belongs together, and which team is part of which."), "users")
    )
    people.append(
        _entry("settings_roles", _("Roles and access"), _("Who may see, change and export what."), "shield-check")
    )
    if keeper:
        words = _("How long a session lasts, and which providers of sign-in are trusted.")
        people.append(_entry("settings_doors", _("Sign-in"), words, "lock"))
    house = [_entry("settings_rates", _("Currencies"), _("At which rates other currencies are counted."), "receipt")]
    house.append(
        _entry("settings_views", _("Saved views"), _("Every view you may see, and whose it is."), "layout-list")
    )
    if keeper:
        words = _("Add fields to every kind of record, and kinds of record of your own.")
        house.insert(0, _entry("settings_fields", _("Fields and kinds of record"), words, "sliders-horizontal"))
    if handles_privacy(request.actor):
        words = _("Requests, purposes and consent, who was erased, whom nothing is sent to.")
        house.append(_entry("settings_privacy", _("Privacy"), words, "shield-check"))
    runs = [_entry("settings_jobs", _("Jobs"), _("What is being done in the background, and what failed."), "timer")]
    if reads_audit(request.actor):
        runs.append(
            _entry(
                "settings_audit", _("Audit"), _("Who saw, took out, tried and came in; and whether it holds."), "eye"
            )
        )
    if keeper:
        runs.append(_entry("settings_outbox", _("Outgoing"), _("What leaves the house, and what could not."), "mail"))
        words = _("Whether everything runs, in plain words.")
        runs.insert(0, _entry("settings_status", _("Status"), words, "activity"))
        words = _("When the last verified backup was made; make one now.")
        runs.append(_entry("settings_backups", _("Backups"), words, "archive"))
        words = _("Whether what must always be true of the data is true.")
        runs.append(_entry("settings_check", _("System check"), words, "shield-check"))
        words = _("Programs elsewhere that hear of what happens.")
        runs.append(_entry("settings_webhooks", _("Webhooks"), words, "zap"))
        runs.append(
            _entry("settings_events", _("What happened"), _("Every change: who, when, from what to what."), "history")
        )
    runs.append(_entry("settings_about", _("About Rapport"), _("Version, database, licences."), "info"))
    me = [_entry("profile", _("My profile"), _("Name, language, theme."), "user") | {"name": ""}]
    words = _("Password, second factor, passkeys, where you are signed in.")
    me.append(_entry("security", _("Security"), words, "lock") | {"name": ""})
    me.append(_entry("settings_tokens", _("API tokens"), _("Keys with which programs act as you."), "shield-check"))
    lists = _lists(request)
    found = [(_("Personal"), me), (_("People and access"), people), (_("The house"), house), (_("Operation"), runs)]
    if lists:
        found.append((_("Lists behind the scenes"), lists))
    me.append(
        _entry("notification_wishes", _("Notifications"), _("What you are told, and when it is quiet."), "bell")
        | {"name": ""}
    )
    return found


def _lists(request: Request) -> list[Entry]:
    """Kinds of record that have no place in the navigation but can be changed by this reader."""
    found = []
    for obj in registry.all():
        may = request.actor.may(obj, "create") != "none" and request.actor.may(obj, "read") != "none"
        if may and _stands_alone(obj):
            found.append(
                {
                    "name": "",
                    "label": str(obj.plural),
                    "help": str(obj.help),
                    "href": addresses.list_url(obj),
                    "icon": obj.icon,
                }
            )
    return sorted(found, key=lambda entry: entry["label"])


def _stands_alone(obj: Object) -> bool:
    """Not in the navigation, part of no other record, not the whole of a family, without a page of its own here."""
    own = ("user", "team", "file", "own_field", "own_object")
    return not (obj.navigation or obj.of or obj.parents or obj.key in own or any(registry.family(obj)))


def _entry(name: str, label: str, help: str, icon: str) -> Entry:  # the word the template reads best with
    return {"name": name, "label": label, "help": help, "href": reverse(name), "icon": icon}


__all__ = ["keeps_house", "require_keeper", "settings", "tabs"]
urlpatterns = [path("settings", settings, name="settings")]
