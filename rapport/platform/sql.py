"""SQL kept in files beside its reader:
one query each, with a header that says question, grain, columns and parameters.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Fragment


@cache
def _text(reader: str, name: str) -> str:
    return (Path(reader).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def ask(reader: str, name: str, params: Sequence[Any], *, reach: Fragment) -> list[dict[str, Any]]:
    """Rows of `sql/<name>.sql` beside the module `reader` (its `__file__`), as dicts.

    `/*reach*/` in the text stands for the rows the actor may see; its parameters come last.
    """
    sql = _text(reader, name).replace("/*reach*/", reach.sql)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *reach.params])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
