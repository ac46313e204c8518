"""The fixed parts of the OpenAPI document: answers alike for every Object, problems, headers, the address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rapport.platform.access.models import ACTIONS, CLASSES, LEVELS, SCOPES
from rapport.platform.api import problems
from rapport.platform.api.schemas import ANY_LINK, LINK, UID

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer"}
YES: Json = {"type": "boolean"}
MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
IF_MATCH: Json = {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,9}")$'}
IDEMPOTENCY_KEY: Json = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]([ -~]*[!-~])?$"}

INTRODUCTION = """Every Object of this installation, described from its own declaration, as far as your token may
know of it.

- **Who you are**: `Authorization: Bearer rpt_…`; cookies do not count here.
- **Names**: `id` is the uid of a record. A reference is read as `{"id", "label"}` and written as a uid.
- **Changing**: send the ETag you read as `If-Match`. Without it: 428. With an old one: 412 and both versions.
- **Removing**: DELETE archives; nothing is lost, restore brings it back.
- **Repeating**: send an `Idempotency-Key` of your own with POST and PATCH; the same request sent again with it, within
  24 hours, gets the stored answer (`Idempotent-Replayed: true`) and has no second effect.
- **Many**: `/bulk` takes up to 1,000 creations and changes in one request, each with its own result; `/runs` changes
  everything a Query finds, in the background.
