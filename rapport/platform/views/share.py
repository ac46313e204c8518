"""Who sees a record and why: role, owner, team, what it belongs to, shares; sharing it with one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import access
from rapport.platform.access import explain
from rapport.platform.access.models import Share
from rapport.platform.events.append import append
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, body, came_from, go, is_fragment, number_of, page, render, toast
from rapport.platform.views.rights import rights

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.access.explain import Why
    from rapport.platform.access.scope import Way
    from rapport.ui.shapes import FieldError, FormField

SCOPES = {
    "all": _("Your roles let you read every record of this kind."),
    "team": _("Your roles let you read what belongs to your teams, and what is yours."),
    "own": _("Your roles let you read what is yours."),
}


@page(methods=("GET", "POST"))
def share(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Show who sees it (GET); open it to a user or team (POST)."""
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    if request.method != "POST":
        return _show(request, concrete, record, [])
    found = _add(request, concrete, record, body(request))
    return (
        _show(request, concrete, record, found, status=422) if found else _back(request, concrete, record, _("Shared."))
    )


def may_share(actor: Actor, obj: Object, record: Any) -> bool:
    """Sharing gives away what one may do oneself: it takes the right to edit this very record."""
    return "edit" in rights(actor, obj, record, {"edit"})


def _add(request: Request, obj: Object, record: Any, sent: dict[str, Any]) -> list[FieldError]:
    if not may_share(request.actor, obj, record):
        raise access.NotFound(_("There is no such record, or you may not see it."))
    user, team = (_chosen(request.actor, key, sent.get(key)) for key in ("user", "team"))
    if (user is None) == (team is None):
        return [{"text": _("Choose one person or one team."), "field": "user"}]
    with transaction.atomic():
        Share.objects.update_or_create(
            object=obj.access_key,
            record_id=record.pk,
            user_id=user,
            team_id=team,
            defaults={"may_edit": sent.get("may_edit") == "on", "by_id": request.actor.user_id, "at": now()},
        )
        _tell(request.actor, obj, record, "shared", _named(request.actor, user, team))
    return []


def _chosen(actor: Actor, key: str, raw: Any) -> int | None:
    pk = number_of(str(raw or ""))
    if pk is None:
        return None
    if not access.visible(actor, registry.get(key)).filter(pk=pk, archived_at=None).exists():
        raise ValidationError(
            {key: _("There is no such record of the kind “%(kind)s”.") % {"kind": registry.get(key).label}}
        )
    return pk


@page(methods=("POST",))
def unshare(request: Request, obj: Object, pk: int, share_pk: int) -> HttpResponse:
    """Close it again to one user or team."""
    record = access.find(request.actor, obj, pk, "edit")
    concrete = registry.of_record(record)
    row = Share.objects.filter(pk=share_pk, object=concrete.access_key, record_id=pk).first()
    if row is None:
        raise access.NotFound(_("There is no such share."))
    with transaction.atomic():
        row.delete()
        _tell(request.actor, concrete, record, "unshared", _named(request.actor, row.user_id, row.team_id))
    return _back(request, concrete, record, _("No longer shared."))


def _tell(actor: Actor, obj: Object, record: Any, kind: str, who: str) -> None:
    append(actor, obj, record, kind=kind, action="share", before={}, after={}, reason=who)


def _named(actor: Actor, user: int | None, team: int | None) -> str:
    ref = Ref("user", user) if user is not None else Ref("team", team or 0)
    return names(actor, [ref]).text(ref)


def _back(request: Request, obj: Object, record: Any, words: str) -> HttpResponse:
    return go(request, came_from(request, addresses.record_url(obj, record.pk)), toast(words))


def _show(request: Request, obj: Object, record: Any, found: list[FieldError], *, status: int = 200) -> HttpResponse:
    url = addresses.record_url(obj, record.pk)
    editable = may_share(request.actor, obj, record)
    context = {
        "title": _("Who sees this"),
        "subtitle": obj.title(record),
        "action": f"{url}/share",
        "back": url,
        "reasons": reasons(request.actor, obj, record),
        "people": people(request.actor, obj, record),
        "shares": shares(request.actor, obj, record, editable=editable),
        "fields": _fields() if editable else [],
        "errors": found,
        "in_dialog": is_fragment(request),
    }
    return render(request, "platform/record/share.html", context, status=status)


