"""Reading and writing saved views. A stored view is text that each reader's own rights give a meaning."""

from __future__ import annotations

import secrets
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.text import clean_line
from rapport.platform import query
from rapport.platform.access import NotFound, require
from rapport.platform.access.keepers import keeps_house
from rapport.platform.query.text import query_text
from rapport.platform.saved_views import tabs, trail
from rapport.platform.saved_views.models import AUDIENCES, LAYOUTS, SavedView
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

MOST = 200
LINK = "link-"
MOST_COLUMNS = 40
STORED = ("pk", "label", "query", "sort", "columns", "layout", "group", "audience", "owner_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """A tab: declared by the Object, or stored (`id` is then its number)."""

    key: str
    label: str
    query: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    layout: str = "list"
    group: str = ""
    id: int | None = None
    audience: str = "all"
    mine: bool = False
    # Shown as a tab; the others are in the menu.
    pinned: bool = True
    # Opens where the address names no view.
    first: bool = False


def choices(actor: Actor, obj: Object) -> list[Choice]:
    """The views of this Object for this actor, in the order they arranged; one query."""
    found = [Choice(view.key, str(view.label), view.query, view.sort, view.columns, view.layout) for view in obj.views]
    if not any(not view.query for view in found):
        found.append(Choice("all", _("All")))
    rows = visible(actor).filter(object=obj.key).order_by("position", "pk").values_list(*STORED)
    return tabs.arranged(found + [_stored(actor, *row) for row in rows[:MOST]], tabs.content(actor, obj))


def find(actor: Actor, pk: int) -> SavedView:
    """A stored view this actor may use. Raises NotFound."""
    view: SavedView | None = visible(actor).filter(pk=pk).first()
    if view is None:
        raise NotFound(_("There is no such view, or you may not see it."))
    return view


def by_link(actor: Actor, obj: Object, link: str) -> Choice:
    """The view that somebody shared by its address; it shows this actor what they may see. Raises NotFound."""
    row = SavedView.objects.filter(object=obj.key, link=link or "-").values_list(*STORED).first()
    if row is None:
        raise NotFound(_("This address no longer opens a view. Ask who sent it for a new one."))
    return replace(_stored(actor, *row), key=f"{LINK}{link}", id=None, mine=False)


def visible(actor: Actor) -> Any:
    """The stored views this actor may use, as a queryset."""
    # What somebody keeps for themselves alone is not shown to who looks as they do.
    mine = Q(owner_id=actor.who.user_id) if actor.who.user_id else Q(pk__in=[])
    return SavedView.objects.filter(mine | Q(audience="all") | Q(audience="team", team_id__in=actor.team_ids))


def _stored(
    actor: Actor, pk: int, label: str, text: str, sort: str, columns: Any, layout: str, group: str, audience: str,
    owner: int,
) -> Choice:  # fmt: skip
    return Choice(
        key=str(pk),
        label=label,
        query=text,
        sort=sort,
        columns=tuple(str(key) for key in columns if isinstance(key, str)),
        layout=layout,
        group=group,
        id=pk,
        audience=audience,
        mine=owner == actor.user_id,
    )


def save(
    actor: Actor,
    obj: Object,
    label: str,
    *,
    text: str = "",
    sort: str = "",
    columns: Sequence[str] = (),
    layout: str = "list",
    group: str = "",
    audience: str = "own",
) -> SavedView:
    """Keep the present filter, order and columns under a name. Raises ValidationError, PermissionDenied, QueryError."""
    require(actor, obj, "read")
    if actor.user_id is None:
        raise PermissionDenied(_("A view belongs to a person."))
    if SavedView.objects.filter(object=obj.key, owner_id=actor.user_id).count() >= MOST:
        raise ValidationError({"label": [_("You have {n} views here already; delete one first.").format(n=MOST)]})
    moment = now()
    view = SavedView(object=obj.key, owner_id=actor.user_id, created_at=moment, changed_at=moment)
    _set_name(actor, view, label, audience)
    _set_look(actor, obj, view, text, sort, columns, layout, group)
    with transaction.atomic():
        view.save()
        trail.tell(actor, "created", None, view)
    return view


def change(
    actor: Actor,
    obj: Object,
    view: SavedView,
    *,
    text: str,
    sort: str,
    columns: Sequence[str],
    layout: str = "list",
    group: str = "",
) -> SavedView:
    """Let a view keep another filter, order and columns."""
    _ensure_may_change(actor, view)
    before = copy(view)
    _set_look(actor, obj, view, text, sort, columns, layout, group)
    _save(actor, "changed", before, view)
    return view


def rename(actor: Actor, view: SavedView, label: str, audience: str) -> SavedView:
    """Another name, other people."""
    _ensure_may_change(actor, view)
    before = copy(view)
    _set_name(actor, view, label, audience)
    _save(actor, "changed", before, view)
    return view


def share(actor: Actor, view: SavedView) -> SavedView:
    """Give a view an address that opens it for whoever may read its kind of record."""
    _ensure_may_change(actor, view)
    if view.link is None:
        before, view.link = copy(view), secrets.token_urlsafe(12)
        _save(actor, "shared", before, view)
    return view


def unshare(actor: Actor, view: SavedView) -> SavedView:
    """Let the address of a view end."""
    _ensure_may_change(actor, view)
    if view.link is not None:
        before, view.link = copy(view), None
        _save(actor, "unshared", before, view)
    return view


def _save(actor: Actor, kind: str, before: SavedView, view: SavedView) -> None:
    with transaction.atomic():
        view.changed_at = now()
        view.save()
        trail.tell(actor, kind, before, view)


def delete(actor: Actor, view: SavedView) -> None:
    """Take a view away. The records it showed stay as they are."""
    _ensure_may_change(actor, view)
    with transaction.atomic():
        SavedView.objects.filter(pk=view.pk).delete()
        trail.tell(actor, "deleted", view, None)


def may_change(actor: Actor, view: SavedView | Choice) -> bool:
    """Whoever made it; besides, who may change everything of this kind in a house changes common views."""
    if isinstance(view, Choice):
        return view.mine
    return view.owner_id == actor.user_id or keeps_house(actor)


def _ensure_may_change(actor: Actor, view: SavedView) -> None:
    if not may_change(actor, view):
        raise PermissionDenied(_("Only who made this view may change it. Save your own under another name."))


def _set_name(actor: Actor, view: SavedView, label: str, audience: str) -> None:
    view.label = clean_line(label, 80)
    if not view.label:
        raise ValidationError({"label": [_("Give the view a name.")]})
    if audience not in dict(AUDIENCES):
        raise ValidationError({"audience": [_("Choose who sees it.")]})
    if audience == "team" and actor.main_team_id is None and view.team_id is None:
        raise ValidationError({"audience": [_("You belong to no team.")]})
    view.audience = audience
    view.team_id = (view.team_id or actor.main_team_id) if audience == "team" else None


def _set_look(
    actor: Actor, obj: Object, view: SavedView, text: str, sort: str, columns: Sequence[str], layout: str, group: str
) -> None:
    asked = query.parse(actor, obj, text)
    query.parse_sort(actor, obj, sort)
    for name in columns:
        query.path(actor, obj, name)
    if len(columns) > MOST_COLUMNS or layout not in dict(LAYOUTS):
        raise ValidationError(_("A view has at most {n} columns.").format(n=MOST_COLUMNS))
    view.query = text if _means_the_same_to_all(actor, obj, text, asked) else query_text(asked)
    view.sort, view.columns, view.layout, view.group = sort[:200], list(columns), layout, group[:40]


def _means_the_same_to_all(actor: Actor, obj: Object, text: str, asked: query.Query) -> bool:
    """Whether no answer is written in the language of whoever keeps the view: others would not be understood."""
    with as_written():
        try:
            return query.parse(actor, obj, text) == asked
        except query.QueryError:
            return False
