"""Elements of SVG as text: escaped, rounded alike, and the same bytes for the same drawing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape

FAMILY = "Noto Sans SC"
GETA = "〓"
MINUS = "−"

Value = str | float | int
Point = tuple[float, float]


def shown(text: str) -> str:
    """Return a text on one line, with 〓 for what can't be drawn or would turn the line round.

    >>> shown("上海" + chr(0x202E) + "公司\\n")
    '上海〓公司'
    """
    flat = " ".join(text.split())
    return "".join(GETA if _is_undrawn(sign) else sign for sign in flat)


def _is_undrawn(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs") or ord(sign) & 0xFFFE == 0xFFFE


def number(value: float) -> str:
    """Return a coordinate with at most two decimals.

    >>> number(3.10), number(-0.001), number(12)
    ('3.1', '0', '12')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, attributes: dict[str, Value], *children: str) -> str:
    """Return one element; an underscore of an attribute is a hyphen, children are markup already."""
    written = "".join(f' {key.replace("_", "-")}="{_attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _attribute(value: Value) -> str:
    return escape(value, quote=True) if isinstance(value, str) else number(value)


def drawing(size: tuple[float, float], title: str, label: str, parts: Sequence[str]) -> str:
    """Return a whole drawing with a title and, for those who can't see it, a label with its numbers."""
    width, height = size
    attributes: dict[str, Value] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {number(width)} {number(height)}",
        "width": width,
        "height": height,
        "role": "img",
        "aria_label": shown(label),
        "font_family": FAMILY,
        "font_size": 12,
    }
    return element("svg", attributes, element("title", {}, escape(shown(title))), *parts)


def text(place: Point, words: str, colour: str, **more: Value) -> str:
    """Return a text whose baseline begins (or as ``anchor`` says, ends or has its middle) at a place."""
    attributes: dict[str, Value] = {"x": place[0], "y": place[1], "fill": colour}
    if "anchor" in more:
        attributes["text_anchor"] = more.pop("anchor")
    if "size" in more:
        attributes["font_size"] = more.pop("size")
    if more.pop("bold", False):
        attributes["font_weight"] = 700
    return element("text", {**attributes, **more}, escape(shown(words)))


def line(start: Point, end: Point, colour: str, **more: Value) -> str:
    """Return a straight line."""
    ends: dict[str, Value] = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1], "stroke": colour}
    return element("line", {**ends, **more})


def rectangle(place: Point, size: Point, colour: str, **more: Value) -> str:
    """Return a filled rectangle."""
    shape: dict[str, Value] = {"x": place[0], "y": place[1], "width": size[0], "height": size[1], "fill": colour}
    return element("rect", {**shape, **more})


def path_through(points: Sequence[Point], close: bool = False) -> str:
    """Return path data through points."""
    steps = " ".join(f"{'L' if at else 'M'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points))
    return steps + (" Z" if close else "")


def width_of(words: str, size: float) -> float:
    """Return about how wide a text is drawn: a wide character is one em, others a little over half."""
    ems = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.57 for sign in words)
    return ems * size


def wrapped(words: str, size: float, width: float, lines: int = 2) -> tuple[str, ...]:
    """Return a text cut into at most so many lines of a width; what doesn't fit ends in ….

    Lines break at blanks where there are any, else between characters.
    """
    rest, found = shown(words), list[str]()
    while rest and len(found) < lines:
        fits = _fitting(rest, size, width)
        last = len(found) == lines - 1
        if fits < len(rest) and last:
            found.append(rest[: max(1, _fitting(rest, size, width - size))].rstrip() + "…")
            break
        blank = rest.rfind(" ", 0, fits + 1)
        cut = blank if fits < len(rest) and blank > 0 else fits
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return tuple(found)


def _fitting(words: str, size: float, width: float) -> int:
    for count in range(len(words), 1, -1):
        if width_of(words[:count], size) <= width:
            return count
    return 1


def lines_of_text(place: Point, words: Sequence[str], colour: str, **more: Value) -> str:
    """Return lines set around a baseline, so that one line stands on it and two stand about it."""
    step = float(more.get("size", 12)) * 1.15
    first = place[1] - step * (len(words) - 1) / 2
    return "".join(text((place[0], first + step * at), each, colour, **more) for at, each in enumerate(words))


def spread(places: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Return places moved as little as keeps their order, a gap between them, and all between low and high.

    >>> spread([10, 11, 30], 6, 0, 32)
    (7.5, 13.5, 30.0)
    """
    order = sorted(range(len(places)), key=lambda at: (places[at], at))
    blocks: list[tuple[float, int]] = []  # the middle and the count of labels that stand together
    for at in order:
        block = (float(places[at]), 1)
        while blocks and block[0] - blocks[-1][0] < gap * (block[1] + blocks[-1][1]) / 2:
            before = blocks.pop()
            count = before[1] + block[1]
            block = ((before[0] * before[1] + block[0] * block[1]) / count, count)
        half = gap * (block[1] - 1) / 2
        blocks.append((min(max(block[0], low + half), high - half), block[1]))
    moved = [middle + gap * (step - (count - 1) / 2) for middle, count in blocks for step in range(count)]
    for step in range(len(moved) - 2, -1, -1):
        moved[step] = min(moved[step], moved[step + 1] - gap)
    result = [0.0] * len(places)
    for step, at in enumerate(order):
        result[at] = moved[step]
    return tuple(result)
