"""Devices: the browser somebody signed in with before, known by a signed cookie, and what it is called in words."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE = "rapport_device"
YEAR = 365 * 86_400
MOST = 5

# In this order: most browsers also name those they are like.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")),
    *(("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS")),
    *(("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def of(cookies: Mapping[str, str], email: str) -> str:
    """The name of this device for an account; "" when nobody has signed in to it here."""
    return _known(cookies).get(_account(email), "")


def with_account(cookies: Mapping[str, str], email: str) -> str:
    """The cookie that makes this browser known for an account as well."""
    known = _known(cookies)
    name = known.pop(_account(email), "") or secrets.token_urlsafe(16)
    kept = dict(list(known.items())[-(MOST - 1) :])
    return signing.dumps({**kept, _account(email): name}, salt=COOKIE)


def _known(cookies: Mapping[str, str]) -> dict[str, str]:
    try:
        found = signing.loads(cookies.get(COOKIE, ""), salt=COOKIE, max_age=YEAR)
    except signing.BadSignature:
        return {}
    return {str(key): str(name) for key, name in found.items()} if isinstance(found, dict) else {}


def _account(email: str) -> str:
    """Stands for the address in the cookie, which others at the same browser could read."""
    from django.utils.crypto import salted_hmac

    return salted_hmac(COOKIE, email.strip().lower()).hexdigest()[:16]


def named(agent: str) -> str:
    """ "Firefox|Windows" for a User-Agent; what is not known is left out."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}/", agent)), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser}|{system}"


def words(device: str) -> str:
    """What `named` gave, in words."""
    browser, _bar, system = device.partition("|")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("Unknown device")
