"""Fit of the points table on soft labels: bounded steps between neighbouring bins, by cross-entropy with a ridge.

Every input is cut into at most 12 bins. What is fitted are the steps from one bin to the next: never against the
declared direction, and shrunk towards none (a ridge on steps is a smoother). Source: credit.md 3.4 B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from huoju.models.default_risk.inputs import Input, refuse_leaks
from huoju.models.default_risk.pairs_fit import pair_part
from huoju.models.default_risk.parts import Part, main_part
from huoju.models.default_risk.points_table import Binned, Pair, PointsTable

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
RIDGE = 3.0  # on statements .5 to 6 differ by less than .001 AUC
HARD_RIDGE = 30.0  # times the ridge, for fits on drawn labels: a direct fit needs more of it than a distilled one


@dataclass(frozen=True, slots=True)
class Fitted:
    """A base and the step parameters of every part, one after the other."""

    base: float
    steps: Floats


def fit_table(
    values: Floats,
    soft: Floats,
    inputs: Sequence[Input],
    *,
    catalogue: str,
    bins: int = 12,
    ridge: float = RIDGE,
    weights: Floats | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    replicates: int = 20,
    hiding_pays: bool = False,
    seed: int = 0,
) -> PointsTable:
    """Return the table of values ``(n, k)``, NaN where unknown, fitted on soft labels ``(n,)`` in (0, 1).

    An input that is hardly ever known, or never differs, has one bin of no points.
    The unknown cell is learnt where enough rows are unknown, else 0, the mean; unless ``hiding_pays`` it is never
    better than that mean. ``replicates`` fits on rows and labels drawn anew say how much the fit does not know.
    Raises ``PolicyError`` where an input leaks the outcome.
    """
    refuse_leaks([each.name for each in inputs])
    weight = np.ones(len(values)) if weights is None else weights
    mains = [main_part(values, weight, each, place, bins, hiding_pays) for place, each in enumerate(inputs)]
    places = {each.name: place for place, each in enumerate(inputs)}
    doubles = [pair_part(values, weight, (places[a], places[b]), inputs) for a, b in pairs]
    problem = Problem((*mains, *doubles))
    found = problem.solve(soft, weight, ridge)
    cells = problem.cell_values(found)
    made = [part.made(cell) for part, cell in zip(problem.parts, problem.split(cells), strict=True)]
    return PointsTable(
        catalogue=catalogue,
        base=found.base,
        inputs=tuple(each for each in made if isinstance(each, Binned)),
        pairs=tuple(each for each in made if isinstance(each, Pair)),
        replicates=problem.replicates(found, soft, weight, ridge, replicates, seed),
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """The parts of a table over one sample."""

    parts: tuple[Part, ...]

    def solve(self, target: Floats, weight: Floats, ridge: float, start: Fitted | None = None) -> Fitted:
        """Return base and steps of the least cross-entropy against targets ``(n,)`` in 0..1."""
        cells = self._cells()
        penalty = ridge * np.concatenate([part.penalty for part in self.parts])
        bounds = [(None, None), *(bound for part in self.parts for bound in part.bounds())]
        share = np.clip(np.average(target, weights=weight), 1e-6, 1 - 1e-6)
        first = np.zeros(len(bounds)) if start is None else np.concatenate([[start.base], start.steps])
        if start is None:
            first[0] = logit(share)
        size = self._offsets()[-1]

        def loss(given: Floats) -> tuple[float, Floats]:
            steps = given[1:]
            added = self._values(steps)
            middle = given[0] + added[cells].sum(axis=1)
            value = weight @ (np.logaddexp(0, middle) - target * middle) + 0.5 * penalty @ steps**2
            gap = weight * (expit(middle) - target)
            by_cell = np.asarray(np.bincount(cells.ravel(), np.repeat(gap, cells.shape[1]), size), dtype=np.float64)
            slope = [part.basis.T @ each for part, each in zip(self.parts, self.split(by_cell), strict=True)]
            return float(value), np.concatenate([[gap.sum()], np.concatenate(slope) + penalty * steps])

        options = {"maxiter": 2000 if start is None else 200, "maxcor": 30, "ftol": 1e-10, "gtol": 1e-4}
        found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return Fitted(float(found.x[0]), np.asarray(found.x[1:]))

    def cell_values(self, fitted: Fitted) -> Floats:
        """Return what every cell adds, one part after the other."""
        return self._values(fitted.steps)

    def split(self, cells: Floats) -> list[Floats]:
        """Return values of all cells, part by part."""
        return np.split(cells, self._offsets()[1:-1])

    def replicates(self, fitted: Fitted, soft: Floats, weight: Floats, ridge: float, count: int, seed: int) -> Floats:
        """Return base and cells of the same fit on rows weighted anew and labels drawn from ``soft``; ``(r, 1 + c)``.

        Labels that come out as 0 or 1 carry what one sample of outcomes cannot know.
        """
        draws = np.random.default_rng(seed)
        rows = []
        for _ in range(count):
            drawn = (draws.random(len(soft)) < soft).astype(float)
            again = self.solve(drawn, weight * draws.exponential(size=len(soft)), HARD_RIDGE * ridge, fitted)
            rows.append(np.concatenate([[again.base], self.cell_values(again)]))
        return np.array(rows).reshape(count, 1 + self._offsets()[-1])

    def _values(self, steps: Floats) -> Floats:
        places = np.cumsum([0, *(len(part.penalty) for part in self.parts)])
        return np.concatenate([p.basis @ steps[a:b] for p, a, b in zip(self.parts, places, places[1:], strict=False)])

    def _offsets(self) -> Whole:
        return np.cumsum([0, *(len(part.basis) for part in self.parts)])

    def _cells(self) -> Whole:
        return np.stack([part.cells for part in self.parts], axis=1) + self._offsets()[:-1]
