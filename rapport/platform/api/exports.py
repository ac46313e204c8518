"""GET …/export.csv, .xlsx, .jsonl: every record that meets `q` as a file that can be brought in again; streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse

from rapport.platform.access import require
from rapport.platform.api import lists
from rapport.platform.transfer.export import FORMS, Form, export, file_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.api.door import Call


def give_out(form: Form) -> Callable[[Call], StreamingHttpResponse]:
    """The endpoint of one form of file."""

    def run(call: Call) -> StreamingHttpResponse:
        """Columns are named by their keys; the first is the uid, references have theirs beside their names."""
        actor, obj, given = call.actor, call.object, call.given
        require(actor, obj, "export")
        plan = lists.parsed(actor, obj, given.get("q", ""), given.get("sort", ""), given.get("fields", ""), 50)
        response = StreamingHttpResponse(export(actor, plan, form, whole=True), content_type=FORMS[form])
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(actor, obj, form)}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    return run
