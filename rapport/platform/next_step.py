"""Next step: what comes next with a record, told by the domains that plan things. None is worth a warning.

@next_step.provider("party", "opportunity")
def tasks(actor, record): yield Step(task.name, task.due_at, ref=Ref("task", task.pk), done="complete")
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rapport.platform.access import readable
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.fields import Ref
    from rapport.platform.objects import Object

MOST = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Something planned. `done` is the key of the Action on `ref` that finishes it; `note` says with or for whom."""

    text: str
    at: datetime | date | None = None
    ref: Ref | None = None
    icon: str = "calendar"
    note: str = ""
    done: str = ""


Provider = Callable[["Actor", Any], Iterable[Step]]
_providers: dict[str, list[Provider]] = defaultdict(list)


def provider(*objects: str) -> Callable[[Provider], Provider]:
    """Tell what is planned for records of these Objects (base or concrete keys; "*": every one); one query at most."""

    def add(function: Provider) -> Provider:
        for key in objects or ("*",):
            _providers[key].append(function)
        return function

    return add


def steps(actor: Actor, record: Any) -> list[Step]:
    """What is planned, soonest first, undated last; from the fields of `Steps` where no domain knows more."""
    obj = registry.of_record(record)
    found = [step for function in _of(obj) for step in function(actor, record)]
    return sorted(found or _from_fields(actor, obj, record), key=_when)[:MOST]


def concerns(obj: Object) -> bool:
    """Whether a missing next step is worth a warning: it has the fields of `Steps`, or somebody plans for its kind."""
    return "next_step_at" in obj.fields or bool(_providers.get(obj.key) or _providers.get(obj.base.key))


def _of(obj: Object) -> list[Provider]:
    return list(dict.fromkeys(function for key in (obj.key, obj.base.key, "*") for function in _providers.get(key, ())))


def _from_fields(actor: Actor, obj: Object, record: Any) -> list[Step]:
    if not {"next_step", "next_step_at"} <= set(readable(actor, obj)) or not (record.next_step or record.next_step_at):
        return []
    return [Step(record.next_step or str(obj.field("next_step").label), record.next_step_at)]


def _when(step: Step) -> tuple[bool, str]:
    return (step.at is None, step.at.isoformat() if step.at else "")
