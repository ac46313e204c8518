"""What an erasure takes from parties besides their records, and that a file does not bring them back unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.parties.closure import PartyClosure
from rapport.platform.guards import guard
from rapport.platform.privacy.stores import store
from rapport.platform.privacy.suppression import erased_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.privacy.subject import Subject


@store("who belongs to whom")
def ties(actor: Actor, subject: Subject) -> int:
    """Nobody erased belongs to anybody any more."""
    if subject.party is None:
        return 0
    return PartyClosure.objects.filter(descendant_id=subject.party, depth__gt=0).delete()[0]


@guard("party.bring")
def not_unnoticed(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """A file may not bring back who was erased; a person who is asked to may enter them anew by hand."""
    if erased_before(str(values.get(key) or "") for key in ("email", "phone")):
        raise ValidationError(_("Erased before: they asked not to be kept. Enter them by hand if they have come back."))
