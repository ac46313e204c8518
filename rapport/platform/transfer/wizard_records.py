"""The wizard where one row makes several records: a customer, a contact, a deal. Edited by clicking, block by block.

Any mapping can be edited so. What a click cannot say (dated facts, conditions, several columns joined) stays as it was
written and is told; the text of the mapping says everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.access import writable
from rapport.platform.fields import MoneyField, Reference, ReferenceAny, ReferenceMany
from rapport.platform.objects import Object, registry
from rapport.platform.transfer import suggest, wizard
from rapport.platform.transfer.mapping import MISSING, MODES, Mapping, Source, Target

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.transfer.facts import Column, Facts

MOST_RECORDS, MOST_FIELDS = 12, 200
# Where a value comes from: "column:3", "record:contact", "value", or as it was written.
AS_WRITTEN, VALUE = "written", "value"


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of a record and where its value comes from."""

    path: str
    label: str
    source: Source
    origin: str
    samples: tuple[str, ...]
    key: bool
    is_reference: bool
    is_money: bool
    written: str


@dataclass(frozen=True, slots=True)
class Block:
    """One record of the row; `missing` are the fields a new one needs, `kept` what only the text can change."""

    target: Target
    obj: Object
    lines: tuple[FieldLine, ...]
    missing: tuple[str, ...]
    kept: tuple[str, ...]


def is_clickable(mapping: Mapping) -> bool:
    """Whether every record is of an Object there is."""
    return 0 < len(mapping.targets) <= MOST_RECORDS and all(registry.has(target.object) for target in mapping.targets)


def blocks(actor: Actor, facts: Facts, mapping: Mapping) -> list[Block]:
    """Every record of the row, in the order in which they are made."""
    return [_block(actor, facts, target) for target in mapping.targets]


def _block(actor: Actor, facts: Facts, target: Target) -> Block:
    obj = registry.get(target.object)
    allowed = writable(actor, obj)
    keys = {key for some in target.keys for key in some}
    labels = dict(wizard.choices_of(actor, obj))
    lines = tuple(
        _line(path, labels.get(path, path), source, facts, allowed.get(path.partition(".")[0]), key=path in keys)
        for path, source in target.fields.items()
    )
    given = {path.partition(".")[0] for path in target.fields} | set(obj.where)
    missing = tuple(
        str(field.label)
        for key, field in allowed.items()
        if field.required and not field.read_only and key not in given and field.is_empty(field.initial())
    )
    return Block(target, obj, lines, () if target.mode == "update" else missing, tuple(_kept(target)))


def _line(path: str, label: str, source: Source, facts: Facts, field: Field[Any] | None, *, key: bool) -> FieldLine:
    names = list(facts.names)
    column: Column | None = facts.columns[names.index(source.column)] if source.column in names else None
    origin, written = AS_WRITTEN, ""
    if column is not None:
        origin = f"column:{names.index(column.name)}"
    elif source.record:
        origin = f"record:{source.record}"
    elif source.value is not None:
        origin = VALUE
    elif source.columns:
        written = ", ".join(source.columns)
    else:
        written = source.column or _("found by its parts")
    reference = isinstance(field, Reference | ReferenceMany | ReferenceAny)
    samples = column.samples if column is not None else ()
    return FieldLine(path, label, source, origin, samples, key, reference, isinstance(field, MoneyField), written)


def _kept(target: Target) -> list[str]:
    """What only the text can change, in words."""
    found = []
    if target.history:
        found.append(_("its history at dates of the file"))
    if target.skip:
        found.append(_("rows that are left out for it"))
    if target.created_at:
        found.append(_("the day it came to be, from “%(column)s”") % {"column": target.created_at})
    if len(target.keys) > 1:
        found.append(_("several ways in which it is found"))
    return found


def becomes(facts: Facts, mapping: Mapping, actor: Actor) -> list[dict[str, Any]]:
    """Every column of the file with its samples and all it becomes."""
    used: dict[str, list[str]] = {}
    for target in mapping.targets:
        obj = registry.get(target.object)
        labels = dict(wizard.choices_of(actor, obj))
        for path, source in target.fields.items():
            for name in (source.column, *source.columns):
                used.setdefault(name, []).append(f"{called(target, mapping)}: {labels.get(path, path)}")
        for item in target.history:
            for name in (item.at, *(source.column for source in item.fields.values())):
                used.setdefault(name, []).append(_("%(record)s: history") % {"record": called(target, mapping)})
    return [
        {"name": column.name, "samples": column.samples[:3], "becomes": list(dict.fromkeys(used.get(column.name, ())))}
        for column in facts.columns
    ]


def called(target: Target, mapping: Mapping) -> str:
    """What a record of the row is called: its kind, and its name where there are two of a kind."""
    label = str(registry.get(target.object).label)
    alone = sum(one.object == target.object for one in mapping.targets) == 1
    return label if alone else f"{label} “{target.name}”"


