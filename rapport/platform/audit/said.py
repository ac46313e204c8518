"""Entries in words: "Mara Lind exported 214 people as CSV"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from rapport.platform.accounts.models import User
from rapport.platform.audit.kinds import KINDS
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.audit.models import AuditEntry

ACCOUNT = "user"


def sentences(entries: Iterable[AuditEntry]) -> list[str]:
    """One sentence for each entry, in the reader's language. One query for the names of people."""
    kept = list(entries)
    wanted = {one.actor_id for one in kept} | {one.record_id for one in kept if one.object == ACCOUNT}
    names = dict(User.objects.filter(pk__in=wanted - {None}).values_list("pk", "name"))
    return [_sentence(one, names) for one in kept]


def _sentence(entry: AuditEntry, names: dict[int, str]) -> str:
    detail: dict[str, Any] = orjson.loads(entry.detail) if entry.detail else {}
    who = names.get(entry.actor_id or 0) or detail.get("as") or _("Somebody")
    facts = _Facts({key: _words(value) for key, value in detail.items()})
    facts |= {"who": who, "what": _what(entry, detail, names)}
    if isinstance(detail.get("fields"), list):
        facts["fields"] = _fields(detail["fields"])
    if "form" in detail:
        facts["form"] = str(detail["form"]).upper()
    known = KINDS.get(entry.kind)
    words = str(known.sentence).format_map(facts) if known else f"{who}: {entry.kind}"
    left_out = detail.get("left_out")
    return words + (_(" (and {n} more times before, left out)").format(n=left_out) if left_out else "")


class _Facts(dict[str, str]):
    """What an entry of an older version does not say stays open."""

    def __missing__(self, key: str) -> str:
        return "–"


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _what(entry: AuditEntry, detail: dict[str, Any], names: dict[int, str]) -> str:
    if entry.object == ACCOUNT and entry.record_id in names:
        return names[entry.record_id or 0]
    if entry.records:
        told = orjson.loads(entry.records)
        return ", ".join(f"{len(ids)} {_plural(key)}" for key, ids in told.items())
    key = detail.get("kind") or entry.object
    if entry.record_id is not None:
        return f"{registry.get(key).label if registry.has(key) else key} {entry.record_id}"
    return _plural(key)


def _plural(key: str) -> str:
    return str(registry.get(key).plural) if registry.has(key) else key


def _fields(names: Sequence[str]) -> str:
    """Labels of fields by "object.key"; over a path they keep their name."""
    found = []
    for name in names:
        key, _dot, field = name.partition(".")
        known = registry.get(key).fields.get(field) if registry.has(key) else None
        found.append(str(known.label) if known else name)
    return ", ".join(found)
