"""Mapping: which columns of a file become which fields of which records. A file people can read (TOML or JSON).

    version = 1
    name = "Sales teams"

    [[record]]                      # one record per row; several blocks make several records of one row, in this order
    object = "user"
    as = "agent"                    # its name inside this mapping
    keys = ["name"]                 # found by these fields; then changed, else created
    [record.fields]
    name = "sales_agent"                                     # a column
    "team.name" = "manager"                                  # the team is found by its name ...
    "team.parent.name" = "regional_office"                   # ... and by the name of its parent
    team = { missing = "create" }                            # and created where there is none
    manager = { column = "manager", missing = "create" }     # found by name, number, e-mail or uid
    is_active = { value = "no" }                             # the same for every row

Nothing in it is code: names are looked up in the registry, values are read by the fields.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.transfer.errors import BadMapping
from rapport.platform.transfer.mapping_text import plain_mapping, toml

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from pathlib import Path

__all__ = [
    "Condition",
    "History",
    "Mapping",
    "Source",
    "Target",
    "read_mapping",
    "read_mapping_file",
    "read_mapping_text",
    "toml",
]
VERSION = 1
MISSING = ("refuse", "empty", "create")
BLANK = ("keep", "clear")
MODES = ("both", "create", "update")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value comes from and how it is read."""

    column: str = ""
    columns: tuple[str, ...] = ()  # several, those that are filled joined by commas
    value: str | None = None  # a constant
    record: str = ""  # another record of the same row, by its `as`
    default: str = ""  # where the cell is blank
    aliases: Dict[str, str] = field(default_factory=dict)  # cell -> what is meant
    currency: str = ""
    scale: str = ""  # the cell is multiplied by it: "1000000" for millions
    date_order: str = ""
    decimal_comma: bool | None = None
    blank: str = ""  # keep or clear; else what the record says
    note_blank: bool = False  # a blank cell is worth a remark in the report
    missing: str = ""  # for references: refuse, empty or create
    object: str = ""  # for references to one of several kinds
    by: str = ""  # for references: the field they are found by

    @property
    def is_policy(self) -> bool:
        """It says how a reference is found, not from what: its parts do."""
        return not (self.column or self.columns or self.record or self.value is not None)


@dataclass(frozen=True, slots=True)
class Condition:
    """True where a cell is one of `is_`, or, without them, blank (`blank = true`) or filled (`blank = false`)."""

    column: str
    is_: tuple[str, ...] = ()
    blank: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """One dated fact per row: `fields` became so at the date in column `at`, where `when` holds."""

    at: str
    fields: Dict[str, Source]
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One record per row."""

    object: str
    name: str
    keys: tuple[tuple[str, ...], ...] = ()  # alternatives, tried in order; each a set of fields that must all agree
    fields: Dict[str, Source] = field(default_factory=dict)
    mode: str = "both"
    blank: str = "keep"
    created_at: str = ""  # column with the date it came to be
    skip: tuple[Condition, ...] = ()  # leave this record out where any holds
    history: tuple[History, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping."""

    name: str = ""
    about: str = ""
    targets: tuple[Target, ...] = ()
    skip: tuple[Condition, ...] = ()  # leave the row out where any holds
    file: Dict[str, Any] = field(
        default_factory=dict
    )  # encoding, separator, header_row, ... where not to be recognised
    version: int = VERSION

    def plain(self) -> dict[str, Any]:
        """As JSON and TOML have it; `read_mapping` is the inverse."""
        return plain_mapping(self)


# --- reading ---------------------------------------------------------------------------------------------------------


def read_mapping_file(path: Path) -> Mapping:
    """From a .toml or .json file. Raises BadMapping."""
    try:
        return read_mapping_text(path.read_text(encoding="utf-8"), is_json=path.suffix.lower() == ".json")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping([_("The mapping file cannot be read: %(error)s") % {"error": error}]) from error


def read_mapping_text(text: str, *, is_json: bool = False) -> Mapping:
    """From TOML or JSON text. Raises BadMapping."""
    if len(text) > 1_000_000:
        raise BadMapping([_("This mapping is too long.")])
    try:
        return read_mapping(json.loads(text) if is_json or text.lstrip().startswith("{") else tomllib.loads(text))
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadMapping([_("The mapping is not written correctly: %(error)s") % {"error": error}]) from error


