"""One SELECT in the making: its table, and one alias for every reference walked over.

A record pointed at is joined with the condition under which the actor may see it; what may not be seen is NULL
everywhere it is asked for — in conditions, order, groups, totals and columns alike.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.access import Fragment, scope_sql
from rapport.platform.fields import Calculated, Field, File, ReferenceAny
from rapport.platform.fields.base import column_of
from rapport.platform.objects import Object
from rapport.platform.query import schema
from rapport.platform.query.ast import Path
from rapport.platform.query.errors import QueryError
from rapport.platform.query.sql import TRUE, all_of, any_of, bound, is_everything, piece
from rapport.platform.query.times import Now

if TYPE_CHECKING:
    from rapport.platform.access import Actor


class Context:
    """Who asks, when, and the next free alias; shared by all SELECTs of one statement."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.now = Now(actor.culture)
        self.aliases = 0
        # The calculated fields being written, so that one never leads into itself: (Object, key).
        self.inside: list[tuple[str, str]] = []

    def alias(self) -> str:
        self.aliases += 1
        return f"t{self.aliases - 1}"

    def scope(self, obj: Object, action: str, alias: str) -> Fragment:
        return scope_sql(self.actor, obj, action, alias)


class Frame:
    """A table and what is joined to it."""

    def __init__(self, context: Context, obj: Object) -> None:
        self.context = context
        self.obj = obj
        self.alias = context.alias()
        self._joins: dict[tuple[str, str], tuple[str, Object]] = {}
        self._texts: list[Fragment] = []

    def source(self) -> Fragment:
        """The FROM clause as known so far; ask for it after every column has been asked for."""
        return piece("{}{}", Fragment(f"{self.obj.table} {self.alias}"), self.joins())

    def joins(self) -> Fragment:
        """The records pointed at that were asked for so far, without the table itself."""
        return piece("{}" * len(self._texts), *self._texts)

    def rows(self, action: str = "read") -> Fragment:
        """The rows of the Object that the actor may reach."""
        parts = [self.context.scope(self.obj, action, self.alias)]
        for key, value in self.obj.where.items() if self.obj.of else ():
            parts.append(Fragment(f"{self.alias}.{column_of(self.obj.model, key)} = %s", (value,)))
        return all_of(TRUE if is_everything(part) else part for part in parts)

    def owner(self, path: Path) -> tuple[str, Object]:
        """Alias and Object of the record that has the last field of a path."""
        alias, obj = self.alias, self.obj
        for key, hop in zip(path.keys, path.hops, strict=False):
            self.readable(obj, key)
            alias, obj = self.join(alias, obj, hop)
        self.readable(obj, path.keys[len(path.hops)])
        return alias, obj

    def readable(self, obj: Object, key: str) -> None:
        """A query checked for one actor does not run for another who may read less; as if the field did not exist."""
        if schema.name(self.context.actor, obj, key) is None:
            raise QueryError(_("There is no field “%(name)s”.") % {"name": key})

    def join(self, alias: str, obj: Object, reference: Field[Any]) -> tuple[str, Object]:
        """The record pointed at, where the actor may see it; joined once however often it is asked for."""
        key = (alias, reference.key)
        if key not in self._joins:
            target: Object = reference.target  # type: ignore[attr-defined]  # `check` lets only references through
            other = self.context.alias()
            # Who reads a record reads the files in it.
            scope = TRUE if isinstance(reference, File) else self.context.scope(target, "read", other)
            seen = Fragment("") if is_everything(scope) else piece(" AND {}", scope)
            text = f" LEFT JOIN {target.table} {other} ON {other}.id = {self.raw(alias, obj, reference)[0]}"
            self._texts.append(piece("{}{}", Fragment(text), seen))
            self._joins[key] = (other, target)
        return self._joins[key]

    @staticmethod
    def raw(alias: str, obj: Object, field: Field[Any]) -> list[str]:
        """The columns of a field as they are in the table."""
        return field.columns(obj.model, alias)

    def at(self, alias: str, obj: Object) -> Frame:
        """The same SELECT seen from a record that was joined: what is asked of it joins what it points at."""
        if alias == self.alias:
            return self
        view = copy(self)
        view.alias, view.obj = alias, obj
        return view

    def columns(self, path: Path) -> list[Fragment]:
        """The columns of a field as SQL; for one that is calculated, what calculates it."""
        alias, obj = self.owner(path)
        if isinstance(path.field, Calculated):
            return path.field.expressions(self.at(alias, obj))
        return [Fragment(column) for column in self.raw(alias, obj, path.field)]

    def sees_all(self, target: Object) -> bool:
        """Whether the actor may read every record of an Object, so that no join is needed to know."""
        return is_everything(self.context.scope(target, "read", "t"))

    def reference_id(self, path: Path) -> str:
        """The id a reference holds, NULL where the record may not be seen."""
        alias, obj = self.owner(path)
        target = schema.target_of(path.field)
        if target is None or self.sees_all(target):
            return self.raw(alias, obj, path.field)[0]
        return f"{self.join(alias, obj, path.field)[0]}.id"

    def name_of(self, path: Path) -> str | None:
        """The column with the name of the record a reference points at; None where the actor may not read names."""
        alias, obj = self.owner(path)
        target = schema.target_of(path.field)
        column = name_column(self.context.actor, target) if target else None
        return None if column is None else f"{self.join(alias, obj, path.field)[0]}.{column}"

    def shown(self, path: Path) -> Fragment:
        """Whether a reference to several kinds points at a record the actor may see."""
        field = path.field
        assert isinstance(field, ReferenceAny)  # noqa: S101  # asked for those only
        alias, obj = self.owner(path)
        kind, ident = self.raw(alias, obj, field)
        ways, everything = [], True
        for target in schema.kinds_of(field):
            other = self.context.alias()
            scope = self.context.scope(target, "read", other)
            if is_everything(scope):
                ways.append(Fragment(f"{kind} = %s", (target.key,)))
                continue
            everything = False
            exists = piece("SELECT 1 FROM {} {} WHERE {}.id = {} AND {}", target.table, other, other, ident, scope)
            ways.append(piece("({} = {} AND EXISTS ({}))", kind, bound(target.key), exists))
        return Fragment(f"{ident} IS NOT NULL") if everything else any_of(ways)


def name_column(actor: Actor, target: Object) -> str | None:
    """The quoted column that names the records of an Object, if it is plain text the actor may read."""
    field = schema.fields(actor, target).get(target.name)
    if field is None or field.family != "text" or len(field.attributes) != 1:
        return None
    return column_of(target.model, field.attributes[0])
