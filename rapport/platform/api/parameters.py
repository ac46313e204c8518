"""Everything that may stand in a query string, described once."""

from __future__ import annotations

from rapport.platform.api.door import Parameter

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
_MOMENT = {"type": "string", "format": "date-time", "maxLength": 40}
SINCE = Parameter("since", _MOMENT, "Only from this moment on.")
UNTIL = Parameter("until", _MOMENT, "Only up to this moment.")
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
ON = Parameter("on", {"type": "string", "format": "date"}, "What held at the end of this day (UTC); now when left out.")
VALUE = Parameter(
    "value", {"type": "string", "minLength": 1, "maxLength": 500}, "Only the entry of this address or number."
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
PERSON = Parameter("person", {"type": "string", "format": "uuid"}, "Only the roles of this user, by uid.")
BEGINNING = Parameter("q", {"type": "string", "maxLength": 60}, "The beginning of the tag.")
NAME = Parameter("name", {"type": "string", "minLength": 1, "maxLength": 255}, "The name of the file.", required=True)


def limit(most: int, usual: int) -> Parameter:
    return Parameter("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": usual}, "How many at most.")
