"""The mechanisms of the made-up economy, read from their one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from huoju.core.document import Document, read_document
from huoju.core.period import add_months


@dataclass(frozen=True, slots=True)
class Industry:
    """One branch of trade: its words for names, and how it earns, spends and swings."""

    key: str
    name: str
    trade: tuple[str, ...]
    code: str
    margin: float
    rd: float
    energy: float
    season: float
    peak: int
    drift: float


@dataclass(frozen=True, slots=True)
class Plan:
    """All mechanisms; ``numbers`` maps a path such as ``cash.wage`` to its numbers."""

    first_month: date
    future_months: int
    festival_days: tuple[date, ...]
    industries: tuple[Industry, ...]
    numbers: Mapping[str, tuple[float, ...]]

    def __getitem__(self, path: str) -> float:
        """Return the one number at a path."""
        return self.numbers[path][0]

    def pair(self, path: str) -> tuple[float, float]:
        """Return the lowest and highest number at a path."""
        low, high = self.numbers[path]
        return low, high

    def month(self, place: int) -> date:
        """Return the first day of a month, counted from 0."""
        return add_months(self.first_month, place)


@cache
def read_plan(economy: str = "usual") -> Plan:
    """Return the mechanisms of ``mechanisms.yaml`` with what ``economy`` changes of them.

    Raises ``ValueError`` for an economy that the file lacks, ``KeyError`` where one changes what is no mechanism.
    """
    document = _document()
    if economy not in economies():
        raise ValueError(f"There is no economy {economy}; there are: {', '.join(economies())}.")
    industries = document.child("industries")
    numbers: dict[str, tuple[float, ...]] = {}
    for section in document.keys():
        if section not in ("first_month", "future_months", "industries", "economies"):
            _flatten(document.child(section), section, numbers)
    changes = document.child("economies").child(economy)
    for path in changes.keys():
        if path not in numbers:
            raise KeyError(f"mechanisms.yaml, economies, {economy}: there is no mechanism {path} to change.")
        numbers[path] = tuple(float(text) for text in changes.texts(path))
    return Plan(
        first_month=date.fromisoformat(f"{document.text('first_month')}-01"),
        future_months=document.integer("future_months"),
        festival_days=tuple(date.fromisoformat(day) for day in document.child("spring_festival").texts("days")),
        industries=tuple(_industry(key, industries.child(key)) for key in industries.keys()),
        numbers=numbers,
    )


def economies() -> tuple[str, ...]:
    """Return the economies that a zone can be made in; the first is the usual one."""
    return _document().child("economies").keys()


@cache
def _document() -> Document:
    return read_document(Path(__file__).parent / "mechanisms.yaml")


def _industry(key: str, block: Document) -> Industry:
    figures = {name: float(block.number(name)) for name in ("margin", "rd", "energy", "season", "drift")}
    return Industry(
        key, block.text("name"), block.texts("trade"), block.text("code"), peak=block.integer("peak"), **figures
    )


def _flatten(block: Document, prefix: str, numbers: dict[str, tuple[float, ...]]) -> None:
    for key in block.keys():
        if key != "days":
            numbers[f"{prefix}.{key}"] = tuple(float(text) for text in block.texts(key))
