"""E-mail addresses: read strictly, kept in one normal form (lower case, domain in its ASCII form).

Strict means: one address, nothing that two programs could read differently. Quoted local parts, comments, bare hosts
and IP literals are refused though RFC 5322 allows them: no customer has one, and each has carried an attack. The
local part is lower-cased, against the letter of RFC 5321, section 2.4: providers do not tell case apart, nor do people.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from rapport.base.errors import InputError, shown
from rapport.base.tables import listed
from rapport.base.text import clean_line

MAX_LENGTH = 254
MAX_LOCAL = 64
MAX_DOMAIN = 253
_MAX_WITH_NAME = 600

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:)?//(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)

FREE_MAIL = listed(
    """
    aol.com arcor.de bluewin.ch email.de fastmail.com foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com
    laposte.net libero.it live.com live.de mac.com mail.com mail.de mail.ru me.com msn.com naver.com o2.pl orange.fr
    outlook.com outlook.de pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com rocketmail.com seznam.cz
    sfr.fr t-online.de tutanota.com virgilio.it wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com 126.com 163.com
    """
)
"""Domains where neighbours share nothing: an address there says nothing about the firm."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address in normal form, and the name written with it (which does not count for equality)."""

    local: str
    domain: str
    display_name: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def shown_domain(self) -> str:
        """The domain for people: bücher.de instead of xn--bcher-kva.de."""
        return ".".join(_unicode_label(label) for label in self.domain.split("."))


@lru_cache(maxsize=4_096)
def parse(text: str) -> EmailAddress:
    """One address, plain or as `Name <a@b.com>`; raises InputError with a sentence naming the fault."""
    if len(text) > _MAX_WITH_NAME:
        raise InputError("This is too long for an e-mail address (at most %(limit)d characters).", limit=MAX_LENGTH)
    name, address = _name_and_address(text.strip())
    if not address:
        raise InputError("Enter an e-mail address.")
    if re.search(r"[\s,;]", address):
        raise InputError("“%(text)s” is not a single e-mail address: it has a blank or comma in it.", text=shown(text))
    if address.count("@") != 1:
        raise InputError("“%(text)s” needs exactly one @ to be an e-mail address.", text=shown(text))
    local, _, domain = address.partition("@")
    found = EmailAddress(_normal_local(local, text), normal_domain(domain), name)
    if len(str(found)) > MAX_LENGTH:
        raise InputError("An e-mail address has at most %(limit)d characters.", limit=MAX_LENGTH)
    return found


def domain_of(text: str) -> str:
    """The domain, in normal form, of an e-mail address, a web address (without www.) or a bare host."""
    if len(text) > 2_000:
        raise InputError("This is too long for an e-mail or web address.")
    plain = text.strip()
    if url := _URL.match(plain):
        return normal_domain(url[1]).removeprefix("www.")
    if "@" in plain:
        return parse(plain).domain
    return normal_domain(re.split(r"[/?#:]", plain, maxsplit=1)[0]).removeprefix("www.")


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there, so that it tells no employer."""
    return domain.lower().rstrip(".") in FREE_MAIL


def normal_domain(domain: str) -> str:
    """The domain in lower-case ASCII (IDNA 2008 form of other scripts, ß kept); raises InputError."""
    if len(domain) > MAX_DOMAIN:
        raise InputError("A domain has at most %(limit)d characters.", limit=MAX_DOMAIN)
    # The ideographic full stops are dots to everyone who types them.
    labels = unicodedata.normalize("NFKC", domain).replace("。", ".").strip().removesuffix(".").split(".")
    ascii_labels = [_ascii_label(label.lower()) for label in labels]
    whole = ".".join(ascii_labels)
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in ascii_labels) or len(whole) > MAX_DOMAIN:
        raise InputError("“%(domain)s” is not a domain such as example.com.", domain=shown(domain))
    if labels[-1].isdigit():
        raise InputError("“%(domain)s” ends in a number; a domain ends in letters.", domain=shown(domain))
    return whole


def _name_and_address(text: str) -> tuple[str, str]:
    if "<" not in text and ">" not in text:
        return "", text.removeprefix("mailto:")
    found = _WITH_NAME.fullmatch(text)
    if found is None:
        raise InputError("“%(text)s” is not a single e-mail address.", text=shown(text))
    name = clean_line(found["name"]).strip("\"' ")
    if "@" in name:  # mail programs show the name, so that one address would pass for another
        raise InputError("The name in “%(text)s” looks like another address; leave it out.", text=shown(text))
    return name, found["address"].strip()


def _normal_local(local: str, text: str) -> str:
    lowered = local.lower()
    if not lowered:
        raise InputError("The part before the @ is missing in “%(text)s”.", text=shown(text))
    if len(lowered) > MAX_LOCAL:
        raise InputError("The part before the @ has at most %(limit)d characters.", limit=MAX_LOCAL)
    if not _LOCAL.fullmatch(lowered):
        raise InputError("The part before the @ in “%(text)s” has a sign that does not belong there.", text=shown(text))
    return lowered


def _ascii_label(label: str) -> str:
    """The label in ASCII; letters, digits and their marks alone may stand in one of another script (RFC 5892)."""
    if label.isascii():
        return label
    if not all(c == "-" or unicodedata.category(c)[0] in "LMN" for c in label):
        return ""
    return "xn--" + label.encode("punycode").decode("ascii")


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
