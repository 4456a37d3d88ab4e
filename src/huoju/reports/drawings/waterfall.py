"""A waterfall: how parts add up to a total, one bar a part, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huoju.reports.checks import check_sum
from huoju.reports.drawings import svg
from huoju.reports.drawings.axis import nice_ticks
from huoju.reports.palette import Palette
from huoju.reports.shown import signed, whole

GUTTER = 132
MOST_GUTTER = 150
MOST_EVIDENCE = 236
VALUE = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One part: its points (None: unknown), evidence in words, and whether its facts were known."""

    label: str
    points: int | None
    evidence: str = ""
    known: bool = True
    is_base: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Parts and the total they sum to; ``low`` and ``high`` are drawn as a whisker; ``unknown`` is the word for it.

    Raises ``ValueError`` where the parts do not sum to the total.
    """

    title: str
    steps: tuple[Step, ...]
    total_label: str
    total: int | None
    unknown: str
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Check the sum."""
        check_sum(tuple(step.points for step in self.steps), self.total)


@dataclass(frozen=True, slots=True)
class _Frame:
    gutter: float
    left: float
    right: float
    row: float
    low: float
    high: float
    is_broken: bool

    def x(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def draw_waterfall(
    chart: Waterfall, palette: Palette, *, width: float | None = None, row: float = 34, compact: bool = False
) -> str:
    """Return the waterfall with rows of a height; compact is for a phone: 340 wide, without evidence."""
    full = width or (340 if compact else 640)
    ends, levels = _levels(chart)
    frame, ticks = _frame(chart, levels, (full, row), compact)
    bottom = 6 + row * (len(chart.steps) + 1)
    parts = _grid(frame, ticks, bottom, palette)
    for at, step in enumerate(chart.steps):
        middle = 6 + row * (at + 0.5) + 4
        parts.append(_label(frame, middle, step.label, palette))
        parts.append(_step(frame, chart, at, ends[at], palette))
        if not compact and step.evidence:
            lines = svg.wrapped(step.evidence, 11, full - frame.right - VALUE - 6, 1 if row < 26 else 2)
            parts.append(svg.lines_of_text((full - 2, middle), lines, palette.blue, anchor="end", size=11))
    parts.append(_connectors(frame, chart, ends, palette))
    parts.append(_total(frame, chart, palette))
    return svg.drawing((full, bottom + 26), chart.title, spoken(chart), parts)


def _frame(
    chart: Waterfall, levels: Sequence[int], size: tuple[float, float], compact: bool
) -> tuple[_Frame, Sequence[float]]:
    ticks, broken = _ticks([*levels, *(bound for bound in (chart.low, chart.high) if bound is not None)])
    needed = max([svg.width_of(step.label, 12) for step in chart.steps] + [svg.width_of(chart.total_label, 12)]) + 6
    least = GUTTER if size[0] >= 600 else 60
    gutter = min(needed, 100) if compact else max(least, min(needed, MOST_GUTTER))
    evidence = max([svg.width_of(step.evidence, 11) for step in chart.steps] or [0]) + 14
    right = size[0] - VALUE - (0 if compact else min(evidence, MOST_EVIDENCE))
    return _Frame(gutter, gutter + 10, right, size[1], ticks[0], ticks[-1], broken), ticks


def spoken(chart: Waterfall) -> str:
    """Return the waterfall as a sentence: every part with its points, then the total."""
    parts = [f"{step.label} {_points(step, chart.unknown)}" for step in chart.steps]
    total = chart.unknown if chart.total is None else whole(chart.total)
    return f"{chart.title}: {', '.join([*parts, f'{chart.total_label} {total}'])}"


def _points(step: Step, unknown: str) -> str:
    if step.points is None:
        return unknown
    return whole(step.points) if step.is_base else signed(step.points)


def _levels(chart: Waterfall) -> tuple[list[tuple[int, int]], list[int]]:
    ends, levels, level = [], [], 0
    for step in chart.steps:
        after = level + (step.points or 0)
        ends.append((level, after))
        if step.points is not None:
            levels.append(after)
        level = after
    return ends, levels + ([chart.total] if chart.total is not None else [])


def _ticks(scope: Sequence[int]) -> tuple[Sequence[float], bool]:
    low, high = (min(scope), max(scope)) if scope else (0, 0)
    if low <= 0 or low < 0.35 * high:
        ticks = [float(tick) for tick in nice_ticks(min(low, 0), max(high, 1))]
        return ticks, False
    ticks = [float(tick) for tick in nice_ticks(low - max(0.12 * (high - low), 0.1 * low), high)]
    return ticks, ticks[0] > 0


def _grid(frame: _Frame, ticks: Sequence[float], bottom: float, palette: Palette) -> list[str]:
    parts = []
    for tick in ticks:
        x = frame.x(tick)
        is_axis = tick == max(0, ticks[0])
        parts.append(svg.line((x, 4), (x, bottom), palette.line if is_axis else palette.grid))
        parts.append(svg.text((x, bottom + 16), whole(round(tick)), palette.mute, anchor="middle", size=11))
    return parts


def _label(frame: _Frame, middle: float, label: str, palette: Palette) -> str:
    size = 12 if svg.width_of(label, 12) <= frame.gutter - 4 else 10.5
    lines = svg.wrapped(label, size, frame.gutter - 2, 1 if frame.row < 26 else 2)
    return svg.lines_of_text((frame.gutter, middle), lines, palette.ink, anchor="end", size=size)


def _step(frame: _Frame, chart: Waterfall, at: int, ends: tuple[int, int], palette: Palette) -> str:
    step = chart.steps[at]
    top = 6 + frame.row * at
    middle = top + frame.row / 2 + 4
    if step.points is None:
        x = frame.x(ends[0])
        dash = svg.line((x, top + frame.row / 2), (x + 16, top + frame.row / 2), palette.mute, stroke_dasharray="3 2")
        return dash + svg.text((x + 21, middle), chart.unknown, palette.mute, size=11)
    colour = palette.blue if step.is_base else palette.pos if step.points >= 0 else palette.neg
    left, right = sorted((frame.x(ends[0]), frame.x(ends[1])))
    bar = _bar(frame, (left, right), top, colour, step.known)
    broken = _break(frame, top, palette) if frame.is_broken and ends[0] < frame.low else ""
    return bar + broken + svg.text((right + 6, middle), _points(step, ""), colour, bold=True)


def _bar(frame: _Frame, ends: tuple[float, float], top: float, colour: str, known: bool) -> str:
    height = min(14.0, frame.row * 0.5)
    place = (ends[0], top + (frame.row - height) / 2)
    size = (max(ends[1] - ends[0], 1.5), height)
    if known:
        return svg.rectangle(place, size, colour, rx=1.5)
    return svg.rectangle(place, size, colour, rx=1.5, fill_opacity=0.3, stroke=colour, stroke_dasharray="2 2")


def _break(frame: _Frame, top: float, palette: Palette) -> str:
    """The two slanted cuts that say that the bar does not begin at zero."""
    middle = top + frame.row / 2
    x = frame.left + 9
    cuts = ((x, x + 4), (x + 5, x + 9))
    return "".join(svg.line((low, middle + 9), (high, middle - 9), palette.card, stroke_width=2) for low, high in cuts)


def _connectors(frame: _Frame, chart: Waterfall, ends: Sequence[tuple[int, int]], palette: Palette) -> str:
    parts = []
    for at, (_, level) in enumerate(ends):
        if chart.total is None and all(step.points is None for step in chart.steps[at + 1 :]):
            break
        x = frame.x(level)
        top = 6 + frame.row * (at + 0.5) + 7
        parts.append(svg.line((x, top), (x, top + frame.row - 14), palette.mute, stroke_dasharray="2 2"))
    return "".join(parts)


def _total(frame: _Frame, chart: Waterfall, palette: Palette) -> str:
    top = 6 + frame.row * len(chart.steps)
    middle = top + frame.row / 2 + 4
    parts = [svg.text((frame.gutter, middle), chart.total_label, palette.ink, anchor="end", bold=True)]
    edge = frame.left
    if chart.total is not None:
        left, edge = sorted((frame.x(0) if not frame.is_broken else frame.left, frame.x(chart.total)))
        parts.append(_bar(frame, (left, edge), top, palette.brand, True))
        parts.append(_break(frame, top, palette) if frame.is_broken else "")
    if chart.low is not None and chart.high is not None and chart.low < chart.high:
        parts.append(_whisker(frame, (frame.x(chart.low), frame.x(chart.high)), top, palette))
        edge = max(edge, frame.x(chart.high))
    said = chart.unknown if chart.total is None else whole(chart.total)
    colour = palette.mute if chart.total is None else palette.brand
    parts.append(svg.text((edge + 6, middle + 1), said, colour, bold=True, size=14))
    return "".join(parts)


def _whisker(frame: _Frame, ends: tuple[float, float], top: float, palette: Palette) -> str:
    y = top + frame.row / 2
    bounds = [svg.line((x, y - 4), (x, y + 4), palette.ink) for x in ends]
    return svg.line((ends[0], y), (ends[1], y), palette.ink) + "".join(bounds)
