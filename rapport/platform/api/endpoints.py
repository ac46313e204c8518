"""The table of everything the API answers: `urls` routes by it, `openapi` describes it."""

from __future__ import annotations

from rapport.platform.api import about, changes, exports, files, lists, many, runs, single, stories
from rapport.platform.api.document import openapi
from rapport.platform.api.door import Endpoint, Parameter, Route
from rapport.platform.transfer.export import Form

TEXT = {"type": "string", "maxLength": 10_000}
Q = Parameter(
    "q", TEXT, "The condition in the Query language: “stage = won and amount > 10000”. Empty for every record."
)
SORT = Parameter(
    "sort", {"type": "string", "maxLength": 500}, "Sort keys, the first one first, “-” for descending: “-amount, name”."
)
FIELDS = Parameter(
    "fields",
    {"type": "string", "maxLength": 2_000},
    "Names of the fields wanted, separated by commas; over references as “customer.name”. All when left out.",
)
CURSOR = Parameter(
    "cursor",
    {"type": "string", "maxLength": 4_000},
    "Where the page begins: `next` of the page before, with the same q and sort.",
)
COUNT = Parameter(
    "count",
    {"type": "string", "enum": ["none", "capped", "exact"]},
    "Whether to count what meets q: “capped” stops at 1,000, “exact” may take long.",
)
BEFORE = Parameter(
    "before",
    {"type": "integer", "minimum": 0, "maximum": 2**53},
    "Only Events older than this id: `next` of the page before.",
)
KINDS = Parameter(
    "kinds",
    {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 50},
    "Only entries of these kinds.",
)
TOGETHER = Parameter(
    "together",
    {"type": "boolean", "default": False},
    "Tell a conversation once, by its latest entry, with their number.",
)
THREAD = Parameter("thread", {"type": "string", "format": "uuid"}, "Only the entries of this conversation.")
TYPED = Parameter("q", {"type": "string", "maxLength": 200}, "What somebody typed.", required=True)
OBJECTS = Parameter(
    "objects",
    {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 50},
    "Only records of these Objects, by key.",
)
AFTER = Parameter(
    "after",
    {"type": "integer", "minimum": 0, "maximum": 2**53},
    "Where the page begins: `next` of the page before.",
)
PLACE = Parameter(
    "after",
    {"type": "string", "maxLength": 100},
    "`next` of an earlier answer; nothing for everything there is, “latest” for what happens from now on.",
)
BEGINNING = Parameter("q", {"type": "string", "maxLength": 60}, "The beginning of the tag.")
NAME = Parameter("name", {"type": "string", "minLength": 1, "maxLength": 255}, "The name of the file.", required=True)


def limit(most: int, usual: int) -> Parameter:
    return Parameter("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": usual}, "How many at most.")


# --- beside the Objects -----------------------------------------------------------------------------------------------

HOUSE = (
    Route(
        "openapi.json",
        "/openapi.json",
        (Endpoint("GET", "openapi", "This description", openapi, answer="Description"),),
    ),
    Route("me", "/me", (Endpoint("GET", "me", "Who the token belongs to and what it may do", about.me, answer="Me"),)),
    Route(
        "schema",
        "/schema",
        (Endpoint("GET", "schema", "Objects, fields, operators and Actions", about.schema, answer="Schema"),),
    ),
    Route(
        "search",
        "/search",
        (
            Endpoint(
                "GET",
                "search",
                "Find records as people type",
                about.find,
                (TYPED, OBJECTS, limit(100, 20)),
                answer="Found",
            ),
        ),
    ),
    Route(
        "tags",
        "/tags",
        (Endpoint("GET", "tags", "Tags in use", about.tags, (BEGINNING, limit(200, 50)), answer="Tags"),),
    ),
    Route(
        "files",
        "/files",
        (
            Endpoint(
                "GET",
                "list_files",
                "List files",
                files.many,
                (Q, SORT, limit(200, 50), CURSOR, COUNT),
                answer="FilePage",
            ),
            Endpoint(
                "POST",
                "upload_file",
                "Upload a file",
                files.upload,
                (NAME,),
                answer="File",
                body="Bytes",
                success=(201,),
                refusals=(403, 409, 413, 422),
                receive=files.receive,
            ),
        ),
    ),
    Route(
        "changes",
        "/changes",
        (
            Endpoint(
                "GET",
                "changes",
                "What happened since a place",
                changes.changes,
                (PLACE, OBJECTS, limit(500, 100)),
                answer="Changes",
                refusals=(410,),
            ),
        ),
    ),
    Route(
        "runs/<int:run>",
        "/runs/{run}",
        (Endpoint("GET", "get_run", "How far a run is", runs.get, answer="Run", refusals=(404,)),),
    ),
    Route(
        "runs/<int:run>/results",
        "/runs/{run}/results",
        (
            Endpoint(
                "GET",
                "run_results",
                "What became of each record of a run",
                runs.results,
                (AFTER, limit(1_000, 100)),
                answer="RunResults",
                refusals=(404,),
            ),
        ),
    ),
    Route(
        "runs/<int:run>/undo",
        "/runs/{run}/undo",
        (Endpoint("POST", "undo_run", "Take a run back", runs.undo, answer="Run", refusals=(403, 404, 409, 422)),),
    ),
    Route(
        "files/<uuid:uid>",
        "/files/{id}",
        (Endpoint("GET", "get_file", "What a file is", files.one, answer="File", refusals=(404,)),),
    ),
    Route(
        "files/<uuid:uid>/content",
        "/files/{id}/content",
        (Endpoint("GET", "download_file", "The bytes of a file", files.content, answer="Bytes", refusals=(404,)),),
    ),
)

# --- for every Object -------------------------------------------------------------------------------------------------

EXPORTS: tuple[tuple[Form, str], ...] = (("csv", "CSV"), ("xlsx", "a workbook"), ("jsonl", "JSON lines"))
WRITE = (403, 404, 409, 412, 413, 415, 422)

EVERY = (
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
)
