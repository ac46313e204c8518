"""Comparing what a row says with what stands there, and refusals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.countries import parse_country
from rapport.base.postal_address import PostalAddress

if TYPE_CHECKING:
    from rapport.platform.transfer.plan import Step


def is_country(text: str) -> bool:
    try:
        return bool(parse_country(text))
    except ValueError:
        return False


def same(value: Any, now: Any) -> bool:
    if isinstance(value, list) and isinstance(now, list):
        return sorted(map(str, value)) == sorted(map(str, now))
    return bool(value == now)


def merged(given: PostalAddress, now: PostalAddress) -> PostalAddress:
    """Parts the file gives; the others stay."""
    return PostalAddress(
        *(
            getattr(given, name) or getattr(now, name)
            for name in ("street", "extra", "postal_code", "city", "region", "country")
        )
    )


def words(step: Step, error: Exception) -> str:
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            label = {key: str(field.label) for key, field in step.obj.fields.items()}
            return " ".join(
                f"“{label.get(key, key)}”: {' '.join(messages)}" for key, messages in error.message_dict.items()
            )
        return " ".join(error.messages)
    return str(error) or _("You may not do this.")
