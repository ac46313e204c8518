"""A stored file and its places.

The bytes lie in the data directory under their SHA-256, once however often uploaded.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from rapport.platform.fields import Number, Text
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _


class StoredFile(Record):
    """One upload: its name as people know it, its type as its content says, where its bytes lie."""

    name = Text(_("File name"), max=255, required=True)
    content_type = Text(_("Type"), max=100, read_only=True)
    size = Number(_("Size in bytes"), read_only=True)
    sha256 = Text(_("SHA-256"), max=64, read_only=True, indexed=True)
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A file on a record; who may read one of its records may read the file."""

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="attachments")
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["object", "record_id", "file"], name="attached_once"),)

    def __str__(self) -> str:
        return f"{self.file_id} on {self.object}:{self.record_id}"
