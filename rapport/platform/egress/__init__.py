"""The only way out: no other module of the product opens a socket to another machine.

Whoever may type an address (a webhook, a mail server, a provider of identity) could name one that only we can reach:
the database beside us, the cloud's metadata, a printer. So an address is judged as text (`read_url`), then all that it
resolves to is judged (`resolve`), and the connection goes to the very address that was judged: a second look-up could
answer differently. Redirects are not followed, because a stranger would have chosen the next address. Time and bytes
have limits. What is closed, silent or forbidden reads the same, so nobody can map our network by asking.

    answer = egress.request("POST", url, body=payload, headers={"Content-Type": "application/json"})
    socket = egress.connect_tls("imap.example.org", 993, ports=egress.mail_ports)

Inside addresses are reached where `RAPPORT_EGRESS_ALLOW` names them.
"""

from rapport.platform.egress.errors import BadAddress, BadCertificate, EgressError, Unreachable
from rapport.platform.egress.http import Answer, request
from rapport.platform.egress.ports import ldap_ports, mail_ports, web_ports
from rapport.platform.egress.sockets import connect, connect_as_set, connect_tls, tls_context
from rapport.platform.egress.time_left import Limits
from rapport.platform.egress.urls import Target, read_url

__all__ = [
    "Answer",
    "BadAddress",
    "BadCertificate",
    "EgressError",
    "Limits",
    "Target",
    "Unreachable",
    "connect",
    "connect_as_set",
    "connect_tls",
    "ldap_ports",
    "mail_ports",
    "read_url",
    "request",
    "tls_context",
    "web_ports",
]
