"""Why nothing went out. Each is a sentence for the person who gave the address."""

from django.utils.translation import gettext as _


class EgressError(Exception):
    """Nothing was received."""


class BadAddress(EgressError):
    """The text of the address cannot be used; no name was looked up."""


class Unreachable(EgressError):
    """Forbidden, closed, silent, too slow or not understood: one sentence for all, or it would map our network."""

    def __init__(self) -> None:
        super().__init__(_("This address could not be reached."))


class BadCertificate(EgressError):
    """Somebody answered who cannot prove to be the one named; said only of an address that may be met."""

    def __init__(self, host: str) -> None:
        super().__init__(_("The certificate of %(host)s is not valid for this name.") % {"host": host})
