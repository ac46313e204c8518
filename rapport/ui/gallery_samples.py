"""The sample values of the gallery: one small firm's afternoon."""

# ruff: noqa: E501  # a table of samples reads better with one sample a line

from __future__ import annotations

from rapport.ui import pictures, safe
from rapport.ui.pictures import Bar
from rapport.ui.shapes import (
    BoardCard,
    BoardColumn,
    Cell,
    Choice,
    Column,
    FormField,
    Link,
    QueueItem,
    Row,
    Shell,
    StoryItem,
    Token,
)

# name, customer, stage, tone, amount, closes, step tone, step, owner, days in stage
DEALS = (
    ("Spindle retrofit", "Nordlicht Werke", "Proposal", "accent", "€84,000", "15 Dec", "today", "Quarterly review Thu", "Mara Lind", "12 d"),
    ("Line 4 automation", "Hafen & Söhne", "Negotiation", "info", "€212,500", "30 Nov", "overdue", "Call overdue 2 d", "Jonas Krüger", "31 d"),
    ("Annual support", "Sandberg AB", "Qualified", "", "€18,900", "20 Jan", "none", "no next step", "Mara Lind", "6 d"),
    ("Packaging cell", "Brunner Foods", "Proposal", "accent", "€96,400", "22 Dec", "later", "Visit 4 Dec", "Olu Ade", "9 d"),
    ("Retrofit phase 2", "Kestrel Ltd", "Negotiation", "info", "£64,000", "11 Dec", "today", "Mail today", "Jonas Krüger", "17 d"),
    ("Tooling frame contract", "Lumière SA", "Qualified", "", "€143,000", "31 Jan", "none", "no next step", "Olu Ade", "44 d"),
    ("Sensor upgrade", "Vega Logistics", "Proposal", "accent", "€27,750", "8 Dec", "later", "Demo 1 Dec", "Mara Lind", "3 d"),
    ("Second plant", "Aurora Holding", "Discovery", "", "€510,000", "30 Mar", "today", "Meeting today", "Milo Brandt", "21 d"),
    ("Spare parts 2027", "Hafen & Söhne", "Negotiation", "info", "€38,200", "18 Dec", "later", "Quote expires 5 Dec", "Jonas Krüger", "8 d"),
    ("Clean room", "Optika d.o.o.", "Discovery", "", "€73,600", "14 Feb", "none", "no next step", "Olu Ade", "26 d"),
)  # fmt: skip


