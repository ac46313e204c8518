"""The clickable builder: what it offers, and a query as its rows.

    {"match": "all", "rows": [row, …]}
    row = {"field": "stage", "op": "=", "values": ["won"]}
        | {"related": "any", "name": "tasks", "via": "", "match": "all", "rows": […]}          any, no
        | {"related": "count", "name": "tasks", …, "op": ">", "values": ["2"]}                 count, sum, avg, min, max
        | {"match": "any", "rows": […]}                                                        rows in brackets
        | {"text": "not (open or archived)"}                                                   what no row can show

Every query has rows, and rows give the query back: what the builder cannot show as fields stays a row of text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.fields import Choice, Field, MultiChoice
from rapport.platform.query import schema
from rapport.platform.query.ast import And, Comparison, Condition, Measure, Or, Query, Related, Relation
from rapport.platform.query.check import COMPARABLE, operators_of
from rapport.platform.query.errors import MAX_DEPTH
from rapport.platform.query.structure import condition_json, fail, from_json
from rapport.platform.query.text import condition_text

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

MAX_ROWS = 200


# --- what is offered ---------------------------------------------------------------------------------------------


def builder_fields(actor: Actor, obj: Object, *, deeper: bool = True) -> list[dict[str, Any]]:
    """Every field the actor may filter by: key, label, operators with their widget; with `deeper` one reference on."""
    found = [_offer(field, key, str(field.label)) for key, field in schema.names(actor, obj).items() if key != "uid"]
    if deeper:
        for key, field in schema.fields(actor, obj).items():
            for sub, inner in schema.parts(actor, field).items():
                if schema.target_of(inner) is None and sub not in ("id", "uid", "archived"):
                    found.append(_offer(inner, f"{key}.{sub}", f"{field.label} › {inner.label}"))
    return found


def builder_relations(actor: Actor, obj: Object) -> list[dict[str, Any]]:
    """The related records that can be asked for, with the fields that can be summed."""
    return [
        {
            "name": relation.name,
            "via": "" if relation.default or relation.forward else relation.field.key,
            "label": _relation_label(relation),
            "object": relation.obj.key,
            "sums": [
                {"key": key, "label": str(field.label)}
                for key, field in schema.fields(actor, relation.obj).items()
                if field.family in COMPARABLE
            ],
        }
        for relation in schema.relations(actor, obj)
    ]


def _relation_label(relation: Relation) -> str:
    if relation.forward:
        return str(relation.field.label)
    return str(relation.obj.plural) if relation.default else f"{relation.obj.plural} ({relation.field.label})"


def _offer(field: Field[Any], key: str, label: str) -> dict[str, Any]:
    target = schema.target_of(field)
    return {
        "key": key,
        "label": label,
        "family": field.family,
        "operators": [
            {"op": operator, "label": operator_label(operator, field.family), "widget": widget(field, operator)}
            for operator in operators_of(field)
        ],
        "options": [
            {"key": option.key, "label": str(option.label), "tone": option.tone}
            for option in (field.options if isinstance(field, Choice | MultiChoice) else ())
        ],
        "target": target.key if target else "",
        "sortable": field.sortable,
    }


def widget(field: Field[Any], operator: str) -> str:
    """How the value is entered: none, one of the field's own widget, two of them, or several."""
    if operator in ("is empty", "is not empty"):
        return "none"
    if operator in ("contains", "not contains", "starts with") and field.family in ("text", "composite", "reference"):
        return "text"
    if operator == "between":
        return f"{_one(field)}_pair"
    return f"{_one(field)}_list" if operator in ("in", "not in") else _one(field)


def _one(field: Field[Any]) -> str:
    return {
        "boolean": "yes_no",
        "choices": "select",
        "date": "period",
        "datetime": "period",
        "references": "reference",
    }.get(field.family, "text" if field.family == "text" else field.widget)


