"""Churn: the share of clients who leave at a rate, smoothed so that it never falls while the rate rises."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import nnls

from huoju.core.errors import PolicyError
from huoju.decisions.lending.terms import RATINGS

STIFFNESS = (1e-3, 1e-2, 1e-1, 1.0)  # tried; the one that best foretells a point left out is taken
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Churn:
    """The share lost at each of ``rates`` ``(m,)``, by rating ``(3, m)`` in the order A, B, C; rising along rates.

    Source: a table of the bank's own, or the policy's design default.
    """

    rates: Floats
    lost: Floats
    source: str

    def kept(self, rates: Floats) -> Floats:
        """Return the share of clients who stay; ``(3, K)``. Beyond the table's ends its end holds."""
        at = np.clip(rates, self.rates[0], self.rates[-1])
        curves = [PchipInterpolator(self.rates, lost)(at) for lost in self.lost]
        return np.asarray(np.clip(1 - np.stack(curves), 0, 1))

    def shifted(self, points: float) -> Churn:
        """Return the churn of clients who take every rate for one that is higher by ``points``."""
        at = np.union1d(self.rates, self.rates - points)
        return Churn(at, 1 - self.kept(at + points), self.source)


def halving(points: float, rates: Floats) -> Churn:
    """Return the churn where half of those who stay leave for each ``points`` more, none at the lowest rate."""
    lost = 1 - 0.5 ** ((rates - rates[0]) / points)
    return Churn(rates, np.tile(lost, (len(RATINGS), 1)), "policy")


def read_churn(path: Path) -> Churn:
    """Return the smoothed churn of a bank's table: a column of rates, then the share lost at ratings A, B and C.

    Rows before the first number are heads. Raises ``PolicyError`` where the file is no such table.
    """
    rows = _numbers(path)
    if len(rows) < 3 or any(len(row) != 1 + len(RATINGS) for row in rows):
        raise _malformed(path)
    table = np.array(rows)
    rates, lost = table[:, 0], table[:, 1:].T
    if (np.diff(rates) <= 0).any() or lost.min() < 0 or lost.max() > 1 or not 0 < rates[0] < rates[-1] < 1:
        raise _malformed(path)
    return Churn(rates, smooth(rates, lost), path.name)


def smooth(rates: Floats, lost: Floats) -> Floats:
    """Return curves ``(g, m)`` that never fall, near ``lost`` and no rougher than foretelling asks.

    Slopes at least 0 by least squares with a penalty on their changes; its weight is the one of ``STIFFNESS`` with the
    least squared error at inner points left out one by one. A dip is taken for noise: who leaves at 11 % leaves at 12.
    """
    inner = range(1, len(rates) - 1)
    errors = []
    for stiffness in STIFFNESS:
        found = [
            (_rising(rates, curve, stiffness, left_out=point)[point] - curve[point]) ** 2
            for curve in lost
            for point in inner
        ]
        errors.append(sum(found))
    best = STIFFNESS[int(np.argmin(errors))]
    return np.clip(np.stack([_rising(rates, curve, best) for curve in lost]), 0, 1)


def _rising(rates: Floats, curve: Floats, stiffness: float, left_out: int | None = None) -> Floats:
    """Return one curve ``(m,)``: an intercept and slopes, none negative; the penalty is on changes of slope."""
    steps = np.diff(rates) / np.diff(rates).mean()
    build = np.tril(np.ones((len(rates), len(steps))), -1) * steps
    build = np.concatenate([np.ones((len(rates), 1)), build], axis=1)
    bend = np.zeros((len(steps) - 1, len(rates)))
    for row in range(len(bend)):
        bend[row, row + 1 : row + 3] = -1.0, 1.0
    bend *= 10 * np.sqrt(stiffness) / ((steps[1:] + steps[:-1]) / 2)[:, None]
    kept = np.arange(len(rates)) != (-1 if left_out is None else left_out)
    found = nnls(np.concatenate([build[kept], bend]), np.concatenate([curve[kept], np.zeros(len(bend))]))[0]
    return np.asarray(build @ found)


def _numbers(path: Path) -> list[list[float]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: Sequence[Sequence[str]] = list(csv.reader(file))
    except FileNotFoundError:
        raise PolicyError(f"No file {path}.", code="churn-absent", data={"path": str(path)}) from None
    except (UnicodeDecodeError, csv.Error):
        raise _malformed(path) from None
    found: list[list[float]] = []
    for row in rows:
        try:
            found.append([float(cell) for cell in row if cell.strip()])
        except ValueError:
            if found:
                raise _malformed(path) from None
    return [row for row in found if row]


def _malformed(path: Path) -> PolicyError:
    message = f"{path}: a table is needed with rates (shares of 1, rising) and the shares lost at ratings A, B, C."
    return PolicyError(message, code="churn-malformed", data={"path": str(path)})
