"""How the text of one environment variable becomes a value. Each raises ValueError with words that follow its name."""

import re
import zoneinfo
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from rapport.config.places import HOME
from rapport.platform import pace
from rapport.platform.backup import age, kept
from rapport.platform.egress import allowed

_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def text(value: str) -> str:
    return value.strip()


def flag(value: str) -> bool:
    if value.strip().lower() not in _FLAGS:
        raise ValueError("must be 1 or 0")
    return _FLAGS[value.strip().lower()]


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def inside(value: str) -> list[str]:
    allowed.parse(names(value))
    return names(value)


def rates(value: str) -> dict[str, pace.Rate]:
    if value.strip() == "off":
        return {}
    found = {}
    for one in names(value):
        read = re.fullmatch(r"(api|page|search|export|rows|upload|door|report)=([1-9][0-9]{0,8})/([smh])", one)
        if not read:
            raise ValueError(f"has an entry that is no limit, such as search=300/m: {one[:60]!r}")
        found[read[1]] = pace.Rate(int(read[2]), {"s": 1, "m": 60, "h": 3600}[read[3]])
    return found


def networks(value: str) -> list[str]:
    for name in names(value):
        try:
            ip_network(name)
        except ValueError:
            raise ValueError(f"has an entry that is no address or network: {name[:60]!r}") from None
    return names(value)


def public_keys(value: str) -> list[str]:
    for one in names(value):
        try:
            age.check_recipient(one)
        except ValueError as error:
            raise ValueError(f"has an entry that is no public key (age1…): it {error}") from None
    return names(value)


def time_of_day(value: str) -> str:
    """`off` becomes nothing."""
    if value.strip() == "off":
        return ""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value.strip()):
        raise ValueError("must be a time such as 02:30, or off")
    return value.strip()


def keep(value: str) -> str:
    kept.parse(value)
    return value.strip()


def folder(value: str) -> Path:
    return (HOME / value.strip()).resolve()


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        # Nine digits: int() of a megabyte of them takes seconds, and none of our settings is that large.
        if not re.fullmatch(r"\s*[0-9]{1,9}\s*", value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.strip() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value.strip()

    return read


def time_zone(value: str) -> str:
    if value.strip() not in zoneinfo.available_timezones():
        raise ValueError("must be a time zone such as Europe/Berlin or UTC")
    return value.strip()


def currency(value: str) -> str:
    if not re.fullmatch(r"\s*[A-Z]{3}\s*", value):
        raise ValueError("must be the three letters of a currency, such as EUR")
    return value.strip()


def language(value: str) -> str:
    if not re.fullmatch(r"\s*[a-z]{2,3}(-[a-z0-9]{2,8})*\s*", value.lower()):
        raise ValueError("must be a language such as en or pt-br")
    return value.strip().lower()


def address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError("must be an address without a path, such as https://crm.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def live(value: str) -> str:
    """A path of this site, `off`, or empty."""
    given = value.strip()
    if given in ("", "off") or re.fullmatch(r"/[A-Za-z0-9/_-]+", given):
        return given
    raise ValueError("must be a path of this site, such as /live, or off")


def mail_server(value: str) -> str:
    """A mail server's address; "" for none."""
    if not value.strip():
        return ""
    try:
        parts = urlsplit(value.strip())
        known = parts.scheme in ("smtp", "smtps", "smtp+plain") and bool(parts.hostname) and parts.path in ("", "/")
        known = known and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise ValueError("must look like smtp://user:password@mail.example.org:587, with smtps:// or smtp+plain:// too")
    if parts.password and parts.scheme == "smtp+plain":
        raise ValueError("would send its password readable over the network: use smtp:// or smtps://")
    return value.strip()
