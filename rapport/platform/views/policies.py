"""Who may come to each page. Grouped by what is asked; domains and plug-ins declare theirs beside their addresses."""

from __future__ import annotations

from rapport.platform.policies import (
    AUDITOR,
    KEEPER,
    LINK,
    PERSON,
    PRIVACY,
    PUBLIC,
    ByMethod,
    Policy,
    kind,
    own,
    record,
)

FORM = ("GET", "POST")
OBJ, ONE = "<obj:obj>", "<obj:obj>/<int:pk>"


def _below(start: str, policy: Policy | ByMethod, *rest: str) -> dict[str, Policy | ByMethod]:
    return {f"{start}/{end}" if end else start: policy for end in rest}


DOORS: dict[str, Policy | ByMethod] = {
    **dict.fromkeys(("csp-reports", "sign-in", "sign-out", "sign-in/second", "first-start", "forgotten"), PUBLIC),
    **_below("sign-in", PUBLIC, "passkey", "passkey/challenge", "with/<int:pk>", "with/<int:pk>/back"),
    **dict.fromkeys(("reset/<str:secret>", "welcome/<str:secret>"), LINK),
}
MINE: dict[str, Policy | ByMethod] = {
    **dict.fromkeys(("", "today", "palette", "find", "help/keys", "favourites", "theme", "confirm", "files"), PERSON),
    **_below("query", PERSON, "builder", "complete"),
    **_below("notifications", PERSON, "", "count", "read"),
    **_below("notifications/<int:pk>", own("notification"), "open", "read", "unread", "snooze"),
    **_below("files/<uuid:uid>", own("file"), "", "show", "framed", "picture", "thumbnail"),
    **_below("runs", PERSON, ""),
    **_below("runs/<int:pk>", own("run"), "", "progress", "report"),
    "events/<int:pk>/undo": own("change"),
    "events/runs/<int:pk>/undo": own("run"),
    "import": PERSON,
    **_below("import/<int:pk>", own("import"), "", "check", "columns", "file", "forget", "mapping", "progress"),
    **_below("import/<int:pk>", own("import"), "report", "save", "undo"),
    "import/<int:pk>/kind": KEEPER,
    "mentions": kind("read", of="user"),
    **_below("api/docs", PERSON, "", "openapi.json"),
}
SETTINGS: dict[str, Policy | ByMethod] = {
    **_below("settings", PERSON, "", "about", "density", "notifications", "profile", "tokens", "views", "jobs"),
    "settings/tokens/<int:pk>/revoke": own("token"),
    "settings/jobs/<int:pk>/cancel": own("job"),
    "settings/jobs/<int:pk>/retry": KEEPER,
    "settings/currencies": {"GET": PERSON, "POST": KEEPER},
    **_below("settings/security", PERSON, "", "app", "app/begin", "app/remove", "codes", "demanded", "password"),
    **_below("settings/security", PERSON, "passkeys/challenge", "passkeys/new", "sessions/end"),
    "settings/security/passkeys/<int:pk>/remove": own("passkey"),
    "settings/security/providers/<int:pk>/connect": PERSON,
    "settings/security/providers/<int:pk>/remove": own("identity"),
    **_below("settings", kind("read", of="user"), "people", "roles", "roles/<int:pk>", "roles/compare"),
    "settings/people/<int:pk>/access": own("person"),
    "settings/teams": kind("read", of="team"),
    **_below(
        "settings/people", KEEPER, "invite", "<int:pk>/link", "<int:pk>/look", "<int:pk>/roles", "<int:pk>/switch"
    ),
    "settings/looking/end": PERSON,
    **_below("settings/people/<int:pk>", KEEPER, "factors/remove", "sessions/end"),
    "settings/roles/new": KEEPER,
    **_below("settings/roles/<int:pk>", KEEPER, "copy", "delete", "factor", "look", "people", "rename", "rules"),
    **_below("settings/sign-in", KEEPER, "", "providers/new", "providers/<int:pk>", "providers/<int:pk>/remove"),
    **_below("settings", KEEPER, "events", "definitions", "definitions.json", "fields", "kinds/new"),
    **_below("settings/fields/<int:pk>", KEEPER, "", "back", "move", "retire"),
    **_below("settings/fields/of/<slug:key>", KEEPER, "", "new", "order", "formula", "formula/words"),
    **_below("settings/kinds/<int:pk>", KEEPER, "", "back", "retire"),
    **_below("settings/outgoing", KEEPER, "", "hold", "release", "<int:pk>/again", "<int:pk>/cancel"),
    **_below("settings/backups", KEEPER, "", "now", "key"),
    **_below("settings/check", KEEPER, "", "now"),
    "settings/status": KEEPER,
    **_below("settings/outgoing", KEEPER, "lanes/<int:pk>/wake", "caught", "caught/<str:name>"),
    "settings/webhooks": KEEPER,
    "settings/webhooks/<int:pk>/secret": KEEPER,
    "settings/webhooks/<int:pk>/test": own("webhook"),
    **_below("settings", AUDITOR, "audit", "audit.csv"),
    **_below("settings/privacy", PRIVACY, "", "erasures", "erasures/<uuid:uid>", "suppressed"),
    "settings/privacy/suppressed/<slug:code>/release": PRIVACY,
    **_below("settings/privacy", PRIVACY, "retention", "processing", "processing.html"),
    **_below("settings/privacy/retention/<int:pk>", PRIVACY, "", "csv", "confirm", "stop"),
}
LISTS: dict[str, Policy | ByMethod] = {
    **_below(OBJ, kind("read"), "", "board", "board/card", "board/column", "board/move", "calendar", "columns"),
    **_below(OBJ, kind("read"), "calendar/move", "cells", "columns/arrange"),
    **_below(f"{OBJ}/views", kind("read"), "new", "arrange", "first", "link", "pin"),
    **_below(f"{OBJ}/views/<int:pk>", own("view"), "", "save", "delete"),
    # Pickers ask for every kind a form may point at, and are empty where nothing may be seen.
    f"{OBJ}/options": PERSON,
    f"{OBJ}/export": kind("export"),
    **_below(OBJ, kind("create"), "new", "conditions"),
    **_below(f"{OBJ}/bulk", kind("mass"), "edit", "tag", "archive", "actions/<str:key>"),
    f"{OBJ}/cells/chosen": kind("mass"),
}
RECORDS: dict[str, Policy | ByMethod] = {
    **_below(ONE, record("read"), "", "panel", "story", "history", "map", "follow", "arrange"),
    **_below(ONE, record("edit"), "edit", "field", "files", "files/<int:file_pk>/detach", "stage"),
    **_below(ONE, record("delete"), "archive", "restore"),
    # Each Action asks for the right that it names.
    f"{ONE}/actions/<str:key>": record("read"),
    f"{ONE}/share": {"GET": record("read"), "POST": record("edit")},
    f"{ONE}/share/<int:share_pk>/remove": record("edit"),
    f"{ONE}/seen": AUDITOR,
    **_below(f"{ONE}/privacy", PRIVACY, "", "bundle", "erase"),
}
PAGES = {**DOORS, **MINE, **SETTINGS, **LISTS, **RECORDS}
