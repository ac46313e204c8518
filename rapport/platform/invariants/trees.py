"""Closures: who stands above whom, kept beside the tree, compared with the tree itself."""

from __future__ import annotations

from rapport.platform.invariants.asking import Found, ask

# Deeper than any house; a ring in the tree would never end otherwise.
DEEPEST = 100


def compared(where: str, tree: str, closure: str, *, least: int = 0) -> Found:
    """Rows of a closure that the tree does not give, and those it lacks; 0 as `least` depth: each is above itself."""
    climbed = (
        f"WITH RECURSIVE up(descendant_id, ancestor_id, depth) AS (SELECT id, id, 0 FROM {tree} UNION ALL "
        f"SELECT u.descendant_id, t.parent_id, u.depth + 1 FROM up u JOIN {tree} t ON t.id = u.ancestor_id "
        f"WHERE t.parent_id IS NOT NULL AND u.depth < {DEEPEST})"
    )
    here = f"descendant_id, ancestor_id, depth FROM up WHERE depth >= {least}"
    there = f"descendant_id, ancestor_id, depth FROM {closure}"
    return ask(
        where,
        f"{climbed} SELECT descendant_id FROM (SELECT * FROM (SELECT {here} EXCEPT SELECT {there}) a "
        f"UNION ALL SELECT * FROM (SELECT {there} EXCEPT SELECT {here}) b) c",
    )
