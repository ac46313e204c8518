"""Where the contract is tried: an owner who calls the API, and records of every Object to point at."""

from __future__ import annotations

from typing import Any

from rapport.platform import records
from rapport.platform.access import writable
from rapport.platform.fields import Text
from rapport.platform.objects import Object, registry
from tests.contract import values
from tests.platform.api.caller import SYSTEM, Caller


class Yard:
    """Records made on demand, one per Object; `body` is everything a noun can be given."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._made: dict[str, str | None] = {}
        self._pipeline()

    def _pipeline(self) -> None:
        """A deal stands in a stage of some pipeline; without one there is no deal."""
        if not registry.has("stage"):
            return
        pipeline = records.create(SYSTEM, registry.get("pipeline"), {"name": "Sales"})
        stages = [
            records.create(
                SYSTEM, registry.get("stage"), {"name": outcome, "pipeline": pipeline.pk, "outcome": outcome}
            )
            for outcome in ("open", "won", "lost")
        ]
        self._made |= {"pipeline": str(pipeline.uid), "stage": str(stages[0].uid)}

    def uid(self, obj: Object) -> str | None:
        """Some record of an Object; None while one is in the making that needs itself."""
        if obj.key == "file":
            return self._file()
        if obj.key not in self._made:
            self._made[obj.key] = None
            reply = self.caller("POST", f"/{obj.url}", self.body(obj, only_needed=True))
            assert reply.status == 201, (obj.key, reply.json)
            self._made[obj.key] = reply.json["id"]
        return self._made[obj.key]

    def _file(self) -> str:
        if "file" not in self._made:
            reply = self.caller("POST", "/files?name=a.txt", b"content", content_type="text/plain")
            self._made["file"] = reply.json["id"]
        return str(self._made["file"])

    def body(self, obj: Object, *, only_needed: bool = False, second: bool = False) -> dict[str, Any]:
        """A body for the API: every writable field, or only what a new record must have."""
        found = {}
        for key, field in writable(SYSTEM, obj).items():
            if only_needed and not field.required and key not in NEEDED.get(obj.key, ()):
                continue
            fitting = values.is_fitting(obj, field)
            value = values.sample(obj, field, self.uid, second=second or (only_needed and fitting))
            if only_needed and isinstance(field, Text) and field.kind == "text" and not fitting:
                value = f"Hof {obj.key}"[: field.max]
            if value is not None:
                found[key] = value
        return found


# What rules of the nouns ask for beside `required`.
NEEDED: dict[str, tuple[str, ...]] = {key: ("name",) for key in ("party", "person", "organisation", "household")}
