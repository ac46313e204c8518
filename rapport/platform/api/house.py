"""The addresses beside the Objects: who asks, what there is, finding, files, runs, what happened."""

from __future__ import annotations

from rapport.platform.api import about, changes, files, privacy, roles, runs
from rapport.platform.api.document import openapi
from rapport.platform.api.door import Endpoint, Route
from rapport.platform.api.parameters import (
    AFTER,
    BEFORE,
    BEGINNING,
    COUNT,
    CURSOR,
    NAME,
    OBJECTS,
    PERSON,
    PLACE,
    SORT,
    TYPED,
    VALUE,
    Q,
    limit,
)

HOUSE: tuple[Route, ...] = (
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
    Route(
        "privacy/erasures",
        "/privacy/erasures",
        (
            Endpoint(
                "GET",
                "erasures",
                "Erasures",
                privacy.erasures,
                (BEFORE, limit(200, 50)),
                answer="Erasures",
                refusals=(403,),
            ),
        ),
    ),
    Route(
        "privacy/erasures/<uuid:uid>",
        "/privacy/erasures/{id}",
        (
            Endpoint(
                "GET",
                "erasure",
                "One erasure and its receipt",
                privacy.erasure,
                answer="Erasure",
                refusals=(403, 404),
            ),
        ),
    ),
    Route(
        "privacy/processing",
        "/privacy/processing",
        (
            Endpoint(
                "GET",
                "processing",
                "The record of processing",
                privacy.processing,
                answer="Processing",
                refusals=(403,),
            ),
        ),
    ),
    Route(
        "privacy/retention/<uuid:uid>",
        "/privacy/retention/{id}",
        (
            Endpoint(
                "GET",
                "retention",
                "What a retention rule would end",
                privacy.retention,
                answer="Retention",
                refusals=(403, 404),
            ),
        ),
    ),
    Route(
        "privacy/suppressed",
        "/privacy/suppressed",
        (
            Endpoint(
                "GET",
                "suppressed",
                "Where nothing is sent",
                privacy.suppressed,
                (VALUE, CURSOR),
                answer="SuppressedList",
                refusals=(403, 422),
            ),
            Endpoint(
                "POST",
                "suppress",
                "Send nothing there",
                privacy.suppress,
                answer="Suppressed",
                body="SuppressedNew",
                success=(201,),
                refusals=(403, 409, 413, 415, 422),
            ),
        ),
    ),
    Route(
        "privacy/suppressed/<slug:code>",
        "/privacy/suppressed/{code}",
        (
            Endpoint(
                "DELETE",
                "release",
                "Send there again",
                privacy.release,
                answer="Suppressed",
                refusals=(403, 404, 409),
            ),
        ),
    ),
    Route(
        "roles",
        "/roles",
        (
            Endpoint(
                "GET", "roles", "Roles and what they grant", roles.every, (PERSON,), answer="Roles", refusals=(403, 404)
            ),
            Endpoint(
                "POST",
                "create_role",
                "Make a role",
                roles.create,
                answer="Role",
                body="RoleNew",
                success=(201,),
                refusals=(403, 409, 422),
            ),
        ),
    ),
    Route(
        "roles/<slug:role>",
        "/roles/{role}",
        (
            Endpoint("GET", "get_role", "One role", roles.one, answer="Role", refusals=(403, 404)),
            Endpoint(
                "PATCH",
                "change_role",
                "Change a role",
                roles.change,
                answer="Role",
                body="RoleChange",
                refusals=(403, 404, 409, 422),
            ),
            Endpoint(
                "DELETE", "remove_role", "Take a role away", roles.remove, answer="Role", refusals=(403, 404, 409, 422)
            ),
        ),
    ),
    Route(
        "roles/<slug:role>/people/<uuid:uid>",
        "/roles/{role}/people/{id}",
        (
            Endpoint(
                "PUT", "give_role", "Give somebody a role", roles.give, answer="Role", refusals=(403, 404, 409, 422)
            ),
            Endpoint(
                "DELETE",
                "take_role",
                "Take a role from somebody",
                roles.take,
                answer="Role",
                refusals=(403, 404, 409, 422),
            ),
        ),
    ),
)
