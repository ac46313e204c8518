"""The table of everything the API answers: `urls` routes by it, `openapi` describes it."""

from __future__ import annotations

from rapport.platform.api import exports, files, lists, many, privacy, runs, seen, single, stories
from rapport.platform.api.door import Endpoint, Route
from rapport.platform.api.house import HOUSE
from rapport.platform.api.parameters import (
    BEFORE,
    COUNT,
    CURSOR,
    FIELDS,
    KINDS,
    NAME,
    ON,
    SINCE,
    SORT,
    THREAD,
    TOGETHER,
    UNTIL,
    Q,
    limit,
)
from rapport.platform.transfer.export import Form

# --- for every Object -------------------------------------------------------------------------------------------------

EXPORTS: tuple[tuple[Form, str], ...] = (("csv", "CSV"), ("xlsx", "a workbook"), ("jsonl", "JSON lines"))
WRITE = (403, 404, 409, 412, 413, 415, 422)

EVERY = (
    Route(
        "<str:plural>",
        "/{plural}",
        (
            Endpoint(
                "GET",
                "list",
                "List {plural}",
                lists.many,
                (Q, SORT, FIELDS, limit(200, 50), CURSOR, COUNT),
                answer="Page",
            ),
            Endpoint(
                "POST",
                "create",
                "Create: {label}",
                lists.create,
                body="New",
                success=(201,),
                refusals=(403, 409, 413, 415, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/bulk",
        "/{plural}/bulk",
        (
            Endpoint(
                "POST",
                "bulk",
                "Create and change many: {plural}",
                many.bulk,
                answer="BulkDone",
                body="Bulk",
                refusals=(403, 409, 413, 415, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/runs",
        "/{plural}/runs",
        (
            Endpoint(
                "POST",
                "run",
                "Change many in the background: {plural}",
                runs.begin,
                answer="Run",
                body="RunNew",
                success=(202,),
                refusals=(403, 404, 409, 413, 415, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>",
        "/{plural}/{id}",
        (
            Endpoint("GET", "get", "Read: {label}", single.get, refusals=(404,)),
            Endpoint(
                "PATCH",
                "update",
                "Change: {label}",
                single.update,
                body="Change",
                if_match="required",
                refusals=(*WRITE, 428),
            ),
            Endpoint(
                "DELETE",
                "archive",
                "Archive: {label}",
                single.archive,
                if_match="optional",
                refusals=(403, 404, 409, 412, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/restore",
        "/{plural}/{id}/restore",
        (
            Endpoint(
                "POST",
                "restore",
                "Restore: {label}",
                single.restore,
                if_match="optional",
                refusals=(403, 404, 409, 412, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/timeline",
        "/{plural}/{id}/timeline",
        (
            Endpoint(
                "GET",
                "timeline",
                "Timeline: {label}",
                stories.story,
                (CURSOR, KINDS, TOGETHER, THREAD, limit(200, 30)),
                answer="Story",
                refusals=(404,),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/events",
        "/{plural}/{id}/events",
        (
            Endpoint(
                "GET",
                "events",
                "Events: {label}",
                stories.events,
                (BEFORE, limit(200, 50)),
                answer="Events",
                refusals=(404,),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/seen",
        "/{plural}/{id}/seen",
        (
            Endpoint(
                "GET",
                "seen",
                "Who saw: {label}",
                seen.who,
                (SINCE, UNTIL, BEFORE, limit(200, 50)),
                answer="Seen",
                refusals=(403, 404),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/events/<int:event>/undo",
        "/{plural}/{id}/events/{event}/undo",
        (Endpoint("POST", "undo", "Undo an Event: {label}", stories.undo, refusals=(403, 404, 409, 422)),),
    ),
    Route(
        "<str:plural>/<uuid:uid>/files",
        "/{plural}/{id}/files",
        (
            Endpoint("GET", "files", "Files: {label}", files.attached, answer="Files", refusals=(404,)),
            Endpoint(
                "POST",
                "attach",
                "Attach a file: {label}",
                files.attach,
                (NAME,),
                answer="File",
                body="Bytes",
                success=(201,),
                refusals=(403, 404, 409, 413, 422),
                receive=files.receive_on,
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/privacy",
        "/{plural}/{id}/privacy",
        (
            Endpoint(
                "GET",
                "privacy",
                "What is held: {label}",
                privacy.standing,
                (ON,),
                answer="Privacy",
                refusals=(403, 404),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/privacy/bundle",
        "/{plural}/{id}/privacy/bundle",
        (
            Endpoint(
                "GET",
                "privacy_bundle",
                "Everything held as a file: {label}",
                privacy.give,
                answer="Bytes",
                refusals=(403, 404),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/privacy/erasure",
        "/{plural}/{id}/privacy/erasure",
        (
            Endpoint(
                "POST",
                "erase",
                "Erase: {label}",
                privacy.erase,
                answer="Erasure",
                body="ErasureNew",
                success=(202,),
                refusals=(403, 404, 409, 422),
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/tags",
        "/{plural}/{id}/tags",
        (Endpoint("GET", "tags_of", "Tags: {label}", single.tags, answer="Tags", refusals=(404,)),),
    ),
    Route(
        "<str:plural>/<uuid:uid>/tags/<str:tag>",
        "/{plural}/{id}/tags/{tag}",
        (
            Endpoint("PUT", "tag", "Add a tag: {label}", single.tag, answer="Tags", refusals=(403, 404, 409, 422)),
            Endpoint(
                "DELETE", "untag", "Take a tag off: {label}", single.untag, answer="Tags", refusals=(403, 404, 409, 422)
            ),
        ),
    ),
    Route(
        "<str:plural>/<uuid:uid>/actions/<slug:action>",
        "/{plural}/{id}/actions/{action}",
        (
            Endpoint(
                "POST",
                "act",
                "{action}: {label}",
                single.act,
                answer="Done",
                body="Answers",
                if_match="optional",
                refusals=WRITE,
            ),
        ),
    ),
    Route(
        "<str:plural>/by/<slug:key>/<path:value>",
        "/{plural}/by/{key}/{value}",
        (
            Endpoint(
                "PUT",
                "upsert",
                "Create or change by {key}: {label}",
                lists.upsert,
                body="Upsert",
                if_match="optional",
                success=(200, 201),
                refusals=WRITE,
            ),
        ),
    ),
    *(
        Route(
            f"<str:plural>/export.{form}",
            f"/{{plural}}/export.{form}",
            (
                Endpoint(
                    "GET",
                    f"export_{form}",
                    f"Export as {words}: {{plural}}",
                    exports.give_out(form),
                    (Q, SORT, FIELDS),
                    answer=form,
                    refusals=(403,),
                ),
            ),
        )
        for form, words in EXPORTS
    ),
)

__all__ = ["EVERY", "HOUSE"]
