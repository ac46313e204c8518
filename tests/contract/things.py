"""One of everything that belongs to somebody and stands in an address: what `policies.own` is about.

Each maker makes the thing for an actor who may do everything with their own, and gives the values of the address.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from rapport.base.clock import now
from rapport.platform import access, files, jobs, records, runs, saved_views
from rapport.platform.access import Actor
from rapport.platform.accounts import tokens
from rapport.platform.accounts.factors import Passkey
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc.models import Identity, Provider
from rapport.platform.events.models import Event
from rapport.platform.jobs.upkeep import forget_old_jobs
from rapport.platform.notifications.models import Notification
from rapport.platform.objects import registry
from rapport.platform.runs import Work
from rapport.platform.transfer import run as imports
from rapport.platform.transfer import store
from tests.toyshop.models import Toy

Maker = Callable[[Actor], dict[str, Any]]
NEVER, NEVER_UID = 987_654_321, UUID("0190a5a0-0000-7000-8000-00000000dead")


def never(values: dict[str, Any]) -> dict[str, Any]:
    """The same address for ids that never existed."""
    return {name: NEVER_UID if isinstance(value, UUID) else NEVER for name, value in values.items()}


def _me(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def _toy(actor: Actor) -> Toy:
    toy: Toy = records.create(actor, registry.get("toy"), {"name": "Mine", "owner": actor.user_id})
    return toy


def _notification(actor: Actor) -> dict[str, Any]:
    made = Notification.objects.create(
        user_id=_me(actor), kind="assigned", object="toy", record_id=_toy(actor).pk, made_at=now(), at=now()
    )
    return {"pk": made.pk}


def _file(actor: Actor) -> dict[str, Any]:
    return {"uuid:uid": files.store(actor, io.BytesIO(b"text"), "a.txt", on=_toy(actor)).uid}


def _run(actor: Actor) -> dict[str, Any]:
    made = runs.begin(actor, registry.get("toy"), Work("set", {"stage": "won"}), ids=[_toy(actor).pk])
    return {"pk": made.pk, "run": made.pk}


def _change(actor: Actor) -> dict[str, Any]:
    toy = _toy(actor)
    records.update(actor, toy, {"stage": "won"})
    return {"pk": Event.objects.filter(object="toy", record_id=toy.pk).latest("pk").pk}


def _import(actor: Actor) -> dict[str, Any]:
    return {"pk": imports.begin(actor, store.keep("toys.csv", [b"Name,Stage\nBear,built\n"])).pk}


def _token(actor: Actor) -> dict[str, Any]:
    return {"pk": tokens.make(User.objects.get(pk=actor.user_id), "mine")[0].pk}


def _job(actor: Actor) -> dict[str, Any]:
    return {"pk": jobs.enqueue(actor, forget_old_jobs).pk}


def _passkey(actor: Actor) -> dict[str, Any]:
    names = {"name": "Key", "credential_id": "a", "digest": "a", "credential": "a"}
    made = [Passkey.objects.create(user_id=_me(actor), added_at=now(), **names | {"digest": one}) for one in "ab"]
    return {"pk": made[0].pk}


def _identity(actor: Actor) -> dict[str, Any]:
    made = [
        Identity.objects.create(provider=_provider(one), subject=one, user_id=_me(actor), made_at=now()) for one in "ab"
    ]
    return {"pk": made[0].pk}


def _provider(name: str) -> Provider:
    return Provider.objects.create(name=name, issuer=f"https://{name}.example", client_id="rapport")


def _person(actor: Actor) -> dict[str, Any]:
    return {"pk": actor.user_id}


def _webhook(actor: Actor) -> dict[str, Any]:
    given = {"name": "Mine", "url": "https://hook.example/", "owner": actor.user_id}
    return {"pk": records.create(access.system("test"), registry.get("webhook"), given).pk}


def _view(actor: Actor) -> dict[str, Any]:
    return {"pk": saved_views.save(actor, registry.get("toy"), "Mine").pk}


THINGS: dict[str, Maker] = {
    "notification": _notification,
    "file": _file,
    "run": _run,
    "change": _change,
    "import": _import,
    "token": _token,
    "job": _job,
    "passkey": _passkey,
    "identity": _identity,
    "person": _person,
    "webhook": _webhook,
    "view": _view,
}
