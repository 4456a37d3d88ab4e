"""A QR code: a text that a phone reads from paper."""

from __future__ import annotations

import segno

from huoju.reports.drawings import svg

QUIET = 2


def draw_qr(title: str, content: str) -> str:
    """Return a QR code of medium correction in UTF-8, black on white in every theme."""
    rows = [list(row) for row in segno.make_qr(content, error="m", encoding="utf-8").matrix]
    side = len(rows) + 2 * QUIET
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x + QUIET} {y + QUIET}h{end - x}v1h-{end - x}z")
            x = end + 1
    dark = svg.element("path", {"d": "".join(runs), "fill": "#000000", "shape_rendering": "crispEdges"})
    light = svg.rectangle((0, 0), (side, side), "#FFFFFF")
    return svg.drawing((side, side), title, f"{title}: {content}", [light, dark])
