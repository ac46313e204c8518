"""Which ports may be spoken to. A stranger's address must not make us speak HTTP to a database or a mail server."""

from collections.abc import Callable

Ports = Callable[[int], bool]

# What browsers refuse above 1023 (WHATWG Fetch, “bad port”), and services that do what an unsigned line tells them.
NEVER_WEB = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080)
) | {1433, 1521, 2375, 2376, 2379, 3306, 5432, 6379, 9042, 11211, 27017}
MAIL = frozenset((25, 110, 143, 465, 587, 993, 995, 2525))
LDAP = frozenset((389, 636))


def web_ports(port: int) -> bool:
    """80, 443, and what people run services on."""
    return port in (80, 443) or (1024 <= port <= 65535 and port not in NEVER_WEB)


def mail_ports(port: int) -> bool:
    """SMTP, POP and IMAP, plain and TLS."""
    return port in MAIL


def ldap_ports(port: int) -> bool:
    """LDAP, plain and TLS."""
    return port in LDAP
