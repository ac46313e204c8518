"""`@job`: functions that can be done later. A plain typed function, the actor first, then the run, then its
arguments."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder

from rapport.platform.jobs.schedule import Schedule, every_so_often
from rapport.ui.language import gettext

if TYPE_CHECKING:
    from rapport.platform.jobs.models import Job

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Definition:
    """What is known of one kind of job."""

    key: str
    function: Callable[..., object]
    in_steps: bool
    retries: int
    schedule: Schedule | None
    longest: timedelta

    @property
    def sentence(self) -> str:
        """What it does, as its docstring's first line says, in the language in use."""
        return gettext((inspect.getdoc(self.function) or self.key).partition("\n")[0])


_definitions: dict[str, Definition] = {}


def job(
    key: str,
    *,
    retries: int = 5,
    every: timedelta | Schedule | None = None,
    longest: timedelta = timedelta(hours=1),
) -> Callable[[F], F]:
    """Make `def f(actor, job, **arguments)` a kind of job that runs in one transaction, together with its completion.

    What it changes in the database happens exactly once. `retries` are tries after the first. `every` runs it by
    itself, with no arguments. A run beyond `longest` is taken for stuck, and its worker ends.
    """
    return _register(key, in_steps=False, retries=retries, every=every, longest=longest)


def stepwise_job(
    key: str,
    *,
    retries: int = 5,
    every: timedelta | Schedule | None = None,
    longest: timedelta = timedelta(hours=12),
) -> Callable[[F], F]:
    """Like `job`, for long work: the function commits in steps, each inside `with job.step():`.

    After a crash it begins again, so each step leaves what the next beginning needs to go on from there.
    """
    return _register(key, in_steps=True, retries=retries, every=every, longest=longest)


def _register(
    key: str, *, in_steps: bool, retries: int, every: timedelta | Schedule | None, longest: timedelta
) -> Callable[[F], F]:
    def add(function: F) -> F:
        known = _definitions.get(key)
        if known and _address(known.function) != _address(function):
            raise ValueError(f"Two jobs are called {key!r}: {_address(known.function)} and {_address(function)}.")
        schedule = every_so_often(every) if isinstance(every, timedelta) else every
        _definitions[key] = Definition(key, function, in_steps, retries, schedule, longest)
        return function

    return add


def _address(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def definition(key: str) -> Definition | None:
    return _definitions.get(key)


def definition_of(function: Callable[..., object]) -> Definition:
    for known in _definitions.values():
        if known.function is function:
            return known
    raise LookupError(f"{_address(function)} is not a job: decorate it with @job.")


def definitions() -> tuple[Definition, ...]:
    return tuple(_definitions.values())


def as_json(known: Definition, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they will come back. TypeError when the function does not take them or JSON cannot keep them."""
    inspect.signature(known.function).bind(None, None, **arguments)
    text = json.dumps(dict(arguments), cls=DjangoJSONEncoder, allow_nan=False)
    if "\\u0000" in text:
        raise TypeError(f"The job {known.key} cannot keep the character NUL.")
    kept: dict[str, Any] = json.loads(text)
    return kept


def call(known: Definition, actor: object, run: object, job_row: Job) -> object:
    return known.function(actor, run, **job_row.arguments)
