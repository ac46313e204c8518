"""The list of any Object: views as tabs, the Query in words, chosen columns, sums, keyset "more", bulk bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, query
from rapport.platform.objects import Object
from rapport.platform.privacy import restriction
from rapport.platform.query import Count, Page, sections
from rapport.platform.query.text import condition_text
from rapport.platform.views import addresses, arrangement, filter_bar, groups, sums, table
from rapport.platform.views import state as states
from rapport.platform.views.bulk import bulk_actions
from rapport.platform.views.http import Request, go, is_fragment, page, render, target
from rapport.platform.views.view_menu import data_menu, layouts, tabs, view_menu
from rapport.ui import formats
from rapport.ui.safe import Safe, html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from rapport.platform.query import Plan
    from rapport.platform.query.ast import Group
    from rapport.platform.query.sections import Section
    from rapport.platform.views.state import State
    from rapport.ui.shapes import Link

ROWS = 50


@page
def list_page(request: Request, obj: Object) -> HttpResponse:
    """The list, or the next rows of it where a script asks for more."""
    access.require(request.actor, obj, "read")
    state = read_state(request, obj, "list")
    group = groups.asked(request.actor, state) if state.error is None else None
    if group is not None:
        return _grouped(request, state, group)
    plan = state.plan(
        request.actor,
        limit=ROWS,
        cursor=request.GET.get("after", "")[:2_000],
        extra=table.extra_paths(obj, state.columns),
    )
    found = query.rows(request.actor, plan) if state.error is None else Page((), [])
    context = _rows(request, state, plan, found)
    if is_fragment(request) and target(request) == "more":
        return render(request, "platform/list_more.html", context)
    return render(request, "platform/list.html", context | _around(request, state, plan, found))


def _grouped(request: Request, state: State, group: Group) -> HttpResponse:
    """The list under headings, or the next rows of one of its groups."""
    key = request.GET.get("of", "")[:200]
    plan = state.plan(
        request.actor,
        limit=ROWS if key else groups.ROWS,
        cursor=request.GET.get("after", "")[:2_000] if key else "",
        extra=table.extra_paths(state.obj, state.columns),
    )
    if key:
        return _of_one_group(request, state, group, key, plan)
    found = groups.read(request, state, group, plan)
    context = _rows(request, state, plan, Page((), []))
    context |= _around(request, state, plan, Page((), []), found)
    context |= {"groups": groups.drawn(request.actor, state, group, plan, found, groups.folded(request))}
    return render(request, "platform/list.html", context)


def _of_one_group(request: Request, state: State, group: Group, key: str, plan: Plan) -> HttpResponse:
    """More rows of a group where a script asks; else a list of that group alone."""
    narrowed = replace(plan, query=plan.query.narrowed(sections.within(group, key)))
    if not is_fragment(request):
        condition = narrowed.query.condition
        return go(request, state.url(q=condition_text(condition) if condition else "", group=""))
    found = query.rows(request.actor, narrowed)
    context = _rows(request, state, narrowed, found)
    context["more_url"] = groups.more_url(state, group, key, found.next) if found.next else None
    return render(request, "platform/list_group_more.html", context | {"key": key})


def read_state(request: Request, obj: Object, layout: str) -> State:
    """What the address asks for; where it says nothing, what this reader, their team or all open first."""
    given = {key: request.GET[key] for key in states.KEYS if key in request.GET}
    return states.read(
        request.actor, obj, given, layout=layout, arranged=lambda view: arrangement.order(request, obj, view)
    )


def _rows(request: Request, state: State, plan: Plan, found: Page) -> dict[str, Any]:
    """What the body of the table needs."""
    columns = table.columns(
        request.actor,
        state.obj,
        state.columns,
        sort=", ".join(map(str, plan.query.sort)),
        sort_url=lambda text: state.url(sort=text, q=_without_order(state)),
        editable=True,
    )
    return {
        "columns": arrangement.widen(request, state, columns),
        "arrange_url": addresses.with_query(reverse("columns_arrange", args=(state.obj,)), {"view": state.view.key}),
        "rows": table.rows(state.obj, plan, found, state.columns, token=state.token(), edited_by=request.actor),
        "more_url": f"{state.url()}&after={found.next}" if found.next else None,
        "bulk": bulk_actions(request, state),
    }


def _without_order(state: State) -> str | None:
    """The filter without a "sort by" of its own, which would win over the head that was clicked; None to leave it."""
    if state.query.sort and not state.sort:
        return condition_text(state.query.condition) if state.query.condition else ""
    return state.asked().get("q")


def _around(
    request: Request, state: State, plan: Plan, found: Page, in_groups: Sequence[Section] | None = None
) -> dict[str, Any]:
    """Everything but the rows."""
    actor, obj = request.actor, state.obj
    if in_groups is not None and len(in_groups) < sections.MOST:
        count = Count(sum(one.count for one in in_groups))
    else:
        count = query.count_beside(actor, plan, found) if state.error is None else Count(0)
    exact = request.GET.get("exact") == "1"
    if count.more and exact:
        count = Count(query.count(actor, plan))
    told = {} if count.more or state.error or not count.number else sums.totals(actor, state, plan)
    return {
        "title": obj.plural,
        "live": obj.key,
        "obj": obj,
        "state": state,
        "tabs": tabs(state),
        "filter": filter_bar.context(actor, state, count_text(count)),
        "count": _count_cell(state, count),
        "sums": sums.sums(told),
        "note": " · ".join(
            one for one in (sums.note(told), restriction.told(actor, plan) if state.error is None else "") if one
        ),
        "empty": {} if found.rows or in_groups else _empty(request, state),
        "group_menu": groups.menu(actor, state, groups.asked(actor, state)) if state.error is None else [],
        "layouts": layouts(state),
        "view_menu": view_menu(request, state),
        "data_menu": data_menu(request, state),
        "new_url": new_url(request, obj),
        "density": "compact" if request.about.get("settings", {}).get("density") == "compact" else "cosy",
    }


def count_text(count: Count) -> str:
    """ "47", or "1,000+" where counting stopped."""
    return formats.number(count.number) + ("+" if count.more else "")


def _count_cell(state: State, count: Count) -> str | Safe:
    if not count.more:
        return count_text(count)
    return html(
        '<a href="{url}" title="{hint}">{text}</a>',
        url=state.url(exact="1"),
        hint=_("Count and sum exactly"),
        text=count_text(count),
    )


def new_url(request: Request, obj: Object) -> str:
    """Where a new record is made; "" where the reader may not."""
    return f"{addresses.list_url(obj)}/new" if request.actor.may(obj, "create") != "none" else ""


# --- nothing there ----------------------------------------------------------------------------------------------------


def _empty(request: Request, state: State) -> dict[str, Any]:
    """One sentence and one button: for a filter with a mistake, one that finds nothing, a kind without any record."""
    obj = state.obj
    if state.error is not None:
        return {"text": _("The filter cannot be understood yet, so nothing is shown."), "icon": "filter"}
    if state.text and _has_any(request, obj):
        link: Link = {"label": _("Show all"), "href": state.url(q="")}
        kept = not state.changed
        words = (
            _("Nothing in “{name}” now.").format(name=state.view.label) if kept else _("Nothing matches this filter.")
        )
        return {"text": words, "action": link, "icon": "circle-check" if kept else "filter"}
    words = _("No {plural} yet.").format(plural=obj.plural)
    action: Link | None = None
    if new_url(request, obj):
        action = {"label": _("New {object}").format(object=obj.label), "href": new_url(request, obj), "key": "o"}
    return {"text": f"{words} {obj.help}".strip(), "action": action, "icon": obj.icon}


def _has_any(request: Request, obj: Object) -> bool:
    """Whether there is a record of this kind at all for the reader; asked only where a list is empty."""
    return query.count_capped(request.actor, query.plan(request.actor, obj), 1).number > 0


urlpatterns = [path("<obj:obj>", list_page, name="list")]
