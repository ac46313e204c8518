"""What one may write, what it becomes, and what is said of mistakes."""

from __future__ import annotations

import pytest

from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.objects import Object, registry
from rapport.platform.query import QueryError

# What somebody writes, and the canonical text of what it means.
WRITTEN = [
    ("", ""),
    ("open", "open"),
    ("open = yes", "open"),
    ("open = false", "open = no"),
    ("not archived", "not archived"),
    ("NOT (Open OR Archived)", "not (open or archived)"),
    ("stage = Won", "stage = won"),
    ("stage = closed won", "stage = won"),
    ('stage = "Closed won"', "stage = won"),
    ("stage is won", "stage = won"),
    ("stage is not lost", "stage != lost"),
    ("stage in (won, Built)", "stage in (won, built)"),
    ("stage not in (lost)", "stage not in (lost)"),
    ("stage = ''", "stage is empty"),
    ('name != ""', "name is not empty"),
    ("name = Acme Group", 'name = "Acme Group"'),
    ("name = “Acme”", 'name = "Acme"'),
    ("name = O'Brien", 'name = "O\'Brien"'),
    ("name = 'it''s'", None),
    (r'name = "say \"hi\" \\ back"', r'name = "say \"hi\" \\ back"'),
    ("name contains acme", 'name contains "acme"'),
    ("name not contains acme", 'name not contains "acme"'),
    ("name starts with A", 'name starts with "A"'),
    ("name is empty", "name is empty"),
    ("price > 10000", "price > 10000"),
    ("price>10000 usd", "price > 10000 USD"),
    ("price ≥ 1.5k", "price >= 1500"),
    ("price > 10k usd", "price > 10000 USD"),
    ("price ≠ € 5", "price != 5 EUR"),
    ("price between 1 and 2 EUR and open", "price between 1 and 2 EUR and open"),
    ("pieces <= 2.50", "pieces <= 2.5"),
    ("pieces in (1, 2)", "pieces in (1, 2)"),
    ("margin > 25 %", "margin > 25"),
    ("margin = 25%", "margin = 25"),
    ("build_time > 90 min", "build_time > 1 h 30 min"),
    ("launched_on = 2026-11-22", "launched_on = 2026-11-22"),
    ("launched_on = 22.11.2026", "launched_on = 2026-11-22"),
    ("launched_on = Today", "launched_on = today"),
    ("launched_on in this quarter", "launched_on in this quarter"),
    ("launched_on in (today, yesterday)", "launched_on in (today, yesterday)"),
    ("sold_at in last  30 days", "sold_at in last 30 days"),
    ("sold_at > 2 weeks ago", "sold_at > 2 weeks ago"),
    ("sold_at < in 3 days", "sold_at < in 3 days"),
    ("sold_at < Now", "sold_at < now"),
    ("sold_at >= 2026-11-22 14:30", "sold_at >= 2026-11-22T14:30:00Z"),
    ("sold_at between 2026-01-01 and today", "sold_at between 2026-01-01 and today"),
    ("owner = me", "owner = me"),
    ('owner = "me"', 'owner = "me"'),
    ("owner in my team", "owner in my team"),
    ("team = my team", "team = my team"),
    ("tester in (me, #3)", "tester in (me, #3)"),
    ("maker = Acme Group", 'maker = "Acme Group"'),
    ("maker = #12", "maker = #12"),
    ("maker = 0190a5a0-0000-7000-8000-000000000001", "maker = 0190a5a0-0000-7000-8000-000000000001"),
    ("maker contains acme", 'maker contains "acme"'),
    ("maker.industry = retail", "maker.industry = retail"),
    ("maker.owner.name = Bo", 'maker.owner.name = "Bo"'),
    ("maker.address.city = Berlin", 'maker.address.city = "Berlin"'),
    ("uses contains bath", "uses contains bath"),
    ("uses = Bath", "uses contains bath"),
    ("tags in (vip, beta)", 'tags in ("vip", "beta")'),
    ("tags != vip", 'tags not contains "vip"'),
    ("resellers contains Acme", 'resellers contains "Acme"'),
    ("manual is not empty", "manual is not empty"),
    ("id in (1, 2)", "id in (1, 2)"),
    ("a", None),
    ("open and stage = won or archived", "open and stage = won or archived"),
    ("open and (stage = won or archived)", "open and (stage = won or archived)"),
    ("((open))", "open"),
    ("any plays", "any plays"),
    ("any play where kind = call", "any plays where kind = call"),
    (
        "any plays where kind = call and occurred_at > 30 days ago",
        "any plays where kind = call and occurred_at > 30 days ago",
    ),
    ("(any plays where kind = call) and open", "(any plays where kind = call) and open"),
    ("no plays where done_at is empty", "no plays where done_at is empty"),
    ("any plays via about", "any plays via about"),
    ("any resellers where people > 5", "any resellers where people > 5"),
    ("count plays > 2", "count plays > 2"),
    ("count plays where score > 5 > 2", "count plays where score > 5 > 2"),
    ("count plays where kind = call > 2 and open", "(count plays where kind = call > 2) and open"),
    ("count plays where (kind = call or score > 1) >= 2", "count plays where (kind = call or score > 1) >= 2"),
    ("sum plays.fee where kind = call > 10000", "sum plays.fee where kind = call > 10000"),
    ("max plays.occurred_at < 30 days ago", "max plays.occurred_at < 30 days ago"),
    ("average plays.length > 90 min", "avg plays.length > 1 h 30 min"),
    ("sort by -price, name", "sort by -price, name"),
    ("open sort by price desc, name asc", "open sort by -price, name"),
    (
        "group by stage, sold_at by month show count, sum price",
        "group by stage, sold_at by month show count, sum price",
    ),
    ("show count group by stage", "group by stage show count"),
    ("name = show sort by name", 'name = "show" sort by name'),
]


