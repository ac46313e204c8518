"""The page of an import where one row makes several records: blocks of fields, what the columns become, clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.transfer import wizard, wizard_records
from rapport.platform.transfer.mapping import Source
from rapport.platform.transfer.wizard_records import AS_WRITTEN, VALUE, FieldLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.transfer.facts import Facts
    from rapport.platform.transfer.mapping import Mapping as FileMapping
    from rapport.platform.transfer.wizard_records import Block

Json = dict[str, Any]


def context(actor: Actor, facts: Facts, mapping: FileMapping) -> Json:
    """What the template draws."""
    found = wizard_records.blocks(actor, facts, mapping)
    return {
        "blocks": [_block(actor, facts, mapping, block, place) for place, block in enumerate(found)],
        "becomes": wizard_records.becomes(facts, mapping, actor),
        "add": record_choice(actor),
    }


def record_choice(actor: Actor) -> Json:
    """Of which kind a further record of the row is."""
    kinds = [(obj.key, str(obj.label)) for obj in wizard.objects(actor)]
    return _select("add", _("Another record of the same row"), kinds, "", required=False)


def click(actor: Actor, form: Mapping[str, Any], facts: Facts, mapping: FileMapping) -> FileMapping | None:
    """The mapping after a click on “add” or “take out”; None when the whole is to be tried."""
    done, _colon, what = str(form.get("do", "")).partition(":")
    if done == "add":
        return wizard_records.with_record(actor, facts, mapping, str(form.get("add", "")))
    if done == "remove":
        return wizard_records.without_record(mapping, what)
    return mapping if done == "more" else None


def _block(actor: Actor, facts: Facts, mapping: FileMapping, block: Block, place: int) -> Json:
    at = f"r{place}_"
    earlier = [(one.name, wizard_records.called(one, mapping)) for one in mapping.targets[:place]]
    paths = wizard.choices_of(actor, block.obj)
    empty = FieldLine("", "", Source(), "", (), False, False, False, "")
    lines = [*block.lines, empty]
    modes = (
        ("both", _("create and change")),
        ("create", _("only create new ones")),
        ("update", _("only change existing ones")),
    )
    blanks = (("keep", _("keeps what is there")), ("clear", _("empties the field")))
    return {
        "id": f"record-{place + 1}",
        "number": place + 1,
        "label": wizard_records.called(block.target, mapping),
        "icon": block.obj.icon,
        "name": block.target.name,
        "missing": block.missing,
        "kept": block.kept,
        "lines": [_line(line, f"{at}f{number}_", facts, paths, earlier) for number, line in enumerate(lines)],
        "options": [
            _select(f"{at}mode", _("Records are"), modes, block.target.mode),
            _select(f"{at}blank", _("A blank cell"), blanks, block.target.blank),
        ],
    }


def _line(
    line: FieldLine, name: str, facts: Facts, paths: list[tuple[str, str]], earlier: list[tuple[str, str]]
) -> Json:
    known = paths if not line.path or line.path in dict(paths) else [(line.path, line.label), *paths]
    origins = [(f"column:{place}", column.name) for place, column in enumerate(facts.columns)]
    origins += [(f"record:{key}", _("the {record} of this row").format(record=label)) for key, label in earlier]
    origins.append((VALUE, _("the same for every row …")))
    if line.origin == AS_WRITTEN:
        origins.insert(0, (AS_WRITTEN, line.written))
    return {
        "name": name,
        "label": line.label,
        "samples": line.samples[:3],
        "path": _select(f"{name}path", _("Field"), known, line.path, required=False),
        "from": _select(f"{name}from", _("is taken from"), origins, line.origin, required=False),
        "value": {
            "name": f"{name}value",
            "label": _("Value for every row"),
            "widget": "text",
            "value": line.source.value or "",
        },
        "has_value": line.origin == VALUE or not line.path,
        "key": line.key,
        "can_be_key": bool(line.path),
        "more": list(_more(line, name)) if line.path else [],
    }


def _more(line: FieldLine, name: str) -> Iterable[Json]:
    source = line.source
    if line.is_reference and not source.record:
        answers = (
            ("refuse", _("refuse the row")),
            ("empty", _("leave it empty and say so")),
            ("create", _("create it")),
        )
        yield _select(f"{name}missing", _("Where there is no such record"), answers, source.missing or "refuse")
    if line.is_money:
        yield {
            "name": f"{name}currency",
            "label": _("Currency"),
            "widget": "text",
            "value": source.currency,
            "max_length": 3,
        }
        yield {"name": f"{name}scale", "label": _("Times"), "widget": "number", "value": source.scale}
    if source.column:
        yield {
            "name": f"{name}aliases",
            "label": _("Other spellings"),
            "widget": "textarea",
            "rows": 2,
            "value": "\n".join(f"{key} = {value}" for key, value in source.aliases.items()),
            "help": _("One a line: GTXPro = GTX Pro"),
        }


def _select(name: str, label: str, given: Iterable[tuple[str, str]], chosen: str, *, required: bool = True) -> Json:
    return {
        "name": name,
        "label": label,
        "widget": "select",
        "required": required,
        "choices": [{"value": value, "label": text, "chosen": value == chosen} for value, text in given],
    }
