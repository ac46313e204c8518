"""The answers of a choice an administrator makes: a list of key, label, tone, and whether it is still offered."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from django.db import models
from django.utils.translation import gettext as _

from rapport.base.text import clean_line, fold, slug
from rapport.platform.fields import Field, Part, Plain, Tone, invalid
from rapport.platform.fields.base import Family, as_text

if TYPE_CHECKING:
    from rapport.platform.culture import Culture

TONES: tuple[str, ...] = get_args(Tone)
MOST = 500
KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,38}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. A retired one stays readable where it is chosen, and is offered to nobody."""

    key: str
    label: str
    tone: str = ""
    retired: bool = False


Answers = tuple[Answer, ...]


class OptionList(Field[Answers]):
    """The answers of a choice, in their order.

    From JSON (a list of {"key", "label", "tone", "retired"} or of labels), or from text: one answer a line, its tone
    after a bar ("Gold | good").
    """

    kind: ClassVar[str] = "options"
    family: ClassVar[Family] = "composite"
    widget = "textarea"
    sortable = False

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.TextField(blank=True, default="")),)

    def empty(self) -> Answers:
        return ()

    def read(self, record: object) -> Answers:
        return self.from_row(getattr(record, self.key))

    def to_columns(self, value: Answers | None) -> dict[str, object]:
        return {self.key: json.dumps([asdict(one) for one in value], ensure_ascii=False) if value else ""}

    def from_row(self, *row: Any) -> Answers:
        return tuple(Answer(**one) for one in json.loads(row[0])) if row[0] else ()

    def parse(self, raw: object, culture: Culture) -> Answers | None:
        if isinstance(raw, str) and raw.lstrip().startswith("["):
            try:
                raw = json.loads(raw)
            except (ValueError, RecursionError) as error:
                raise invalid(_("Expected a list.")) from error
        if isinstance(raw, list | tuple):
            return self.clean(tuple(_from_json(item) for item in raw[: MOST + 1]))
        lines = as_text(raw, limit=100_000).splitlines()
        return self.clean(tuple(_from_line(line) for line in lines[: MOST + 1] if line.strip()))

    def clean(self, value: Answers | None) -> Answers | None:
        """Every answer with a key of its own; a label without one gets it."""
        given = value or ()
        if len(given) > MOST:
            raise invalid(_("At most %(limit)s answers."), limit=MOST)
        found: list[Answer] = []
        for one in given:
            label = clean_line(one.label, 80)
            if not label:
                raise invalid(_("Each answer needs a word to show."))
            if one.tone not in TONES:
                raise invalid(_("“%(tone)s” is no tone; take one of: %(tones)s."), tone=one.tone[:20], tones=_tones())
            if one.key and not KEY.fullmatch(one.key):
                raise invalid(_("“%(key)s” is no key: small letters, digits and _."), key=one.key[:40])
            if any(fold(label) == fold(other.label) for other in found):
                raise invalid(_("“%(label)s” stands in the list twice."), label=label)
            taken = {other.key for other in found} | {other.key for other in given if other is not one and other.key}
            if one.key in {other.key for other in found}:
                raise invalid(_("“%(label)s” stands in the list twice."), label=one.key)
            found.append(Answer(one.key or free_key(label, taken, "answer"), label, one.tone, bool(one.retired)))
        return super().clean(tuple(found))

    def format(self, value: Answers | None, culture: Culture) -> str:
        return "\n".join(f"{one.label} | {one.tone}" if one.tone else one.label for one in value or ())

    def plain(self, value: Answers | None) -> Plain:
        return [asdict(one) for one in value or ()]

    def from_plain(self, plain: Plain) -> Answers | None:
        return tuple(Answer(**one) for one in plain) if isinstance(plain, list) else ()

    def schema(self) -> dict[str, Any]:
        properties = {
            "key": {"type": "string", "maxLength": 39},
            "label": {"type": "string", "minLength": 1, "maxLength": 80},
            "tone": {"type": "string", "enum": list(TONES)},
            "retired": {"type": "boolean"},
        }
        item = {"type": "object", "properties": properties, "required": ["label"], "additionalProperties": False}
        return {"type": "array", "items": item, "maxItems": MOST}

    def warehouse_type(self) -> str:
        return "VARCHAR"


def free_key(label: str, taken: set[str], otherwise: str, *, most: int = 36) -> str:
    """A key made of a label that nobody has: "Grüne Wiese" gives gruene_wiese, a second one gruene_wiese_2."""
    found = slug(label, max=most).replace("-", "_") or otherwise
    key = found if found[0].isalpha() else f"{otherwise}_{found}"[:most].rstrip("_")
    turn = 2
    while key in taken:
        ending = f"_{turn}"
        key, turn = (
            f"{(found if found[0].isalpha() else f'{otherwise}_{found}')[: most - len(ending)]}{ending}",
            turn + 1,
        )
    return key


def merged(before: Answers, now: Answers) -> Answers:
    """The new list; an answer that is gone from it stays as a retired one, since records may have it chosen."""
    kept = {one.key for one in now}
    gone = tuple(Answer(one.key, one.label, one.tone, retired=True) for one in before if one.key not in kept)
    labels = {fold(one.label) for one in now}
    return (*now, *(one for one in gone if fold(one.label) not in labels))


def _from_json(item: object) -> Answer:
    if isinstance(item, str):
        return Answer("", item)
    if isinstance(item, Answer):
        return item
    if not isinstance(item, dict) or not set(item) <= {"key", "label", "tone", "retired"}:
        raise invalid(_("An answer has a label, and may have key, tone and retired."))
    key, label, tone = (as_text(item.get(name), limit=1_000) for name in ("key", "label", "tone"))
    return Answer(key, label, tone, item.get("retired") is True)


def _from_line(line: str) -> Answer:
    label, _bar, tone = line.rpartition("|")
    return (
        Answer("", label.strip(), tone.strip().lower()) if label and tone.strip().lower() in TONES else Answer("", line)
    )


def _tones() -> str:
    return ", ".join(tone for tone in TONES if tone)
