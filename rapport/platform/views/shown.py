"""Files that are looked at without being opened: pictures written anew, foreign HTML in a frame that can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.urls import path

from rapport.base.encodings import decode_bytes
from rapport.platform import files
from rapport.platform.content import frame, html, pictures
from rapport.platform.views.http import Request, page, render

if TYPE_CHECKING:
    from uuid import UUID

    from rapport.platform.files.models import StoredFile
    from rapport.ui.shapes import ShownFile

HTML = ("text/html", "application/xhtml+xml")


def mark(line: ShownFile, uid: UUID, content_type: str, size: int | None) -> None:
    """Say on a line that names a file how it can be shown; nothing where it can only be taken out."""
    if kind := kind_of(content_type, size):
        line["show_url"] = f"/files/{uid}/show"
        line["picture"] = kind == "picture"


def can_be_shown(file: StoredFile) -> str:
    """How it can be shown: picture, page, or not at all."""
    return kind_of(file.content_type, file.size)


def kind_of(content_type: str, size: int | None) -> str:
    if content_type in pictures.FORMATS and (size or 0) <= pictures.MOST_BYTES:
        return "picture"
    return "page" if content_type in HTML else ""


@page
def thumbnail(request: Request, uid: UUID) -> HttpResponse:
    """A small picture of a picture."""
    return _picture(request, files.find(request.actor, uid), pictures.SMALL)


@page
def picture(request: Request, uid: UUID) -> HttpResponse:
    """A picture, written anew."""
    return _picture(request, files.find(request.actor, uid), pictures.LARGE)


def _picture(request: Request, file: StoredFile, longest: int) -> HttpResponse:
    mark = f'"{file.sha256}-{longest}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers=headers)
    if can_be_shown(file) != "picture":
        raise Http404
    try:
        with files.open_stored(file) as stream:
            content = pictures.drawn(stream, longest)
    except pictures.NoPicture:
        raise Http404 from None
    return HttpResponse(content, content_type="image/webp", headers=headers)


@page
def show(request: Request, uid: UUID) -> HttpResponse:
    """The page around a file that can be shown."""
    file = files.find(request.actor, uid)
    kind = can_be_shown(file)
    if not kind:
        raise Http404
    return render(request, "platform/file.html", {"file": file, "kind": kind, "sandbox": frame.SANDBOX})


@page
def framed(request: Request, uid: UUID) -> HttpResponse:
    """Foreign HTML as a document of its own; only a frame of ours may hold it."""
    file = files.find(request.actor, uid)
    if can_be_shown(file) != "page":
        raise Http404
    with files.open_stored(file) as stream:
        source = decode_bytes(stream.read(html.LONGEST))[0]
    answer = HttpResponse(frame.page(source))
    answer.headers["Content-Security-Policy"] = frame.POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("files/<uuid:uid>/thumbnail", thumbnail, name="file_thumbnail"),
    path("files/<uuid:uid>/picture", picture, name="file_picture"),
    path("files/<uuid:uid>/show", show, name="file_show"),
    path("files/<uuid:uid>/framed", framed, name="file_framed"),
]
