"""`@action`: what a verb is called, who may use it, what it asks for.

The signature is the declaration: the first two parameters are the actor and the record, the keyword-only rest becomes
Fields (`Annotated[Stage, Reference(...)]`, or by plain type), hence form, API body, bulk form and AI tool at once.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

from rapport.base.money import Money
from rapport.platform.fields import Boolean, Date, DateTime, DecimalNumber, Duration, Field, MoneyField, Number, Text
from rapport.platform.words import gettext_lazy

BY_TYPE: dict[type, type[Field[Any]]] = {
    str: Text,
    int: Number,
    Decimal: DecimalNumber,
    bool: Boolean,
    date: Date,
    datetime: DateTime,
    timedelta: Duration,
    Money: MoneyField,
}


@dataclass(frozen=True)
class Parameter:
    """One thing an Action asks for."""

    key: str
    field: Field[Any]
    required: bool
    default: Any = None


@dataclass(frozen=True)
class Action:
    """A verb. Call it like the function it wraps; surfaces go through `actions.run`."""

    key: str
    label: str
    function: Callable[..., Any]
    icon: str = "play"
    # The right needed on the record, and the state of the record in which the verb is offered.
    needs: str = "edit"
    when: Callable[[Any], bool] | None = None
    event: str = ""
    many: bool = True
    # Shown among the first buttons of the record page.
    primary: bool = False
    help: str = field(default="", compare=False)
    # What the form proposes for this record: answers by parameter. A courtesy; what is not answered keeps its default.
    prefill: Callable[[Any, Any], Mapping[str, Any]] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __hash__(self) -> int:
        return hash((self.key, self.function))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it asks for beyond the record, in order."""
        asked = list(inspect.signature(self.function).parameters.values())[2:]
        return tuple(_parameter(item, _hint(self.function, item.annotation)) for item in asked)


def action(
    *,
    label: str,
    icon: str = "play",
    needs: str = "edit",
    when: Callable[[Any], bool] | None = None,
    event: str = "",
    many: bool = True,
    primary: bool = False,
    prefill: Callable[[Any, Any], Mapping[str, Any]] | None = None,
) -> Callable[[Callable[..., Any]], Action]:
    """Make a verb of a function `f(actor, record, *, ...)`. Its docstring is its help and must not be missing.

    `event` is the past form that becomes the Event's kind ("won" -> "opportunity.won"); default: the key with -ed is
    not
    guessed, the Event is then "<object>.updated".
    """

    def declare(function: Callable[..., Any]) -> Action:
        if not function.__doc__:
            raise TypeError(f"action {function.__qualname__} has no docstring")
        return Action(
            function.__name__,
            label,
            function,
            icon,
            needs,
            when,
            event,
            many,
            primary,
            gettext_lazy(function.__doc__.strip().split("\n")[0]),
            prefill,
        )

    return declare


class _Names(dict[str, Any]):
    """Names an annotation may use: the module's; one imported only for type checkers stands for any object."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, object)


def _hint(function: Callable[..., Any], annotation: Any) -> Any:
    """The annotation of one parameter; `typing.get_type_hints` would need every name of the signature at run time."""
    if not isinstance(annotation, str):
        return annotation
    return eval(annotation, {}, _Names(function.__globals__))  # noqa: S307  # our own source, as typing does it


def _parameter(item: inspect.Parameter, hint: Any) -> Parameter:
    required = item.default is inspect.Parameter.empty
    given = (
        next((extra for extra in get_args(hint)[1:] if isinstance(extra, Field)), None)
        if get_origin(hint) is Annotated
        else None
    )
    found = given or _by_type(item.name, hint)
    found.key = item.name
    return Parameter(item.name, found, required, None if required else item.default)


def _by_type(name: str, hint: Any) -> Field[Any]:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    options = [one for one in (get_args(plain) or (plain,)) if one is not type(None)]
    kind = BY_TYPE.get(options[0]) if options else None
    if kind is None:
        raise TypeError(f"parameter {name}: say Annotated[..., Field(...)] for {hint}")
    return kind(name.replace("_", " ").capitalize())
