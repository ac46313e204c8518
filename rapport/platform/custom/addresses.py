"""First segments of addresses that mean something already: no Object may be called so."""

# Pages of the engine.
PAGES = frozenset(
    (
        *("sign-in", "sign-out", "first-start", "welcome", "reset", "forgotten", "confirm", "palette", "find"),
        *("query", "settings", "import", "export", "help", "events", "favourites"),
        *("theme", "static", "media", "health", "api", "today", "sales", "reports", "recent", "map", "runs"),
    )
)
# Endpoints of the API, and what stands there for every Object.
API = frozenset(
    ("me", "schema", "search", "tags", "files", "bulk", "changes", "jobs", "webhooks", "batch", "scim", "roles")
)
