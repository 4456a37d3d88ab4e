"""A bar: a share of a whole, with the span it may lie in."""

from __future__ import annotations

from huoju.reports.drawings import svg
from huoju.reports.palette import Palette

SIZE = (240.0, 14.0)


def draw_bar(label: str, share: float | None, palette: Palette, *, span: tuple[float, float] | None = None) -> str:
    """Return a bar filled to a share of 1 and a whisker over its span; an unknown share leaves it empty.

    ``label`` says the same in words and numbers.
    """
    parts = [svg.rectangle((0, 4), (SIZE[0], 6), palette.line, rx=3)]
    if share is not None:
        parts.append(svg.rectangle((0, 4), (SIZE[0] * _within(share), 6), palette.pos, rx=3))
    if span is not None:
        low, high = (1 + (SIZE[0] - 2) * _within(bound) for bound in span)
        parts.append(svg.line((low, 7), (high, 7), palette.ink, stroke_width=1.5))
        parts += [svg.line((x, 2), (x, 12), palette.ink, stroke_width=1.5) for x in (low, high)]
    return svg.drawing(SIZE, label, label, parts)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
