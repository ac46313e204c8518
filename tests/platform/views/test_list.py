"""The list: what it shows, what it hides, what it costs, and that asking never changes anything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from rapport.base.money import Money
from rapport.platform import currencies, records
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.objects import registry
from tests.platform.views.site import SYSTEM, make_toys, make_user, queries_of, visit, visit_as
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}"
FRAGMENT = {"HX-Request": "true"}


def page(url: str = "/toys?view=all", *roles: str) -> str:
    answer = visit_as(*(roles or ("owner",))).get(url)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_rows_carry_their_values_by_kind() -> None:
    [toy] = make_toys(1, name="Wooden horse", price=Money(Decimal("1234.50"), "EUR"))
    text = page()
    assert "Wooden horse" in text
    assert "€1,234.50" in text
    assert f'data-page-url="/toys/{toy.pk}?in=' in text
    assert 'class="chip' in text and "Built" in text


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    client = visit_as("owner")
    columns = "name,number,maker,stage,price,sold_at,owner,tags"
    make_toys(2, tags=["red"])
    client.get("/toys")  # rights are read once after they changed
    few = queries_of(client, f"/toys?view=all&columns={columns}")
    make_toys(60, tags=["red", "blue"])
    page = queries_of(client, f"/toys?view=all&columns={columns}")
    make_toys(60, tags=["red", "blue"])
    many = queries_of(client, f"/toys?view=all&columns={columns}")
    # The few were all on the page, which is a count already.
    assert len(few) < len(many) == len(page) <= 10, "\n".join(many)


def test_asking_writes_nothing() -> None:
    make_toys(3)
    client = visit_as("owner")
    for url in ("/toys", "/toys/board", "/toys/export?format=csv", "/palette?q=toy", "/settings"):
        said = [sql.lstrip() for sql in queries_of(client, url)]
        writes = [sql for sql in said if not sql.upper().startswith(("SELECT", "PRAGMA", "WITH"))]
        # Taking data out leaves its trace, and nothing else.
        trail = [sql for sql in writes if sql.startswith('INSERT INTO "platform_auditentry"')]
        assert len(trail) == int("export" in url), url
        assert writes == trail, url


def test_hostile_text_is_only_text_everywhere() -> None:
    make_toys(1, name=HOSTILE, tags=[HOSTILE[:50]])
    for url in ("/toys?view=all&columns=name,tags", "/toys/board?view=all", "/toys?q=name+contains+%22%3Cscript%3E%22"):
        text = page(url)
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text or "&#x2f;" in text
        assert "49" not in text.split("alert")[1][:40]


def test_an_unknown_kind_of_record_does_not_exist() -> None:
    assert visit_as("owner").get("/unicorns").status_code == 404


def test_who_may_not_read_gets_no_list() -> None:
    assert visit_as().get("/toys").status_code == 403


def test_a_filter_that_cannot_be_understood_is_kept_and_explained() -> None:
    make_toys(1)
    text = page("/toys?view=all&q=stagge+%3D+built")
    assert 'value="stagge = built"' in text
    assert "stage" in text.split('id="query-error"')[1][:300]
    assert "Toy 0001" not in text


@pytest.mark.parametrize("q", ["((((", "name = 'x", "x" * 20_000, "\x00", "sort by", "stage = ", "🦄 = 1", "- - -"])
def test_no_text_in_the_filter_breaks_the_page(q: str) -> None:
    answer = visit_as("owner").get("/toys", {"q": q})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "extra", ["sort=%3Bdrop", "columns=nothing,,,x", "after=garbage", "view=999999", "view=%00", "group=x"]
)
def test_no_address_breaks_the_page(extra: str) -> None:
    assert visit_as("owner").get(f"/toys?{extra}").status_code in (200, 422)


def test_a_hidden_field_answers_like_one_that_does_not_exist() -> None:
    make_toys(1, secret_recipe="honey")
    seen = page("/toys?view=all&columns=name,secret_recipe", "owner")
    hidden = page("/toys?view=all&columns=name,secret_recipe", "sales")
    assert "honey" in seen
    assert "honey" not in hidden and "Recipe" not in hidden
    asked = page("/toys?view=all&q=secret_recipe+%3D+honey", "sales")
    missing = page("/toys?view=all&q=secret_recipy+%3D+honey", "sales")
    assert "query-error" in asked and "query-error" in missing


def test_a_list_shows_only_what_the_scope_reaches() -> None:
    user = make_user("sales")
    Grant.objects.update_or_create(
        role=Role.objects.get(key="sales"), object="toy", action="read", defaults={"scope": "own"}
    )
    rights_changed()
    make_toys(2)
    [mine] = make_toys(1, name="Mine", owner=user.pk)
    text = visit(user).get("/toys?view=all").content.decode()
    assert text.count("data-row=") == 1
    assert mine.name in text


def test_a_head_sorts_and_then_sorts_the_other_way() -> None:
    make_toys(2)
    assert "sort=price" in page("/toys?view=all")
    text = page("/toys?view=all&sort=price")
    assert 'aria-sort="ascending"' in text
    assert "sort=-price" in text


def test_more_goes_on_after_the_last_row_and_repeats_none() -> None:
    make_toys(120)
    client = visit_as("owner")
    seen: list[str] = []
    url = "/toys?view=all"
    for _page in range(3):
        text = unescape(client.get(url, headers={**FRAGMENT, "HX-Target": "more"}).content.decode())
        seen += [part.split('"')[0] for part in text.split('data-row="')[1:]]
        found = text.split('id="more"')
        url = found[1].split('href="')[1].split('"')[0] if len(found) > 1 else ""
    assert len(seen) == len(set(seen)) == 120
    assert url == ""


def test_counts_stop_at_a_thousand_until_asked_exactly() -> None:
    make_toys(1_010)
    client = visit_as("owner")
    assert "1,000+" in client.get("/toys?view=all").content.decode()
    assert "1,010" in client.get("/toys?view=all&exact=1").content.decode()


def test_sums_are_given_in_the_currency_of_the_house_with_the_rate_and_what_is_missing() -> None:
    currencies.set_rate("GBP", date(2026, 1, 5), Decimal("1.2"))
    make_toys(1, price=Money(Decimal(100), "EUR"))
    make_toys(1, price=Money(Decimal(100), "GBP"))
    make_toys(1, price=Money(Decimal(100), "JPY"))
    foot = page().split("<tfoot>")[1]
    assert "€220" in foot
    assert "£100" in foot
    assert "1.2" in foot
    assert "1 amount" in foot


def test_no_records_and_no_match_say_different_things() -> None:
    assert "No Toys yet" in page("/toys?view=all")
    assert "No Toys yet" in page("/toys?view=open"), "a filter is not to blame where there is nothing"
    make_toys(1, open=False)
    assert "Nothing matches" in page("/toys?view=all&q=name+%3D+nothing")
    assert "Nothing in “Open toys” now" in page("/toys?view=open")


def test_archived_records_are_left_out_unless_asked_for() -> None:
    [toy] = make_toys(1)
    records.archive(SYSTEM, toy)
    assert "Toy 0001" not in page("/toys?view=all")
    assert "Toy 0001" in page("/toys?view=all&q=archived")


def test_the_record_knows_its_place_by_the_address() -> None:
    from rapport.platform.views import state

    make_toys(3)
    toys = list(Toy.objects.order_by("name"))
    from tests.make import actor_as

    actor = actor_as("owner")
    found = state.from_token(actor, registry.get("toy"), "view=all&sort=-name")
    assert found is not None
    assert [str(key) for key in found.query.sort] == ["-name"]
    from rapport.platform import query

    place = query.position(actor, found.plan(actor), toys[1].pk)
    assert (place.number, place.previous, place.next) == (2, toys[2].pk, toys[0].pk)


def test_completion_and_builder_answer_for_readable_fields_only() -> None:
    client = visit_as("sales")
    assert "Stage" in client.get("/query/complete?object=toy&text=sta&at=3").content.decode()
    assert "Recipe" not in client.get("/query/complete?object=toy&text=sec&at=3").content.decode()
    assert "Recipe" not in client.get("/query/builder?object=toy&text=").content.decode()
    assert client.get("/query/complete?object=unicorn&text=").status_code == 404


def test_the_builder_gives_the_text_back_and_takes_it() -> None:
    client = visit_as("owner")
    text = "stage = built and price > 100 or not open"
    drawn = client.get("/query/builder", {"object": "toy", "text": text}).content.decode()
    assert drawn.count('name="field"') == 3
    rows = {
        "object": "toy",
        "rows": "2",
        "field": ["stage", "price"],
        "op": ["=", ">"],
        "value": ["built", "100"],
        "joint": ["or"],
        "do": "apply",
    }
    answer = client.get("/query/builder", rows)
    assert answer.headers["Location"] == "/toys?q=stage+%3D+built+or+price+%3E+100"
    wrong = client.get("/query/builder", {**rows, "value": ["built", "many"]})
    assert wrong.status_code == 200
    assert "many" in wrong.content.decode()