- **Following**: `/changes` tells what happened since a cursor, for ever and without gaps.
- **Lists**: `q` is the Query language of the filter bar. Follow `next` (or the Link header) to the end.
- **Refusals**: RFC 9457 problem documents; `errors` name every place. What you may not see answers like nothing.
"""


def things(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key in properties if key not in optional],
        "additionalProperties": False,
    }


def several(item: Json) -> Json:
    return {"type": "array", "items": item}


def page(ref: Json) -> Json:
    count = {**things({"number": NUMBER, "more": YES}), "type": ["object", "null"]}
    return things({"items": several(ref), "next": {"type": ["string", "null"]}, "count": count})


def done(ref: Json) -> Json:
    return things({"record": ref, "result": ANY_LINK})


PLACE = things(
    {"pointer": TEXT, "parameter": TEXT, "message": TEXT, "at": NUMBER, "length": NUMBER, "suggestions": several(TEXT)},
    optional=("pointer", "parameter", "at", "length", "suggestions"),
)
PROBLEM = things(
    {
        "type": TEXT,
        "title": TEXT,
        "status": NUMBER,
        "code": {"type": "string", "enum": list(problems.CODES.values())},
        "detail": TEXT,
        "errors": several(PLACE),
        "version": NUMBER,
        "theirs": {"type": "object"},
        "yours": {"type": "object"},
    },
    optional=("version", "theirs", "yours"),
)
CHANGE = things({"field": TEXT, "label": TEXT, "before": TEXT, "after": TEXT, "who": TEXT})
ENTRY = things(
    {
        "form": {"type": "string", "enum": ["record", "event", "edits"]},
        "kind": TEXT,
        "at": MOMENT,
        "record": ANY_LINK,
        "of": ANY_LINK,
        "title": TEXT,
        "text": TEXT,
        "body": TEXT,
        "quoted": TEXT,
        "thread": ANY_LINK,
        "messages": NUMBER,
        "who": TEXT,
        "done": YES,
        "changes": several(CHANGE),
        "event": {"type": ["integer", "null"]},
    }
)
EVENT = things(
    {
        "id": NUMBER,
        "kind": TEXT,
        "action": TEXT,
        "at": MOMENT,
        "recorded_at": MOMENT,
        "by": LINK,
        "behalf_of": LINK,
        "surface": TEXT,
        "reason": TEXT,
        "version": NUMBER,
        "changes": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
        },
    }
)
LOOK = things(
    {"id": NUMBER, "at": MOMENT, "by": LINK, "behalf_of": LINK, "fields": several(TEXT)}
    | dict.fromkeys(("surface", "address"), TEXT)
)
FILE = things(
    {
        "id": UID,
        "name": TEXT,
        "content_type": TEXT,
        "size": NUMBER,
        "sha256": TEXT,
        "created_at": MOMENT,
        "content": TEXT,
    }
)
TOKEN = things({"name": TEXT, "scopes": several(TEXT), "expires_at": MOMENT})
RIGHTS: Json = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": ["none", "own", "team", "all"]},
    },
}
ME = things(
    {
        "id": {"type": ["string", "null"], "format": "uuid"},
        "name": TEXT,
        "roles": several(TEXT),
        "locale": TEXT,
        "time_zone": TEXT,
        "token": TOKEN,
        "may": RIGHTS,
    }
)
ALWAYS = things({"key": TEXT, "label": TEXT, "operators": several(TEXT)})
FIELD = things(
    {
        "key": TEXT,
        "label": TEXT,
        "help": TEXT,
        "kind": TEXT,
        "family": TEXT,
        "sensitivity": TEXT,
        "required": YES,
        "writable": YES,
        "sortable": YES,
        "operators": several(TEXT),
        "options": several(things({"key": TEXT, "label": TEXT})),
        "refers_to": several(TEXT),
    }
)
ACTION = things(
    {
        "key": TEXT,
        "label": TEXT,
        "help": TEXT,
        "needs": TEXT,
        "parameters": several(things({"key": TEXT, "label": TEXT, "required": YES, "kind": TEXT})),
    }
)
OBJECT = things(
    {
        "key": TEXT,
        "label": TEXT,
        "plural": TEXT,
        "help": TEXT,
        "url": TEXT,
        "of": {"type": ["string", "null"]},
        "name": TEXT,
        "keys": several(TEXT),
        "fields": several(FIELD),
        "always": several(ALWAYS),
        "actions": several(ACTION),
    }
)
MOST_ITEMS = 1_000
VERSION: Json = {"type": ["integer", "string"], "minimum": 1, "maximum": 2**31 - 1, "pattern": r"^\*$"}
ITEM: Json = things(
    {
        "do": {"type": "string", "enum": ["create", "update", "upsert", "archive", "restore"]},
        "id": {**UID, "description": "Of the record; not for create and upsert."},
        "key": {"type": "string", "maxLength": 60, "description": "For upsert: the field that names the record."},
        "value": {"type": "string", "maxLength": 1_000, "description": "For upsert: its value."},
        "version": {**VERSION, "description": "The version you changed, “*” for any; an update needs it."},
        "values": {"type": "object", "description": "As the body of the same request for one record."},
    },
    optional=("id", "key", "value", "version", "values"),
)
BULK: Json = things(
    {
        "atomic": {"type": "boolean", "default": False, "description": "All or nothing."},
        "items": {"type": "array", "items": ITEM, "maxItems": MOST_ITEMS},
    },
    optional=("atomic",),
)
RESULT = things(
    {
        "status": NUMBER,
        "id": {"type": ["string", "null"], "format": "uuid"},
        "version": {"type": ["integer", "null"]},
        "problem": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]},
    }
)
STATE: Json = {"type": "string", "enum": ["queued", "running", "done", "failed", "undoing", "undone"]}
PERHAPS: Json = {"type": ["integer", "null"]}
RUN_NEW: Json = things(
    {
        "do": {"type": "string", "enum": ["set", "tag", "untag", "archive", "restore", "act"]},
        "q": {"type": "string", "maxLength": 10_000, "description": "Every record that meets this Query; or:"},
        "ids": {"type": "array", "items": UID, "maxItems": 10_000, "description": "Exactly these records."},
        "action": {"type": "string", "maxLength": 60, "description": "For “act”: the key of the Action."},
        "values": {"type": "object", "description": "For “set” and “tag” the fields, for “act” its parameters."},
    },
    optional=("q", "ids", "action", "values"),
)
RUN = things(
    {
        "id": TEXT,
        "object": TEXT,
        "do": TEXT,
        "action": {"type": ["string", "null"]},
        "state": STATE,
        "message": TEXT,
        "total": PERHAPS,
        "changed": NUMBER,
        "unchanged": NUMBER,
        "refused": NUMBER,
        "undone": NUMBER,
        "left": NUMBER,
        "created_at": MOMENT,
        "finished_at": MOMENT,
        "undone_at": MOMENT,
    }
)
# Rows of one table are as many as there are kinds of record; the names of rows are looked at by `Rules.check`.
ROLE_NAME: Json = {"type": "string", "minLength": 1, "maxLength": 80}


def _table(names: tuple[str, ...], values: tuple[str, ...], said: str) -> Json:
    cell: Json = {"type": "string", "enum": list(values)}
    row: Json = {"type": "object", "properties": dict.fromkeys(names, cell), "additionalProperties": False}
    return {"type": "object", "additionalProperties": row, "description": said}


GRANTS = _table(
    ACTIONS, SCOPES, "By key of the Object, “*” for all others, “role” for keeping the house: with whose records."
)
CLASSES_OF = _table(CLASSES, LEVELS, "By key of the Object, “*” for all others: fields of which sensitivity.")
ROLE_SENT: Json = {
    "name": ROLE_NAME,
    "description": {"type": "string", "maxLength": 300, "description": "What it is for."},
    "grants": GRANTS,
    "classes": CLASSES_OF,
}
ROLE_CHANGE: Json = {"type": "object", "properties": ROLE_SENT, "required": [], "additionalProperties": False}
ROLE_NEW: Json = {**ROLE_CHANGE, "required": ["name"]}
OUTCOME: Json = {"type": "string", "enum": ["changed", "unchanged", "refused"]}
FATE = things({"record": ANY_LINK, "outcome": OUTCOME, "reason": TEXT, "left": TEXT})
CHANGED = things(
    {
        "object": TEXT,
        "id": UID,
        "label": TEXT,
        "gone": YES,
        "event": {"anyOf": [{"$ref": "#/components/schemas/Event"}, {"type": "null"}]},
    }
)
COMPONENTS: Json = {
    "Event": EVENT,
    "Seen": things({"items": several(LOOK), "next": PERHAPS}),
    "Changes": things({"items": several(CHANGED), "next": TEXT, "more": YES}),
    "RunNew": RUN_NEW,
    "Run": RUN,
    "RunResults": things({"items": several(FATE), "next": PERHAPS}),
    "Bulk": BULK,
    "BulkDone": things({"done": NUMBER, "refused": NUMBER, "items": several(RESULT)}),
    "Role": things(
        {
            "key": TEXT,
            "name": TEXT,
            "description": TEXT,
            "grants": GRANTS,
            "classes": CLASSES_OF,
            "people": several(LINK),
            "count": NUMBER,
        }
    ),
    "Roles": things({"items": several({"$ref": "#/components/schemas/Role"})}),
    "RoleNew": ROLE_NEW,
    "RoleChange": ROLE_CHANGE,
    "Problem": PROBLEM,
    "Description": {"type": "object"},
    "Me": ME,
    "Schema": things({"objects": several(OBJECT)}),
    "Found": things(
        {
            "hits": several(
                things(
                    {
                        "object": TEXT,
                        "id": UID,
                        "title": TEXT,
                        "subtitle": TEXT,
                        "corrected": YES,
                        "snippet": several(things({"text": TEXT, "marked": YES})),
                    }
                )
            ),
            "more": YES,
            "instead": several(TEXT),
        }
    ),
    "Tags": things({"tags": several(TEXT)}),
    "File": FILE,
    "Files": things({"items": several(FILE)}),
    "FilePage": page({"$ref": "#/components/schemas/File"}),
    "Story": things({"planned": several(ENTRY), "past": several(ENTRY), "next": {"type": ["string", "null"]}}),
    "Events": things({"items": several({"$ref": "#/components/schemas/Event"}), "next": {"type": ["integer", "null"]}}),
}

RESPONSES: Json = {
    str(status): {
        "description": f"{HTTPStatus(status).phrase} ({code})",
        "content": {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **({"headers": {"WWW-Authenticate": {"schema": TEXT}}} if status == 401 else {}),
    }
    for status, code in problems.CODES.items()
    if status != 405
}
HEADERS: Json = {
    "Idempotent-Replayed": {
        "description": "“true” where this is the stored answer of an earlier request with the same Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "ETag": {"description": "The version of the record, for If-Match.", "schema": TEXT},
    "Location": {"description": "The address of what was created.", "schema": TEXT},
}
ADDRESS: dict[str, Json] = {
    "code": {
        "name": "code",
        "in": "path",
        "required": True,
        "description": "The id of an entry.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]+$", "minLength": 1, "maxLength": 64},
    },
    "run": {
        "name": "run",
        "in": "path",
        "required": True,
        "description": "The id of a run.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**62},
    },
    "role": {
        "name": "role",
        "in": "path",
        "required": True,
        "description": "The key of a role.",
        "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1, "maxLength": 40},
    },
    "id": {"name": "id", "in": "path", "required": True, "description": "The uid of the record.", "schema": UID},
    "event": {
        "name": "event",
        "in": "path",
        "required": True,
        "description": "The id of an Event.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**53},
    },
    "tag": {
        "name": "tag",
        "in": "path",
        "required": True,
        "description": "The word.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 60},
    },
    "value": {
        "name": "value",
        "in": "path",
        "required": True,
        "description": "The value of the key.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 1_000},
    },
}
