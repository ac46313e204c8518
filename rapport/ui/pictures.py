"""Small charts drawn on the server as SVG, each with the table that says the same.

No script and no style attribute: lengths are SVG attributes, colours are classes of `css/picture.css`. Values may be
anything a query returns; None and not-a-number count as nothing, negative lengths are drawn as zero and stay in the
table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from rapport.ui import formats
from rapport.ui.safe import Safe, html, join

PictureTone = Literal["fill", "deep", "good", "warn", "bad", "info", "neutral"]
Value = float | int | None
ROW = 24
BAR = 8
WIDTH = 640
TINY = 1e-9  # below it a quotient can leave the range of floats


@dataclass(frozen=True, slots=True)
class Frame:
    """Widths in the units of the drawing: all of it, the words before and the figures after the bars."""

    width: int = WIDTH
    label: int = 150
    figure: int = 110

    @property
    def room(self) -> int:
        return self.width - self.label - self.figure


WIDE = Frame()
NARROW = Frame(width=288, label=96, figure=34)  # one to one in a side column, so that words keep their size


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and its table twin; `picture(…)` of `ui/picture.html` shows both."""

    svg: Safe
    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart; `shown` is the figure in words, else the number itself."""

    label: str
    value: Value
    shown: str = ""
    tone: PictureTone = "fill"


def sparkline(values: Sequence[Value], labels: Sequence[str], title: str) -> Picture:
    """A line without axes, as high as its largest value; its last point is marked."""
    numbers = [_number(value) for value in values]
    points = _line(numbers, width=72, height=20)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    end = points[-1] if points else (0.0, 0.0)
    svg = html(
        '<svg class="picture-svg spark" viewBox="-2 -2 76 24" role="img" aria-label="{title}">'
        '<polyline class="line" points="{path}"/><circle class="end" cx="{x}" cy="{y}" r="2"/></svg>',
        title=_described(title, labels, numbers), path=path, x=f"{end[0]:.1f}", y=f"{end[1]:.1f}",
    )  # fmt: skip
    return Picture(
        svg, ("", title), [(label, formats.number(value)) for label, value in zip(labels, numbers, strict=False)]
    )


def bars(items: Sequence[Bar], title: str, most: float | None = None, frame: Frame = WIDE) -> Picture:
    """Horizontal bars, longest = `most` (or the largest value), label before, figure after; NARROW fits a card."""
    top = most or max((_number(item.value) for item in items), default=0) or 1
    lines = [_bar_line(n, item, min(_number(item.value) / top, 1), frame) for n, item in enumerate(items)]
    return _picture(lines, items, title, frame=frame)


def meter(value: Value, title: str, most: float = 100, tone: PictureTone = "fill") -> Safe:
    """One bar without words, for beside a figure."""
    share = min(_number(value) / (most or 1), 1) * 100
    return html(
        '<svg class="picture-svg meter" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{title}">'
        '<rect class="rest" width="100" height="6"/><rect class="{tone}" width="{share}" height="6"/></svg>',
        title=title, tone=tone, share=f"{share:.1f}",
    )  # fmt: skip


def funnel(stages: Sequence[Bar], title: str) -> Picture:
    """Centred bars that narrow from stage to stage, each with its share of the first."""
    first = _number(stages[0].value) if stages else 0
    top = max((_number(stage.value) for stage in stages), default=0) or 1
    lines = []
    for n, stage in enumerate(stages):
        share = _number(stage.value) / first if first > TINY else 0
        lines.append(_funnel_line(n, stage, _number(stage.value) / top, formats.percent(share)))
    return _picture(lines, stages, title, row=32)


def columns(items: Sequence[Bar], title: str, height: int = 140) -> Picture:
    """Upright bars for few periods; every label is shown, so keep them short."""
    top = max((_number(item.value) for item in items), default=0) or 1
    width = WIDTH / max(len(items), 1)
    parts = [_column(n, item, width, height, _number(item.value) / top) for n, item in enumerate(items)]
    axis = html('<line class="axis" x1="0" x2="{w}" y1="{y}" y2="{y}"/>', w=WIDTH, y=height - 20)
    return Picture(_svg([axis, *parts], title, height), ("", title), _table(items))


def _bar_line(n: int, item: Bar, share: float, frame: Frame) -> Safe:
    y = n * ROW
    return html(
        '<text x="0" y="{text_y}">{label}</text>'
        '<rect class="rest" x="{x}" y="{y}" width="{room}" height="{bar}" rx="{radius}"/>'
        '<rect class="{tone}" x="{x}" y="{y}" width="{w}" height="{bar}" rx="{radius}"/>'
        '<text class="figure" x="{end}" y="{text_y}" text-anchor="end">{shown}</text>',
        label=formats.truncate(item.label, frame.label // 6), shown=_shown(item), tone=item.tone, x=frame.label,
        room=frame.room, bar=BAR, radius=BAR // 2, y=y + (ROW - BAR) // 2, text_y=y + ROW // 2 + 4,
        w=f"{frame.room * share:.1f}", end=frame.width,
    )  # fmt: skip


def _funnel_line(n: int, stage: Bar, share: float, percent: str) -> Safe:
    room = WIDE.room
    width = max(room * share, 1)
    y = n * 32
    return html(
        '<text x="0" y="{text_y}">{label}</text>'
        '<rect class="{tone}" x="{x}" y="{y}" width="{w}" height="26" rx="4"/>'
        '<text class="{inside}" x="{middle}" y="{text_y}" text-anchor="middle">{percent}</text>'
        '<text class="figure" x="{end}" y="{text_y}" text-anchor="end">{shown}</text>',
        label=formats.truncate(stage.label, 24), tone="deep" if stage.tone == "fill" else stage.tone, w=f"{width:.1f}",
        x=f"{WIDE.label + (room - width) / 2:.1f}", y=y + 3, text_y=y + 20, percent=percent, shown=_shown(stage),
        middle=f"{WIDE.label + room / 2 + (0 if width > 48 else width / 2 + 26):.1f}", end=WIDTH,
        inside="on" if width > 48 else "",
    )  # fmt: skip


def _column(n: int, item: Bar, width: float, height: int, share: float) -> Safe:
    full = height - 44
    tall = max(full * share, 1)
    middle = n * width + width / 2
    return html(
        '<rect class="{tone}" x="{x}" y="{y}" width="{w}" height="{h}" rx="3"/>'
        '<text class="figure" x="{middle}" y="{figure_y}" text-anchor="middle">{shown}</text>'
        '<text x="{middle}" y="{label_y}" text-anchor="middle">{label}</text>',
        tone=item.tone, x=f"{middle - min(width * 0.3, 24):.1f}", w=f"{min(width * 0.6, 48):.1f}", h=f"{tall:.1f}",
        y=f"{height - 20 - tall:.1f}", figure_y=f"{height - 26 - tall:.1f}", label_y=height - 4, middle=f"{middle:.1f}",
        label=formats.truncate(item.label, max(int(width / 7), 3)), shown=_shown(item),
    )  # fmt: skip


def _picture(lines: list[Safe], items: Sequence[Bar], title: str, row: int = ROW, frame: Frame = WIDE) -> Picture:
    return Picture(_svg(lines, title, max(len(lines) * row, row), frame.width), ("", title), _table(items))


def _svg(parts: Sequence[Safe], title: str, height: int, width: int = WIDTH) -> Safe:
    return html(
        '<svg class="picture-svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{title}">'
        "{parts}</svg>",
        w=width, h=height, title=title, parts=join(parts),
    )  # fmt: skip


def _table(items: Sequence[Bar]) -> list[tuple[str, ...]]:
    return [(item.label, _shown(item)) for item in items]


def _shown(item: Bar) -> str:
    return item.shown or (formats.number(item.value) if item.value is not None and math.isfinite(item.value) else "–")


def _line(numbers: list[float], width: int, height: int) -> list[tuple[float, float]]:
    low, high = min([0.0, *numbers]), max([1e-9, *numbers])
    step = width / max(len(numbers) - 1, 1)
    return [(n * step, height - (value - low) / (high - low) * height) for n, value in enumerate(numbers)]


def _described(title: str, labels: Sequence[str], numbers: list[float]) -> str:
    if not numbers or not labels:
        return title
    return _("{title}: {last} in {when}").format(title=title, last=formats.number(numbers[-1]), when=labels[-1])


def _number(value: Value) -> float:
    number = float(value or 0)
    return number if math.isfinite(number) and number > 0 else 0.0
