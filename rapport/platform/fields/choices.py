"""Fields with a fixed list of answers: one of them, several of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.db import models
from django.utils.translation import gettext as _

from rapport.base.text import fold
from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.culture import Culture

Tone = Literal["", "good", "warn", "bad", "info", "accent"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: what is stored, what is read, the tone of its chip. A retired one is read, but offered no more."""

    key: str
    label: str
    tone: Tone = ""
    retired: bool = False


class ChoiceOptions:
    """Options by key and by what people write for them."""

    def __init__(self, options: Iterable[Option | tuple[str, str]]) -> None:
        self.all = tuple(option if isinstance(option, Option) else Option(*option) for option in options)
        self.by_key = {option.key: option for option in self.all}

    def find(self, word: str) -> str:
        """The key for a key or a label, whatever its case, accents and blanks.

        A label counts in the reader's language, and in that of the program: a view that somebody else wrote with it
        opens for everybody. Raises ValidationError naming the answers.
        """
        if word in self.by_key:
            return word
        folded = fold(" ".join(word.split()))
        for option in self.all:
            if folded in {fold(option.key), fold(str(option.label))}:
                return option.key
        with as_written():
            for option in self.all:
                if folded == fold(str(option.label)):
                    return option.key
        names = ", ".join(str(option.label) for option in self.all[:12])
        raise invalid(_("“%(value)s” is not one of: %(names)s."), value=word[:60], names=names)


class Choice(Field[str]):
    """One of a fixed list; "" for none."""

    kind: ClassVar[str] = "choice"
    family: ClassVar[Family] = "choice"
    widget = "select"

    def __init__(self, label: str, options: Iterable[Option | tuple[str, str]], **rest: Any) -> None:
        super().__init__(label, **rest)
        self._options = ChoiceOptions(options)

    @property
    def options(self) -> tuple[Option, ...]:
        return self._options.all

    def offered(self, *chosen: str) -> tuple[Option, ...]:
        """What a form proposes: everything but retired answers that are not chosen already."""
        return tuple(option for option in self.options if not option.retired or option.key in chosen)

    def option(self, key: str) -> Option | None:
        return self._options.by_key.get(key)

    def parts(self) -> tuple[Part, ...]:
        return (
            Part("", models.CharField(max_length=40, blank=True, default=self.default or "", db_index=self.indexed)),
        )

    def empty(self) -> str:
        return ""

    def parse(self, raw: object, culture: Culture) -> str | None:
        word = as_text(raw, limit=200).strip()
        return self.clean(self._options.find(word) if word else "")

    def clean(self, value: str | None) -> str | None:
        if value and value not in self._options.by_key:
            self._options.find(value)
            raise invalid(_("“%(value)s” is not a known answer."), value=value[:60])
        return super().clean(value or "")

    def format(self, value: str | None, culture: Culture) -> str:
        option = self.option(value or "")
        return str(option.label) if option else (value or "")

    def plain(self, value: str | None) -> Plain:
        return value or ""

    def from_plain(self, plain: Plain) -> str | None:
        return "" if plain is None else str(plain)

    def schema(self) -> dict[str, Any]:
        keys = [option.key for option in self.options]
        return {"type": "string", "enum": keys if self.required else ["", *keys]}


class MultiChoice(Field[list[str]]):
    """Several of a fixed list, in the list's order; a JSON array in the database."""

    kind: ClassVar[str] = "multi_choice"
    family: ClassVar[Family] = "choices"
    widget = "multi_select"
    sortable = False

    def __init__(self, label: str, options: Iterable[Option | tuple[str, str]], **rest: Any) -> None:
        super().__init__(label, **rest)
        self._options = ChoiceOptions(options)

    @property
    def options(self) -> tuple[Option, ...]:
        return self._options.all

    def offered(self, *chosen: str) -> tuple[Option, ...]:
        """What a form proposes: everything but retired answers that are not chosen already."""
        return tuple(option for option in self.options if not option.retired or option.key in chosen)

    def option(self, key: str) -> Option | None:
        return self._options.by_key.get(key)

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.JSONField(default=list, blank=True)),)

    def empty(self) -> list[str]:
        return []

    def parse(self, raw: object, culture: Culture) -> list[str] | None:
        return self.clean([self._options.find(word) for word in split_words(raw)])

    def clean(self, value: list[str] | None) -> list[str] | None:
        chosen = {self._options.find(key) for key in value or []}
        return super().clean([option.key for option in self.options if option.key in chosen])

    def from_row(self, *row: Any) -> list[str]:
        return (json.loads(row[0]) if isinstance(row[0], str) else row[0]) or []

    def format(self, value: list[str] | None, culture: Culture) -> str:
        return ", ".join(str(found.label) if (found := self.option(key)) else key for key in value or [])

    def plain(self, value: list[str] | None) -> Plain:
        return list(value or [])

    def from_plain(self, plain: Plain) -> list[str] | None:
        return [str(key) for key in plain] if isinstance(plain, list) else []

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": [option.key for option in self.options]},
            "uniqueItems": True,
        }

    def warehouse_type(self) -> str:
        return "VARCHAR[]"


def split_words(raw: object) -> list[str]:
    """A list from JSON, from a JSON array in text, or from text separated by comma, semicolon or bar."""
    if isinstance(raw, str) and raw.startswith("["):
        try:
            raw = json.loads(raw)
        except ValueError as error:
            raise invalid(_("Expected a list.")) from error
    if isinstance(raw, list | tuple):
        if len(raw) > 200:
            raise invalid(_("At most 200 entries."))
        return [as_text(item, limit=200).strip() for item in raw if item not in (None, "")]
    text = as_text(raw, limit=10_000)
    return [word.strip() for word in text.replace(";", ",").replace("|", ",").split(",") if word.strip()][:200]
