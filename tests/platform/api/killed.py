"""A process that answers one request and is killed on the way: WHERE METHOD URL BODY SECRET KEY.

WHERE is "before" (the effect is written, nothing committed) or "after" (all is committed, the answer not yet sent).
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(where: str, method: str, url: str, body: str, secret: str, key: str) -> None:
    """Send the request through the application as the web server does."""
    django.setup()
    from django.db import transaction
    from django.test import Client

    from rapport.platform.api import idempotency

    keep = idempotency._keep

    def kept(*args: Any) -> None:
        if where == "before":
            die()
        keep(*args)
        if where == "after":
            transaction.on_commit(die)

    vars(idempotency)["_keep"] = kept
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    Client().generic(method, f"/api/v1{url}", body.encode(), content_type="application/json", headers=headers)


if __name__ == "__main__":
    main(*sys.argv[1:])
