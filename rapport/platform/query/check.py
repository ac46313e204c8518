"""Syntax tree to checked query: names looked up in what the actor may read, values cast by their field's family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.fields import Field, ReferenceAny
from rapport.platform.objects import Object
from rapport.platform.query import schema, values
from rapport.platform.query import syntax as s
from rapport.platform.query.ast import (
    Aggregate,
    And,
    Comparison,
    Condition,
    Function,
    Group,
    Measure,
    Not,
    Operator,
    Or,
    Path,
    Query,
    Related,
    Relation,
    Sort,
)
from rapport.platform.query.errors import MAX_PATH, MAX_RELATED, QueryError, nearest

if TYPE_CHECKING:
    from rapport.platform.access import Actor

EMPTY: tuple[Operator, ...] = ("is empty", "is not empty")
ORDER: tuple[Operator, ...] = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "not in", *EMPTY)
CHOOSE: tuple[Operator, ...] = ("=", "!=", "in", "not in", *EMPTY)
PARTS: tuple[Operator, ...] = ("contains", "not contains", "starts with")
SEVERAL: tuple[Operator, ...] = ("contains", "not contains", "in", "not in", *EMPTY)

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "text": ("=", "!=", *PARTS, "in", "not in", *EMPTY),
    "number": ORDER,
    "money": ORDER,
    "duration": ORDER,
    "date": ORDER,
    "datetime": ORDER,
    "boolean": ("=", "!="),
    "choice": CHOOSE,
    "choices": SEVERAL,
    "tags": SEVERAL,
    "reference": ("=", "!=", *PARTS, "in", "not in", *EMPTY),
    "references": SEVERAL,
    "composite": ("contains", "not contains", *EMPTY),
    "file": EMPTY,
}
# What people write for "one of them is": `tags = vip`.
SEVERAL_SAME: dict[Operator, Operator] = {"=": "contains", "!=": "not contains"}
SUMMABLE = frozenset({"number", "money", "duration"})
COMPARABLE = SUMMABLE | {"date", "datetime"}
GROUPABLE = frozenset({"choice", "boolean", "reference", "text", "number", "date", "datetime"})


def operators_of(field: Field[Any]) -> tuple[Operator, ...]:
    """The operators a field knows."""
    if isinstance(field, ReferenceAny):
        return CHOOSE
    if isinstance(field, schema.Uid | schema.Identity):
        return OPERATORS[field.family] if isinstance(field, schema.Identity) else ("=", "!=", "in", "not in")
    return OPERATORS[field.family]


def check(actor: Actor, obj: Object, written: s.Written) -> Query:
    """The query the syntax tree means for this actor. Raises QueryError at the first thing that is wrong."""
    checker = Checker(actor)
    return Query(
        obj,
        None if written.condition is None else checker.condition(obj, written.condition),
        tuple(checker.sort(obj, key) for key in written.sort),
        tuple(checker.group(obj, key) for key in written.group),
        tuple(checker.show(obj, shown) for shown in written.show),
    )


def path(actor: Actor, obj: Object, name: s.Name) -> Path:
    """The field a dotted name leads to."""
    return Checker(actor).path(obj, name)


class Checker:
    """Looks names and values up for one actor; the formula language asks it too."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.related_depth = 0

    # --- conditions ------------------------------------------------------------------------------------------------

    def condition(self, obj: Object, node: s.Node) -> Condition:
        match node:
            case s.Many(word, items):
                found = tuple(self.condition(obj, item) for item in items)
                return And(found) if word == "and" else Or(found)
            case s.Negated(item):
                return Not(self.condition(obj, item))
            case s.Compared():
                return self.comparison(obj, node)
            case s.RelatedTo(none, name, via, where):
                relation = self.relation(obj, name, via)
                return Related(relation, self.inside(relation, name, where), none)
            case s.Measured():
                return self.measure(obj, node)

    def comparison(self, obj: Object, node: s.Compared) -> Condition:
        found = self.path(obj, node.name)
        if node.operator is None:
            return self.alone(found, node.name)
        operator, literals = self.operator(found, node), node.values
        if operator in ("=", "!=") and not literals[0].text.strip():
            operator, literals = ("is empty" if operator == "=" else "is not empty"), ()
            self.known(found, operator, node)
        for literal in literals:
            if not literal.text.strip():
                message = _("Nothing is written here; “is empty” asks for nothing.")
                raise QueryError(message, literal.at, max(literal.length, 1), ("is empty",))
        read = tuple(values.read(self.actor, found.field, operator, literal) for literal in literals)
        return Comparison(found, operator, read)

    def alone(self, found: Path, name: s.Name) -> Condition:
        if found.field.family == "boolean":
            return Comparison(found, "=", (True,))
        known = operators_of(found.field)
        message = _("“%(name)s” needs a comparison, such as “%(name)s %(operator)s …”.")
        raise QueryError(message % {"name": name.text, "operator": known[0]}, name.at, name.length, known[:6])

    def operator(self, found: Path, node: s.Compared) -> Operator:
        assert node.operator is not None  # noqa: S101  # asked by the caller
        operator = node.operator
        if found.field.family in ("choices", "tags", "references"):
            operator = SEVERAL_SAME.get(operator, operator)
        self.known(found, operator, node)
        return operator

    def known(self, found: Path, operator: Operator, node: s.Compared) -> None:
        known = operators_of(found.field)
        if operator not in known:
            message = _("“%(name)s” cannot be compared with “%(operator)s”; it knows: %(known)s.")
            words = {"name": node.name.text[:60], "operator": operator, "known": ", ".join(known)}
            raise QueryError(message % words, node.at, node.length, known[:6])

    # --- names -----------------------------------------------------------------------------------------------------

    def path(self, obj: Object, name: s.Name) -> Path:
        keys = name.text.split(".")
        if len(keys) > MAX_PATH:
            message = _("This path is too long: at most %(limit)s names.")
            raise QueryError(message % {"limit": MAX_PATH}, name.at, name.length)
        found = self.first(obj, keys[0], name)
        hops: list[Field[Any]] = []
        spelled, at = [found.key], name.at + len(keys[0]) + 1
        for key in keys[1:]:
            known = schema.parts(self.actor, found)
            if key.lower() not in known:
                raise self.unknown(key, known, at)
            if schema.target_of(found) is not None:
                hops.append(found)
            found = known[key.lower()]
            spelled.append(key.lower())
            at += len(key) + 1
        return Path(tuple(spelled), tuple(hops), found)

    def first(self, obj: Object, key: str, name: s.Name) -> Field[Any]:
        found = schema.name(self.actor, obj, key.lower())
        if found is None:
            raise self.unknown(key, schema.names(self.actor, obj), name.at)
        return found

    def unknown(self, key: str, known: Mapping[str, Field[Any]], at: int) -> QueryError:
        by_label = {str(field.label).lower(): name for name, field in known.items()}
        exact = by_label.get(key.lower().replace("_", " "))
        close = (exact,) if exact else nearest(key, known)
        message = _("There is no field “%(name)s”.") % {"name": key[:60]}
        if close:
            message += " " + _("Did you mean “%(name)s”?") % {"name": close[0]}
        return QueryError(message, at, len(key), close)

    # --- related records -------------------------------------------------------------------------------------------

    def relation(self, obj: Object, name: s.Name, via: s.Name | None) -> Relation:
        word = name.text.split(".")[0].lower()
        known = schema.relations(self.actor, obj)
        ways = [relation for relation in known if word in schema.relation_words(relation)]
        if not ways:
            close = nearest(word, {relation.name for relation in known})
            message = _("There are no related records “%(name)s”.") % {"name": word[:60]}
            if close:
                message += " " + _("Did you mean “%(name)s”?") % {"name": close[0]}
            raise QueryError(message, name.at, len(word), close)
        return self.through(ways, name, via)

    def through(self, ways: list[Relation], name: s.Name, via: s.Name | None) -> Relation:
        keys = tuple(relation.field.key for relation in ways if not relation.forward)
        if via is not None:
            for relation in ways:
                if relation.field.key == via.text.lower() and not relation.forward:
                    return relation
            message = _("“%(name)s” do not point here via “%(via)s”.")
            words = {"name": name.text[:60], "via": via.text[:60]}
            raise QueryError(message % words, via.at, via.length, nearest(via.text, keys) or keys[:6])
        default = next((relation for relation in ways if relation.default), None)
        if default is not None:
            return default
        message = _("“%(name)s” point here in several ways; add “via” and one of: %(ways)s.")
        words = {"name": name.text[:60], "ways": ", ".join(keys)}
        raise QueryError(message % words, name.at, name.length, tuple(f"via {key}" for key in keys[:6]))

    def inside(self, relation: Relation, name: s.Name, where: s.Node | None) -> Condition | None:
        if where is None:
            return None
        self.related_depth += 1
        if self.related_depth > MAX_RELATED:
            message = _("Related records are nested too deeply: at most %(limit)s levels.")
            raise QueryError(message % {"limit": MAX_RELATED}, name.at, name.length)
        condition = self.condition(relation.obj, where)
        self.related_depth -= 1
        return condition

    def measure(self, obj: Object, node: s.Measured) -> Condition:
        relation = self.relation(obj, node.name, node.via)
        where = self.inside(relation, node.name, node.where)
        if node.function == "count":
            if "." in node.name.text:
                raise QueryError(_("Count the records, without a field."), node.name.at, node.name.length)
            return Measure("count", relation, None, where, node.operator, self.plain_number(node.value))
        head, _dot, rest = node.name.text.partition(".")
        if not rest:
            message = _("Say which field: %(name)s.amount, for instance.") % {"name": head[:60]}
            raise QueryError(message, node.name.at, node.name.length)
        found = self.path(relation.obj, s.Name(rest, node.name.at + len(head) + 1, len(rest)))
        self.calculable(node.function, found, node.name)
        value = values.read(self.actor, found.field, node.operator, node.value)
        return Measure(node.function, relation, found, where, node.operator, value)

    def plain_number(self, literal: s.Literal) -> Any:
        return values.read(self.actor, schema.EVERY["id"], "=", literal)

    # --- the tail --------------------------------------------------------------------------------------------------

    def sort(self, obj: Object, key: s.SortBy) -> Sort:
        found = self.path(obj, key.name)
        if not found.field.sortable or found.field.family in ("composite", "file"):
            message = _("Records cannot be sorted by “%(name)s”.") % {"name": key.name.text[:60]}
            raise QueryError(message, key.name.at, key.name.length)
        return Sort(found, key.descending)

    def group(self, obj: Object, key: s.GroupBy) -> Group:
        found = self.path(obj, key.name)
        family = found.field.family
        if family not in GROUPABLE or isinstance(found.field, ReferenceAny | schema.Uid) or not found.field.sortable:
            message = _("Records cannot be grouped by “%(name)s”.") % {"name": key.name.text[:60]}
            raise QueryError(message, key.name.at, key.name.length)
        if key.unit and family not in ("date", "datetime"):
            message = _("“%(name)s” has no %(unit)s.") % {"name": key.name.text[:60], "unit": key.unit}
            raise QueryError(message, key.name.at, key.name.length)
        return Group(found, key.unit or ("day" if family == "datetime" else ""))

    def show(self, obj: Object, shown: s.Shown) -> Aggregate:
        if shown.name is None:
            return Aggregate("count")
        found = self.path(obj, shown.name)
        self.calculable(shown.function, found, shown.name)
        return Aggregate(shown.function, found)

    def calculable(self, function: Function, found: Path, name: s.Name) -> None:
        families: Iterable[str] = SUMMABLE if function in ("sum", "avg") else COMPARABLE
        if found.field.family not in families or isinstance(found.field, schema.Identity):
            message = _("There is no %(function)s of “%(name)s”.")
            raise QueryError(message % {"function": function, "name": name.text[:60]}, name.at, name.length)
