"""What interactions derive, for `rapport check`: next steps, answers, conversations, strengths.

All of it follows from tasks, contacts and participants alone and is written beside them for speed, without Events.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rapport.interactions import next_steps, replies, strengths
from rapport.platform import derived
from rapport.platform.derived import Derived
from rapport.platform.objects import registry
from rapport.platform.record import Steps

if TYPE_CHECKING:
    from collections.abc import Iterator


@derived.provider
def proofs() -> Iterator[Derived]:
    """Each derived value with its comparison and its repair."""
    for obj in registry.all():
        if not obj.of and issubclass(obj.model, Steps):
            yield Derived(
                f"next step of {obj.key}", partial(next_steps.deviating, obj), partial(next_steps.repair, obj)
            )
    yield Derived("answered messages", replies.deviating, replies.repair)
    yield Derived("latest contact of conversations", replies.threads_deviating, replies.repair_threads)
    yield Derived("strength of relationships", strengths.deviating, strengths.repair, nightly=False)
