"""A radar: groups as percentiles among peers, beside the peers' median."""

from __future__ import annotations

import math
from dataclasses import dataclass

from huoju.reports.drawings import svg
from huoju.reports.palette import Palette
from huoju.reports.shown import percentile_text

SIZE = (360.0, 304.0)
CENTRE = (180.0, 138.0)
RADIUS = 92.0
RINGS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """One group with its percentile and the peers' median, from 0 to 1; None is unknown."""

    label: str
    percentile: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Radar:
    """Three or more groups, and the words of the legend; raises ``ValueError`` with fewer."""

    title: str
    axes: tuple[Axis, ...]
    own: str
    peers: str
    unknown: str

    def __post_init__(self) -> None:
        """Check that there is a surface to draw."""
        if len(self.axes) < 3:
            raise ValueError(f"A radar needs three groups or more, got {len(self.axes)}; write them as a list.")


def draw_radar(chart: Radar, palette: Palette) -> str:
    """Return the radar, 360 by 304; what is unknown has no corner, and its label says so."""
    corners = len(chart.axes)
    parts = [_ring(share, corners, palette) for share in RINGS]
    for at in range(corners):
        parts.append(svg.line(CENTRE, _place(1.0, at, corners), palette.line))
    parts.append(_shape([axis.median for axis in chart.axes], palette.blue, dashed=True))
    parts.append(_shape([axis.percentile for axis in chart.axes], palette.brand, dashed=False))
    for at, axis in enumerate(chart.axes):
        if axis.percentile is not None:
            x, y = _place(axis.percentile, at, corners)
            dot: dict[str, svg.Value] = {"cx": x, "cy": y, "r": 3.2, "fill": palette.card, "stroke": palette.brand}
            parts.append(svg.element("circle", {**dot, "stroke_width": 1.8}))
        parts.append(_label(chart, at, palette))
    parts.append(_legend(chart, palette))
    return svg.drawing(SIZE, chart.title, spoken(chart), parts)


def spoken(chart: Radar) -> str:
    """Return the radar as a sentence: each group with its percentile and the median."""
    said = [f"{axis.label} {_pair(axis, chart.unknown)}" for axis in chart.axes]
    return f"{chart.title} ({chart.own} / {chart.peers}): {', '.join(said)}"


def _pair(axis: Axis, unknown: str) -> str:
    own, peers = (unknown if at is None else percentile_text(at) for at in (axis.percentile, axis.median))
    return f"{own} / {peers}"


def _place(share: float, at: int, corners: int, beyond: float = 0) -> svg.Point:
    angle = 2 * math.pi * at / corners - math.pi / 2
    reach = RADIUS * min(max(share, 0.0), 1.0) + beyond
    return CENTRE[0] + reach * math.cos(angle), CENTRE[1] + reach * math.sin(angle)


def _ring(share: float, corners: int, palette: Palette) -> str:
    points = [_place(share, at, corners) for at in range(corners)]
    colour = palette.line if share == 1 else palette.grid
    return svg.element("path", {"d": svg.path_through(points, close=True), "fill": "none", "stroke": colour})


def _shape(shares: list[float | None], colour: str, *, dashed: bool) -> str:
    corners = len(shares)
    style: dict[str, svg.Value] = {"fill": "none", "stroke": colour, "stroke_width": 1.4 if dashed else 2}
    if dashed:
        style["stroke_dasharray"] = "3 2"
    if None not in shares:
        points = [_place(share, at, corners) for at, share in enumerate(shares) if share is not None]
        fill: dict[str, svg.Value] = {} if dashed else {"fill": colour, "fill_opacity": 0.13}
        return svg.element("path", {"d": svg.path_through(points, close=True), **style, **fill})
    parts = []
    for at, share in enumerate(shares):
        after = shares[(at + 1) % corners]
        if share is not None and after is not None:
            ends = [_place(share, at, corners), _place(after, (at + 1) % corners, corners)]
            parts.append(svg.element("path", {"d": svg.path_through(ends), **style}))
    return "".join(parts)


def _label(chart: Radar, at: int, palette: Palette) -> str:
    axis = chart.axes[at]
    x, y = _place(1.0, at, len(chart.axes), beyond=13)
    aside = x - CENTRE[0]
    anchor = "middle" if abs(aside) < 12 else "start" if aside > 0 else "end"
    room = {"middle": 150.0, "start": SIZE[0] - x, "end": x}[anchor]
    lines = svg.wrapped(axis.label, 12, room)
    height = 14 * len(lines) + 13
    top = y - height if y < CENTRE[1] - RADIUS else y if y > CENTRE[1] + RADIUS * 0.7 else y - height / 2
    parts = [svg.text((x, top + 11 + 14 * row), each, palette.ink, anchor=anchor) for row, each in enumerate(lines)]
    under = (x, top + 11 + 14 * len(lines) - 1)
    parts.append(svg.text(under, _pair(axis, chart.unknown), palette.mute, anchor=anchor, size=11))
    return "".join(parts)


def _legend(chart: Radar, palette: Palette) -> str:
    words = (chart.own, chart.peers)
    widths = [26 + svg.width_of(each, 11) for each in words]
    x, y = (SIZE[0] - sum(widths) - 20) / 2, SIZE[1] - 12
    parts = []
    for each, width, colour, dash in zip(words, widths, (palette.brand, palette.blue), ("none", "3 2"), strict=True):
        parts.append(svg.line((x, y - 4), (x + 20, y - 4), colour, stroke_width=2, stroke_dasharray=dash))
        parts.append(svg.text((x + 26, y), each, palette.ink, size=11))
        x += width + 20
    return "".join(parts)
