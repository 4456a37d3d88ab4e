"""The bench scheme of 18 indicators: its data, its rule as a version of our nouns, and what whole numbers give."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

INDICATORS = 18
STAGES = ("first", "second", "third")
THRESHOLDS = (("10", "30", "60", "120"), ("0.05", "0.1", "0.2", "0.4"), ("1", "3", "6", "12"))
POINTS = (0, 40, 60, 80, 100)
GRADES = (("A", 80), ("B", 60), ("C", 40))
WHOLE_WEIGHT = 126  # the weights of each stage add up to it
MICRO = 1_000_000
Ints = NDArray[np.int64]


def thresholds(indicator: int) -> tuple[Fraction, ...]:
    """Return the four thresholds of an indicator, rising."""
    return tuple(Fraction(text) for text in THRESHOLDS[indicator % 3])


def weight(indicator: int, stage: int) -> int:
    """Return the weight of an indicator in a stage, of ``WHOLE_WEIGHT``."""
    return 3 + (7 * indicator + 5 * stage) % 9


def write_data(folder: Path, rows: int, seed: int = 20260101) -> None:
    """Write one file of whole units for each column, one for what is known of each indicator, rule and answers.

    Indicators and revenue are x 10^6; log-normal about the second threshold with 3 % unknown.
    """
    draw = np.random.default_rng(seed)
    for indicator in range(INDICATORS):
        middle = float(thresholds(indicator)[1])
        values = (np.exp(draw.normal(np.log(middle), 1, rows)) * MICRO).astype(np.int64)
        known = draw.random(rows) >= 0.03
        np.save(folder / f"x{indicator:02}.npy", np.where(known, values, 0))
        np.save(folder / f"known{indicator:02}.npy", known)
    np.save(folder / "age.npy", draw.integers(0, 30, rows))
    np.save(folder / "revenue.npy", (np.exp(draw.normal(6, 1.5, rows)) * MICRO).astype(np.int64))
    (folder / "rule.json").write_text(json.dumps(_rule()), encoding="utf-8")
    for name, column in zip(("codes", "totals", "grades"), reference(folder), strict=True):
        np.save(folder / f"{name}.npy", column)


def _rule() -> dict[str, object]:
    several = range(INDICATORS)
    return {
        "thresholds": [[int(end * MICRO) for end in thresholds(number)] for number in several],
        "points": POINTS,
        "weights": [[weight(number, stage) for stage in range(len(STAGES))] for number in several],
        "lines": [line * WHOLE_WEIGHT for _, line in GRADES],
        "whole": WHOLE_WEIGHT,
    }


def reference(folder: Path) -> tuple[NDArray[np.uint8], Ints, NDArray[np.uint8]]:
    """Return codes ``(rows, 18)`` with 5 for unknown, totals x 126 and grades, in whole numbers all the way."""
    age, revenue = np.load(folder / "age.npy"), np.load(folder / "revenue.npy")
    stage = np.where((age <= 3) & (revenue < 500 * MICRO), 0, np.where((age <= 10) | (revenue < 5_000 * MICRO), 1, 2))
    total = np.zeros(len(age), dtype=np.int64)
    codes = np.empty((len(age), INDICATORS), dtype=np.uint8)
    for indicator in range(INDICATORS):
        values, known = np.load(folder / f"x{indicator:02}.npy"), np.load(folder / f"known{indicator:02}.npy")
        ends = np.array([int(end * MICRO) for end in thresholds(indicator)])
        band = np.where(known, np.searchsorted(ends, values, side="right"), 0)
        weights = np.array([weight(indicator, one) for one in range(3)])
        total += np.array(POINTS)[band] * weights[stage]
        codes[:, indicator] = np.where(known, band, 5)
    grade = np.select([total >= line * WHOLE_WEIGHT for _, line in GRADES], range(3), 3).astype(np.uint8)
    return codes, total, grade
