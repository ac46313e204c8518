"""The document in which foreign HTML is shown: an origin of its own, no scripts, no forms, nothing loaded.

Three walls, each enough by itself: the text is cleaned, the document has a policy that allows nothing, and it is in a
sandbox, by its own header and by the attribute of the frame around it.
"""

from __future__ import annotations

import base64
import hashlib

from rapport.platform.content.html import clean

STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;color:#1b1b18;background:#fff;margin:16px;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;max-width:100%}td,th{padding:2px 6px;vertical-align:top;text-align:start}"
    "blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:2px solid #ccc}pre{white-space:pre-wrap}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{_HASH}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        # A link opens a tab of its own, which is no longer in the sandbox; nothing opens by itself.
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
# What a frame around it says; the same as the policy.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


def page(source: str) -> str:
    """The whole document for a frame."""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f"<title>-</title><style>{STYLE}</style></head><body>{clean(source)}</body></html>"
    )
