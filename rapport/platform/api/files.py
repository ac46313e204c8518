"""Files: sent as the bytes of a body, listed by Query, described, given out as attachments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from rapport.platform.api import lists, outgoing
from rapport.platform.api.problems import Problem
from rapport.platform.files import keep
from rapport.platform.files.places import TooLarge
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.api.door import Call
    from rapport.platform.files.models import StoredFile
    from rapport.platform.files.places import Kept

SHOWN = ("name", "content_type", "size", "sha256", "created_at")


def many(call: Call) -> HttpResponse:
    """A page of the files that meet `q`: those the caller uploaded, and those on records the caller may read."""
    of_files = replace(call, obj=registry.get("file"), given={**call.given, "fields": ",".join(SHOWN)})

    def described(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"id": row["id"], **{key: row[key] for key in SHOWN}, "content": _content_url(row["id"])} for row in rows
        ]

    return lists.many(of_files, shown=described)


# --- sending ----------------------------------------------------------------------------------------------------------


def receive(call: Call) -> Kept:
    """Stream the body to the disk, never into memory; more than the limit is refused as early as it is known."""
    return _received(call, None)


def receive_on(call: Call) -> Kept:
    """The same for a record the caller may change."""
    return _received(call, call.record())


def _received(call: Call, record: Any) -> Kept:
    length = call.request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > settings.UPLOAD_BYTES:
        raise _too_large()
    try:
        return keep.receive(call.actor, call.request, on=record)
    except TooLarge as error:
        raise _too_large() from error


def _too_large() -> Problem:
    limit = settings.UPLOAD_BYTES // 1_000_000
    return Problem(413, _("The file is larger than %(limit)s MB. Nothing of it was kept.") % {"limit": limit})


def upload(call: Call) -> HttpResponse:
    """Keep the body of the request as a file."""
    return _stored(call, None)


def attach(call: Call) -> HttpResponse:
    """Keep the body of the request as a file on the record."""
    return _stored(call, call.record())


def _stored(call: Call, record: Any) -> HttpResponse:
    file = keep.store_kept(call.actor, call.received, call.given["name"], on=record)
    return outgoing.answer(_file(file), status=201, headers={"Location": f"/api/v1/files/{file.uid}"})


# --- reading ----------------------------------------------------------------------------------------------------------


def attached(call: Call) -> HttpResponse:
    """The files on the record, newest first."""
    return outgoing.answer({"items": [_file(file) for file in keep.on_record(call.actor, call.record())]})


def one(call: Call) -> HttpResponse:
    """What a file is."""
    return outgoing.answer(_file(keep.find(call.actor, call.address["uid"])))


def content(call: Call) -> FileResponse:
    """The bytes of a file, always as an attachment."""
    found = keep.find(call.actor, call.address["uid"])
    response = FileResponse(
        keep.open_stored(found), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _file(found: StoredFile) -> dict[str, Any]:
    return {
        "id": str(found.uid),
        "name": found.name,
        "content_type": found.content_type,
        "size": found.size,
        "sha256": found.sha256,
        "created_at": found.created_at,
        "content": _content_url(str(found.uid)),
    }


def _content_url(uid: str) -> str:
    return f"/api/v1/files/{uid}/content"
