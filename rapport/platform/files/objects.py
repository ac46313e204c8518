"""A stored file as an Object: it has rights, Events and a place in search like every record."""

from django.utils.translation import gettext_lazy as _

from rapport.platform.files.models import StoredFile
from rapport.platform.objects import Object, register

FILE = register(
    Object(
        key="file",
        label=_("File"),
        plural=_("Files"),
        model_class=StoredFile,
        icon="paperclip",
        subtitle=("content_type",),
        columns=("name", "content_type", "size", "created_at", "created_by"),
        search=("name",),
        sort="-created_at",
    )
)