def operator_label(operator: str, family: str) -> str:
    """The operator in the words of the reader."""
    if family in ("date", "datetime"):
        special = {
            "<": _("before"),
            "<=": _("until"),
            ">": _("after"),
            ">=": _("from"),
            "=": _("on"),
            "!=": _("not on"),
        }
        if operator in special:
            return special[operator]
    if family in ("choices", "tags", "references") and operator in ("contains", "not contains"):
        return _("has") if operator == "contains" else _("has not")
    return {
        "=": _("is"),
        "!=": _("is not"),
        "<": _("less than"),
        "<=": _("at most"),
        ">": _("more than"),
        ">=": _("at least"),
        "contains": _("contains"),
        "not contains": _("does not contain"),
        "starts with": _("starts with"),
        "in": _("is one of"),
        "not in": _("is none of"),
        "is empty": _("is empty"),
        "is not empty": _("is not empty"),
        "between": _("between"),
    }[operator]


# --- rows --------------------------------------------------------------------------------------------------------


def to_builder(query: Query) -> dict[str, Any]:
    """The condition of a query as rows."""
    return _rows(query.condition)


def _rows(condition: Condition | None) -> dict[str, Any]:
    match condition:
        case None:
            return {"match": "all", "rows": []}
        case And(items):
            return {"match": "all", "rows": [_row(item) for item in items]}
        case Or(items):
            return {"match": "any", "rows": [_row(item) for item in items]}
    return {"match": "all", "rows": [_row(condition)]}


def _row(condition: Condition) -> dict[str, Any]:
    match condition:
        case And() | Or():
            return _rows(condition)
        case Comparison():
            found = condition_json(condition)
            values = found.get("values", [found["value"]] if "value" in found else [])
            return {"field": found["field"], "op": found["op"], "values": values}
        case Related(relation, where, none):
            return {"related": "no" if none else "any", **_named(relation), **_rows(where)}
        case Measure(function, relation, path, where, operator, _value):
            name = {"name": f"{relation.name}.{path}"} if path else {}
            values = [condition_json(condition)["value"]]
            return {"related": function, **_named(relation), **name, **_rows(where), "op": operator, "values": values}
    return {"text": condition_text(condition)}


def _named(relation: Relation) -> dict[str, Any]:
    via = "" if relation.default or relation.forward else relation.field.key
    return {"name": relation.name, "via": via}


def from_builder(actor: Actor, obj: Object, data: object, *, tail: Mapping[str, Any] | None = None) -> Query:
    """The query that rows mean; `tail` may carry sort, group and show as in the JSON form. Raises QueryError."""
    where = _from_rows(data, 0)
    return from_json(actor, obj, {**(tail or {}), **({"where": where} if where else {})})


def _from_rows(data: object, depth: int) -> dict[str, Any] | None:
    if depth > MAX_DEPTH:
        fail(_("This is nested too deeply: at most %(limit)s levels.") % {"limit": MAX_DEPTH})
    if not isinstance(data, Mapping) or not isinstance(data.get("rows"), list):
        fail(_("Expected rows."))
    if len(data["rows"]) > MAX_ROWS:
        fail(_("These are too many conditions: at most %(limit)s.") % {"limit": MAX_ROWS})
    found = [row for item in data["rows"] if (row := _from_row(item, depth + 1)) is not None]
    if not found:
        return None
    return {"or" if data.get("match") == "any" else "and": found}


def _from_row(row: object, depth: int) -> dict[str, Any] | None:
    if not isinstance(row, Mapping):
        fail(_("Expected a row."))
    if "text" in row:
        return {"text": row["text"]}
    if "field" in row:
        return {"field": row["field"], "op": row.get("op", "="), "values": row.get("values", [])}
    if "related" not in row:
        return _from_rows(row, depth)
    found = {str(row["related"]): row.get("name", ""), "via": row.get("via") or None}
    found["where"] = _from_rows(row, depth) if row.get("rows") else None
    if row["related"] not in ("any", "no"):
        values = row.get("values")
        found["op"], found["value"] = row.get("op", ">"), values[0] if isinstance(values, list) and values else None
    return found
