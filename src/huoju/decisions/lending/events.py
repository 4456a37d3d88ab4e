"""A sudden event, read strictly from its file: what each scenario does to sales, cash and default risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from huoju.core.document import Document, read_document
from huoju.core.errors import PolicyError
from huoju.decisions.lending.terms import ROOM

YEAR = 12
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One course of events: how likely it is, and for how many months sales are changed."""

    name: str
    label: Mapping[str, str]
    weight: float
    months: int


@dataclass(frozen=True, slots=True)
class Event:
    """What an event does: ``sales`` by section of GB/T 4754 and ``unknown``; ``sizes``: sales below (fen), times."""

    name: str
    version: str
    dated: date
    source: str
    label: Mapping[str, str]
    tail: float
    follow: float
    odds_rise: float
    sizes: tuple[tuple[int, float], ...]
    scenarios: tuple[Scenario, ...]
    sales: Mapping[str, float]

    @property
    def weight(self) -> Floats:
        """How likely each scenario is; ``(s,)``, adding up to 1."""
        return np.array([scenario.weight for scenario in self.scenarios])

    def changes(self, industry: tuple[str, ...]) -> Floats:
        """Return the change of sales while the event lasts; ``(n,)``. An unknown industry changes as ``unknown``."""
        return np.array([self.sales.get(section or "unknown", self.sales["unknown"]) for section in industry])

    def probabilities(self, probability: Floats, industry: tuple[str, ...], yearly_sales: Floats) -> Floats:
        """Return the default probability under each scenario; ``(s, n)``, NaN where it is unknown."""
        odds = logit(np.clip(probability, 1e-6, 1 - 1e-6))
        change, times = self.changes(industry), np.ones(len(probability))
        for below, factor in reversed(self.sizes):
            times = np.where(yearly_sales < below, factor, times)
        found = []
        for scenario in self.scenarios:
            shift = -self.odds_rise * change * scenario.months / YEAR + np.log(times) * (scenario.months > 0)
            found.append(expit(odds + shift))
        return np.stack(found)

    def paths(self, sales: Floats, purchases: Floats, industry: tuple[str, ...]) -> Floats:
        """Return the year's net inflow on every path of every scenario; ``(n, s, paths)`` fen.

        ``sales`` and ``purchases`` are ``(n, paths, months)``; the first months of each path are hit.
        """
        change = self.changes(industry)[:, None]
        found = []
        for scenario in self.scenarios:
            hit, after = slice(0, scenario.months), slice(scenario.months, None)
            net = sales[:, :, hit].sum(axis=2) * (1 + change)
            net -= purchases[:, :, hit].sum(axis=2) * (1 + change * self.follow)
            found.append(net + sales[:, :, after].sum(axis=2) - purchases[:, :, after].sum(axis=2))
        return np.stack(found, axis=1)

    def room(self, paths: Floats, cash: Floats, service: Floats, tolerance: float) -> Floats:
        """Return how much more yearly debt service keeps the shortfall over all scenarios within ``tolerance``.

        ``(n,)`` fen. Paths count by the weight of their scenario, for a limit is set before anyone knows which comes.
        Unknown cash is left out of the sum.
        """
        count, scenarios, each = paths.shape
        weight = np.repeat(self.weight / each, each)
        flat = paths.reshape(count, scenarios * each)
        order = np.argsort(flat, axis=1, kind="stable")
        below = np.cumsum(weight[order], axis=1)
        place = (below <= tolerance).sum(axis=1)
        line = np.take_along_axis(flat, order, axis=1)[np.arange(count), np.minimum(place, flat.shape[1] - 1)]
        return np.asarray(line + np.nan_to_num(cash, nan=0.0) - service)


def read_event(path: Path = ROOM / "events.yaml") -> Event:
    """Return the event of a file. Raises ``PolicyError`` or ``DocumentError`` where it is no sound one."""
    if not path.is_file():
        raise PolicyError(f"No event {path}.", code="event-absent", data={"path": str(path)})
    document = read_document(path)
    document.allow(
        *("label", "version", "dated", "source", "tail", "follow", "odds_rise"),
        *("sizes", "scenarios", "sales"),
    )
    scenarios = _scenarios(document.child("scenarios"))
    sales = document.child("sales")
    event = Event(
        name=path.stem,
        version=document.text("version"),
        dated=date.fromisoformat(document.text("dated")),
        source=document.text("source"),
        label=document.languages("label"),
        tail=float(document.number("tail")),
        follow=float(document.number("follow")),
        odds_rise=float(document.number("odds_rise")),
        sizes=tuple(
            (b.integer("sales_below_yuan") * 100, float(b.number("odds_times"))) for b in document.children("sizes")
        ),
        scenarios=scenarios,
        sales=MappingProxyType({section: float(sales.number(section)) for section in sales.keys()}),
    )
    if "unknown" not in event.sales or not 0 < event.tail <= 1 or min(event.sales.values()) < -1:
        message = f"{path}: sales needs unknown and changes of -100 % or more, and tail is above 0 and at most 1."
        raise PolicyError(message, code="event-malformed", data={"path": str(path)})
    return event


def _scenarios(block: Document) -> tuple[Scenario, ...]:
    found = []
    for name in block.keys():
        one = block.child(name)
        one.allow("label", "weight", "months")
        found.append(Scenario(name, one.languages("label"), float(one.number("weight")), one.integer("months")))
    total = sum(block.child(name).number("weight") for name in block.keys())
    if total != 1 or any(not 0 <= one.months <= YEAR or one.weight <= 0 for one in found):
        message = f"{block.path}: weights are above 0 and add up to 100 %, months are from 0 to {YEAR}."
        raise PolicyError(message, code="event-malformed", data={"path": str(block.path)})
    return tuple(found)
