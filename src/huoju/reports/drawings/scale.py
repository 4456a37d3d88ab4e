"""A scale of grades with the one that holds."""

from __future__ import annotations

from collections.abc import Sequence

from huoju.reports.drawings import svg
from huoju.reports.palette import Palette

SIZE = (240.0, 22.0)


def draw_scale(label: str, grades: Sequence[str], grade: str | None, palette: Palette) -> str:
    """Return the grades in a row, best first; none is marked where the grade is unknown.

    ``label`` says the same in words.
    """
    gap = 4.0
    width = (SIZE[0] - gap * (len(grades) - 1)) / max(len(grades), 1)
    parts = []
    for at, each in enumerate(grades):
        left = at * (width + gap)
        is_this = each == grade
        colour = palette.ink if is_this else palette.line
        parts.append(svg.rectangle((left, 3), (width, 16), colour if is_this else palette.soft, rx=4, stroke=colour))
        middle = (left + width / 2, 15)
        words = palette.card if is_this else palette.mute
        parts.append(svg.text(middle, each, words, anchor="middle", size=11, bold=is_this))
    return svg.drawing(SIZE, label, label, parts)
