"""Evidence: what an auditor asks for, as files: who may do what, who came in, what changed, whether the trail holds."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import orjson

from rapport.base import clock
from rapport.base.csv_safe import formula_safe
from rapport.platform.access import actor_for
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.access.rules import objects
from rapport.platform.accounts.models import Token, User
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.verify import verify
from rapport.platform.events.models import Event

LEVELS = ("hidden", "read", "write")


def write(folder: Path) -> Iterator[Path]:
    """Make the folder, for its owner alone, and write every file. Raises FileExistsError where it is there already."""
    folder.mkdir(mode=0o700, parents=True)
    yield _table(folder / "users.csv", ("user", "e-mail", "may sign in", "roles", "tokens", "last sign-in"), _users())
    yield _table(folder / "rights.csv", ("user", "kind of record", *ACTIONS, *CLASSES), _rights())
    yield _table(folder / "sign-ins.csv", ("at", "what", "user", "address"), _sign_ins())
    yield _table(folder / "rights-changed.csv", ("at", "what", "by", "about", "changes"), _rights_changed())
    yield _table(folder / "parts.csv", ("part", "version", "licence"), _parts())
    yield _integrity(folder / "integrity.json")


def _table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(head)
        out.writerows([formula_safe(str("" if cell is None else cell)) for cell in row] for row in rows)
    return path


def _users() -> Iterator[Sequence[Any]]:
    last = {
        actor: at
        for actor, at in AuditEntry.objects.filter(kind="sign_in").order_by("id").values_list("actor_id", "at")
    }
    roles: dict[int, list[str]] = {}
    for key, user in Role.objects.exclude(users=None).order_by("key").values_list("key", "users"):
        roles.setdefault(user, []).append(key)
    tokens: dict[int, int] = {}
    for user in Token.objects.filter(revoked_at=None).values_list("user", flat=True):
        tokens[user] = tokens.get(user, 0) + 1
    for user in User.objects.exclude(email=None).order_by("name"):
        able = "yes" if user.is_active and not user.is_archived else "no"
        yield user.name, user.email, able, ", ".join(roles.get(user.pk, ())), tokens.get(user.pk, 0), last.get(user.pk)


def _rights() -> Iterator[Sequence[Any]]:
    for pk, name in User.objects.exclude(email=None).order_by("name").values_list("pk", "name"):
        actor = actor_for(pk, "command")
        for obj in objects() if actor else ():
            scopes = [actor.rights.scope(obj.access_key, action) for action in ACTIONS]  # type: ignore[union-attr]  # asked above
            levels = [LEVELS[actor.rights.level(obj.access_key, one)] for one in CLASSES]  # type: ignore[union-attr]  # as above
            yield name, obj.key, *scopes, *levels


def _sign_ins() -> Iterator[Sequence[Any]]:
    names = dict(User.objects.values_list("pk", "name"))
    told = AuditEntry.objects.filter(kind__in=("sign_in", "sign_in_failed", "break_glass")).order_by("id")
    for entry in told.iterator():
        yield entry.at, entry.kind, names.get(entry.record_id or 0, ""), entry.address


def _rights_changed() -> Iterator[Sequence[Any]]:
    names = dict(User.objects.values_list("pk", "name"))
    for event in Event.objects.filter(object="role").order_by("id").iterator():
        by = names.get(event.actor_id or 0, event.reason)
        yield event.at, event.kind, by, event.record_id, orjson.dumps(event.changes).decode()


def _parts() -> Iterator[Sequence[Any]]:
    for part in sorted(distributions(), key=lambda one: str(one.name).lower()):
        told = part.metadata.get_all("License-Expression") or part.metadata.get_all("License") or [""]
        licence = str(told[0])
        yield part.name, part.version, licence.splitlines()[0][:80] if licence else ""


def _integrity(path: Path) -> Path:
    result = verify()
    told = {
        "at": clock.now(),
        "holds": result.holds,
        "problem": str(result.problem) if result.problem else None,
        "entries": result.count,
        "seals": result.seals,
        "head": result.head,
        "warnings": result.warnings,
    }
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return path
