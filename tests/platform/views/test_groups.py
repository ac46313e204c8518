"""Lists in groups: headings with counts and sums of what the reader may see, folding, more of one group."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from rapport.base.money import Money
from rapport.platform import query, records
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.objects import registry
from rapport.platform.query import sections
from rapport.platform.saved_views.models import SavedView
from rapport.sales.pipeline import Stage
from tests.make import SYSTEM, actor_as, make_user
from tests.make_sales import make_opportunity
from tests.platform.views.pages import links, script, words
from tests.platform.views.site import make_toys, queries_of, visit, visit_as

pytestmark = pytest.mark.django_db


def heads(answer: Any) -> list[str]:
    """The headings of a page, each as it is read."""
    page = answer.content.decode()
    parts = [part.split("</tr>")[0] for part in page.split('<tr class="group-head">')[1:]]
    return [" ".join(unescape(strip(part)).split()) for part in parts]


def strip(text: str) -> str:
    import re

    return re.sub(r"<[^>]*>", " ", text)


def test_headings_stand_in_the_order_of_the_answers_with_counts_and_sums() -> None:
    make_toys(3, stage="won", price=Money(Decimal(100), "EUR"))
    make_toys(2, stage="idea", price=Money(Decimal(50), "EUR"))
    make_toys(1, stage="")
    answer = visit_as("owner").get("/toys?view=all&group=stage")
    assert heads(answer) == ["Idea 2 €100", "Closed won 3 €300", "Without Stage 1 €10"]
    assert answer.content.decode().count("data-row=") == 6


def test_sums_of_several_currencies_say_what_they_are_made_of() -> None:
    make_toys(1, stage="won", price=Money(Decimal(100), "EUR"))
    make_toys(2, stage="won", price=Money(Decimal(70), "XTS"))
    [head] = heads(visit_as("owner").get("/toys?view=all&group=stage"))
    assert "XTS" in head
    assert "€100" in head


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("launched_on by month", ["November 2026 1", "December 2026 2", "Without Launched 1"]),
        ("launched_on by year", ["2026 3", "Without Launched 1"]),
        ("launched_on by quarter", ["Q4 2026 3", "Without Launched 1"]),
        ("launched_on", ["November 2026 1", "December 2026 2", "Without Launched 1"]),
        ("sold_at by week", ["Week 49, 30 Nov – 6 Dec 1", "Without Sold 3"]),
        ("open", ["Open: no 1", "Open: yes 3"]),
    ],
)
def test_dates_stand_by_period_and_yes_or_no_apart(group: str, expected: list[str]) -> None:
    [toy] = make_toys(1, launched_on=date(2026, 11, 30), sold_at=datetime(2026, 12, 1, 9, tzinfo=UTC), price=None)
    make_toys(2, launched_on=date(2026, 12, 1), price=None)
    make_toys(1, price=None)
    records.update(SYSTEM, toy, {"open": False})
    assert heads(visit_as("owner").get(f"/toys?view=all&group={group.replace(' ', '+')}")) == expected


def test_records_pointed_at_are_groups_by_name() -> None:
    makers = [records.create(SYSTEM, registry.get("maker"), {"name": name}) for name in ("Zoe", "Adam")]
    for maker in makers:
        make_toys(2, maker=maker.pk, price=None)
    assert heads(visit_as("owner").get("/toys?view=all&group=maker")) == ["Adam 2", "Zoe 2"]


def test_stages_stand_in_the_order_of_the_board() -> None:
    deals = [make_opportunity() for _number in range(3)]
    wanted = list(Stage.objects.filter(pipeline=deals[0].pipeline_id).order_by("position")[:3])
    for deal, stage in zip(deals, reversed(wanted), strict=True):
        type(deal).objects.filter(pk=deal.pk).update(stage=stage)
    found = heads(visit_as("owner").get("/opportunities?view=all&group=stage"))
    assert [head.rsplit(" ", 1)[0] for head in found] == [stage.name for stage in wanted]


def test_only_what_the_reader_may_see_is_counted_summed_and_named() -> None:
    user = make_user(roles=("sales",))
    role = Role.objects.get(key="sales")
    Grant.objects.update_or_create(role=role, object="toy", action="read", defaults={"scope": "own"})
    rights_changed()
    make_toys(2, stage="won", owner=user.pk)
    make_toys(5, stage="won")
    make_toys(1, stage="idea")
    assert heads(visit(user).get("/toys?view=all&group=stage")) == ["Closed won 2 €20"]


@pytest.mark.parametrize("group", ["secret_recipe", "nothing", "price", "stage' or 1=1 --", "tags", "id"])
def test_what_cannot_be_a_group_shows_the_plain_list(group: str) -> None:
    make_toys(2)
    answer = visit_as("sales").get("/toys", {"view": "all", "group": group})
    assert answer.status_code == 200
    assert "group-head" not in answer.content.decode()


def test_the_number_of_queries_depends_on_neither_rows_nor_groups() -> None:
    client = visit_as("owner")
    make_toys(1)
    client.get("/toys?view=all&group=stage")
    few = queries_of(client, "/toys?view=all&group=stage")
    for stage in ("idea", "built", "won", "lost"):
        make_toys(30, stage=stage)
    many = queries_of(client, "/toys?view=all&group=stage")
    assert len(many) == len(few)


def test_more_of_one_group_comes_in_parts_and_alone() -> None:
    make_toys(40, stage="won")
    make_toys(3, stage="idea")
    client = visit_as("owner")
    page = client.get("/toys?view=all&group=stage")
    assert page.content.decode().count("data-row=") == 13
    [more] = [link for link in links(page) if "of=won" in link]
    answer = client.get(more, **script())
    assert answer.content.decode().count("data-row=") == 30
    assert "Toy 0011" in answer.content.decode()
    assert "of=won" not in answer.content.decode()
    alone = client.get(more)
    assert alone.status_code == 303
    assert "group-head" not in client.get(alone.headers["Location"]).content.decode()
    assert "40" in words(client.get(alone.headers["Location"]))


def test_closed_groups_keep_their_heading_and_read_no_rows() -> None:
    make_toys(2, stage="won")
    make_toys(1, stage="idea")
    page = visit_as("owner").get("/toys?view=all&group=stage&folded=won")
    assert heads(page) == ["Idea 1 €10", "Closed won 2 €20"]
    assert page.content.decode().count("data-row=") == 1
    assert any("folded" not in link and "group=stage" in link for link in links(page))


def test_a_view_keeps_its_group() -> None:
    make_toys(1)
    client = visit_as("owner")
    client.post("/toys/views/new?view=all&group=stage", {"label": "By stage", "audience": "own"})
    view = SavedView.objects.get()
    assert view.group == "stage"
    assert heads(client.get(f"/toys?view={view.pk}")) == ["Built 1 €10"]


def test_a_group_of_a_section_is_exactly_its_rows() -> None:
    make_toys(3, launched_on=date(2026, 2, 28))
    make_toys(2, launched_on=date(2026, 3, 1))
    actor, toys = actor_as("owner"), registry.get("toy")
    plan = query.plan(actor, toys, select=("name",))
    group = query.parse(actor, toys, "group by launched_on by month").group[0]
    for one in sections.sections(actor, plan, group):
        assert query.count(actor, plan.narrowed(sections.within(group, one.key))) == one.count
        assert one.page is not None
        assert len(one.page.rows) == one.count
