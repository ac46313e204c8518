"""Where searching looks: one row per word of a record, the distinct words, and the words one mistake away.

Plain B-trees answer everything (no extension, no trigger). A word is looked up by its beginning, so the column compares
bytes: in a language's own order "mu" up to "mv" would not be one range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class BytesInOrder(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """Text compared byte by byte on both databases (SQLite does so by nature)."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        kind = super().db_type(connection)
        return f'{kind} COLLATE "C"' if kind and connection.vendor == "postgresql" else kind


class SearchWord(models.Model):
    """A word of a record. `weight` 3 name, 2 first search fields, 1 the others;
    `personal` needs the right to read such fields.
    """

    word = BytesInOrder(max_length=60)
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    weight = models.PositiveSmallIntegerField(default=1)
    personal = models.BooleanField(default=False)

    class Meta:
        indexes = (
            # Everything a search reads, in the order it wants it: names before the rest.
            models.Index(fields=["object", "weight", "word", "record_id", "personal"], name="search_by_word"),
            models.Index(fields=["object", "record_id", "word"], name="search_by_record"),
        )

    def __str__(self) -> str:
        return f"{self.word} {self.object}:{self.record_id}"


class Vocabulary(models.Model):
    """Every word ever written, once: what a typing mistake is compared with."""

    word = BytesInOrder(max_length=60, primary_key=True)

    def __str__(self) -> str:
        return str(self.word)


class Misspelling(models.Model):
    """A word with one letter left out, and the word it came from."""

    spelling = BytesInOrder(max_length=60)
    word = BytesInOrder(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["spelling", "word"], name="misspelling_once"),)

    def __str__(self) -> str:
        return f"{self.spelling} for {self.word}"