@pytest.mark.parametrize(("text", "canonical"), [pair for pair in WRITTEN if pair[1] is not None])
def test_text_has_one_canonical_form_that_means_the_same(actor: Actor, toy: Object, text: str, canonical: str) -> None:
    found = query.parse(actor, toy, text)
    assert str(found) == canonical
    assert query.parse(actor, toy, canonical) == found
    assert query.from_json(actor, toy, query.to_json(found)) == found
    rows, tail = query.to_builder(found), query.to_json(found)
    tail.pop("where", None)
    assert query.from_builder(actor, toy, rows, tail=tail) == found


SENTENCES = [
    ("party", "any interactions where kind = call and occurred_at > 30 days ago"),
    ("party", "count opportunities where open > 2"),
    ("party", "no tasks where done_at is empty"),
    ("person", "sum opportunities.amount where won > 10000"),
    ("opportunity", 'customer.industry = manufacturing and customer.owner.name = "Bo"'),
]


@pytest.mark.parametrize(("key", "text"), SENTENCES)
def test_sentences_about_customers_are_understood_as_they_stand(actor: Actor, key: str, text: str) -> None:
    if not registry.has(key):
        pytest.skip(f"there is no {key} here")
    assert str(query.parse(actor, registry.get(key), text)) == text


# What somebody writes, the place that is pointed at, part of what is said, a name that is suggested.
MISTAKES = [
    ("naem = x", "naem", "no field", "name"),
    ("maker.industri = x", "industri", "no field", "industry"),
    ("pirce > 3 and open", "pirce", "no field", "price"),
    ("stage = wonn", "wonn", "not one of", "won"),
    ("stage > won", "stage > won", "cannot be compared", "="),
    ("name", "name", "needs a comparison", "="),
    ("open archived", "archived", "Expected a comparison", ""),
    ("(open", "(", "not closed", ")"),
    ("open)", ")", "Expected", "and"),
    ("open and", "", "Expected the name of a field", ""),
    ('name = "x', '"x', "not closed", ""),
    ("pieces = many", "many", "not a number", ""),
    ("pieces > 1,5", ",", "Expected", ""),
    ("price > 10 xyz", "10 xyz", "", ""),
    ("launched_on = 2026-02-30", "2026-02-30", "does not exist", ""),
    ("launched_on < now", "now", "time of day", "today"),
    ("sold_at = now", "now", "moment", "<"),
    ("launched_on < 3 hours ago", "3 hours ago", "time of day", ""),
    ("sold_at in 3 days ago", "3 days ago", "moment", "<"),
    ("launched_on < 0500-01-01", "0500-01-01", "year", ""),
    ("build_time > soon", "soon", "duration", ""),
    ("open = perhaps", "perhaps", "yes nor no", ""),
    ("any palys", "palys", "no related records", "plays"),
    ("any makers via owner", "makers", "", ""),
    ("any plays where kin = call", "kin", "no field", "kind"),
    ("count plays where open", "plays", "comparison", ""),
    ("count plays > many", "many", "not a number", ""),
    ("sum plays > 3", "plays", "which field", ""),
    ("sum plays.subject > 3", "plays.subject", "no sum", ""),
    ("sort by note", "note", "sorted", ""),
    ("sort by tags", "tags", "sorted", ""),
    ("group by uses", "uses", "grouped", ""),
    ("group by stage by month", "stage", "month", ""),
    ("show sum name", "name", "no sum", ""),
    ("sort by name sort by name", "sort", "second time", ""),
    ("name contains ''", "''", "is empty", "is empty"),
    ("maker = #x", "#x", "number of a record", ""),
    ("maker.owner.team.lead.name = x", "maker.owner.team.lead.name", "too long", ""),
    ("name ! x", "!", "does not belong", ""),
    ("name = a\x00b", "\x00", "character", ""),
]


@pytest.mark.parametrize(("text", "place", "said", "suggested"), MISTAKES)
def test_a_mistake_is_pointed_at_in_words(
    actor: Actor, toy: Object, text: str, place: str, said: str, suggested: str
) -> None:
    with pytest.raises(QueryError) as caught:
        query.parse(actor, toy, text)
    error = caught.value
    assert text[error.at : error.at + error.length] == place
    assert said in error.message
    assert not suggested or suggested in error.suggestions


def test_several_ways_between_records_ask_which_is_meant(actor: Actor) -> None:
    maker = registry.get("maker")
    with pytest.raises(QueryError) as caught:
        query.parse(actor, maker, "any plays")
    assert caught.value.suggestions == ("via about", "via players")
    assert str(query.parse(actor, maker, "any plays via players")) == "any plays via players"


def test_the_only_listed_reference_is_the_way_meant_where_none_is_named(actor: Actor) -> None:
    maker = registry.get("maker")
    assert query.parse(actor, maker, "any toys") == query.parse(actor, maker, "any toys via maker")
    assert str(query.parse(actor, maker, "any toys via resellers")) == "any toys via resellers"


def test_a_hidden_field_answers_exactly_like_one_that_does_not_exist(toy: Object) -> None:
    from tests.toys import actors, make_world

    blind = actors(make_world(1))[3]
    messages = []
    for name in ("secret_recipe", "secret_recipX"):
        with pytest.raises(QueryError) as caught:
            query.parse(blind, toy, f"{name} = x")
        messages.append((caught.value.message.replace(name, "…"), caught.value.suggestions))
    assert messages[0] == messages[1]
    for text in ("sort by secret_recipe", "show count group by secret_recipe", "maker.tax_number = x"):
        with pytest.raises(QueryError, match="There is no field"):
            query.parse(blind, toy, text)
