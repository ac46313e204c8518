"""Tags: free words shared by all Objects. Two spellings that fold alike are one tag; the first spelling stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, models

from rapport.base.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Tag(models.Model):
    """One word."""

    name = models.CharField(max_length=60)
    fold = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A word on a record; `object` is the base Object's key."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["object", "record_id", "tag"], name="tagging_once"),)
        indexes = (models.Index(fields=["tag", "object", "record_id"], name="tagged_records"),)

    def __str__(self) -> str:
        return f"{self.object}:{self.record_id} #{self.tag_id}"


def load(model: type[models.Model], record_ids: Sequence[int]) -> dict[int, list[str]]:
    """Words of many records in one query, in alphabetical order."""
    found: dict[int, list[str]] = {}
    if not record_ids:
        return found
    # Plain SQL: every list reads tags, and the ORM takes longer to write this query than the database to answer it.
    marks = ", ".join(["%s"] * len(record_ids))
    source = "platform_tagging l JOIN platform_tag t ON t.id = l.tag_id"
    where = f"l.object = %s AND l.record_id IN ({marks})"
    sql = f"SELECT l.record_id, t.name FROM {source} WHERE {where} ORDER BY t.fold"  # noqa: S608  # marks only
    with connection.cursor() as cursor:
        cursor.execute(sql, [_key(model), *record_ids])
        for record_id, name in cursor.fetchall():
            found.setdefault(record_id, []).append(name)
    return found


def links_sql(model: type[models.Model], record: str) -> tuple[str, tuple[object, ...]]:
    """The words of one record, whose id is the SQL `record`, as SQL: columns `place` (their order) and `target`."""
    source = "platform_tagging l JOIN platform_tag w ON w.id = l.tag_id"
    where = f"l.object = %s AND l.record_id = {record}"
    return f"SELECT w.fold AS place, w.name AS target FROM {source} WHERE {where}", (_key(model),)  # noqa: S608  # names only


def save(model: type[models.Model], values: Mapping[int, list[str] | None]) -> None:
    """Replace the words of each record."""
    key = _key(model)
    names = {fold(word): word for words in values.values() for word in words or []}
    ids = _ids(names)
    Tagging.objects.filter(object=key, record_id__in=list(values)).delete()
    Tagging.objects.bulk_create(
        [
            Tagging(tag_id=tag, object=key, record_id=pk)
            for pk, words in values.items()
            for tag in {ids[fold(w)] for w in words or []}
        ],
        batch_size=500,
    )


def _ids(names: Mapping[str, str]) -> dict[str, int]:
    if not names:
        return {}
    Tag.objects.bulk_create(
        [Tag(name=name, fold=folded) for folded, name in sorted(names.items())], ignore_conflicts=True
    )
    return dict(Tag.objects.filter(fold__in=list(names)).values_list("fold", "pk"))


def _key(model: type[models.Model]) -> str:
    from rapport.platform.objects import registry

    return registry.of_model(model).key
