"""The one table of colours: light and dark, as CSS variables for pages and as hex for documents.

Contrast (WCAG 2): small ``brand`` text stands only on ``card``; elsewhere ``tagk`` is used. ``brand`` and ``neg``
are alike in brightness, so no drawing tells them apart by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour for each token, as any text that CSS and SVG take for a colour."""

    head: str
    ink: str
    mute: str
    line: str
    grid: str
    brand: str
    button: str
    tagk: str
    blue: str
    pos: str
    neg: str
    page: str
    card: str
    soft: str


TOKENS = tuple(field.name for field in fields(Palette))
LIGHT = Palette(
    head="#0E2A47",
    ink="#102A43",
    mute="#5A7187",
    line="#D5DEE7",
    grid="#EAF0F5",
    brand="#C8491A",
    button="#FFFFFF",
    tagk="#A93B12",
    blue="#1D5B8F",
    pos="#0F766E",
    neg="#A8480A",
    page="#EEF3F7",
    card="#FFFFFF",
    soft="#F6F9FB",
)
DARK = Palette(
    head="#0A141D",
    ink="#E6EDF3",
    mute="#9FB3C8",
    line="#2C3E50",
    grid="#1E2D3B",
    brand="#FF8A4C",
    button="#1A0E07",
    tagk="#FFA26B",
    blue="#7EB6E8",
    pos="#4FD1C5",
    neg="#F6AD55",
    page="#0D1720",
    card="#14212D",
    soft="#192836",
)
STYLED = Palette(**{token: f"var(--{token})" for token in TOKENS})


def css_variables(palette: Palette) -> str:
    """Return the declarations that give a style sheet this palette, in the order of the table.

    >>> css_variables(LIGHT)[:15]
    '--head:#0E2A47;'
    """
    return "".join(f"--{token}:{getattr(palette, token)};" for token in TOKENS)
