"""The Query in words above a list: coloured, and completed while typing. `builder` is the same by clicking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.access import NotFound, require
from rapport.platform.objects import registry
from rapport.platform.query import QueryError
from rapport.platform.query.lexer import tokens as lexed
from rapport.platform.views.addresses import list_url, with_query
from rapport.platform.views.http import Request, number_of, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.views.state import State
    from rapport.ui.shapes import Completion, Token

LONGEST = 10_000
JOINING = frozenset({"and", "or", "not", "where", "via", "any", "no"})
OPERATORS = frozenset({"contains", "in", "is", "empty", "between", "starts", "with"})
TAIL = frozenset({"sort", "by", "group", "show", "desc", "asc"})


def context(actor: Actor, state: State, count: str) -> dict[str, Any]:
    """What the filter bar is drawn from."""
    hidden = {key: value for key, value in state.asked().items() if key != "q"}
    return {
        "text": state.text,
        "action": f"{list_url(state.obj, state.layout)}?view={state.view.key}&q=",
        "object": state.obj.key,
        "tokens": tokens(state.text, state.error),
        "complete_url": reverse("complete"),
        "builder_url": with_query(
            reverse("builder"), {"object": state.obj.key, "text": state.text, **hidden, "layout": state.layout}
        ),
        "count": count,
        "order": _("own order") if state.sort or (state.error is None and _ordered(state)) else None,
        "error": error_text(state.error),
        "hidden": hidden,
        "changed": _changed(actor, state),
    }


def _ordered(state: State) -> bool:
    return bool(state.query.sort)


def _changed(actor: Actor, state: State) -> dict[str, str] | None:
    """What is offered when the list no longer shows what its view keeps."""
    if not state.changed or state.error is not None or (state.only_sorted and not state.view.mine):
        return None
    asked = state.asked(layout=state.layout)
    found = {
        "text": _("Not what “{name}” keeps.").format(name=state.view.label),
        "save_as": with_query(reverse("view_new", args=(state.obj,)), asked),
        "reset": with_query(list_url(state.obj, state.layout), {"view": state.view.key}),
    }
    if state.view.id is not None and state.view.mine:
        found["save"] = with_query(reverse("view_save", args=(state.obj, state.view.id)), asked)
    return found


def error_text(error: QueryError | None) -> str:
    """What is wrong and what may have been meant."""
    if error is None:
        return ""
    if not error.suggestions:
        return error.message
    return _("{message} Did you mean: {names}?").format(message=error.message, names=", ".join(error.suggestions))


def tokens(text: str, error: QueryError | None = None) -> list[Token]:
    """The text in coloured pieces that together are the text again."""
    try:
        read = lexed(text)
    except QueryError:
        return [{"text": text, "kind": "bad"}]
    found: list[Token] = []
    place, awaits = 0, "field"
    for token in read[:-1]:
        if token.at > place:
            found.append({"text": text[place : token.at], "kind": "space"})
        kind, awaits = _kind(token.kind, token.low, awaits)
        bad = error is not None and error.length and token.at < error.at + error.length and error.at < token.end
        found.append({"text": text[token.at : token.end], "kind": "bad" if bad else kind})
        place = token.end
    if place < len(text):
        found.append({"text": text[place:], "kind": "space"})
    return found


def _kind(kind: str, low: str, awaits: str) -> tuple[str, str]:
    """The colour of a token, and what is awaited after it."""
    if kind == "mark":
        return "word", "field" if low == "(" and awaits == "field" else awaits
    if kind == "operator":
        return "op", "value"
    if kind == "word" and low in JOINING:
        return "word", "field"
    if kind == "word" and low in TAIL:
        return "word", "field"
    if kind == "word" and low in OPERATORS and awaits != "field":
        return "op", "value"
    return ("field", "op") if awaits == "field" else ("value", "value")


# --- completion -------------------------------------------------------------------------------------------------------


@page
def complete(request: Request) -> HttpResponse:
    """What may stand where the cursor is."""
    obj, text = asked_object(request), request.GET.get("text", "")[:LONGEST]
    at = number_of(request.GET.get("at"))
    found = query.complete(request.actor, obj, text, len(text) if at is None else min(at, len(text)))
    items: list[Completion] = [
        {
            "label": item.label,
            "insert": item.text,
            "start": found.start,
            "end": found.end,
            "note": item.detail,
            "kind": item.kind,
        }
        for item in found.items
    ]
    return render(request, "platform/completions.html", {"items": items, "fragment": True})


def asked_object(request: Request) -> Object:
    """The Object named in the address. Raises NotFound, PermissionDenied."""
    key = request.GET.get("object", "")[:60]
    if not registry.has(key):
        raise NotFound(_("There is no such kind of record."))
    obj = registry.get(key)
    require(request.actor, obj, "read")
    return obj


urlpatterns = [path("query/complete", complete, name="complete")]