# --- clicks -----------------------------------------------------------------------------------------------------------


def with_record(actor: Actor, facts: Facts, mapping: Mapping, key: str) -> Mapping:
    """One more record of the row: with the columns nothing has taken yet, and pointing at the records before it."""
    if key not in {obj.key for obj in wizard.objects(actor)} or len(mapping.targets) >= MOST_RECORDS:
        return mapping
    taken = {source.column for target in mapping.targets for source in target.fields.values()}
    free = facts.with_columns(tuple(column for column in facts.columns if column.name not in taken))
    made = suggest.mapping_for(actor, key, free).targets[0]
    names = {target.name for target in mapping.targets}
    name = next(one for one in (key, *(f"{key}_{n}" for n in range(2, 99))) if one not in names)
    fields = {**_pointing(actor, registry.get(key), mapping), **made.fields}
    keys = made.keys or suggest.keys_for(registry.get(key), fields)
    return replace(mapping, targets=(*mapping.targets, replace(made, name=name, fields=fields, keys=keys)))


def _pointing(actor: Actor, obj: Object, mapping: Mapping) -> dict[str, Source]:
    """References of a record to those that the row makes before it, each to the first that fits."""
    found: dict[str, Source] = {}
    pointed: set[str] = set()
    for key, field in writable(actor, obj).items():
        if not isinstance(field, Reference) or key in ("owner", "team") or not field.panel:
            continue
        for target in mapping.targets:
            other = registry.get(target.object)
            fits = field.target.key == other.base.key and (not field.kinds or other.key in field.kinds)
            if fits and target.name not in pointed:
                found[key] = Source(record=target.name)
                pointed.add(target.name)
                break
    return found


def without_record(mapping: Mapping, name: str) -> Mapping:
    """Without a record, and without what pointed at it."""
    kept = [
        replace(target, fields={path: source for path, source in target.fields.items() if source.record != name})
        for target in mapping.targets
        if target.name != name
    ]
    return replace(mapping, targets=tuple(kept))


def from_form(actor: Actor, form: Dict[str, Any], facts: Facts, before: Mapping) -> Mapping:
    """The mapping that the blocks say; what they do not show is kept from `before`."""
    targets = []
    for place, target in enumerate(before.targets):
        if f"r{place}_mode" in form:
            targets.append(_target(actor, form, f"r{place}_", facts, target))
        else:
            targets.append(target)
    return replace(before, targets=tuple(targets))


def _target(actor: Actor, form: Dict[str, Any], at: str, facts: Facts, before: Target) -> Target:
    allowed = {path for path, _label in wizard.choices_of(actor, registry.get(before.object))} | set(before.fields)
    fields: dict[str, Source] = {}
    keys: list[str] = []
    for number in range(MOST_FIELDS):
        name = f"{at}f{number}_"
        if f"{name}path" not in form:
            break
        path = str(form[f"{name}path"])
        if not path or path in fields or path not in allowed:
            continue
        # By name: PostgreSQL does not keep the order of what is stored as JSON.
        source = _source(form, name, facts, before.fields.get(path, Source()))
        if source is None:
            continue
        fields[path] = source
        if form.get(f"{name}key"):
            keys.append(path)
    same = set(keys) == {key for some in before.keys for key in some}
    mode, blank = str(form.get(f"{at}mode", "both")), str(form.get(f"{at}blank", "keep"))
    return replace(
        before,
        fields=fields,
        keys=before.keys if same else ((tuple(keys),) if keys else ()),
        mode=mode if mode in MODES else "both",
        blank="clear" if blank == "clear" else "keep",
    )


def _source(form: Dict[str, Any], name: str, facts: Facts, kept: Source) -> Source | None:
    """Where a value comes from; None where nothing was said."""
    kind, _colon, which = str(form.get(f"{name}from", "")).partition(":")
    missing = str(form.get(f"{name}missing", kept.missing))
    said: dict[str, Any] = {
        "missing": missing if missing in MISSING else "",
        "currency": str(form.get(f"{name}currency", kept.currency)).strip().upper()[:3],
        "scale": str(form.get(f"{name}scale", kept.scale)).strip(),
        "aliases": wizard.read_aliases(str(form[f"{name}aliases"])) if f"{name}aliases" in form else kept.aliases,
    }
    if kind == "column" and which.isascii() and which.isdigit() and int(which) < len(facts.columns):
        column = facts.columns[int(which)].name
        return replace(kept if kept.column == column else Source(), column=column, **said)
    if kind == "record" and which:
        return Source(record=which)
    if kind == VALUE:
        return Source(value=str(form.get(f"{name}value", ""))[:1000])
    return kept if kind == AS_WRITTEN and kept != Source() else None
