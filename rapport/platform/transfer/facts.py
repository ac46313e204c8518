"""Facts: how one file is written. Recognised from samples, changeable by people, kept with the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the header, and how its dates and numbers are written (None: every cell for itself)."""

    name: str
    date_order: str | None = None
    decimal_comma: bool | None = None
    kind: str = "text"  # text, number, date, email, phone, domain, money, boolean: by content
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """`form` is "csv" or "xlsx"; `header_row` counts from 1, 0 where there is none."""

    form: str = "csv"
    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Facts:
        """The inverse of `plain`."""
        columns = tuple(
            Column(**{**column, "samples": tuple(column.get("samples", ()))}) for column in plain.get("columns", ())
        )
        known = {
            key: plain[key] for key in ("form", "encoding", "separator", "quote", "header_row", "sheet") if key in plain
        }
        return cls(
            **known, columns=columns, sheets=tuple(plain.get("sheets", ())), remarks=tuple(plain.get("remarks", ()))
        )

    def with_columns(self, columns: tuple[Column, ...]) -> Facts:
        return replace(self, columns=columns)
