"""What the pages of the import show: fields of its forms, figures, notes, the state of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.objects import registry
from rapport.platform.transfer import wizard
from rapport.platform.transfer.models import OUTCOMES, Import, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.transfer.facts import Facts
    from rapport.platform.transfer.mapping import Mapping

ENCODINGS = ("utf-8", "cp1252", "cp1250", "cp1251", "mac_roman", "utf-16-le", "utf-16-be", "shift_jis", "gb18030")
TONES = {"created": "good", "updated": "info", "unchanged": "", "skipped": "", "refused": "bad", "warnings": "warn"}
STATE_TONES = {"done": "good", "failed": "bad", "running": "info", "queued": "info", "undone": "warn", "draft": ""}


def steps() -> list[str]:
    return [str(_("File")), str(_("Columns")), str(_("Try")), str(_("Done"))]


def run_row(found: Import) -> dict[str, Any]:
    rows = found.counts.get("rows", {})
    words = {key: str(label).lower() for key, label in OUTCOMES}
    return {
        "name": found.name,
        "href": reverse("import_run", args=(found.pk,)),
        "state": str(State(found.state).label),
        "tone": STATE_TONES[found.state],
        "at": found.created_at,
        "who": found.user.name if found.user else _("command line"),
        "told": ", ".join(f"{count:,} {words[key]}" for key, count in rows.items() if count and key in words),
    }


def fact_fields(facts: Facts) -> list[dict[str, Any]]:
    def select(name: str, label: str, given: Iterable[tuple[str, str]], now_: str) -> dict[str, Any]:
        choices = list(given)
        if now_ not in dict(choices):
            choices.append((now_, now_))
        return {
            "name": name,
            "label": label,
            "widget": "select",
            "required": True,
            "choices": [{"value": value, "label": text, "chosen": value == now_} for value, text in choices],
        }

    orders = {column.date_order for column in facts.columns if column.date_order}
    commas = {column.decimal_comma for column in facts.columns if column.decimal_comma is not None}
    order = orders.pop() if len(orders) == 1 else "auto"
    comma = {True: "yes", False: "no"}[commas.pop()] if len(commas) == 1 else "auto"
    found = []
    if facts.form == "csv":
        signs = ((",", _("Comma")), (";", _("Semicolon")), ("\t", _("Tab")), ("|", _("Bar")))
        found += [
            select("separator", _("Columns are separated by"), signs, facts.separator),
            select("encoding", _("Characters are written as"), ((name, name) for name in ENCODINGS), facts.encoding),
        ]
    elif len(facts.sheets) > 1:
        found.append(select("sheet", _("Sheet"), ((name, name) for name in facts.sheets), facts.sheet))
    found.append(
        {
            "name": "header_row",
            "label": _("Row with the column names"),
            "widget": "number",
            "value": str(facts.header_row),
            "help": _("0 when there is none."),
        }
    )
    asked = (
        ("auto", _("as the cells show")),
        ("dmy", _("day, month, year")),
        ("mdy", _("month, day, year")),
        ("ymd", _("year, month, day")),
    )
    found.append(select("date_order", _("Dates are written"), asked, order))
    found.append(
        select(
            "decimal_comma",
            _("Decimals are written with"),
            (("auto", _("as the cells show")), ("yes", _("a comma: 1.234,5")), ("no", _("a point: 1,234.5"))),
            comma,
        )
    )
    return found


def column_fields(column: dict[str, Any], choices: list[tuple[str, str]]) -> dict[str, Any]:
    place, source = column["place"], column["source"]
    to = {
        "name": f"to_{place}",
        "label": _("becomes"),
        "widget": "select",
        "choices": [{"value": value, "label": text, "chosen": value == column["path"]} for value, text in choices],
    }
    more: list[dict[str, Any]] = []
    if column["is_reference"]:
        answers = (
            ("refuse", _("refuse the row")),
            ("empty", _("leave it empty and say so")),
            ("create", _("create it")),
        )
        more.append(
            {
                "name": f"missing_{place}",
                "label": _("Where there is no such record"),
                "widget": "select",
                "required": True,
                "choices": [
                    {"value": value, "label": text, "chosen": value == (source.missing or "refuse")}
                    for value, text in answers
                ],
            }
        )
    if column["is_money"]:
        more.append(
            {
                "name": f"currency_{place}",
                "label": _("Currency"),
                "widget": "text",
                "value": source.currency,
                "help": _("Where the cell names none, such as USD."),
                "max_length": 3,
            }
        )
        more.append(
            {
                "name": f"scale_{place}",
                "label": _("Times"),
                "widget": "number",
                "value": source.scale,
                "help": _("1000000 where the file is in millions."),
            }
        )
    more.append(
        {
            "name": f"aliases_{place}",
            "label": _("Other spellings"),
            "widget": "textarea",
            "rows": 2,
            "value": column["aliases"],
            "help": _("One a line: GTXPro = GTX Pro"),
        }
    )
    return {
        **column,
        "to": to,
        "more": more,
        "open": bool(source.aliases) or column["is_money"] or column["is_reference"],
    }


def option_fields(mapping: Mapping) -> list[dict[str, Any]]:
    target = mapping.targets[0]

    def select(name: str, label: str, given: tuple[tuple[str, str], ...], now_: str) -> dict[str, Any]:
        return {
            "name": name,
            "label": label,
            "widget": "select",
            "required": True,
            "choices": [{"value": value, "label": text, "chosen": value == now_} for value, text in given],
        }

    modes = (
        ("both", _("create and change")),
        ("create", _("only create new ones")),
        ("update", _("only change existing ones")),
    )
    blanks = (("keep", _("keeps what is there")), ("clear", _("empties the field")))
    return [
        select("mode", _("Records are"), modes, target.mode),
        select("blank", _("A blank cell"), blanks, target.blank),
    ]


def figures(rows: dict[str, int], base: str = "") -> list[dict[str, Any]]:
    order = [key for key, _label in OUTCOMES] + ["warnings"]
    found = []
    for key in order:
        if rows.get(key) or key in {"created", "refused"}:
            figure: dict[str, Any] = {"label": outcome(key), "value": f"{rows.get(key, 0):,}", "tone": TONES[key]}
            found.append(figure | ({"href": f"{base}?outcome={key}"} if base and rows.get(key) else {}))
    return found


def outcome(key: str) -> str:
    return str(dict(OUTCOMES).get(key, _("With remarks")))


def told(counts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": item["label"],
            "text": ", ".join(f"{count:,} {outcome(key).lower()}" for key, count in item["outcomes"].items()),
        }
        for item in wizard.told(counts)
        if item["key"] != "rows"
    ]


def notes(notes: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {
        "aliases": _("Read as"),
        "made": _("Created besides"),
        "missing": _("Not found"),
        "blank": _("Left blank"),
    }
    return [
        {"label": label, "items": [{"text": text, "count": count} for text, count in list(notes[kind].items())[:50]]}
        for kind, label in labels.items()
        if notes.get(kind)
    ]


def run_page(found: Import) -> dict[str, Any]:
    href = reverse("import_report", args=(found.pk,))
    last = found.finished_at or now()
    seconds = max((last - found.started_at).total_seconds(), 0.001) if found.started_at else 0
    return {
        "found": found,
        "steps": steps(),
        "busy": found.state in {State.QUEUED, State.RUNNING},
        "waiting": found.state == State.QUEUED,
        "failed": found.state == State.FAILED,
        "undone": found.notes.get("undone") if found.state == State.UNDONE else None,
        "state": str(State(found.state).label),
        "tone": STATE_TONES[found.state],
        "figures": figures(found.counts.get("rows", {}), href),
        "told": told(found.counts),
        "notes": notes(found.notes),
        "speed": f"{found.done / seconds:,.0f}" if seconds and found.done else "",
        "report_url": href,
        "object": registry.get(found.object) if registry.has(found.object) else None,
        "took": seconds,
        "who": found.user.name if found.user else _("command line"),
    }
