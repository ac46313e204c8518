"""The place in a list where the next page begins, as a token for a URL: key values and id of the last row, signed."""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import hmac
import json
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.platform.query.errors import QueryError

_DIGEST = 9


def seal(order: str, values: Sequence[object]) -> str:
    """The token for a place in the order written as `order`."""
    body = json.dumps([plain(value) for value in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_digest(order, body) + body).decode().rstrip("=")


def unseal(order: str, token: str) -> list[object]:
    """The key values in a token. Raises QueryError for one that was changed or belongs to another order."""
    try:
        sealed = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)) if len(token) < 10_000 else b""
    except (ValueError, binascii.Error, UnicodeError):
        sealed = b""
    body = sealed[_DIGEST:]
    if not body or not hmac.compare_digest(sealed[:_DIGEST], _digest(order, body)):
        raise QueryError(_("This page marker does not belong to this list; start again at the first page."))
    found: list[object] = json.loads(body)
    return found


def _digest(order: str, body: bytes) -> bytes:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32).digest()
    return hashlib.blake2b(order.encode() + b"\0" + body, key=key, digest_size=_DIGEST).digest()


def plain(value: object) -> object:
    """A column's content as JSON that compares in SQL as the content itself does."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
