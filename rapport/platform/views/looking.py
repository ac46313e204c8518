"""See Rapport as somebody else, or as a role: for who keeps the house, to look and not to touch.

It is kept in the session and asked anew with every request: it ends by itself after an hour, with the account it looks
through, and with the right to keep the house. What is shown are lists, boards and records; what belongs to a person
alone (their notifications, tokens, imports, changes of many) and giving out files of records are not part of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import access, audit, policies
from rapport.platform.access import looking
from rapport.platform.access.keepers import keeps_house
from rapport.platform.access.models import Role
from rapport.platform.objects import registry
from rapport.platform.views.http import Request, go, page, toast
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.policies import Policy

KEPT = "looking_as"
LONGEST = timedelta(hours=1)
SAFE = frozenset({"GET", "HEAD"})
# Pages for everybody that show records, beside those of one kind or one record.
SHOWN = frozenset({"", "today", "palette", "find", "help/keys", "query/builder", "query/complete", "<obj:obj>/options"})
# What may be done at any time: end it, sign out, leave a report.
ALWAYS = frozenset({"settings/looking/end", "sign-out", "csp-reports", "notifications/count"})

audit.register("looked_as", gettext_lazy("Looked as somebody else"), gettext_lazy("{who} sees Rapport as {what}"))
audit.register(
    "looked_as_role",
    gettext_lazy("Looked as a role"),
    gettext_lazy("{who} sees Rapport as the role {role}"),
)
audit.register(
    "looked_as_self", gettext_lazy("Looked as oneself again"), gettext_lazy("{who} sees Rapport as themselves again")
)


def seen_as(session: SessionBase, actor: Actor) -> Actor | None:
    """Through whose eyes this session looks now; None where through its own."""
    kept = session.get(KEPT)
    if not isinstance(kept, dict):
        return None
    try:
        begun = datetime.fromisoformat(str(kept["at"]))
        kind, number = str(kept["kind"]), int(kept["id"])
    except (KeyError, ValueError, TypeError):
        return None
    if now() - begun > LONGEST or not keeps_house(actor):
        return None
    return _other(actor, kind, number)


def _other(actor: Actor, kind: str, number: int) -> Actor | None:
    if kind == "person":
        return looking.as_person(actor, number)
    role = Role.objects.filter(pk=number).first()
    return None if role is None else looking.as_role(actor, role)


@policies.also
def only_looks(route: str, method: str, policy: Policy, actor: Actor) -> None:
    """Raises PermissionDenied for what is no part of looking as somebody else."""
    if actor.behind is None or route in ALWAYS:
        return
    if method not in SAFE:
        raise PermissionDenied(
            _("You see Rapport as {name} and only look: nothing can be changed.").format(name=actor.name)
        )
    is_shown = policy.kind in ("kind", "record", "public") or route in SHOWN or policy.of == "file"
    if not is_shown or policy.action == "export":
        raise PermissionDenied(_("This is no part of what you see as {name}.").format(name=actor.name))


# --- beginning and ending ---------------------------------------------------------------------------------------------


@page(methods=("POST",))
def look_as_person(request: Request, pk: int) -> HttpResponse:
    """See Rapport as this person."""
    user = access.find(request.actor, registry.get("user"), pk)
    if user.pk == request.actor.user_id:
        raise ValidationError(_("You see Rapport as yourself already."))
    return _begin(request, "person", user.pk)


@page(methods=("POST",))
def look_as_role(request: Request, pk: int) -> HttpResponse:
    """See Rapport as somebody with this role alone."""
    if not Role.objects.filter(pk=pk).exists():
        raise access.NotFound(_("There is no such role."))
    return _begin(request, "role", pk)


def _begin(request: Request, kind: str, number: int) -> HttpResponse:
    other = _other(request.actor, kind, number)
    if other is None:
        raise ValidationError(_("This person may not sign in: there is nothing that they see."))
    request.session[KEPT] = {"kind": kind, "id": number, "at": now().isoformat()}
    if kind == "person":
        audit.record(request.actor, "looked_as", object="user", record=number)
    else:
        audit.record(request.actor, "looked_as_role", detail={"role": other.name})
    return go(request, reverse("today"))


@page(methods=("POST",))
def look_end(request: Request) -> HttpResponse:
    """See Rapport as oneself again."""
    kept = request.session.pop(KEPT, None)
    back = reverse("settings_people")
    if request.actor.behind is not None and isinstance(kept, dict):
        audit.record(request.actor, "looked_as_self")
        name = "settings_person_access" if kept["kind"] == "person" else "settings_role"
        back = reverse(name, args=(kept["id"],))
    return go(request, back, toast(_("You see Rapport as yourself again.")))


urlpatterns = [
    path("settings/people/<int:pk>/look", look_as_person, name="settings_person_look"),
    path("settings/roles/<int:pk>/look", look_as_role, name="settings_role_look"),
    path("settings/looking/end", look_end, name="settings_look_end"),
]
