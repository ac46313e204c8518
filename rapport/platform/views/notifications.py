"""The bell and its page: what is new for this reader, read, put off, wished differently; following; proposals for @."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.base.clock import now
from rapport.platform import access
from rapport.platform.notifications import actions, follow, mentions, read
from rapport.platform.notifications.models import KINDS, Wishes
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, errors
from rapport.platform.views.account import with_errors
from rapport.platform.views.http import Request, came_from, go, is_fragment, number_of, page, render, stay, toast
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.notifications.read import Bundle, Line
    from rapport.ui.shapes import FieldError, FormField, Link, MenuItem

SHOWN = ("unread", "all", "snoozed")
ICONS = {"mention": "at-sign", "assigned": "user-check", "followed": "eye", "reminder": "alarm-clock", "reset": "lock"}
MOST_CHANGES = 6
MOST_LINES = 5
DAYS = (
    _lazy("Monday"),
    _lazy("Tuesday"),
    _lazy("Wednesday"),
    _lazy("Thursday"),
    _lazy("Friday"),
    _lazy("Saturday"),
    _lazy("Sunday"),
)


@page
def notifications(request: Request) -> HttpResponse:
    """What is new, all of it, or what is put off."""
    shown = request.GET.get("show", "unread")
    shown = shown if shown in SHOWN else "unread"
    found, following = read.bundles(request.actor, shown=shown, before=number_of(request.GET.get("before")))
    quiet = read.quiet_until(request.actor)
    url = reverse("notifications")
    context = {
        "rows": [_row(bundle) for bundle in found],
        "shown": shown,
        "tabs": _tabs(shown),
        "more_url": addresses.with_query(url, {"show": shown, "before": str(following)}) if following else "",
        "quiet": formats.moment(quiet) if quiet else "",
        "wishes_url": reverse("notification_wishes"),
    }
    return render(request, "platform/notifications.html", context)


def _tabs(shown: str) -> list[Link]:
    words = {"unread": _("Unread"), "all": _("All"), "snoozed": _("Put off")}
    url = reverse("notifications")
    return [
        {"label": words[key], "href": addresses.with_query(url, {"show": key}), "current": key == shown}
        for key in SHOWN
    ]


def _row(bundle: Bundle) -> dict[str, Any]:
    return {
        "id": bundle.id,
        "icon": ICONS[bundle.kind],
        "title": bundle.title,
        "kind": str(bundle.obj.label),
        "why": _why(bundle),
        "href": addresses.record_url(bundle.obj, bundle.ref.id),
        "open_url": reverse("notification_open", args=(bundle.id,)),
        "near": formats.relative(bundle.at),
        "when": formats.moment(bundle.at),
        "read": bundle.is_read,
        "snoozed": formats.moment(bundle.snoozed_until) if bundle.snoozed_until else "",
        "lines": [_line(line, bundle.kind) for line in bundle.lines[:MOST_LINES]],
        "more": max(0, len(bundle.lines) - MOST_LINES) + bundle.more,
        "switch_url": reverse("notification_unread" if bundle.is_read else "notification_read", args=(bundle.id,)),
        "menu": _snoozes(bundle),
    }


def _why(bundle: Bundle) -> str:
    """One sentence for the whole bundle."""
    people = list(dict.fromkeys(line.who for line in bundle.lines if line.who))
    who = _("{name} and others").format(name=people[0]) if len(people) > 1 else (people or [_("Somebody")])[0]
    number = len(bundle.lines) + bundle.more
    if bundle.kind == "reminder":
        return _("You wanted to be reminded.")
    if bundle.kind == "reset":
        return _("Forgot the password. Settings, People has a link for them; make sure that it is them who asked.")
    if bundle.kind == "mention":
        return _("{who} named you.").format(who=who)
    if bundle.kind == "assigned":
        if number > 1:
            return _("{who} gave you {n} records.").format(who=who, n=formats.number(number))
        return _("{who} gave it to you.").format(who=who)
    if number > 1:
        return ngettext("{who}: {n} change.", "{who}: {n} changes.", number).format(who=who, n=formats.number(number))
    return who


def _line(line: Line, kind: str) -> dict[str, Any]:
    if kind == "assigned" and line.of is None:
        return {}
    return {
        "who": line.who,
        "what": _("About") if kind == "mention" else line.what,
        "near": formats.relative(line.at),
        "of": line.of_name,
        "href": addresses.record_url(line.of.object, line.of.id) if line.of else "",
        "changes": [
            {"label": change.label, "before": change.before if kind != "mention" else "", "after": change.after}
            for change in line.changes[:MOST_CHANGES]
        ],
    }


def _snoozes(bundle: Bundle) -> list[MenuItem]:
    words = {
        "hour": _("In an hour"),
        "tomorrow": _("Tomorrow at eight"),
        "week": _("Next Monday at eight"),
    }
    url = reverse("notification_snooze", args=(bundle.id,))
    found: list[MenuItem] = [
        {"label": label, "href": addresses.with_query(url, {"until": key}), "post": True, "icon": "alarm-clock"}
        for key, label in words.items()
    ]
    found.append({"label": _("At another time …"), "href": url, "icon": "calendar", "attrs": {"data-dialog-url": url}})
    return found


@page
def count(request: Request) -> HttpResponse:
    """The number beside the bell; none in quiet hours."""
    quiet = read.quiet_until(request.actor)
    number = 0 if quiet else read.unread(request.actor)
    text = f"{read.COUNTED}+" if number > read.COUNTED else str(number)
    said = ngettext("{n} unread notification", "{n} unread notifications", number).format(n=text)
    context = {"number": number, "text": text, "said": said, "fragment": True}
    return render(request, "platform/notification_count.html", context)


# --- one's own --------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
def notification_open(request: Request, pk: int) -> HttpResponse:
    """Read it, and on to its record."""
    rows, _more = read.bundles(request.actor, shown="all", before=pk + 1)
    found = next((row for row in rows if row.id == pk), None)
    if found is None:
        raise access.NotFound(_("There is no such notification."))
    actions.mark_read(request.actor, pk)
    return go(request, addresses.record_url(found.obj, found.ref.id))


@page(methods=("POST",))
def notification_read(request: Request, pk: int) -> HttpResponse:
    """It is read."""
    actions.mark_read(request.actor, pk)
    return _changed(request)


@page(methods=("POST",))
def notification_unread(request: Request, pk: int) -> HttpResponse:
    """It is not read after all."""
    actions.mark_unread(request.actor, pk)
    return _changed(request)


@page(methods=("POST",))
def notifications_read(request: Request) -> HttpResponse:
    """All of it is read."""
    number = actions.mark_all_read(request.actor)
    words = ngettext("{n} notification is read.", "{n} notifications are read.", number)
    return go(request, reverse("notifications"), toast(words.format(n=formats.number(number))))


@page(methods=("GET", "POST"))
def notification_snooze(request: Request, pk: int) -> HttpResponse:
    """Out of sight for an hour, until a morning, or until a moment that is asked for."""
    found: list[FieldError] = []
    if request.method == "POST":
        try:
            until = _until(request)
            actions.snooze(request.actor, pk, until)
        except ValidationError as error:
            found = errors.messages(error)
        else:
            words = _("Put off until {when}.").format(when=formats.moment(until))
            return go(request, came_from(request, reverse("notifications")), toast(words, "info"))
    value = request.POST.get("at", "")
    field: FormField = {"name": "at", "label": _("Until"), "widget": "datetime", "required": True, "value": value}
    context = {
        "title": _("Put off"),
        "fields": with_errors([field], found),
        "errors": found,
        "action": reverse("notification_snooze", args=(pk,)),
        "submit": _("Put off"),
        "back": reverse("notifications"),
    }
    return render(request, "platform/dialog_form.html", context, status=422 if found else 200)


def _until(request: Request) -> datetime:
    zone = request.actor.culture.tz
    here = now().astimezone(zone)
    days = {"tomorrow": 1, "week": 7 - here.weekday()}
    key = request.GET.get("until", "")
    if key == "hour":
        return now() + timedelta(hours=1)
    if key in days:
        return datetime.combine(here.date() + timedelta(days=days[key]), time(8), tzinfo=zone)
    try:
        return datetime.fromisoformat(request.POST.get("at", "")[:32]).replace(tzinfo=zone)
    except ValueError as error:
        raise ValidationError({"at": [_("Enter a day and a time.")]}) from error


def _changed(request: Request) -> HttpResponse:
    if is_fragment(request):
        return stay(request, changed="notifications")
    return go(request, came_from(request, reverse("notifications")))


# --- wishes -----------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def wishes(request: Request) -> HttpResponse:
    """Which kinds, and the hours in which nothing rings."""
    found: list[FieldError] = []
    if request.method == "POST":
        try:
            _wish(request)
        except ValidationError as error:
            found = errors.messages(error)
        else:
            return go(request, reverse("notification_wishes"), toast(_("Your wishes are kept.")))
    kept = Wishes.objects.filter(user=request.actor.user_id or 0).first() or Wishes()
    zone = str(request.actor.culture.tz)
    context = {"fields": with_errors(_fields(request, kept, bool(found)), found), "errors": found, "zone": zone}
    return render(request, "platform/notification_wishes.html", context, status=422 if found else 200)


def _wish(request: Request) -> None:
    wanted = request.POST.getlist("kinds")
    actions.wish(
        request.actor,
        left_out=[key for key, _label in KINDS if key not in wanted],
        quiet_from=_clock(request, "quiet_from"),
        quiet_to=_clock(request, "quiet_to"),
        quiet_days=[int(day) for day in request.POST.getlist("quiet_days") if day.isdecimal() and len(day) == 1],
    )


def _clock(request: Request, name: str) -> time | None:
    text = request.POST.get(name, "").strip()[:8]
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError as error:
        raise ValidationError({name: [_("Enter a time such as 18:30.")]}) from error


def _fields(request: Request, kept: Wishes, sent: bool) -> list[FormField]:
    given = request.POST
    kinds = given.getlist("kinds") if sent else [key for key, _label in KINDS if key not in kept.left_out]
    days = given.getlist("quiet_days") if sent else [str(day) for day in kept.quiet_days]

    def clock(name: str) -> str:
        value = getattr(kept, name)
        return given.get(name, "") if sent else value.strftime("%H:%M") if value else ""

    return [
        {
            "name": "kinds",
            "label": _("Tell me when"),
            "widget": "multi",
            "wide": True,
            "choices": [{"value": key, "label": str(label), "chosen": key in kinds} for key, label in KINDS],
        },
        {"name": "quiet_from", "label": _("Quiet from"), "widget": "time", "value": clock("quiet_from")},
        {"name": "quiet_to", "label": _("Quiet until"), "widget": "time", "value": clock("quiet_to")},
        {
            "name": "quiet_days",
            "label": _("Quiet all day on"),
            "widget": "multi",
            "wide": True,
            "choices": [
                {"value": str(place), "label": str(name), "chosen": str(place) in days}
                for place, name in enumerate(DAYS)
            ],
        },
    ]


# --- following and naming ---------------------------------------------------------------------------------------------


@page(methods=("POST",))
def record_follow(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Be told of changes from now on, or no more."""
    record = access.find(request.actor, obj, pk)
    title = obj.title(record)
    if follow.is_following(request.actor, obj, record):
        follow.unfollow(request.actor, obj, pk)
        return stay(request, toast(_("You no longer follow “{name}”.").format(name=title), "info"), refresh=True)
    follow.follow(request.actor, obj, pk)
    return stay(request, toast(_("You follow “{name}” from now on.").format(name=title)), refresh=True)


@page
def people_to_name(request: Request) -> HttpResponse:
    """Proposals after an @: colleagues this reader may see."""
    access.require(request.actor, registry.get("user"), "read")
    found = mentions.proposals(request.actor, request.GET.get("q", "")[:60])
    items = [
        {"value": one["insert"], "label": one["label"], "note": one["note"], "face": one["label"]} for one in found
    ]
    return render(request, "platform/record/options.html", {"items": items, "q": request.GET.get("q", "")[:60]})


urlpatterns = [
    path("notifications", notifications, name="notifications"),
    path("notifications/count", count, name="notification_count"),
    path("notifications/read", notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/open", notification_open, name="notification_open"),
    path("notifications/<int:pk>/read", notification_read, name="notification_read"),
    path("notifications/<int:pk>/unread", notification_unread, name="notification_unread"),
    path("notifications/<int:pk>/snooze", notification_snooze, name="notification_snooze"),
    path("settings/notifications", wishes, name="notification_wishes"),
    path("mentions", people_to_name, name="people_to_name"),
    path("<obj:obj>/<int:pk>/follow", record_follow, name="record_follow"),
]
