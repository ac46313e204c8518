"""Tones and kinds that several components share."""

from __future__ import annotations

from typing import Literal

Tone = Literal["good", "warn", "bad", "info", "accent", ""]
StepTone = Literal["overdue", "today", "later", "none"]  # red, green, grey, amber ring
CellKind = Literal[
    "title",
    "text",
    "number",
    "money",
    "percent",
    "duration",
    "date",
    "chip",
    "chips",
    "face",
    "check",
    "step",
    "link",
    "reference",
]
