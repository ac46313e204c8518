"""Query: the one filter language, as text, as a tree, as SQL, as plain Python.

q = query.parse(actor, obj, 'stage = won and amount > 10000 sort by -amount')     QueryError says where and what
str(q), query.to_json(q), query.from_json(actor, obj, data)                        the same thing in other forms
p = query.plan(actor, obj, q, select=("name", "customer", "customer.industry"), limit=50)
query.rows(actor, p) -> Page; query.plain_rows(actor, p) -> PlainPage (dicts for JSON)
query.count(actor, p), query.count_capped(actor, p), query.aggregates(actor, p, ["amount"]), query.groups(actor, p)
query.ids(actor, p), query.id_sql(actor, p), query.holds(actor, p, id), query.position(actor, p, id)
query.glance(actor, obj, names, query.points(obj, "party", id)) -> [Glance]      a few values for a card, one statement
query.complete(actor, obj, text, at)                                               for the filter bar
query.to_builder(actor, q), query.from_builder(actor, obj, data), query.builder_fields(actor, obj)
"""

from rapport.platform.query.ask import parse, parse_sort, path, plan
from rapport.platform.query.ast import And, Comparison, Condition, Not, Or, Path, Query, Related, Sort, both
from rapport.platform.query.builder import builder_fields, builder_relations, from_builder, to_builder
from rapport.platform.query.compile import Compiled, compile
from rapport.platform.query.completion import Completion, Item, complete
from rapport.platform.query.errors import QueryError
from rapport.platform.query.glance import Glance, Where, among, glance, points
from rapport.platform.query.memory import forget
from rapport.platform.query.plan import Count, GroupRow, Link, Page, PlainPage, Plan, Position, Row, Totals
from rapport.platform.query.run import count, count_beside, count_capped, holds, id_sql, ids, plain_rows, position, rows
from rapport.platform.query.structure import from_json, to_json
from rapport.platform.query.suggest import records
from rapport.platform.query.totals import aggregates, groups

__all__ = [
    "And",
    "Comparison",
    "Compiled",
    "Completion",
    "Condition",
    "Count",
    "Glance",
    "GroupRow",
    "Item",
    "Link",
    "Not",
    "Or",
    "Page",
    "Path",
    "PlainPage",
    "Plan",
    "Position",
    "Query",
    "QueryError",
    "Related",
    "Row",
    "Sort",
    "Totals",
    "Where",
    "aggregates",
    "among",
    "both",
    "builder_fields",
    "builder_relations",
    "compile",
    "complete",
    "count",
    "count_beside",
    "count_capped",
    "forget",
    "from_builder",
    "from_json",
    "glance",
    "groups",
    "holds",
    "id_sql",
    "ids",
    "parse",
    "parse_sort",
    "path",
    "plain_rows",
    "plan",
    "points",
    "position",
    "records",
    "rows",
    "to_builder",
    "to_json",
]
