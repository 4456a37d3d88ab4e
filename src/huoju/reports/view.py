"""A report as shown texts, tables and charts: what page and document have in common, to the last digit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huoju.reports.drawings.fan import Fan
from huoju.reports.drawings.radar import Radar
from huoju.reports.drawings.waterfall import Waterfall

Align = Literal["left", "right"]
Tone = Literal["plain", "strong", "watch", "positive", "neutral"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with the tone it is set in."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, its side, and its share of the width against the others."""

    label: str
    align: Align = "left"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under heads; ``empty`` is said where there are none; ``width`` is a share of the page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    empty: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Card:
    """One of the four answers."""

    caption: str
    value: str
    unit: str
    lines: tuple[str, ...]
    badge: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is and its spread."""

    value: str
    label: str
    spread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a caption, paragraphs, tables, and notes under them."""

    title: str
    caption: str = ""
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Charts:
    """The data of the drawings; ``parts`` stands where the first waterfall shows groups, ``radar`` from 3 groups."""

    waterfall: Waterfall
    parts: Waterfall | None
    radar: Radar | None
    fan: Fan


@dataclass(frozen=True, slots=True)
class Headings:
    """Titles and captions of the drawings."""

    waterfall: str
    waterfall_caption: str
    parts: str
    radar: str
    radar_caption: str
    no_radar: str
    fan: str
    fan_caption: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything a reader sees, in the order of the page."""

    title: str
    kicker: str
    name: str
    identity: tuple[str, ...]
    notice: str
    cards: tuple[Card, ...]
    headings: Headings
    figures: tuple[Figure, ...]
    attention: Section
    annexes: tuple[Section, ...]
    closing: str
    foot: str
    qr_label: str
    qr_text: str
