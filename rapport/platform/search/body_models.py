"""Where the long texts of records are searched: tsvector with a GIN index on PostgreSQL, FTS5 on SQLite.

One row per record and class of sensitivity. On SQLite the words are kept in the index alone (a contentless FTS5 table
whose row numbers are those of this table); `digest` says of which text they were made, so that a deviation is seen.
The FTS5 table is made and dropped as what it is, an index of the model: a migration needs nothing by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.ddl_references import Statement, Table

if TYPE_CHECKING:
    from typing import Any

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The FTS5 table of SQLite; it holds no text, and rows can be deleted by number (SQLite 3.43).
FTS = "platform_body_words"
_FTS_OPTIONS = "content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'"


class Lexemes(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Words and their places, ready to be matched: tsvector on PostgreSQL, empty on SQLite."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class WordsIndex(models.Index):
    """The index of `Lexemes`: GIN on PostgreSQL, the FTS5 table on SQLite."""

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any
    ) -> Statement:
        """The statement that makes it."""
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
        text = f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5(words, {_FTS_OPTIONS})"
        return Statement(text, table=Table(model._meta.db_table, schema_editor.quote_name))

    def remove_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, **kwargs: Any) -> str:
        """The statement that drops it."""
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor, **kwargs)
        return f"DROP TABLE IF EXISTS {FTS}"


class Body(models.Model):
    """The words of a record's long texts of one class of sensitivity; `digest` of the text they were made of."""

    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    sensitivity = models.CharField(max_length=12)
    digest = models.BigIntegerField()
    words = Lexemes(null=True)  # no text: NULL is "kept in the index"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["object", "record_id", "sensitivity"], name="body_of_record_once"),
        )
        indexes = (WordsIndex(fields=["words"], name="body_by_words"),)

    def __str__(self) -> str:
        return f"{self.object}:{self.record_id} ({self.sensitivity})"
