"""How the tables of PostgreSQL are made, read from its catalogue: what `pg_dump -s` would write, for what we use.

Only tables, constraints, indexes, triggers and functions of one schema are known. Whatever else stands there (a view, a
type of its own, a partitioned table) is named and refused: a backup that leaves something out is none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.backup.errors import BackupError

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

HERE = "current_schema()::regnamespace"
OWN = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = {0}.oid AND d.deptype = 'e')"

COLUMNS = f"""
SELECT c.relname, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
       a.attgenerated::text, pg_get_expr(e.adbin, e.adrelid, true),
       CASE WHEN a.attcollation <> t.typcollation THEN quote_ident(l.collname) END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = {HERE} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum
"""
KEYS = f"""
SELECT c.relname, quote_ident(a.attname) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY k(number, place)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
WHERE i.indisprimary AND c.relnamespace = {HERE} ORDER BY c.relname, k.place
"""
CONSTRAINTS = f"""
SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', r.relname, c.conname, pg_get_constraintdef(c.oid, true))
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE c.connamespace = {HERE}
AND c.contype IN ('p', 'u', 'c', 'x', 'f') ORDER BY c.contype = 'f', r.relname, c.contype <> 'p', c.conname
"""
INDEXES = f"""
SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
WHERE r.relnamespace = {HERE} AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid
AND c.contype IN ('p', 'u', 'x')) ORDER BY 1
"""
FUNCTIONS = f"""
SELECT replace(pg_get_functiondef(p.oid), format('FUNCTION %I.', current_schema()), 'FUNCTION ') FROM pg_proc p
WHERE p.pronamespace = {HERE} AND {OWN.format("p")} ORDER BY 1
"""
TRIGGERS = f"""
SELECT pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
WHERE r.relnamespace = {HERE} AND NOT t.tgisinternal ORDER BY 1
"""
SEQUENCES = f"""
SELECT r.relname, a.attname, pg_sequence_last_value(s.oid) FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
JOIN pg_class r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = {HERE} ORDER BY 1, 2
"""
UNKNOWN = f"""
SELECT c.relname FROM pg_class c WHERE c.relnamespace = {HERE} AND {OWN.format("c")} AND (c.relkind IN ('v','m','f','p')
OR (c.relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i')))
UNION ALL SELECT t.typname FROM pg_type t WHERE t.typnamespace = {HERE} AND t.typtype IN ('e', 'd', 'r')
AND {OWN.format("t")} ORDER BY 1
"""


@dataclass
class Table:
    """`columns` are those that rows carry (a generated one is made anew), `order` what makes them stand in one row."""

    name: str
    create: str
    columns: list[str]
    order: list[str]


@dataclass
class Schema:
    """`before` rows come, the tables, and `after`: constraints, indexes, triggers, counters."""

    before: list[str]
    tables: list[Table]
    after: list[str]
    counters: list[tuple[str, str, int | None]]

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Schema:
        tables = [Table(**one) for one in told["tables"]]
        return cls(told["before"], tables, told["after"], [(t, c, v) for t, c, v in told["counters"]])


def read(cursor: CursorWrapper) -> Schema:
    """Everything of the current schema. Raises BackupError for what this module does not know."""
    if unknown := [name for (name,) in _asked(cursor, UNKNOWN)]:
        words = _("The database holds what a backup cannot keep yet: {names}. No backup was made.")
        raise BackupError(words.format(names=", ".join(unknown[:10])))
    return Schema(
        before=[text for (text,) in _asked(cursor, FUNCTIONS)],
        tables=tables(cursor),
        after=[text for sql in (CONSTRAINTS, INDEXES, TRIGGERS) for (text,) in _asked(cursor, sql)],
        counters=[(table, column, value) for table, column, value in _asked(cursor, SEQUENCES)],
    )


def tables(cursor: CursorWrapper) -> list[Table]:
    keys: dict[str, list[str]] = {}
    for table, column in _asked(cursor, KEYS):
        keys.setdefault(table, []).append(column)
    columns: dict[str, list[tuple[Any, ...]]] = {}
    for table, *column in _asked(cursor, COLUMNS):
        columns.setdefault(table, []).append(tuple(column))
    return [_table(name, found, keys.get(name, [])) for name, found in columns.items()]


def _table(name: str, columns: list[tuple[Any, ...]], key: list[str]) -> Table:
    kinds = {column[0]: column[1] for column in columns if not column[4]}
    create = f'CREATE TABLE "{name}" ({", ".join(map(_column, columns))})'
    # Texts in the order of their bytes: another server may sort them otherwise.
    order = [f'{one} COLLATE "C"' if kinds[one].startswith(("char", "text")) else one for one in key]
    return Table(name, create, list(kinds), order or [f'{one}::text COLLATE "C"' for one in kinds])


def _column(column: tuple[Any, ...]) -> str:
    name, kind, required, identity, generated, default, collation = column
    text = f"{name} {kind}" + (f" COLLATE {collation}" if collation else "")
    if identity:
        text += f" GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
    elif generated:
        text += f" GENERATED ALWAYS AS ({default}) STORED"
    elif default:
        text += f" DEFAULT {default}"
    return text + (" NOT NULL" if required else "")


def _asked(cursor: CursorWrapper, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())