def samples() -> dict[str, object]:
    """All that the gallery's pages use."""
    return {
        "shell": shell(),
        "columns": columns(),
        "rows": [row(n) for n in range(len(DEALS))],
        "tokens": tokens(),
        "board_columns": board(),
        "planned": planned(),
        "past": past(),
        "facts": facts(),
        "fields": fields(),
        "queue_items": queue(),
        "health": pictures.bars(
            [Bar("Trust", 88), Bar("Openness", 79), Bar("Transparency", 74), Bar("Appropriate", 83), Bar("Longevity", 86)],
            "Relationship health", most=100, frame=pictures.NARROW,
        ),
        "funnel": pictures.funnel(
            [Bar("Discovery", 214, "€4.1m"), Bar("Qualified", 133, "€2.9m"), Bar("Proposal", 71, "€1.9m"), Bar("Won", 28, "€0.8m", "good")],
            "From first talk to order",
        ),
        "months": pictures.columns(
            [Bar(name, value) for name, value in zip(("Jun", "Jul", "Aug", "Sep", "Oct", "Nov"), (12, 18, 9, 22, 31, 27), strict=True)],
            "Won deals per month",
        ),
        "spark": pictures.sparkline([3, 5, 4, 8, 7, 11, 9, 14], ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"], "Replies"),
        "rich_text": safe.sanitised("<p>Agreed on <b>two spindles</b>:</p><ul><li>first in May</li><li>second in August</li></ul>"),
    }  # fmt: skip


def shell() -> Shell:
    nav: list[Link] = [
        {"label": "Today", "href": "today.html", "icon": "clock", "count": "12", "key": "g t"},
        {"label": "People", "href": "#", "icon": "users", "key": "g p"},
        {"label": "Organisations", "href": "record.html", "icon": "building-2", "key": "g o"},
        {
            "label": "Opportunities",
            "href": "list.html",
            "icon": "square-kanban",
            "count": "47",
            "current": True,
            "key": "g d",
        },
        {"label": "Cases", "href": "#", "icon": "life-buoy", "count": "8", "key": "g c"},
        {"label": "Promises", "href": "#", "icon": "shield-check", "count": "3"},
        {"label": "Campaigns", "href": "#", "icon": "megaphone"},
        {"label": "Insights", "href": "components.html", "icon": "chart-line"},
    ]
    return {
        "brand": "Rapport",
        "home_url": "today.html",
        "nav": nav,
        "favourites": [
            {"label": "Nordlicht Werke", "href": "record.html", "icon": "building-2"},
            {"label": "Closing this month", "href": "list.html", "icon": "square-kanban"},
            {"label": "Who needs us now", "href": "today.html", "icon": "chart-line"},
        ],
        "user_menu": [
            {"label": "Settings", "href": "forms.html", "icon": "settings", "key": "g s"},
            {"label": "Sign out", "href": "login.html", "icon": "log-out", "post": True},
        ],
        "palette_url": "/palette.html",
        "search_url": "/palette.html",
    }


def columns() -> list[Column]:
    return [
        {"key": "name", "label": "Opportunity", "kind": "title", "editable": True, "edit_as": "text", "sort_url": "?sort=name"},
        {"key": "customer", "label": "Customer", "kind": "reference"},
        {"key": "stage", "label": "Stage", "kind": "chip", "editable": True},
        {"key": "amount", "label": "Amount", "kind": "money", "editable": True, "edit_as": "number", "sort_url": "?sort=amount", "sorted": "descending"},
        {"key": "closes", "label": "Closes", "kind": "date", "editable": True, "edit_as": "date", "sort_url": "?sort=closes"},
        {"key": "step", "label": "Next step", "kind": "step"},
        {"key": "owner", "label": "Owner", "kind": "face", "keep": 3},
        {"key": "age", "label": "In stage", "kind": "duration", "keep": 3, "width": "narrow"},
    ]  # fmt: skip


def row(n: int) -> Row:
    name, customer, stage, tone, amount, closes, step_tone, step, owner, age = DEALS[n]
    cells: list[Cell | str | None] = [
        name,
        {"text": customer, "href": "record.html"},
        {"text": stage, "tone": tone, "raw": stage.lower()},
        amount,
        {"text": closes, "iso": "2026-12-15", "title": f"{closes} 2026"},
        {"text": step, "tone": step_tone},
        {"text": owner},
        age,
    ]
    return {
        "id": str(n), "label": name, "cells": cells, "page_url": "record.html", "panel_url": "panel-body.html",
        "edit_url": f"/deals/{n}/field", "version": 1,
    }  # fmt: skip


def tokens() -> list[Token]:
    words: tuple[str, ...] = (
        "closes:field",
        " in :op",
        "this quarter:value",
        " and :word",
        "stage:field",
        " ≠ :op",
        "Won:value",
        " and :word",
    )
    words += ("customer.health:field", " ≥ :op", "60:value")
    return [{"text": text, "kind": kind} for text, kind in (word.rsplit(":", 1) for word in words)]


def board() -> list[BoardColumn]:
    figures = {
        "Discovery": ("14", "€1.12m", "€112k", "3 without next step", 21.0),
        "Qualified": ("11", "€640k", "€160k", "2 without next step", 18.0),
        "Proposal": ("9", "€802k", "€481k", "all planned", 0.0),
        "Negotiation": ("6", "€851k", "€681k", "1 overdue", 0.0),
    }
    return [
        {
            "id": name.lower(), "label": name, "count": count, "total": total, "weighted": weighted, "note": note, "share_without": share,
            "cards": [card(n) for n, deal in enumerate(DEALS) if deal[2] == name],
        }
        for name, (count, total, weighted, note, share) in figures.items()
    ]  # fmt: skip


def card(n: int) -> BoardCard:
    name, customer, _stage, _tone, amount, closes, step_tone, step, owner, age = DEALS[n]
    found: BoardCard = {
        "id": str(n), "version": 1, "title": name, "subtitle": customer, "value": amount, "facts": [closes, age],
        "step": {"text": step, "tone": step_tone},  # type: ignore[typeddict-item]  # a literal, from the table above
        "face": owner, "page_url": "record.html", "panel_url": "panel-body.html",
    }  # fmt: skip
    return found


def planned() -> list[StoryItem]:
    return [
        {"id": "1", "icon": "calendar", "title": "Quarterly review", "text": "with Ines Falk, Tom Reuter", "when": "Thu 26 Nov", "iso": "2026-11-26T10:00", "href": "#", "done_url": "#"},
        {"id": "2", "icon": "square-check", "tone": "accent", "title": "Send spare-part list", "text": "promised by Mara on the phone", "when": "tomorrow", "iso": "2026-11-24", "href": "#", "done_url": "#"},
    ]  # fmt: skip


def past() -> list[StoryItem]:
    return [
        {"id": "3", "icon": "phone-incoming", "title": "Call from Ines Falk", "text": "12 min · delivery of the second spindle, wants the spare-part list before the review", "quote": "“If the list is here by Monday we can decide in the review.”", "chips": [{"text": "promise found", "tone": "accent", "icon": "sparkles"}], "when": "09:42", "iso": "2026-11-23T09:42", "href": "#"},
        {"id": "4", "icon": "mail", "title": "Re: Offer 2026-118", "text": "Tom Reuter answered after 3 h", "body": "Two questions on the service contract, then we can go ahead …", "when": "yesterday", "iso": "2026-11-22T16:00", "href": "#", "files": [{"name": "Offer 2026-118.pdf", "href": "#", "size": "184 kB"}]},
        {"id": "5", "icon": "circle-check", "tone": "good", "title": "Case C-2041 closed", "text": "wrong coupling delivered, replaced in 2 days · rated 5 of 5", "when": "18 Nov", "iso": "2026-11-18", "href": "#"},
        {"id": "6", "icon": "square-kanban", "title": "Spindle retrofit", "text": "moved to Proposal · €84,000 · 60%", "when": "16 Nov", "iso": "2026-11-16", "href": "#", "undo_url": "#"},
        {"id": "7", "icon": "pencil", "title": "5 changes", "text": "by Mara Lind and 1 by the customer", "when": "12 Nov", "iso": "2026-11-12", "changes": [{"label": "Phone", "before": "+49 40 5557 300", "after": "+49 40 5557 310", "who": "customer"}, {"label": "Industry", "before": "", "after": "Machine tools", "who": "Mara Lind"}]},
    ]  # fmt: skip


def facts() -> list[dict[str, object]]:
    typed = {"kind": "typed", "text": "typed by Mara Lind, 3 Feb"}
    mail = {"kind": "mail", "text": "read from a mail of Ines Falk, 11 Nov"}
    customer = {"kind": "customer", "text": "said by the customer, 12 Sep"}
    machine = {"kind": "machine", "text": "computed from interactions, today"}
    lines = (
        ("Industry", "Machine tools", typed, None), ("Employees", "640", {"kind": "imported", "text": "imported 2 Jan"}, None),
        ("Phone", "+49 40 5557 310", mail, None), ("Domain", "nordlicht-werke.example", mail, None),
        ("Prefers", "Mail, mornings, German", customer, None), ("Decides by", "Delivery, then price", customer, None),
        ("Turnover 12 m", "€412,300", machine, None), ("Margin", "€96,100", machine, {"text": "23%", "tone": "good"}),
        ("Cost to serve", "€11,420", machine, None), ("Parent", {"text": "Aurora Holding SE", "href": "#"}, typed, None), ("Fax", None, None, None),
    )  # fmt: skip
    items = [
        {"key": label.lower().replace(" ", "_"), "label": label, "value": value, "source": source, "chip": chip, "editable": True, "edit_as": "text", "kind": "reference" if isinstance(value, dict) else "text"}
        for label, value, source, chip in lines
    ]  # fmt: skip
    return [{"title": "Facts", "facts": items}]


def fields() -> list[FormField]:
    stages: list[Choice] = [
        {"value": "discovery", "label": "Discovery"},
        {"value": "proposal", "label": "Proposal"},
        {"value": "won", "label": "Won"},
    ]
    return [
        {"name": "name", "label": "Name", "widget": "text", "value": "Spindle retrofit", "required": True, "wide": True},
        {"name": "customer", "label": "Customer", "widget": "reference", "options_url": "/options.html", "chosen": [{"value": "1", "label": "Nordlicht Werke"}]},
        {"name": "stage", "label": "Stage", "widget": "select", "choices": stages, "value": "proposal", "required": True},
        {"name": "amount", "label": "Amount", "widget": "money", "value": "84,000", "currency": "EUR", "currencies": [{"value": "EUR", "label": "EUR"}, {"value": "GBP", "label": "GBP"}]},
        {"name": "chance", "label": "Probability", "widget": "percent", "value": "160", "error": "A probability is between 0 and 100."},
        {"name": "closes_on", "label": "Closes on", "widget": "date", "value": "2026-12-15", "help": "When the order is expected."},
        {"name": "meets_at", "label": "Next meeting", "widget": "datetime", "value": "2026-11-26T10:00"},
        {"name": "effort", "label": "Effort", "widget": "duration", "value": "1 h 30 min"},
        {"name": "email", "label": "E-mail", "widget": "email", "value": "ines.falk@nordlicht-werke.example"},
        {"name": "phone", "label": "Phone", "widget": "phone", "value": "+49 40 5557 310"},
        {"name": "site", "label": "Web", "widget": "url", "value": ""},
        {"name": "owner", "label": "Owner", "widget": "user", "options_url": "/options.html", "chosen": [{"value": "1", "label": "Mara Lind"}]},
        {"name": "tags", "label": "Tags", "widget": "tags", "options_url": "/options.html", "chosen": [{"value": "key", "label": "key account"}, {"value": "fair", "label": "fair 2026"}]},
        {"name": "criteria", "label": "Decides by", "widget": "multi", "choices": [{"value": "a", "label": "Delivery", "chosen": True}, {"value": "b", "label": "Price"}]},
        {"name": "kind", "label": "Kind", "widget": "radio", "choices": [{"value": "new", "label": "New business"}, {"value": "more", "label": "Existing customer"}], "value": "new"},
        {"name": "address", "label": "Address", "widget": "address", "parts": [{"name": "street", "label": "Street", "widget": "text", "value": "Werftstraße 12"}, {"name": "postcode", "label": "Postcode", "widget": "text", "value": "20457"}, {"name": "city", "label": "City", "widget": "text", "value": "Hamburg"}]},
        {"name": "note", "label": "Note", "widget": "textarea", "value": "", "help": "Only your team reads this."},
        {"name": "story", "label": "Description", "widget": "rich", "value": "<p>Two spindles, <b>one</b> in May.</p>"},
        {"name": "files", "label": "Files", "widget": "file", "upload_url": "/upload", "files": [{"name": "Offer.pdf", "href": "#", "size": "184 kB", "value": "1"}]},
        {"name": "urgent", "label": "Tell me when the customer answers", "widget": "checkbox", "value": True, "wide": True},
    ]  # fmt: skip


def queue() -> list[QueueItem]:
    lines = (
        ("mail", "bad", "Answer Tom Reuter", "Reply owed since yesterday, they usually hear from you in 3 hours", "Nordlicht Werke", "16:00", ""),
        ("shield-check", "warn", "Send spare-part list", "Promise due tomorrow, the review depends on it", "Nordlicht Werke", "tomorrow", "promise"),
        ("phone", "bad", "Call about line 4", "Overdue since Saturday; the deal closes in 7 days", "Hafen & Söhne", "21 Nov", "€212,500"),
        ("calendar", "info", "Prepare: second plant", "Meeting today at 14:00, last spoken 9 days ago", "Aurora Holding", "14:00", ""),
        ("circle-alert", "warn", "Annual support", "No next step for 6 days", "Sandberg AB", "", "€18,900"),
        ("life-buoy", "accent", "Case C-2058", "2 hours left to answer", "Vega Logistics", "12:05", ""),
    )  # fmt: skip
    return [
        {"id": str(n), "icon": icon, "tone": tone, "title": title, "reason": reason, "who": who, "who_url": "#", "when": when, "iso": "2026-11-23", "href": "panel-body.html", "done_url": "#", "snooze_url": "#", "assign_url": "#", "chip": {"text": chip}}  # type: ignore[typeddict-item]
        if chip
        else {"id": str(n), "icon": icon, "tone": tone, "title": title, "reason": reason, "who": who, "who_url": "#", "when": when, "iso": "2026-11-23", "href": "panel-body.html", "done_url": "#", "snooze_url": "#", "assign_url": "#"}  # type: ignore[typeddict-item]
        for n, (icon, tone, title, reason, who, when, chip) in enumerate(lines)
    ]  # fmt: skip
