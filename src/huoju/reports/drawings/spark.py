"""A spark line: where a value came from, without axes."""

from __future__ import annotations

from collections.abc import Sequence

from huoju.reports.drawings import svg
from huoju.reports.palette import Palette
from huoju.reports.shown import whole

SIZE = (200.0, 44.0)


def draw_spark(title: str, values: Sequence[int | None], palette: Palette, *, unknown: str) -> str:
    """Return a line through the values, oldest first, with a dot on the last; unknown ones leave a gap."""
    known = [value for value in values if value is not None]
    said = ", ".join(unknown if value is None else whole(value) for value in values)
    low, high = (min(known), max(known)) if known else (0, 0)
    span = max(high - low, 1)
    step = (SIZE[0] - 12) / max(len(values) - 1, 1)

    def place(at: int, value: int) -> svg.Point:
        return 6 + step * at, SIZE[1] - 8 - (value - low) / span * (SIZE[1] - 16)

    parts = []
    for run in _runs([None if value is None else place(at, value) for at, value in enumerate(values)]):
        floor = [(run[-1][0], SIZE[1]), (run[0][0], SIZE[1])]
        fill: dict[str, svg.Value] = {"fill": palette.brand, "fill_opacity": 0.13}
        stroke: dict[str, svg.Value] = {"fill": "none", "stroke": palette.brand, "stroke_width": 2}
        parts.append(svg.element("path", {"d": svg.path_through([*run, *floor], close=True), **fill}))
        parts.append(svg.element("path", {"d": svg.path_through(run), **stroke}))
    if values and values[-1] is not None:
        x, y = place(len(values) - 1, values[-1])
        parts.append(svg.element("circle", {"cx": x, "cy": y, "r": 3.5, "fill": palette.brand}))
    return svg.drawing(SIZE, title, f"{title}: {said or unknown}", parts)


def _runs(points: Sequence[svg.Point | None]) -> list[list[svg.Point]]:
    runs: list[list[svg.Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
