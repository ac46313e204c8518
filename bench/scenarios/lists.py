"""Lists of a million: by API and as a page, beside bare cursors that fetch the same answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection

from bench.measure import Figure, cpu, queries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.setting import Setting

FIELDS = "name,email,phone,parent,lifecycle,address,owner,updated_at"
# The same eight values with the same joins, as little as one can write for it.
BARE = """
SELECT p.uid, p.name, p.email, p.phone, f.uid, f.name, p.lifecycle, p.address_street, p.address_extra,
    p.address_postal_code, p.address_city, p.address_region, p.address_country, u.uid, u.name, p.updated_at, p.id
FROM parties_party p LEFT JOIN parties_party f ON f.id = p.parent_id LEFT JOIN platform_user u ON u.id = p.owner_id
WHERE p.kind = %s AND p.archived_at IS NULL{condition} ORDER BY {order} LIMIT 51
"""
COUNT = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM parties_party p WHERE p.kind = %s AND p.archived_at IS NULL{condition} LIMIT 1001
) c
"""
LAST = """
SELECT p.sort_name, p.id FROM parties_party p
WHERE p.kind = %s AND p.archived_at IS NULL{condition} ORDER BY p.sort_name, p.id LIMIT 1 OFFSET %s
"""
LATEST, NAMED = "p.updated_at DESC, p.id DESC", "p.sort_name, p.id"
DEPTH = 1_000
# What people ask of a list: a state, a place, an order of their own.
ASKED = 'lifecycle = customer and address.city = "Hamburg"'
MEANT = " AND p.lifecycle = 'customer' AND LOWER(p.address_city) = 'hamburg'"


def lists(setting: Setting) -> Iterator[Figure]:
    """The latest fifty; the next page; the fifty a filter finds, sorted by name."""
    limit = cpu(lambda: _bare(LATEST))
    address = f"/api/v1/people?sort=-updated_at&limit=50&fields={FIELDS}"
    yield Figure("API list of 50, 8 fields", cpu(lambda: setting.api.get(address)), "ms CPU", limit, "≤ 1.6 ×")
    following = f"{address}&cursor={json.loads(setting.api.get(address))['next']}"
    yield Figure("API list of 50, next page", cpu(lambda: setting.api.get(following)), "ms CPU", limit, "≤ 1.6 ×")
    page = f"/people?view=all&q=&sort=-updated_at&columns={FIELDS}"
    yield _page(setting, "HTML list of 50 × 8", page, limit)
    yield _page(setting, "… beside rows and count", page, cpu(lambda: (_bare(LATEST), _count())))


def filtered(setting: Setting) -> Iterator[Figure]:
    """The measure: a filter and an order, where the database has something to do; the first page and a deep one."""
    api = f"/api/v1/people?q={ASKED}&sort=name&limit=50&fields={FIELDS}"
    page = f"/people?view=all&q={ASKED}&sort=name&columns={FIELDS}"
    depth, cursor = _deep(setting, api)
    last = _at(depth)
    further = f"{MEANT} AND (p.sort_name, p.id) > (%s, %s)"
    limit = cpu(lambda: _bare(NAMED, MEANT))
    yield Figure("API list, filtered and sorted", cpu(lambda: setting.api.get(api)), "ms CPU", limit, "≤ 1.6 ×")
    limit = cpu(lambda: _bare(NAMED, further, *last))
    deep = cpu(lambda: setting.api.get(f"{api}&cursor={cursor}"))
    yield Figure("… a deep page", deep, "ms CPU", limit, "≤ 1.6 ×", note=f"after {depth} rows")
    yield _page(setting, "HTML list, filtered and sorted", page, cpu(lambda: (_bare(NAMED, MEANT), _count(MEANT))))
    limit = cpu(lambda: (_bare(NAMED, further, *last), _count(MEANT)))
    yield _page(setting, "… a deep page of it", f"{page}&after={cursor}", limit)


def _deep(setting: Setting, address: str) -> tuple[int, str]:
    """How many rows stand before a deep page, and its cursor: the twentieth, or the last that a small set has."""
    answer = json.loads(setting.api.get(address))
    depth, cursor = 0, ""
    while answer["next"] and depth < DEPTH:
        depth, cursor = depth + len(answer["items"]), answer["next"]
        answer = json.loads(setting.api.get(f"{address}&cursor={cursor}"))
    if not cursor:
        raise RuntimeError("the filter finds one page only: make the data set larger")
    return depth, cursor


def _at(depth: int) -> tuple[str, int]:
    """Sort key and id of the row before a deep page."""
    with connection.cursor() as cursor:
        cursor.execute(LAST.format(condition=MEANT), ["person", depth - 1])
        name, ident = cursor.fetchone()
    return name, ident


def _page(setting: Setting, name: str, address: str, limit: float) -> Figure:
    queries = queries_of(lambda: setting.page.get(address))
    return Figure(name, cpu(lambda: setting.page.get(address)), "ms CPU", limit, "≤ 2.5 ×", note=f"{queries} queries")


def _bare(order: str, condition: str = "", *bound: Any) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(order=order, condition=condition), ["person", *bound])
        rows = cursor.fetchall()
    return orjson.dumps([_plain(row) for row in rows], default=str)


def _count(condition: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(condition=condition), ["person"])
        return int(cursor.fetchone()[0])


def _plain(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": str(row[0]),
        "name": row[1],
        "email": row[2],
        "phone": row[3],
        "parent": {"id": str(row[4]), "label": row[5]},
        "lifecycle": row[6],
        "address": {
            "street": row[7],
            "extra": row[8],
            "postal_code": row[9],
            "city": row[10],
            "region": row[11],
            "country": row[12],
        },
        "owner": {"id": str(row[13]), "label": row[14]},
        "updated_at": row[15],
    }
