"""Once: what several parts of one page ask alike is read once while the page is put together.

with once.together():          the view, around everything it gathers
    @once.shared               a reader asked by several parts: family(actor, id)

Elsewhere, and after a write, every question is asked anew: nothing outlives the `with`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from rapport.platform.access import Actor

P = ParamSpec("P")
R = TypeVar("R")
# Question -> (who asked, answer). The actor is kept, so that their identity is not taken by another.
_answers: ContextVar[dict[Any, tuple[object, Any]] | None] = ContextVar("answers", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Keep the answers of shared readers until the end of the block."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def shared(reader: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Let a reader of (actor, plain values) answer the same question once inside of `together`."""

    @wraps(reader)
    def ask(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        known = _answers.get()
        if known is None:
            return reader(actor, *args, **kwargs)
        question = (reader, id(actor), args, tuple(sorted(kwargs.items())))
        if question not in known:
            known[question] = (actor, reader(actor, *args, **kwargs))
        answer: R = known[question][1]
        return answer

    return ask  # type: ignore[return-value]  # the same call, whose first argument has a name
