"""PartyClosure: every pair (a party, one below it), so that roll-ups need no recursion.

Idea: a pair stands for a path along `parent`. A party is not a pair with itself: a million lonely people cost nothing.
Kept by a projection, set-wise: parties that are new or moved, and all below the moved ones, have their pairs above them
taken away and found again by climbing from each along `parent`. New leaves have nothing to take away and nothing below,
so 100,000 of them cost one statement per CHUNK and no more than their own depth each.
A climb that comes back to its start, or is longer than DEEPEST, refuses the whole write: the tree is never wrong, not
even between two rows of one batch. Rejected: rebuilding all (cost of the whole tree for one row), nested sets (a new
leaf rewrites half of it), a path column (a move rewrites the subtree and its index).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from rapport.parties.party import Party
from rapport.platform.records import Change, projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.access import Actor

CHUNK = 1_000
DEEPEST = 30
# From each of these parties up along `parent`. The names filled in are the model's own; ids and limit are bound.
UP = """
WITH RECURSIVE up(ancestor_id, descendant_id, depth) AS (
    SELECT parent_id, id, 1 FROM {party} WHERE id IN ({marks}) AND parent_id IS NOT NULL
    UNION ALL
    SELECT p.parent_id, up.descendant_id, up.depth + 1 FROM up JOIN {party} p ON p.id = up.ancestor_id
    WHERE p.parent_id IS NOT NULL AND up.depth <= %s AND up.ancestor_id <> up.descendant_id
)
"""


class PartyClosure(models.Model):
    """`descendant` stands `depth` steps (1 or more) below `ancestor`."""

    ancestor = models.ForeignKey(Party, models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)
    depth = models.PositiveSmallIntegerField()
    objects: ClassVar[models.Manager[PartyClosure]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["descendant", "ancestor"], name="party_closure_once"),)

    def __str__(self) -> str:
        return f"{self.ancestor_id} over {self.descendant_id}"


def rolled_up(party_id: int) -> list[int]:
    """The party and everybody below it: whose stories together are its story."""
    below = PartyClosure.objects.filter(ancestor_id=party_id).order_by("depth", "descendant_id")
    return [party_id, *below.values_list("descendant_id", flat=True)]


def above(party_id: int) -> list[int]:
    """Everybody above, the nearest first."""
    found = PartyClosure.objects.filter(descendant_id=party_id).order_by("depth")
    return list(found.values_list("ancestor_id", flat=True))


@projection("party")
def keep_closure(actor: Actor, changes: Sequence[Change]) -> None:
    """Find the pairs again for what is new under a parent or was moved. Raises ValidationError for a cycle."""
    new = [change.record_id for change in changes if change.is_new and change.record.parent_id is not None]
    moved = [change.record_id for change in changes if not change.is_new and change.touches("parent")]
    for ids in _chunks(new):
        _climb(ids)
    if moved:
        below = _below(moved)
        for ids in _chunks(below):
            PartyClosure.objects.filter(descendant_id__in=ids).delete()
        for ids in _chunks(below):
            _climb(ids)


def _below(moved: Sequence[int]) -> list[int]:
    """The moved ones and all that stood below them."""
    found = set(moved)
    for ids in _chunks(moved):
        found.update(PartyClosure.objects.filter(ancestor_id__in=ids).values_list("descendant_id", flat=True))
    return sorted(found)


def _climb(ids: Sequence[int]) -> None:
    """Write the pairs of these parties with all above them, as `parent` stands now."""
    tables = {"party": Party._meta.db_table, "marks": ", ".join(["%s"] * len(ids))}
    up = UP.format(**tables)
    wrong = f"{up} SELECT 1 FROM up WHERE ancestor_id = descendant_id OR depth > %s LIMIT 1"  # noqa: S608  # as UP
    closure = PartyClosure._meta.db_table
    pairs = f"INSERT INTO {closure} (ancestor_id, descendant_id, depth) {up} SELECT * FROM up"  # noqa: S608  # as UP
    with connection.cursor() as cursor:
        cursor.execute(wrong, [*ids, DEEPEST, DEEPEST])
        if cursor.fetchone():
            raise ValidationError({"parent": _("Nobody can belong to themselves or to somebody below them.")})
        cursor.execute(pairs, [*ids, DEEPEST])


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    every = list(ids)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))
