"""Who may come to each address of the API. A list is open to every token: it holds what its owner may see."""

from __future__ import annotations

from rapport.platform.policies import AUDITOR, KEEPER, PERSON, PRIVACY, ByMethod, Policy, kind, own, record

MANY, ONE = "<str:plural>", "<str:plural>/<uuid:uid>"
READ = record("read")

HOUSE: dict[str, Policy | ByMethod] = {
    **dict.fromkeys(("openapi.json", "me", "schema", "search", "tags", "changes", "files"), PERSON),
    **dict.fromkeys(("files/<uuid:uid>", "files/<uuid:uid>/content"), own("file")),
    **dict.fromkeys(("runs/<int:run>", "runs/<int:run>/results", "runs/<int:run>/undo"), own("run")),
    **dict.fromkeys(("roles", "roles/<slug:role>", "roles/<slug:role>/people/<uuid:uid>"), KEEPER),
    **dict.fromkeys(
        ("privacy/erasures", "privacy/erasures/<uuid:uid>", "privacy/retention/<uuid:uid>", "privacy/processing"),
        PRIVACY,
    ),
    **dict.fromkeys(("privacy/suppressed", "privacy/suppressed/<slug:code>"), PRIVACY),
}
EVERY: dict[str, Policy | ByMethod] = {
    MANY: {"GET": PERSON, "POST": kind("create")},
    # Each line asks for what it does: some make, some change, and each has its own answer.
    f"{MANY}/bulk": PERSON,
    f"{MANY}/runs": kind("mass"),
    f"{MANY}/by/<slug:key>/<path:value>": record("edit"),
    **dict.fromkeys((f"{MANY}/export.csv", f"{MANY}/export.xlsx", f"{MANY}/export.jsonl"), kind("export")),
    ONE: {"GET": READ, "PATCH": record("edit"), "DELETE": record("delete")},
    f"{ONE}/restore": record("delete"),
    **dict.fromkeys((f"{ONE}/timeline", f"{ONE}/events", f"{ONE}/tags"), READ),
    f"{ONE}/seen": AUDITOR,
    f"{ONE}/events/<int:event>/undo": record("edit"),
    f"{ONE}/files": {"GET": READ, "POST": record("edit")},
    f"{ONE}/tags/<str:tag>": record("edit"),
    f"{ONE}/actions/<slug:action>": READ,
    **dict.fromkeys((f"{ONE}/privacy", f"{ONE}/privacy/bundle", f"{ONE}/privacy/erasure"), PRIVACY),
}
PREFIX = "api/v1/"
ADDRESSES = {
    **{f"{PREFIX}{route}": policy for route, policy in {**HOUSE, **EVERY}.items()},
    # What is no address at all says so to every token.
    "api/^v1(?:/|$)": PERSON,
}
