"""The parts of the OpenAPI document about privacy."""

from __future__ import annotations

from rapport.platform.api.parts import MOMENT, NUMBER, PERHAPS, TEXT, YES, Json, several, things
from rapport.platform.api.schemas import ANY_LINK, UID

REASON: Json = {"type": "string", "minLength": 1, "maxLength": 200, "description": "No name: it is kept for ever."}
ERASURE_NEW: Json = things({"reason": REASON})
SUPPRESSED_NEW: Json = things(
    {
        "value": {"type": "string", "minLength": 1, "maxLength": 500, "description": "An e-mail address or a number."},
        "reason": {"type": "string", "maxLength": 200, "description": "No name: it is kept."},
    },
    optional=("reason",),
)
ERASURE = things(
    {
        "id": UID,
        "object": TEXT,
        "record": UID,
        "reason": TEXT,
        "asked_at": MOMENT,
        "done_at": MOMENT,
        "receipt": several(things({"store": TEXT, "count": NUMBER})),
    }
)
SUPPRESSED = things({"id": TEXT, "because": TEXT, "reason": TEXT, "at": MOMENT})
HELD = things({"object": TEXT, "label": TEXT, "count": NUMBER, "goes": YES, "why": TEXT})
SAID = things({"text": TEXT, "note": TEXT, "state": TEXT, "why": TEXT, "record": ANY_LINK})
COMPONENTS: Json = {
    "Privacy": things(
        {
            "restricted": YES,
            "held": several(HELD),
            "parts": several(things({"key": TEXT, "label": TEXT, "lines": several(SAID)})),
        }
    ),
    "Retention": things({"number": NUMBER, "restricted": NUMBER, "sample": several(ANY_LINK)}),
    "Processing": things(
        {
            "house": TEXT,
            "made_at": MOMENT,
            "entries": several(
                things({"id": UID, "part": TEXT, "name": TEXT, "texts": several(things({"label": TEXT, "text": TEXT}))})
            ),
            "tables": several(
                things({"key": TEXT, "label": TEXT, "head": several(TEXT), "rows": several(several(TEXT))})
            ),
        }
    ),
    "Erasure": ERASURE,
    "ErasureNew": ERASURE_NEW,
    "Erasures": things({"items": several({"$ref": "#/components/schemas/Erasure"}), "next": PERHAPS}),
    "Suppressed": SUPPRESSED,
    "SuppressedNew": SUPPRESSED_NEW,
    "SuppressedList": things(
        {"items": several({"$ref": "#/components/schemas/Suppressed"}), "next": {"type": ["string", "null"]}}
    ),
}