def read_mapping(plain: Any) -> Mapping:
    """From JSON. Raises BadMapping with every problem found."""
    reader = _Reader()
    mapping = reader.mapping(plain)
    if reader.problems:
        raise BadMapping(reader.problems)
    return mapping


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def mapping(self, plain: Any) -> Mapping:
        if not isinstance(plain, dict):
            self.problems.append(_("A mapping is a table with “record” blocks."))
            return Mapping()
        self._known(plain, {"version", "name", "about", "file", "skip", "record"}, _("the mapping"))
        if plain.get("version", VERSION) != VERSION:
            self.problems.append(
                _("This mapping has version %(version)s; this Rapport reads version 1.")
                % {"version": plain.get("version")}
            )
        blocks = self._list(plain.get("record", []), "record")
        if not blocks:
            self.problems.append(_("The mapping has no “record” block: nothing would be imported."))
        targets = tuple(self.target(block, place) for place, block in enumerate(blocks, 1) if isinstance(block, dict))
        names = [target.name for target in targets]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problems.append(
                _("Two records are called “%(name)s”: give one another name with “as”.") % {"name": name}
            )
        file = plain.get("file", {})
        if not isinstance(file, dict):
            file = {}
        self._known(
            file, {"encoding", "separator", "quote", "header_row", "sheet", "date_order", "decimal_comma"}, "[file]"
        )
        return Mapping(
            str(plain.get("name", ""))[:120],
            str(plain.get("about", ""))[:2000],
            targets,
            self.conditions(plain.get("skip", []), "skip"),
            file,
        )

    def target(self, block: Dict[str, Any], place: int) -> Target:
        where = _("record %(number)s") % {"number": place}
        self._known(block, {"object", "as", "keys", "fields", "mode", "blank", "created_at", "skip", "history"}, where)
        sources = block.get("fields", {})
        if not isinstance(sources, dict):
            self.problems.append(_("%(where)s: “fields” must be a table.") % {"where": where})
            sources = {}
        obj = str(block.get("object", ""))
        if not obj:
            self.problems.append(_("%(where)s: “object” is missing.") % {"where": where})
        return Target(
            object=obj,
            name=str(block.get("as", obj)),
            keys=self._keys(block.get("keys", []), where),
            fields=self.sources(sources, where),
            mode=self._one_of(block.get("mode", "both"), MODES, f"{where}, mode"),
            blank=self._one_of(block.get("blank", "keep"), BLANK, f"{where}, blank"),
            created_at=str(block.get("created_at", "")),
            skip=self.conditions(block.get("skip", []), where),
            history=tuple(
                self.history(item, where)
                for item in self._list(block.get("history", []), where)
                if isinstance(item, dict)
            ),
        )

    def sources(self, plain: Dict[str, Any], where: str) -> dict[str, Source]:
        return {str(path): self.source(item, f"{where}, {path}") for path, item in plain.items()}

    def source(self, item: Any, where: str) -> Source:
        if isinstance(item, str):
            return Source(column=item)
        if not isinstance(item, dict):
            self.problems.append(_("%(where)s: expected a column name or a table.") % {"where": where})
            return Source()
        known = {one.name for one in fields(Source)}
        self._known(item, known, where)
        given = {key: value for key, value in item.items() if key in known}
        for key in (
            "column",
            "record",
            "default",
            "currency",
            "scale",
            "date_order",
            "blank",
            "missing",
            "object",
            "by",
        ):
            if key in given:
                given[key] = str(given[key])
        if "columns" in given:
            given["columns"] = tuple(map(str, self._list(given["columns"], where)))
        if "value" in given:
            given["value"] = _as_text(given["value"])
        given["aliases"] = {str(key): _as_text(value) for key, value in dict(given.get("aliases", {})).items()}
        self._one_of(given.get("missing", ""), ("", *MISSING), f"{where}, missing")
        self._one_of(given.get("blank", ""), ("", *BLANK), f"{where}, blank")
        self._one_of(given.get("date_order", ""), ("", "dmy", "mdy", "ymd"), f"{where}, date_order")
        if given.get("scale") and not _is_number(given["scale"]):
            self.problems.append(_("%(where)s: “scale” must be a number such as 1000000.") % {"where": where})
            given["scale"] = ""
        return Source(**given)

    def conditions(self, plain: Any, where: str) -> tuple[Condition, ...]:
        found = []
        for item in self._list(plain, where):
            if not isinstance(item, dict) or not item.get("column"):
                self.problems.append(_("%(where)s: a condition needs a “column”.") % {"where": where})
                continue
            self._known(item, {"column", "is", "blank"}, where)
            values = item.get("is", [])
            words = values if isinstance(values, list) else [values]
            found.append(
                Condition(str(item["column"]), tuple(_as_text(word) for word in words), bool(item.get("blank", True)))
            )
        return tuple(found)

    def history(self, item: Dict[str, Any], where: str) -> History:
        place = _("%(where)s, history") % {"where": where}
        self._known(item, {"at", "fields", "when"}, place)
        if not item.get("at"):
            self.problems.append(_("%(where)s: “at” names the column with the date.") % {"where": place})
        return History(
            str(item.get("at", "")),
            self.sources(item.get("fields", {}), place),
            self.conditions(item.get("when", []), place),
        )

    def _keys(self, plain: Any, where: str) -> tuple[tuple[str, ...], ...]:
        if not isinstance(plain, list):
            self.problems.append(_("%(where)s: “keys” must be a list.") % {"where": where})
            return ()
        if plain and all(isinstance(item, list) for item in plain):
            return tuple(tuple(str(key) for key in item) for item in plain)
        return (tuple(str(key) for key in plain),) if plain else ()

    def _list(self, plain: Any, where: str) -> list[Any]:
        if isinstance(plain, list):
            return plain
        self.problems.append(_("%(where)s: expected a list.") % {"where": where})
        return []

    def _one_of(self, value: Any, known: tuple[str, ...], where: str) -> str:
        if str(value) not in known:
            self.problems.append(
                _("%(where)s: “%(value)s” is not one of %(known)s.")
                % {"where": where, "value": value, "known": ", ".join(filter(None, known))}
            )
            return known[0]
        return str(value)

    def _known(self, plain: Dict[str, Any], known: set[str], where: str) -> None:
        from rapport.platform.query.errors import nearest

        for key in plain:
            if key not in known:
                near = nearest(str(key), known)
                hint = _(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
                self.problems.append(
                    _("%(where)s: “%(key)s” is not known here.") % {"where": where, "key": str(key)[:60]} + hint
                )


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and abs(Decimal(text).adjusted()) < 15
    except InvalidOperation:
        return False
