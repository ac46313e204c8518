"""The record page: the same for every Object, for whoever may see it, at a fixed cost."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.base.money import Money
from rapport.platform import panels, records
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from tests.make import SYSTEM, make, make_user
from tests.make_sales import make_opportunity
from tests.platform.views.pages import links, me, script, signed_in, text, words

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'"


def make_toy(**values: Any) -> Any:
    return make("toy", **{"name": "Train", **values})


@pytest.mark.parametrize("path", ["", "/panel", "/story", "/history", "/edit", "/share"])
def test_every_page_of_a_record_is_there_and_says_its_name(path: str) -> None:
    toy = make_toy()
    client = signed_in()
    page = client.get(f"/toys/{toy.pk}{path}")
    assert page.status_code == 200
    assert "Train" in text(page) and "<html" in text(page)
    fragment = client.get(f"/toys/{toy.pk}{path}", **script("panel-body"))
    assert fragment.status_code == 200
    assert ("<html" not in text(fragment) and "Train" in text(fragment)) or path in ("/share", "/story")


@pytest.mark.parametrize("path", ["", "/panel", "/story", "/history", "/edit", "/share", "/field?field=name", "/map"])
def test_a_foreign_record_answers_exactly_like_a_missing_one(path: str) -> None:
    foreign = make_opportunity("Secret")
    client = signed_in("sales")
    answers = [client.get(f"/opportunities/{pk}{path}") for pk in (foreign.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Secret" not in text(answers[0])
    assert words(answers[0]) == words(answers[1])


@pytest.mark.parametrize("ident", ["0", "abc", "-1", "9" * 30, "1.5", "%00"])
def test_an_address_that_names_no_record_is_404(ident: str) -> None:
    assert signed_in().get(f"/toys/{ident}").status_code == 404


def test_the_line_below_the_name_says_the_answer_not_its_key() -> None:
    maker = make("maker", name="Sol", industry="wood")
    page = text(signed_in().get(f"/makers/{maker.pk}"))
    head = page[page.index("<h1") : page.index("</header>", page.index("<h1"))]
    assert "Wooden toys" in head
    assert "wood " not in head


def test_it_shows_facts_empty_ones_folded_and_completeness() -> None:
    toy = make_toy(stage="built", price=Money(Decimal("1234.5"), "EUR"), note="First line\nSecond")
    said = words(signed_in().get(f"/toys/{toy.pk}"))
    assert "Built" in said and "€1,234.50" in said and "First line" in said
    assert "Empty fields" in said and "completeness" in said


def test_each_fact_tells_its_source() -> None:
    user = make_user("Ana Berg", roles=("owner",))
    client = signed_in(user=user)
    toy = make_toy(pieces=3)
    client.post(f"/toys/{toy.pk}/field", {"field": "weight", "value": "2.5", "version": "1"})
    page = text(client.get(f"/toys/{toy.pk}"))
    assert "typed by Ana Berg" in page
    assert "filled in automatically by test" in page


def test_a_hidden_field_is_nowhere_on_the_page() -> None:
    toy = make_toy(secret_recipe="linseed", owner=None)
    client = signed_in("read_only")
    page = text(client.get(f"/toys/{toy.pk}"))
    assert "linseed" not in page and "Recipe" not in page
    assert "linseed" not in text(client.get(f"/toys/{toy.pk}/history"))
    assert "linseed" in text(signed_in().get(f"/toys/{toy.pk}"))


def test_hostile_text_in_every_field_is_only_text() -> None:
    maker = make("maker", name=HOSTILE)
    values = {
        "note": HOSTILE,
        "story": HOSTILE + "<b>bold</b>",
        "tags": [HOSTILE[:50]],
        "maker": maker,
        "secret_recipe": HOSTILE,
    }
    toy = make_toy(name=HOSTILE, **values)
    make("play", subject=HOSTILE, toy=toy, occurred_at=datetime(2026, 1, 1, tzinfo=UTC), kind="call")
    client = signed_in()
    for path in ("", "/panel", "/story", "/history", "/edit", "/share", "/field?field=note"):
        page = text(client.get(f"/toys/{toy.pk}{path}"))
        assert "<script>alert" not in page, path
        assert "{{ 7*7 }}" in page or "&#" in page or path == "/share", path
    assert "<b>bold</b>" in text(client.get(f"/toys/{toy.pk}"))


def test_relations_show_a_card_per_object_that_points_here_with_count_and_way_to_all() -> None:
    maker = make("maker", name="Holz")
    for number in range(7):
        make_toy(name=f"Toy {number}", maker=maker, price=Money(Decimal(10 + number), "EUR"), stage="built")
    page = signed_in().get(f"/makers/{maker.pk}")
    said = words(page)
    assert "Toy 6" in said and "Toy 1 " not in said and "all 7" in said and "€16" in said
    assert f"/toys?q=maker+%3D+%23{maker.pk}" in links(page)
    assert signed_in().get(f"/toys?q=maker+%3D+%23{maker.pk}").status_code == 200


def test_relations_hold_only_what_the_reader_may_see() -> None:
    party = make("organisation", name="Nordlicht")
    make_opportunity("Hidden deal", customer=party)
    client = signed_in("sales")
    make_opportunity("My deal", customer=party, owner=me(client))
    said = words(client.get(f"/organisations/{party.pk}"))
    assert "My deal" in said and "Hidden deal" not in said


def test_a_registered_panel_replaces_the_card_it_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(panels._panels, "maker", [])
    maker = make("maker", name="Holz")
    toy = make_toy(name="Train", maker=maker)

    @panels.panel("maker", label="Best sellers", covers=("toy",))
    def best(actor: Any, record: Any) -> panels.Panel:
        return panels.Panel(
            [panels.Line("Top toy", Ref("toy", toy.pk), chip=panels.Chip("sold out", "bad"))], count=1, all=("toy", "")
        )

    said = words(signed_in().get(f"/makers/{maker.pk}"))
    assert "Best sellers" in said and "Top toy" in said and "sold out" in said
    assert "card-toy-maker" not in text(signed_in().get(f"/makers/{maker.pk}"))


def test_a_line_without_text_is_called_by_its_record_and_left_out_where_that_may_not_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(panels._panels, "maker", [])
    maker = make("maker", name="Holz")
    mine, foreign = make_opportunity("My deal"), make_opportunity("Hidden deal")

    @panels.panel("maker", label="Deals")
    def deals(actor: Any, record: Any) -> panels.Panel:
        return panels.Panel([panels.Line("", Ref("opportunity", one.pk)) for one in (mine, foreign)])

    client = signed_in("sales")
    records.update(SYSTEM, mine, {"owner": me(client).pk})
    said = words(client.get(f"/makers/{maker.pk}"))
    assert "My deal" in said and "Hidden deal" not in said and f"Opportunity {foreign.pk}" not in said


def test_the_stage_bar_shows_where_it_stands_and_moves_it() -> None:
    toy = make_toy(stage="idea")
    client = signed_in()
    page = text(client.get(f"/toys/{toy.pk}"))
    assert 'aria-current="step"' in page and "Closed lost" not in page.split('class="path"')[1].split("</ol>")[0]
    answer = client.post(f"/toys/{toy.pk}/stage", {"stage": "built", "version": "1"})
    toy.refresh_from_db()
    assert (answer.status_code, toy.stage) == (303, "built")


def test_14_of_203_with_neighbours_in_the_set_it_was_opened_from() -> None:
    toys = [make_toy(name=f"Toy {number}") for number in range(5)]
    page = signed_in().get(f"/toys/{toys[2].pk}", {"in": "q=&sort=name"})
    assert "3 of 5" in words(page)
    assert {f"/toys/{toys[place].pk}?in=q%3D%26sort%3Dname" for place in (1, 3)} <= links(page)


@pytest.mark.parametrize("token", ["q=((", "\x00", "view=none&q=zzz+%3D", "a" * 20_000, "sort=%00"])
def test_a_broken_set_is_left_out(token: str) -> None:
    toy = make_toy()
    assert signed_in().get(f"/toys/{toy.pk}", {"in": token}).status_code == 200


def test_a_toys_page_takes_at_most_fifteen_queries() -> None:
    maker = make("maker", name="Holz")
    toy = make_toy(maker=maker, stage="built", price=Money(Decimal(5), "EUR"), tags=["a", "b"])
    for number in range(9):
        make("play", subject=f"Play {number}", toy=toy, occurred_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = signed_in()
    client.get(f"/toys/{toy.pk}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/toys/{toy.pk}")
    assert len(queries) <= 15, "\n".join(query["sql"][:120] for query in queries)


@pytest.mark.parametrize("obj", [obj.key for obj in registry.all()])
def test_every_registered_object_has_a_form_to_make_one(obj: str) -> None:
    found = registry.get(obj)
    if found.key == "file":
        return
    client = signed_in()
    assert client.get(f"/{found.url}/new").status_code == 200
    quick = client.get(f"/{found.url}/new", **script("panel-body"))
    assert quick.status_code == 200 and "<html" not in text(quick)
    assert client.get(f"/{found.url}/options", {"q": "a"}, **script()).status_code == 200


def test_pages_of_the_engines_own_objects_work() -> None:
    client = signed_in()
    team = make("team", name="North")
    assert "North" in text(client.get(f"/teams/{team.pk}"))
    assert client.get(f"/users/{me(client).pk}").status_code == 200


def test_a_reference_to_a_record_one_may_not_see_is_said_without_its_name() -> None:
    deal = make_opportunity("Secret deal")
    client = signed_in("sales")
    task = make("task", subject="Call them", about=deal, owner=me(client))
    said = words(client.get(f"/tasks/{task.pk}"))
    assert "a record you may not see" in said and "Secret deal" not in said
