"""A fan: what was, what may come with its spread, and the debt service it must cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huoju.core.money import wan_yuan_text
from huoju.reports.cash_flow import MonthActual, MonthForecast
from huoju.reports.drawings import svg
from huoju.reports.drawings.axis import nice_ticks
from huoju.reports.palette import Palette

FEN = 1_000_000  # in one 万元


@dataclass(frozen=True, slots=True)
class FanWords:
    """The words on a fan."""

    unit: str
    actual: str
    forecast: str
    median: str
    debt_service: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Fan:
    """Months that ended and months to come, in order; a month without a value is a gap, never zero."""

    title: str
    history: tuple[MonthActual, ...]
    forecast: tuple[MonthForecast, ...]
    words: FanWords

    def months(self) -> tuple[MonthActual | MonthForecast, ...]:
        """Return all months, those that ended first."""
        return *self.history, *self.forecast


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    right: float
    top: float
    bottom: float
    first: int
    last: int
    low: float
    high: float

    def x(self, month: float) -> float:
        return self.left + (month - self.first) / max(self.last - self.first, 1) * (self.right - self.left)

    def y(self, fen: float) -> float:
        return self.bottom - (fen / FEN - self.low) / (self.high - self.low) * (self.bottom - self.top)


Run = list[tuple[int, tuple[float, ...]]]


def draw_fan(chart: Fan, palette: Palette, *, width: float | None = None, compact: bool = False) -> str:
    """Return the fan; compact is for a phone: 340 wide, lower, with fewer months named."""
    full = width or (340 if compact else 760)
    height = 210.0 if compact else 232.0
    ends = _ends(chart)
    room = 14 + max([svg.width_of(words, 11) for words, _, _ in ends] or [0])
    ticks = [float(tick) for tick in nice_ticks(*_scope(chart), 4 if compact else 5)]
    named = [wan_yuan_text(round(tick * FEN)) for tick in ticks]
    left = 10 + max(svg.width_of(name, 11) for name in named)
    first, last = _months(chart)
    frame = _Frame(left, full - max(room, 20), 30, height - 26, first, last, ticks[0], ticks[-1])
    parts = _ground(frame, chart, palette)
    for tick, name in zip(ticks, named, strict=True) if _has_values(chart) else ():
        y = frame.y(tick * FEN)
        parts.append(svg.line((left, y), (frame.right, y), palette.line if tick == 0 else palette.grid))
        parts.append(svg.text((left - 6, y + 4), name, palette.mute, anchor="end", size=11))
    parts.append(svg.text((2, 14), chart.words.unit, palette.mute, size=11))
    parts.append(_month_names(frame, palette))
    parts.append(_gaps(frame, chart, palette))
    parts += _fan(frame, chart, palette)
    parts.append(_debt(frame, chart, palette))
    parts.append(_actual(frame, chart, palette))
    parts.append(_end_labels(frame, ends, palette))
    return svg.drawing((full, height), chart.title, spoken(chart), parts)


def spoken(chart: Fan) -> str:
    """Return the fan as a sentence: the last actual month and the first and last forecast with their spread."""
    words, said = chart.words, []
    for actual in chart.history[-1:]:
        said.append(f"{words.actual} {_name(actual.month)} {_amount(actual.inflow, words)}")
    for ahead in dict.fromkeys((*chart.forecast[:1], *chart.forecast[-1:])):
        spread = words.unknown
        if ahead.quantiles is not None:
            low, middle, high = (wan_yuan_text(ahead.quantiles[at]) for at in (0, 2, 4))
            spread = f"P10 {low}, {words.median} {middle}, P90 {high}"
        debt = f"{words.debt_service} {_amount(ahead.debt_service, words)}"
        said.append(f"{words.forecast} {_name(ahead.month)} {spread}, {debt}")
    return f"{chart.title} ({words.unit}): {'; '.join(said) or words.unknown}"


def _amount(fen: int | None, words: FanWords) -> str:
    return words.unknown if fen is None else wan_yuan_text(fen)


def _name(month: date) -> str:
    return f"{month.year:04d}-{month.month:02d}"


def _at(month: date) -> int:
    return month.year * 12 + month.month - 1


def _months(chart: Fan) -> tuple[int, int]:
    months = [_at(each.month) for each in chart.months()] or [0]
    return min(months[0], _divider(chart) - 3) if chart.history else months[0], months[-1]


def _divider(chart: Fan) -> int:
    return _at(chart.history[-1].month) if chart.history else _at(chart.forecast[0].month)


def _scope(chart: Fan) -> tuple[float, float]:
    amounts: list[float] = [0.0]
    amounts += [each.inflow / FEN for each in chart.history if each.inflow is not None]
    amounts += [fen / FEN for each in chart.forecast for fen in each.quantiles or ()]
    amounts += [d / FEN for each in chart.months() if (d := each.debt_service) is not None]
    low, high = min(amounts), max(amounts)
    return low, high if high > low else low + 1


def _has_values(chart: Fan) -> bool:
    months = chart.months()
    known = [each.inflow if isinstance(each, MonthActual) else each.quantiles for each in months]
    return any(value is not None for value in (*known, *(each.debt_service for each in months)))


def _runs(values: Sequence[tuple[int, tuple[float, ...] | None]]) -> list[Run]:
    runs: list[Run] = [[]]
    for month, value in values:
        if value is None or (runs[-1] and month != runs[-1][-1][0] + 1):
            runs.append([])
        if value is not None:
            runs[-1].append((month, value))
    return [run for run in runs if run]


def _ground(frame: _Frame, chart: Fan, palette: Palette) -> list[str]:
    if not chart.forecast:
        return []
    x = frame.x(_divider(chart))
    size = (frame.right - x, frame.bottom - frame.top + 14)
    ground = svg.rectangle((x, frame.top - 14), size, palette.soft)
    parts = [ground]
    if chart.history:
        ends = ((x, frame.top - 14), (x, frame.bottom))
        parts.append(svg.line(*ends, palette.mute, stroke_dasharray="2 3"))
        parts.append(svg.text((x - 5, frame.top - 3), chart.words.actual, palette.mute, anchor="end", size=11))
    parts.append(svg.text((x + 5, frame.top - 3), chart.words.forecast, palette.mute, size=11))
    return parts


def _month_names(frame: _Frame, palette: Palette) -> str:
    apart = (frame.right - frame.left) / max(frame.last - frame.first, 1)
    step = next((each for each in (1, 2, 3, 6) if apart * each >= 40), 12)
    parts, year = [], None
    for month in range(frame.first, frame.last + 1):
        if (month - frame.first) % step:
            continue
        name = f"{month % 12 + 1:02d}"
        if month // 12 != year:
            year = month // 12
            name = f"{year % 100:02d}-{name}"
        parts.append(svg.text((frame.x(month), frame.bottom + 17), name, palette.mute, anchor="middle", size=11))
    return "".join(parts)


def _gaps(frame: _Frame, chart: Fan, palette: Palette) -> str:
    """Grounds of the months that nothing is known of, with the word for it where there is room."""
    known: list[tuple[int, bool]] = [(_at(each.month), each.inflow is not None) for each in chart.history]
    known += [(_at(each.month), each.quantiles is not None) for each in chart.forecast]
    parts = []
    for run in _runs([(month, None if is_known else ()) for month, is_known in known]):
        low = max(frame.x(run[0][0] - 0.5), frame.left)
        high = min(frame.x(run[-1][0] + 0.5), frame.right)
        shape = ((low, frame.top), (high - low, frame.bottom - frame.top))
        parts.append(svg.rectangle(*shape, palette.mute, fill_opacity=0.12))
        if high - low > svg.width_of(chart.words.unknown, 11) + 4:
            middle = ((low + high) / 2, (frame.top + frame.bottom) / 2)
            parts.append(svg.text(middle, chart.words.unknown, palette.mute, anchor="middle", size=11))
    return "".join(parts)


def _fan(frame: _Frame, chart: Fan, palette: Palette) -> list[str]:
    values: list[tuple[int, tuple[float, ...] | None]] = [(_at(each.month), each.quantiles) for each in chart.forecast]
    last = chart.history[-1] if chart.history else None
    if last is not None and last.inflow is not None and values and values[0][0] == _at(last.month) + 1:
        values.insert(0, (_at(last.month), (float(last.inflow),) * 5))
    parts = []
    for run in _runs(values):
        for low, high, opacity in ((0, 4, 0.13), (1, 3, 0.2)):
            parts.append(_band(frame, run, (low, high), {"fill": palette.brand, "fill_opacity": opacity}))
        parts.append(_line(frame, [(month, values[2]) for month, values in run], palette.brand, 2.2))
    return parts


def _band(frame: _Frame, run: Run, pair: tuple[int, int], style: dict[str, svg.Value]) -> str:
    low, high = pair
    over = [(frame.x(month), frame.y(values[high])) for month, values in run]
    under = [(frame.x(month), frame.y(values[low])) for month, values in run]
    if len(run) == 1:
        over = [(over[0][0] - 4, over[0][1]), (over[0][0] + 4, over[0][1])]
        under = [(under[0][0] - 4, under[0][1]), (under[0][0] + 4, under[0][1])]
    return svg.element("path", {"d": svg.path_through([*over, *reversed(under)], close=True), **style})


def _line(frame: _Frame, places: Sequence[tuple[int, float]], colour: str, width: float) -> str:
    points = [(frame.x(month), frame.y(value)) for month, value in places]
    if len(points) == 1:
        return svg.element("circle", {"cx": points[0][0], "cy": points[0][1], "r": 2.6, "fill": colour})
    style: dict[str, svg.Value] = {"fill": "none", "stroke": colour, "stroke_width": width, "stroke_linejoin": "round"}
    return svg.element("path", {"d": svg.path_through(points), **style})


def _actual(frame: _Frame, chart: Fan, palette: Palette) -> str:
    values = [(_at(each.month), None if each.inflow is None else (float(each.inflow),)) for each in chart.history]
    runs = [[(month, value[0]) for month, value in run] for run in _runs(values)]
    return "".join(_line(frame, run, palette.ink, 1.8) for run in runs)


def _debt(frame: _Frame, chart: Fan, palette: Palette) -> str:
    due = [(_at(each.month), each.debt_service) for each in chart.months()]
    parts = []
    for run in _runs([(month, None if fen is None else (float(fen),)) for month, fen in due]):
        points = [(frame.x(month), frame.y(value[0])) for month, value in run]
        if len(points) == 1:
            points = [(points[0][0] - 5, points[0][1]), (points[0][0] + 5, points[0][1])]
        path: dict[str, svg.Value] = {"d": svg.path_through(points), "fill": "none", "stroke": palette.neg}
        parts.append(svg.element("path", {**path, "stroke_width": 1.8, "stroke_dasharray": "6 3"}))
    return "".join(parts)


End = tuple[str, int, str]  # the words at a line's end, where it ends in fen, and which line


def _ends(chart: Fan) -> list[End]:
    words, ends = chart.words, list[End]()
    spread = next((each.quantiles for each in reversed(chart.forecast) if each.quantiles is not None), None)
    if spread is not None:
        for name, at, line in (("P90", 4, "edge"), (words.median, 2, "median"), ("P10", 0, "edge")):
            ends.append((f"{name} {wan_yuan_text(spread[at])}", spread[at], line))
    months = chart.months()
    due = next((each.debt_service for each in reversed(months) if each.debt_service is not None), None)
    if due is not None:
        ends.append((f"{words.debt_service} {wan_yuan_text(due)}", due, "debt"))
    return ends


def _end_labels(frame: _Frame, ends: Sequence[End], palette: Palette) -> str:
    wanted = [frame.y(fen) for _, fen, _ in ends]
    order = _upside(ends, wanted)
    placed = svg.spread(order, 14, frame.top - 8, frame.bottom)
    parts = []
    for (words, _, line), own, y in zip(ends, wanted, placed, strict=True):
        colour = palette.neg if line == "debt" else palette.brand
        if abs(own - y) > 2:
            style: dict[str, svg.Value] = {"stroke_width": 0.8, "stroke_opacity": 0.6}
            parts.append(svg.line((frame.right + 1, own), (frame.right + 8, y), colour, **style))
        parts.append(svg.text((frame.right + 10, y + 4), words, colour, size=11, bold=line == "median"))
    return "".join(parts)


def _upside(ends: Sequence[End], places: Sequence[float]) -> list[float]:
    """Places with a hair between equal ones, so that P90 stays above the median and that above P10."""
    return [y + 0.001 * at for at, y in enumerate(places)] if ends else []
