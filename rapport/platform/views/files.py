"""Files over HTTP: sent in by drop or form, given out only as attachments that no browser guesses at or runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, files
from rapport.platform.files import filing
from rapport.platform.files.filing import Filed, Received
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, errors, shown
from rapport.platform.views.http import (
    Request,
    came_from,
    go,
    is_fragment,
    number_of,
    page,
    render,
    stay,
    toast,
    with_trigger,
)
from rapport.platform.views.record import size_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile as Upload
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.files.models import StoredFile
    from rapport.ui.shapes import FieldError, UploadedFile

MOST = 20
POLICY = "sandbox; default-src 'none'"


@page
def download(request: Request, uid: UUID) -> HttpResponse:
    """The bytes of a file the reader may see; a foreign one answers like a missing one."""
    file = files.find(request.actor, uid)
    return answer(file)  # type: ignore[return-value]  # streamed, with the same interface


def answer(file: StoredFile) -> FileResponse:
    """A stored file as an attachment (RFC 6266, name after RFC 5987); also used by the API."""
    response = FileResponse(files.open_stored(file), content_type="application/octet-stream")
    response.headers["Content-Type"] = file.content_type or "application/octet-stream"
    response.headers["Content-Disposition"] = disposition(file.name)
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{file.sha256}"'
    return response


def disposition(name: str) -> str:
    """`attachment` with an ASCII name for old readers and the true one for all others."""
    plain = (
        "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%;' else "_" for sign in name)
        or "file"
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@page(methods=("POST",))
def upload(request: Request, obj: Object | None = None, pk: int | None = None) -> HttpResponse:
    """Keep what was sent, and hang it on a record where one is named. A script gets the line that shows it.

    On a record a mail becomes a mail of that record. Each file is told of by itself: one that is refused does not
    keep the others out.
    """
    record = access.find(request.actor, obj, pk, "edit") if obj is not None else None
    sent = [one for one in (*request.FILES.getlist("file"), *request.FILES.getlist("files"))][:MOST]
    if not sent:
        return errors.invalid(request, [{"text": _("Choose a file first."), "field": "file"}])
    received: list[Received] = []
    refused: list[FieldError] = []
    for one in sent:
        try:
            received.append(_received(request.actor, one, record))
        except ValidationError as error:
            refused += errors.messages(error)
    if not received:
        return _refused(request, refused)
    words = " ".join([_told(one) for one in received] + [item["text"] for item in refused])
    failed = bool(refused) or any(one.problem for one in received)
    message = toast(words[:600], "warn" if failed else "good", href=_link(received), link=_("Open it"))
    if not is_fragment(request):
        return go(request, came_from(request), message)
    context = {
        "files": [line(one.file) for one in received if one.file is not None],
        "said": [words] if failed else [],
        "name": request.POST.get("name", "")[:60] if record is None else "",
    }
    response = render(request, "platform/record/uploaded.html", context)
    return with_trigger(response, toast=message, filed=True) if _filed(received) else response


def _received(actor: Actor, upload: Upload, record: Any) -> Received:
    name = upload.name or ""
    if record is None:
        return Received(name, file=files.store(actor, _stream(upload), name))
    return filing.receive(actor, _stream(upload), name, on=record)


def _filed(received: Sequence[Received]) -> list[Filed]:
    return [one.filed for one in received if one.filed is not None]


def _told(one: Received) -> str:
    """What became of one file, in a sentence or two."""
    if one.filed is not None:
        return " ".join(part for part in (_("{name} was filed.").format(name=one.filed.title), one.filed.words) if part)
    return f"{one.name}: {one.problem}" if one.problem else _("{name} was kept.").format(name=one.name)


def _link(received: Sequence[Received]) -> str:
    """The way to what was made of the file, where it is one."""
    filed = _filed(received)
    if len(received) != 1 or not filed:
        return ""
    return addresses.record_url(filed[0].record.object, filed[0].record.id)


def _refused(request: Request, found: list[FieldError]) -> HttpResponse:
    if is_fragment(request):
        return render(request, "platform/record/upload_refused.html", {"errors": found}, status=422)
    return errors.invalid(request, found)


def _stream(upload: Upload) -> Any:
    upload.seek(0)
    return upload


def line(file: StoredFile, remove_url: str = "") -> UploadedFile:
    drawn: UploadedFile = {
        "name": file.name,
        "href": f"/files/{file.uid}",
        "size": size_text(file.size),
        "value": str(file.pk),
    }
    shown.mark(drawn, file.uid, file.content_type, file.size)
    if remove_url:
        drawn["remove_url"] = remove_url
    return drawn


def uploaded_by_id(actor: Actor, given: Any) -> list[UploadedFile]:
    """The files that stand in a form, by their ids, as far as the actor may see them."""
    ids = given if isinstance(given, list) else [given]
    numbers = [pk for raw in ids[:MOST] if (pk := number_of(str(raw or ""))) is not None]
    return [line(file) for file in files.reachable(actor).filter(pk__in=numbers)] if numbers else []


@page(methods=("POST",))
def detach(request: Request, obj: Object, pk: int, file_pk: int) -> HttpResponse:
    """Take a file off a record."""
    record = access.find(request.actor, obj, pk, "edit")
    file = files.find(request.actor, file_pk)
    files.detach(request.actor, file, record)
    concrete = registry.of_record(record)
    message = toast(_("{name} no longer hangs on this record.").format(name=file.name))
    if is_fragment(request):
        return stay(request, message, changed=f"{concrete.key}-{pk}")
    return go(request, addresses.record_url(concrete, pk), message)


urlpatterns = [
    path("files", upload, name="upload"),
    path("files/<uuid:uid>", download, name="file"),
    path("<obj:obj>/<int:pk>/files", upload, name="attach"),
    path("<obj:obj>/<int:pk>/files/<int:file_pk>/detach", detach, name="detach"),
]
