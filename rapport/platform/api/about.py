"""What is known besides records: who asks, what there is to ask for, finding records by typing, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import search, tagged
from rapport.platform.access import readable, writable
from rapport.platform.access.models import ACTIONS
from rapport.platform.api import lists, outgoing, schemas
from rapport.platform.api.problems import Problem
from rapport.platform.fields import Choice, MultiChoice, Ref
from rapport.platform.labels import names
from rapport.platform.objects import Object, registry
from rapport.platform.query.check import operators_of
from rapport.platform.query.schema import EVERY

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.actions import Action
    from rapport.platform.api.door import Call
    from rapport.platform.fields import Field

# Objects with endpoints of their own (`files`): a file is made of bytes, not of JSON.
APART = frozenset({"file"})


def objects(actor: Actor) -> list[Object]:
    """The Objects this actor may read, in order of their addresses."""
    return sorted(
        (obj for obj in registry.all() if obj.key not in APART and actor.may(obj, "read") != "none"),
        key=lambda obj: obj.url,
    )


def me(call: Call) -> HttpResponse:
    """The caller: name, roles, what the token allows."""
    actor = call.actor
    assert actor.user_id is not None  # noqa: S101  # a token belongs to a user
    itself = names(actor, [Ref("user", actor.user_id)]).get(Ref("user", actor.user_id))
    content = {
        "id": itself.uid if itself else None,
        "name": actor.name,
        "roles": list(actor.roles),
        "locale": actor.culture.locale,
        "time_zone": str(actor.culture.tz),
        "token": {
            "name": call.credentials.name,
            "scopes": list(call.credentials.scopes),
            "expires_at": call.credentials.expires_at,
        },
        "may": {obj.key: {action: actor.may(obj, action) for action in ACTIONS} for obj in objects(actor)},
    }
    return outgoing.answer(content)


# --- schema -----------------------------------------------------------------------------------------------------------


def schema(call: Call) -> HttpResponse:
    """Every Object with its fields, operators and Actions, as far as the caller may know of them."""
    return outgoing.answer({"objects": [_object(call.actor, obj) for obj in objects(call.actor)]})


def _object(actor: Actor, obj: Object) -> dict[str, Any]:
    able = writable(actor, obj)
    return {
        "key": obj.key,
        "label": str(obj.label),
        "plural": str(obj.plural),
        "help": str(obj.help),
        "url": f"/api/v1/{obj.url}",
        "of": obj.of or None,
        "name": obj.name,
        "keys": lists.keys(actor, obj),
        "fields": [_field(field, key in able) for key, field in readable(actor, obj).items()],
        "always": [
            {"key": key, "label": str(field.label), "operators": list(operators_of(field))}
            for key, field in EVERY.items()
        ],
        "actions": [_action(action) for action in obj.all_actions],
    }


def _field(field: Field[Any], writable: bool) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": str(field.label),
        "help": str(field.help),
        "kind": field.kind,
        "family": field.family,
        "sensitivity": field.sensitivity,
        "required": field.required,
        "writable": writable,
        "sortable": field.sortable,
        "operators": list(operators_of(field)),
        "options": [{"key": one.key, "label": str(one.label)} for one in field.options]
        if isinstance(field, Choice | MultiChoice)
        else [],
        "refers_to": schemas.refers_to(field),
    }


def _action(action: Action) -> dict[str, Any]:
    asked = [
        {"key": one.key, "label": str(one.field.label), "required": one.required, "kind": one.field.kind}
        for one in action.parameters
    ]
    return {
        "key": action.key,
        "label": str(action.label),
        "help": str(action.help),
        "needs": action.needs,
        "parameters": asked,
    }


# --- finding ----------------------------------------------------------------------------------------------------------


def find(call: Call) -> HttpResponse:
    """Records whose words begin with the typed ones, best first; one typing mistake a word is forgiven.

    After them, records in whose long texts (mails, notes) the words stand, newest first, with the place in question.
    """
    wanted = wanted_objects(call)
    found = search.find_everywhere(call.actor, call.given["q"], objects=wanted, limit=call.given.get("limit", 20))
    links = names(call.actor, [Ref(hit.object, hit.id) for hit in found.hits])
    hits = [
        {
            "object": hit.object,
            "id": link.uid,
            "title": hit.title,
            "subtitle": hit.subtitle,
            "corrected": hit.corrected,
            "snippet": [{"text": piece.text, "marked": piece.marked} for piece in hit.snippet],
        }
        for hit in found.hits
        if (link := links.get(Ref(hit.object, hit.id)))
    ]
    return outgoing.answer({"hits": hits, "more": found.more, "instead": list(found.instead)})


def wanted_objects(call: Call) -> list[str]:
    """The keys in the parameter `objects`. Raises Problem 400 for one the caller may not know of."""
    wanted: list[str] = call.given.get("objects", [])
    known = {obj.key for obj in objects(call.actor)}
    for key in wanted:
        if key not in known:
            raise Problem(
                400,
                _("The address is not right."),
                errors=[{"parameter": "objects", "message": _("There is no Object “%(key)s”.") % {"key": key[:60]}}],
            )
    return wanted


def tags(call: Call) -> HttpResponse:
    """Tags in use on records the caller may see, in alphabetical order."""
    return outgoing.answer({"tags": tagged.words(call.actor, call.given.get("q", ""), call.given.get("limit", 50))})