def _fields() -> list[FormField]:
    user = {"options_url": reverse("options", args=("users",))}
    team = {"options_url": reverse("options", args=("teams",))}
    return [
        {"name": "user", "label": _("Person"), "widget": "user", **user},  # type: ignore[typeddict-item]  # options_url
        {"name": "team", "label": _("or team"), "widget": "reference", **team},  # type: ignore[typeddict-item]  # as above
        {"name": "may_edit", "label": _("May also change it"), "widget": "checkbox", "wide": True},
    ]


def shares(actor: Actor, obj: Object, record: Any, *, editable: bool) -> list[dict[str, Any]]:
    rows = list(Share.objects.filter(object=obj.access_key, record_id=record.pk).order_by("pk")[:200])
    refs = [Ref("user", row.user_id) if row.user_id else Ref("team", row.team_id or 0) for row in rows]
    known = names(actor, refs)
    url = addresses.record_url(obj, record.pk)
    return [
        {
            "name": known.text(ref, _("somebody")),
            "is_team": ref.object == "team",
            "how": _("reads and changes") if row.may_edit else _("reads"),
            "remove_url": f"{url}/share/{row.pk}/remove" if editable else "",
        }
        for row, ref in zip(rows, refs, strict=True)
    ]


def reasons(actor: Actor, obj: Object, record: Any) -> list[str]:
    """Why the reader sees this record: every way that holds, by the very conditions it was read with."""
    found = explain.why(actor, obj, record.pk)
    said = [str(SCOPES[scope])] if (scope := actor.may(obj, "read")) in SCOPES else []
    own = [str(obj.base.field(way.key).label) for way in found.ways if way.kind == "mine" and way.key != "id"]
    if own:
        said.append(_("It is yours: you stand in %(fields)s.") % {"fields": ", ".join(own)})
    kinds = {way.kind for way in found.ways}
    said += [_("It belongs to one of your teams.")] if "team" in kinds else []
    said += [_("It was shared with you.")] if "share" in kinds else []
    parents = dict.fromkeys(str(obj.base.field(way.key).label) for way in found.parents if way.kind == "parent")
    if parents:
        said.append(_("You may read what it belongs to (%(fields)s).") % {"fields": ", ".join(parents)})
    return said


MOST_PEOPLE = 100


def people(actor: Actor, obj: Object, record: Any) -> dict[str, Any]:
    """Who of the colleagues the reader sees may see or change this record, and why. Some ten queries for all."""
    seen = access.visible(actor, registry.get("user")).filter(is_active=True, archived_at=None).exclude(email=None)
    found = list(seen.order_by("name").values_list("pk", "name")[: MOST_PEOPLE + 1])
    shown = found[:MOST_PEOPLE]
    others = access.actors_for([pk for pk, _name in shown], "web")
    asked = [(others[pk], action) for pk, _name in shown if pk in others for action in ("read", "edit")]
    said = iter(explain.every_why(asked, obj, record.pk))
    rows = [_person(name, obj, next(said), next(said)) for pk, name in shown if pk in others]
    return {"rows": [row for row in rows if row], "more": len(found) > MOST_PEOPLE}


def _person(name: str, obj: Object, reads: Why, edits: Why) -> dict[str, str] | None:
    if not reads.may:
        return None
    ways = dict.fromkeys(_way(obj, way) for way in reads.ways)
    return {"name": name, "how": _("sees and changes") if edits.may else _("sees"), "why": ", ".join(ways)}


def _way(obj: Object, way: Way) -> str:
    words = {"all": _("sees all of this kind"), "team": _("of the team"), "share": _("shared")}
    return words[way.kind] if way.kind in words else str(obj.base.field(way.key).label)


urlpatterns = [
    path("<obj:obj>/<int:pk>/share", share, name="share"),
    path("<obj:obj>/<int:pk>/share/<int:share_pk>/remove", unshare, name="unshare"),
]
