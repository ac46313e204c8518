"""What must hold of words people search by, and of other values derived from records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform import derived
from rapport.platform.formula.graph import stored_in_order
from rapport.platform.formula.stored import deviating
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.invariants.kinds import kinds
from rapport.platform.invariants.of_records import REPAIR
from rapport.platform.objects import registry
from rapport.platform.search import index
from rapport.platform.search.models import SearchWord, Vocabulary
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = 500


@invariant(
    "search.words", _("Records are found by the words they have, and by no others (tried with the latest)."), REPAIR
)
def words() -> Iterator[Found]:
    for kind in kinds():
        obj = registry.get(kind.key)
        if index.searched(obj):
            yield told(
                kind.key, index.misspelt(obj.base, list(obj.base.model._default_manager.order_by("-id")[:SAMPLE]))
            )


@invariant(
    "search.vocabulary", _("Every word of the latest records is known to the list that forgives mistyping."), REPAIR
)
def vocabulary() -> Iterator[Found]:
    latest = set(SearchWord.objects.order_by("-id").values_list("word", flat=True)[: SAMPLE * 10])
    said = sorted(word for word in latest if len(word) in index.CORRECTABLE and word.isalpha())
    for start in range(0, len(said), SAMPLE):
        some = said[start : start + SAMPLE]
        known = set(Vocabulary.objects.filter(word__in=some).values_list("word", flat=True))
        yield told("", [word for word in some if word not in known])
    yield ask(
        "",
        "SELECT DISTINCT m.word FROM platform_misspelling m LEFT JOIN platform_vocabulary v ON v.word = m.word "
        "WHERE v.word IS NULL",
    )


@invariant(
    "formulas.stored", _("Stored formulas are what they give now (tried with the first and the latest)."), REPAIR
)
def formulas() -> Iterator[Found]:
    for one in stored_in_order():
        rows = one.obj.model._default_manager.values_list("pk", flat=True)
        ids = {*rows.order_by("-pk")[:SAMPLE], *rows.order_by("pk")[:SAMPLE]}
        yield told(f"{one.obj.key}.{one.field.key}", sorted(deviating(one, sorted(ids))) if ids else ())


@invariant("derived.values", _("What is kept beside the records for speed equals what the records say."), REPAIR)
def values() -> Iterator[Found]:
    for value in derived.every():
        if value.nightly:
            yield told(value.label, value.deviating())
